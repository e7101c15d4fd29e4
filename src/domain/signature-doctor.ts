/**
 * Says why a request of ours did not verify at its receiver. The receiver pastes what it got; we know
 * every key of the endpoint and can make the bytes again that we sent, so the answer is exact where
 * the request was ours, and a list of the usual mistakes tried out where it was not.
 */
import { createHmac } from 'node:crypto'
import { type BodyChange, bodiesBefore, changesOf, firstDifference } from './body-changes.ts'
import type { SigningSecret } from './endpoint.ts'
import { decodeBase64, verificationKey } from './secret.ts'
import { signedHeaders } from './signature-check.ts'
import { matchSignature, type SignedParts, signedContent, toleranceSeconds } from './verify.ts'

export type SignatureFinding =
  | BodyChange
  /** Everything verifies as it was pasted. */
  | 'signature_intact'
  | 'headers_absent'
  | 'headers_incomplete'
  | 'timestamp_not_a_number'
  | 'timestamp_milliseconds'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  /** The signature header is not `v1,` and base64. */
  | 'signature_not_base64'
  /** No key of this endpoint made it, over what we have or over what came. */
  | 'signature_not_ours'
  /** Made by a key of this endpoint that no longer signs. */
  | 'secret_expired'
  | 'secret_of_other_endpoint'
  | 'secret_not_base64'
  /** The secret that the receiver uses is none that this endpoint ever had. */
  | 'secret_unknown'
  | 'secret_used_as_text'
  /** The application has no message with this id. */
  | 'message_unknown'
  | 'computed_as_hex'
  | 'computed_over_body_alone'
  | 'computed_unexplained'

export interface DoctorInput {
  /** One value by lower-case name; null when it is not there. */
  readonly header: (name: string) => string | null
  readonly body: Uint8Array
  readonly nowMs: number
  /** When the receiver judged it; null: it is judged as of the timestamp's own clock check now. */
  readonly receivedAtMs: number | null
  /** Keys of the endpoint, newest first, those that no longer sign among them. */
  readonly secrets: readonly SigningSecret[]
  /** Keys of the application's other endpoints. */
  readonly others: readonly { readonly endpointId: string; readonly key: string }[]
  /** The bytes that we would send for the message of this id; null when there is no such message. */
  readonly sent: Uint8Array | null
  /** The secret that the receiver verifies with; null: not told. */
  readonly secret: string | null
  /** What the receiver computed; null: not told. */
  readonly computed: string | null
}

export interface Diagnosis {
  readonly valid: boolean
  /** The most telling first. */
  readonly findings: readonly SignatureFinding[]
  readonly messageId: string | null
  /** Seconds since 1970, as sent. */
  readonly timestamp: number | null
  /** How much older (positive) or newer than the judging clock. */
  readonly ageSeconds: number | null
  /** Which of `secrets` signed it, counted from 0. */
  readonly secretIndex: number | null
  readonly otherEndpoint: string | null
  /** Where the body that came leaves the one that was sent; null where they are not compared. */
  readonly difference: Difference | null
}

export interface Difference {
  /** The first byte that differs. */
  readonly at: number
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Around that byte, as UTF-8. */
  readonly sent: string
  readonly received: string
}

/** Never throws: whatever a person pastes gives a diagnosis. */
export function diagnose(input: DoctorInput): Diagnosis {
  const found = examined(input)
  return { ...found, findings: [...new Set(found.findings)] }
}

function examined(input: DoctorInput): Diagnosis {
  const signed = signedHeaders(input.header)
  const base = { ...nothing, messageId: signed?.id ?? null }
  if (signed === null) return { ...base, findings: ['headers_absent'] }
  const { id, timestamp, signature } = signed
  if (id === null || timestamp === null || signature === null) {
    return { ...base, findings: ['headers_incomplete'] }
  }
  if (!/^\d{1,12}$/.test(timestamp)) {
    const inMs = /^\d{13}$/.test(timestamp)
    return { ...base, findings: [inMs ? 'timestamp_milliseconds' : 'timestamp_not_a_number'] }
  }
  const seconds = Number(timestamp)
  const ageSeconds = Math.floor((input.receivedAtMs ?? input.nowMs) / 1000) - seconds
  const known = { ...base, timestamp: seconds, ageSeconds }
  const parts: SignedParts = { id, timestamp, body: input.body }
  return judge(input, parts, { signature, known })
}

const nothing: Diagnosis = {
  valid: false,
  findings: [],
  messageId: null,
  timestamp: null,
  ageSeconds: null,
  secretIndex: null,
  otherEndpoint: null,
  difference: null,
}

interface Known {
  readonly signature: string
  readonly known: Diagnosis & { readonly ageSeconds: number }
}

function judge(input: DoctorInput, parts: SignedParts, { signature, known }: Known): Diagnosis {
  const keys = input.secrets.map(({ key }) => key)
  const over = (body: Uint8Array): number | null => {
    const found = matchSignature({ ...parts, body, signatures: signature, keys })
    return found === null || found === 'no_key' ? null : found.keyIndex
  }
  const ofReceiver = receiverFindings(input, parts, signature)
  const asReceived = over(input.body)
  if (asReceived !== null) {
    const findings = [...timeFindings(known.ageSeconds), ...keyFindings(input, asReceived)]
    const secretIndex = asReceived
    const all = [...findings, ...ofReceiver]
    return all.length === 0
      ? { ...known, secretIndex, valid: true, findings: ['signature_intact'] }
      : { ...known, secretIndex, valid: findings.length === 0, findings: all }
  }
  const { sent } = input
  const asSent = sent === null ? null : over(sent)
  if (sent !== null && asSent !== null) {
    const findings: readonly SignatureFinding[] = [
      ...changesOf(sent, input.body),
      ...timeFindings(known.ageSeconds),
      ...keyFindings(input, asSent),
      ...ofReceiver,
    ]
    const difference = differenceOf(sent, input.body)
    return { ...known, secretIndex: asSent, findings, difference }
  }
  return guess(input, { ...parts, signatures: signature }, { known, ofReceiver, over })
}

