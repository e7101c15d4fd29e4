/**
 * Signatures of other senders, checked as their receivers do, for the inspector. A bin's secret says
 * whose it is by its beginning: `stripe:whsec_…`, `github:…`, `shopify:…`, `slack:…`, `twilio:…`, or
 * `hmac:x-signature:…` for anybody who signs the body with HMAC in a header of that name. Secrets
 * without one are of Standard Webhooks (`signature-check.ts`).
 */
import { createHmac } from 'node:crypto'
import { type Sender, senders } from './senders.ts'
import type { SignatureState } from './signature-check.ts'
import { sameBytes, toleranceSeconds } from './verify.ts'

export interface SenderReport {
  readonly state: SignatureState
  readonly sender: Sender
  /** The header that it came in. */
  readonly header: string
  /** Seconds since 1970, where it is signed too. */
  readonly timestamp: number | null
  /** Which of the secrets given matched, counted from 0. */
  readonly secretIndex: number | null
}

export interface SenderInput {
  /** One value by lower-case name; null when it is not there. */
  readonly header: (name: string) => string | null
  readonly body: Uint8Array
  /** Addresses that the sender may have called: behind a proxy there is more than one. */
  readonly urls: readonly string[]
  readonly secrets: readonly string[]
  readonly nowMs: number
}

interface Claim {
  readonly header: string
  readonly timestamp: number | null
  /** Whether the secret made it. */
  readonly matches: (secret: string) => boolean
}

/** Null: no signature of any of these senders, as far as the secrets and the headers say. */
export function checkSender(input: SenderInput): SenderReport | null {
  for (const sender of senders) {
    const own = secretsOf(sender, input.secrets)
    const claim = claimOf(sender, input, own)
    if (claim === null) continue
    const { header, timestamp } = claim
    const base = { sender, header, timestamp, secretIndex: null }
    if (own.length === 0) return { ...base, state: 'no_secret' }
    const found = own.find(({ secret }) => claim.matches(secret))
    if (found === undefined) return { ...base, state: 'invalid' }
    const age = timestamp === null ? 0 : Math.abs(Math.floor(input.nowMs / 1000) - timestamp)
    return {
      ...base,
      secretIndex: found.index,
      state: age <= toleranceSeconds ? 'valid' : 'stale',
    }
  }
  return null
}

/** Whether the secret says whose it is. */
export function isOfSender(secret: string): boolean {
  return senders.some((sender) => secret.startsWith(`${sender}:`))
}

function secretsOf(sender: Sender, secrets: readonly string[]) {
  return secrets.flatMap((text, index) =>
    text.startsWith(`${sender}:`) ? [{ index, secret: text.slice(sender.length + 1) }] : [],
  )
}

function claimOf(
  sender: Sender,
  input: SenderInput,
  own: readonly { readonly secret: string }[],
): Claim | null {
  switch (sender) {
    case 'stripe':
      return stripe(input)
    case 'github':
      return bodyHmac(input, { header: 'x-hub-signature-256', prefix: 'sha256=', form: 'hex' })
    case 'shopify':
      return bodyHmac(input, { header: 'x-shopify-hmac-sha256', prefix: '', form: 'base64' })
    case 'slack':
      return slack(input)
    case 'twilio':
      return twilio(input)
    case 'hmac':
      return anyHmac(input, own)
    default:
      return sender satisfies never
  }
}

/** `t=1700000000,v1=…,v1=…` over `time.body`; the key is the whole text of the secret. */
function stripe({ header, body }: SenderInput): Claim | null {
  const value = header('stripe-signature')
  if (value === null) return null
  const parts = value.split(',').map((part) => part.trim().split('='))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  const given = parts.flatMap(([name, hex]) => (name === 'v1' && hex !== undefined ? [hex] : []))
  const content = Buffer.concat([Buffer.from(`${time}.`), body])
  return {
    header: 'stripe-signature',
    timestamp: secondsOf(time),
    matches: (secret) => given.some((hex) => isHmac(hex, 'hex', { secret, content })),
  }
}

/** `v0=…` over `v0:time:body`. */
function slack({ header, body }: SenderInput): Claim | null {
  const value = header('x-slack-signature')
  if (value === null) return null
  const time = header('x-slack-request-timestamp') ?? ''
  const content = Buffer.concat([Buffer.from(`v0:${time}:`), body])
  const given = value.replace(/^v0=/, '')
  return {
    header: 'x-slack-signature',
    timestamp: secondsOf(time),
    matches: (secret) => isHmac(given, 'hex', { secret, content }),
  }
}

/** SHA-1 over the address and, of a form, its fields in the order of their names. */
function twilio({ header, body, urls }: SenderInput): Claim | null {
  const given = header('x-twilio-signature')
  if (given === null) return null
  const form = /^application\/x-www-form-urlencoded/i.test(header('content-type') ?? '')
  const fields = form ? [...new URLSearchParams(Buffer.from(body).toString('utf8'))] : []
  const text = fields
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value)
    .join('')
  const matches = (secret: string): boolean =>
    urls.some((url) =>
      isHmac(given, 'base64', { secret, content: Buffer.from(url + text), algorithm: 'sha1' }),
    )
  return { header: 'x-twilio-signature', timestamp: null, matches }
}

function bodyHmac(
  { header, body }: SenderInput,
  as: { readonly header: string; readonly prefix: string; readonly form: 'hex' | 'base64' },
): Claim | null {
  const value = header(as.header)
  if (value === null) return null
  const given = value.startsWith(as.prefix) ? value.slice(as.prefix.length) : value
  return {
    header: as.header,
    timestamp: null,
    matches: (secret) => isHmac(given, as.form, { secret, content: body }),
  }
}

const algorithms = ['sha256', 'sha1', 'sha512'] as const

/** `header:secret`: the body's HMAC, in hexadecimal or base64, with or without `sha256=` before it. */
function anyHmac(input: SenderInput, own: readonly { readonly secret: string }[]): Claim | null {
  const headerOf = (secret: string): string => secret.slice(0, secret.indexOf(':')).toLowerCase()
  const named = own.map(({ secret }) => headerOf(secret))
  const name = named.find((one) => one !== '' && input.header(one) !== null)
  if (name === undefined) return null
  const given = (input.header(name) ?? '').replace(/^sha\d+=/i, '')
  const matches = (text: string): boolean => {
    if (headerOf(text) !== name) return false
    const keyed = { secret: text.slice(text.indexOf(':') + 1), content: input.body }
    return algorithms.some(
      (algorithm) =>
        isHmac(given, 'hex', { ...keyed, algorithm }) ||
        isHmac(given, 'base64', { ...keyed, algorithm }),
    )
  }
  return { header: name, timestamp: null, matches }
}

function secondsOf(text: string): number | null {
  return /^\d{1,12}$/.test(text) ? Number(text) : null
}

function isHmac(
  given: string,
  form: 'hex' | 'base64',
  made: {
    readonly secret: string
    readonly content: Uint8Array
    readonly algorithm?: (typeof algorithms)[number]
  },
): boolean {
  const wanted = createHmac(made.algorithm ?? 'sha256', made.secret)
    .update(made.content)
    .digest()
  const bytes = Buffer.from(given, form)
  return sameBytes(bytes, wanted)
}
