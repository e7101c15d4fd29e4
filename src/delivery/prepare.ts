import type { Rewriting } from '../domain/attempt.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { OutboundMethod } from '../domain/outbound-method.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'
import { tlsProfileOf } from '../domain/tls-profile.ts'
import { bodyDigest } from '../intake/body-digest.ts'
import { bodyOf } from '../profiles/body.ts'
import { type Profile, signatureKindOf } from '../profiles/profile.ts'
import { standard } from '../profiles/standard.ts'
import type { Claim } from '../store/port/deliveries.ts'
import type { Authenticated } from './authentication.ts'
import { maskHeaders } from './masking.ts'
import { liveSecrets, type Signer, signatureHeaders } from './signer.ts'
import type { OutboundRequest } from './transport.ts'

export type HeaderPair = readonly [name: string, value: string]

export interface Prepared {
  readonly request: OutboundRequest
  /** The headers as sent, secrets masked: what the attempt row keeps. */
  readonly shownHeaders: Readonly<Record<string, string>>
  /** The URL as records show it: a key in the query is masked. */
  readonly shownUrl: string
  readonly rewriting: Rewriting | null
}

/** What all requests of a node share. */
export interface PrepareContext {
  readonly signer: Signer
  /** `Posthorn/1.2.3`. */
  readonly userAgent: string
  /** Names this installation in the loop header; null: no loop header is sent. */
  readonly installationId: string | null
}

export interface PrepareInput {
  readonly claim: Claim
  readonly endpoint: Endpoint
  readonly policy: DeliveryPolicy
  /** Shape, headers and signature of the application's profile; default `standard`. */
  readonly profile?: Profile
  /** What the endpoint's code changed: `endpoint` and the payload are as it left them. */
  readonly rewritten?: Omit<Rewriting, 'bodyDigest'> & { readonly method: OutboundMethod }
  /** What the endpoint's authentication adds; default nothing. */
  readonly authenticated?: Authenticated
  /** Wall time of the attempt: it becomes `webhook-timestamp` (I5). */
  readonly now: number
  /** Total time that this attempt may take; default the policy's. */
  readonly timeoutMs?: number
  readonly mayStart: () => boolean
  readonly leavesIn?: (() => number) | undefined
  readonly signal: AbortSignal | null
}

/**
 * Requests that came through us carry it, with those that the message came through before; the API
 * refuses what carries its own id.
 */
export const loopHeader = 'posthorn-via'

/**
 * Shapes and signs the stored bytes and builds the request. `'payload_gone'` when they were
 * expunged. Custom headers go first and give way to ours whatever their spelling.
 */
export function prepare(context: PrepareContext, input: PrepareInput): Prepared | 'payload_gone' {
  const { claim, endpoint, policy, profile = standard, authenticated } = input
  const { message } = claim
  if (message.payload === null) return 'payload_gone'
  const body = bodyOf({ profile, message: { ...message, payload: message.payload }, endpoint })
  const ours: HeaderPair[] = [
    ['content-type', message.contentType],
    ['user-agent', profile.userAgent ?? context.userAgent],
    ...signatureOf(context, input, body),
  ]
  const { via } = message.attributes
  if (context.installationId !== null) {
    const before = typeof via === 'string' ? `${via}, ` : ''
    ours.push([loopHeader, before + context.installationId])
  }
  const proofs = authenticated?.headers ?? []
  const fixed = ours.filter(([name]) => !replacedBy(endpoint, profile, name))
  const headers = mergeHeaders(endpoint.headers, [...fixed, ...proofs])
  const { rewritten } = input
  return {
    request: {
      method: rewritten?.method,
      url: authenticated?.url ?? endpoint.url,
      headers,
      body,
      timeoutMs: input.timeoutMs ?? policy.attemptTimeoutMs,
      redirectsMax: policy.redirectsMax,
      tls: tlsProfileOf(endpoint),
      mayStart: input.mayStart,
      leavesIn: input.leavesIn,
      signal: input.signal,
    },
    shownHeaders: maskHeaders(headers, new Set(proofs.map(([name]) => name.toLowerCase()))),
    shownUrl: authenticated?.shownUrl ?? endpoint.url,
    rewriting: rewritten === undefined ? null : rewritingOf(rewritten, body),
  }
}

function rewritingOf(
  { headers, url }: NonNullable<PrepareInput['rewritten']>,
  body: Uint8Array,
): Rewriting {
  return { bodyDigest: bodyDigest(body), headers, url }
}

/** Whether a custom header takes the place of ours because the profile lets it. */
function replacedBy(endpoint: Endpoint, profile: Profile, name: string): boolean {
  return (
    profile.replaceableHeaders.includes(name) &&
    Object.keys(endpoint.headers).some((custom) => custom.toLowerCase() === name)
  )
}

/** The headers that sign the body: of the kind that the endpoint chose, or its profile's. */
function signatureOf(
  { signer }: PrepareContext,
  { claim, endpoint, policy, profile = standard, now }: PrepareInput,
  body: Uint8Array,
): readonly HeaderPair[] {
  const secrets = liveSecrets(endpoint.secrets, now)
  const kind = signatureKindOf(endpoint, profile)
  if (kind === 'none') return []
  if (kind === 'logto-hmac') {
    const [secret] = secrets
    const signature = secret === undefined ? null : signer.signBody({ body, secret })
    return signature === null ? [] : [[logtoSignatureHeader, signature]]
  }
  const { id } = claim.message
  const timestampSeconds = Math.floor(now / 1000)
  const signature = signer.sign({ id, timestampSeconds, body, secrets })
  const headers = signatureHeaders(policy.signatureHeaders, { id, timestampSeconds, signature })
  const { sequence } = claim.delivery
  return sequence === null ? headers : [...headers, ['webhook-sequence', String(sequence)]]
}

/** Lower-case hex of HMAC-SHA256 over the body, as Logto documents it. */
export const logtoSignatureHeader = 'logto-signature-sha-256'

/** One spelling per name: of two custom spellings the last wins, and ours win over both. */
export function mergeHeaders(
  custom: Readonly<Record<string, string>>,
  ours: readonly HeaderPair[],
): readonly HeaderPair[] {
  const names = Object.keys(custom)
  if (names.length === 0) return ours
  const taken = new Set(ours.map(([name]) => name.toLowerCase()))
  const kept: HeaderPair[] = []
  for (const name of names.reverse()) {
    const lower = name.toLowerCase()
    if (taken.has(lower)) continue
    taken.add(lower)
    kept.push([name, custom[name] ?? ''])
  }
  return [...kept.reverse(), ...ours]
}
