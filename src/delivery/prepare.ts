import type { Endpoint } from '../domain/endpoint.ts'
import type { DeliveryPolicy } from '../domain/policy.ts'
import type { Claim } from '../store/port/deliveries.ts'
import { maskHeaders } from './masking.ts'
import { liveSecrets, type Signer, signatureHeaders } from './signer.ts'
import type { OutboundRequest } from './transport.ts'

export type HeaderPair = readonly [name: string, value: string]

export interface Prepared {
  readonly request: OutboundRequest
  /** The headers as sent, secrets masked: what the attempt row keeps. */
  readonly shownHeaders: Readonly<Record<string, string>>
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
  /** Wall time of the attempt: it becomes `webhook-timestamp` (I5). */
  readonly now: number
  /** Total time that this attempt may take; default the policy's. */
  readonly timeoutMs?: number
  readonly mayStart: () => boolean
  readonly signal: AbortSignal | null
}

/** Requests that came through us carry it; the API refuses those that carry our own id. */
export const loopHeader = 'posthorn-via'

/**
 * Signs the stored bytes and builds the request. `'payload_gone'` when they were expunged.
 * Custom headers go first and give way to ours whatever their spelling.
 */
export function prepare(context: PrepareContext, input: PrepareInput): Prepared | 'payload_gone' {
  const { claim, endpoint, policy, now } = input
  const body = claim.message.payload
  if (body === null) return 'payload_gone'
  const timestampSeconds = Math.floor(now / 1000)
  const signature = context.signer.sign({
    id: claim.message.id,
    timestampSeconds,
    body,
    secrets: liveSecrets(endpoint.secrets, now),
  })
  const ours: HeaderPair[] = [
    ['content-type', claim.message.contentType],
    ['user-agent', context.userAgent],
    ...signatureHeaders(policy.signatureHeaders, {
      id: claim.message.id,
      timestampSeconds,
      signature,
    }),
  ]
  if (claim.delivery.sequence !== null) {
    ours.push(['webhook-sequence', String(claim.delivery.sequence)])
  }
  if (context.installationId !== null) ours.push([loopHeader, context.installationId])
  const headers = mergeHeaders(endpoint.headers, ours)
  return {
    request: {
      url: endpoint.url,
      headers,
      body,
      timeoutMs: input.timeoutMs ?? policy.attemptTimeoutMs,
      redirectsMax: policy.redirectsMax,
      mayStart: input.mayStart,
      signal: input.signal,
    },
    shownHeaders: maskHeaders(headers),
  }
}

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
