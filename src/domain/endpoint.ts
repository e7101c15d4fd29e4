import type { ApplicationId, EndpointId } from './ids.ts'
import type { PolicyOverrides } from './policy.ts'

/** A signing secret as the owner sees it: `whsec_…` (HMAC) or `whsk_…` (Ed25519, 64 bytes). */
export interface SigningSecret {
  readonly key: string
  readonly createdAt: number
  /** When it stops signing; null for the current one. Older ones sign until then (rotation). */
  readonly expiresAt: number | null
}

export type DisabledReason = 'manual' | 'failing' | 'gone'

/** How deliveries travel: an HTTP request, or the open stream of a `posthorn listen`. */
export type Transport = 'http' | 'listen'

/** A URL with its secrets, filters and policy. */
export interface Endpoint {
  readonly id: EndpointId
  readonly applicationId: ApplicationId
  readonly uid: string | null
  readonly url: string
  readonly description: string
  /** Svix's legacy number; stored and returned, never read. */
  readonly version: number
  readonly transport: Transport
  readonly disabledAt: number | null
  readonly disabledReason: DisabledReason | null
  /** While set, deliveries wait in the table; resuming sends them in order. */
  readonly pausedAt: number | null
  /** Event types wanted; null: all. */
  readonly eventTypes: readonly string[] | null
  /** Channels wanted; null: all. */
  readonly channels: readonly string[] | null
  readonly metadata: Readonly<Record<string, string>>
  /** Attempts a second; null: no limit. */
  readonly throttleRate: number | null
  /** Newest first; the first is the current one. Sealed at rest. */
  readonly secrets: readonly SigningSecret[]
  /** Custom request headers, spelling kept. Sealed at rest. */
  readonly headers: Readonly<Record<string, string>>
  readonly policy: PolicyOverrides
  /** Secrets of the endpoint's authentication (password, key, client secret, ...) by field name.
   *  Absent: none. Sealed at rest, never returned; see `delivery/authentication.ts`. */
  readonly credentials?: Readonly<Record<string, string>>
  /** What systems add (name, code, scope, authentication, ...). JSON, never a secret. */
  readonly attributes: EndpointAttributes
  readonly createdAt: number
  readonly updatedAt: number
}

/** An endpoint that wants everything, with nothing else set and no secret yet. */
export function plainEndpoint(
  of: Pick<Endpoint, 'id' | 'applicationId' | 'url'> & { readonly now: number },
): Endpoint {
  const { id, applicationId, url, now } = of
  return {
    ...{ id, applicationId, uid: null, url, description: '', version: 1, transport: 'http' },
    ...{ disabledAt: null, disabledReason: null, pausedAt: null },
    ...{ eventTypes: null, channels: null, metadata: {}, throttleRate: null },
    ...{ secrets: [], headers: {}, policy: {}, attributes: {} },
    ...{ createdAt: now, updatedAt: now },
  }
}

/** Open for the profiles of the five systems: each member is optional and documented there. */
export interface EndpointAttributes {
  readonly [name: string]: unknown
}

/** What the engine keeps about an endpoint's success, apart from its settings. */
export interface EndpointHealth {
  /** First failure after the last success; null while healthy. */
  readonly failingSince: number | null
  readonly consecutiveFailures: number
  /** While in the future the circuit is open: attempts wait and are not burned. */
  readonly openUntil: number | null
}

export const healthy: EndpointHealth = {
  failingSince: null,
  consecutiveFailures: 0,
  openUntil: null,
}

/** What a person calls it: its name, else its description, else its host (a path may hold a key). */
export function endpointTitle(
  endpoint: Pick<Endpoint, 'id' | 'url' | 'description' | 'metadata' | 'attributes'>,
): string {
  const name = endpoint.attributes['name'] ?? endpoint.metadata['name']
  if (typeof name === 'string' && name !== '') return name
  if (endpoint.description !== '') return endpoint.description
  return URL.canParse(endpoint.url) ? new URL(endpoint.url).host : endpoint.id
}