function timeFindings(ageSeconds: number): readonly SignatureFinding[] {
  if (ageSeconds > toleranceSeconds) return ['timestamp_too_old']
  return ageSeconds < -toleranceSeconds ? ['timestamp_too_new'] : []
}

/** A key that no longer signs may have signed this request when it was sent, but is being given up. */
function keyFindings(input: DoctorInput, index: number): readonly SignatureFinding[] {
  const expiresAt = input.secrets[index]?.expiresAt ?? null
  return expiresAt !== null && expiresAt <= input.nowMs ? ['secret_expired'] : []
}

/** Neither what came nor what we would send was signed by this endpoint: the usual mistakes. */
function guess(
  input: DoctorInput,
  signed: SignedParts & { readonly signatures: string },
  found: {
    readonly known: Diagnosis
    readonly ofReceiver: readonly SignatureFinding[]
    readonly over: (body: Uint8Array) => number | null
  },
): Diagnosis {
  const { known, ofReceiver, over } = found
  if (!/(^| )v1a?,/.test(signed.signatures) || !hasBase64(signed.signatures)) {
    return { ...known, findings: ['signature_not_base64', ...ofReceiver] }
  }
  for (const { change, body } of bodiesBefore(input.body)) {
    const secretIndex = over(body)
    if (secretIndex !== null) return { ...known, secretIndex, findings: [change, ...ofReceiver] }
  }
  const other = input.others.find(({ key }) =>
    [input.body, input.sent].some((body) => body !== null && isSignedBy(key, { ...signed, body })),
  )
  const reasons: readonly SignatureFinding[] =
    other !== undefined
      ? ['secret_of_other_endpoint']
      : input.sent === null
        ? ['message_unknown', 'signature_not_ours']
        : ['signature_not_ours']
  const findings = [...reasons, ...ofReceiver]
  return { ...known, findings, otherEndpoint: other?.endpointId ?? null }
}

function hasBase64(signatures: string): boolean {
  return signatures.split(' ').some((item) => {
    const encoded = item.split(',')[1] ?? ''
    const length = decodeBase64(encoded)?.length
    return length === 32 || length === 64
  })
}

function isSignedBy(key: string, signed: SignedParts & { readonly signatures: string }): boolean {
  const found = matchSignature({ ...signed, keys: [key] })
  return found !== null && found !== 'no_key'
}

/** What is wrong with the receiver's own secret and with what it computed. */
function receiverFindings(
  input: DoctorInput,
  parts: SignedParts,
  signature: string,
): readonly SignatureFinding[] {
  const { secret, computed } = input
  const findings: SignatureFinding[] = []
  if (secret !== null) findings.push(...secretFindings(secret, input))
  if (computed !== null && !signature.includes(computed.trim().replace(/^v1,/, ''))) {
    findings.push(computedFinding(computed.trim(), input, parts))
  }
  return findings
}

function secretFindings(secret: string, input: DoctorInput): readonly SignatureFinding[] {
  const given = bare(secret.trim())
  const index = input.secrets.findIndex(
    ({ key }) => bare(key) === given || bare(verificationKey(key)) === given,
  )
  if (index !== -1) return keyFindings(input, index)
  if (input.others.some(({ key }) => bare(key) === given)) return ['secret_of_other_endpoint']
  return [decodeBase64(given) === null ? 'secret_not_base64' : 'secret_unknown']
}

function bare(key: string): string {
  return key.replace(/^wh(sec|pk|sk)_/, '')
}

/** Makes the usual wrong signatures until one is what the receiver computed. */
function computedFinding(
  computed: string,
  input: DoctorInput,
  parts: SignedParts,
): SignatureFinding {
  const keys = [...input.secrets.map(({ key }) => key), ...(input.secret ? [input.secret] : [])]
  const bodies = [parts.body, ...(input.sent === null ? [] : [input.sent])]
  const wanted = computed.replace(/^v1,/, '')
  for (const key of keys.filter((one) => !/^wh[ps]k_/.test(one))) {
    const bytes = decodeBase64(bare(key))
    const texts = [key, bare(key)].filter((text) => text !== '')
    for (const body of bodies) {
      const content = signedContent({ ...parts, body })
      const made = (secret: Uint8Array | string, over: Uint8Array, form: 'hex' | 'base64') =>
        createHmac('sha256', secret).update(over).digest(form) ===
        (form === 'hex' ? wanted.toLowerCase() : wanted)
      if (bytes !== null && made(bytes, content, 'hex')) return 'computed_as_hex'
      for (const form of ['base64', 'hex'] as const) {
        if (texts.some((text) => made(text, content, form))) return 'secret_used_as_text'
        const secrets = [...(bytes === null ? [] : [bytes]), ...texts]
        if (secrets.some((one) => made(one, body, form))) return 'computed_over_body_alone'
      }
    }
  }
  return 'computed_unexplained'
}

const excerptBytes = 24

function differenceOf(sent: Uint8Array, received: Uint8Array): Difference | null {
  const at = firstDifference(sent, received)
  if (at === null) return null
  const around = (bytes: Uint8Array): string =>
    Buffer.from(bytes.subarray(Math.max(0, at - excerptBytes), at + excerptBytes)).toString('utf8')
  return {
    at,
    sentBytes: sent.length,
    receivedBytes: received.length,
    sent: around(sent),
    received: around(received),
  }
}
