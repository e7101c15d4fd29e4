/**
 * X.509 certificates made at test time: a small DER writer over node:crypto, enough for servers,
 * clients and authorities that live for one test. Nothing is stored in the repository.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { parseAddress } from '../../src/delivery/address.ts'

export interface Issued {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

export interface Authority extends Issued {
  issue(request: CertificateRequest): Issued
}

export interface CertificateRequest {
  readonly commonName: string
  /** DNS names and IP addresses of the subject alternative name; empty: the extension is absent. */
  readonly names?: readonly string[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Signed by itself instead of by the authority. */
  readonly selfSigned?: boolean
}

const dayMs = 86_400_000

export function makeAuthority(commonName = 'Test Authority'): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cert = certificate({
    subject: commonName,
    issuer: commonName,
    publicKey: pair.publicKey,
    signingKey: pair.privateKey,
    extensions: [basicConstraintsCa],
    validity: [new Date(Date.now() - dayMs), new Date(Date.now() + dayMs)],
  })
  return {
    cert,
    key: pemOf(pair.privateKey),
    issue(request) {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const names = request.names ?? []
      const issued = certificate({
        subject: request.commonName,
        issuer: request.selfSigned === true ? request.commonName : commonName,
        publicKey: own.publicKey,
        signingKey: request.selfSigned === true ? own.privateKey : pair.privateKey,
        extensions: names.length === 0 ? [] : [subjectAltName(names)],
        validity: [
          request.notBefore ?? new Date(Date.now() - dayMs),
          request.notAfter ?? new Date(Date.now() + dayMs),
        ],
      })
      return { cert: issued, key: pemOf(own.privateKey) }
    },
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function certificate(input: {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly signingKey: KeyObject
  readonly extensions: readonly Buffer[]
  readonly validity: readonly [from: Date, until: Date]
}): string {
  const spki = input.publicKey.export({ type: 'spki', format: 'der' })
  const extensions = input.extensions.length === 0 ? [] : [der(0xa3, sequence(...input.extensions))]
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))), // version 3
    integer(randomBytes(8)),
    ecdsaWithSha256,
    name(input.issuer),
    sequence(time(input.validity[0]), time(input.validity[1])),
    name(input.subject),
    spki,
    ...extensions,
  )
  const signature = sign('sha256', body, input.signingKey)
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function integer(bytes: Buffer): Buffer {
  const positive = Buffer.from(bytes)
  positive[0] = (positive[0] ?? 0) & 0x7f || 1 // neither negative nor padded with zero
  return der(0x02, positive)
}

function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x18, Buffer.from(text)) // GeneralizedTime
}

function name(commonName: string): Buffer {
  const attribute = sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))
  return sequence(der(0x31, attribute))
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))
const basicConstraintsCa = sequence(
  objectId('551d13'),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
)

function subjectAltName(names: readonly string[]): Buffer {
  const entries = names.map((text) => {
    const address = parseAddress(text)
    if (address === null) return der(0x82, Buffer.from(text))
    const digits = address.family === 4 ? 8 : 32
    return der(0x87, Buffer.from(address.value.toString(16).padStart(digits, '0'), 'hex'))
  })
  return sequence(objectId('551d11'), der(0x04, sequence(...entries)))
}
