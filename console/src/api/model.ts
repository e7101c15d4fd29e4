/** What travels over HTTP, as far as the pages read it. Times are RFC 3339 texts. */
import type { ExcludedBy } from '../../../src/domain/matching.ts'
import type { MessageSource } from '../../../src/domain/message-marks.ts'
import type { ErrorClass, Timings } from '../../../src/domain/outcome.ts'
import type { PolicyOverrides } from '../../../src/domain/policy.ts'
import type { Sender } from '../../../src/domain/senders.ts'

export interface List<Item> {
  readonly data: readonly Item[]
  readonly iterator: string | null
  readonly prevIterator?: string | null
  readonly done: boolean
}

export interface ApplicationOut {
  readonly id: string
  readonly uid?: string | null
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  readonly throttleRate?: number | null
  readonly profile?: string
  /** The master switch. */
  readonly enabled?: boolean
  readonly createdAt: string
  readonly updatedAt: string
}

/** Its secret is only ever sent; what a form does not show of it stays as it is. */
export type Authentication = Readonly<Record<string, string | number | null>> | null

/** A private authority and a client certificate, as PEM; the key is only ever sent. */
export type Tls = Readonly<Partial<Record<'ca' | 'certificate' | 'key', string | null>>>

/** What of an endpoint is read and saved by itself, by the last name of its path. */
export interface EndpointParts {
  readonly headers: {
    readonly headers: Readonly<Record<string, string>>
    readonly sensitive: readonly string[]
  }
  readonly tls: {
    readonly ca: string | null
    readonly certificate: string | null
    readonly hasKey: boolean
    readonly certificateExpiresAt: string | null
  }
  readonly transformation: {
    readonly code: string | null
    readonly enabled: boolean
    readonly variables: Readonly<Record<string, string>>
    readonly updatedAt: string | null
  }
}

export interface EndpointOut {
  readonly id: string
  readonly uid?: string | null
  readonly url: string
  readonly description: string
  /** Where a profile or the endpoint itself says how it is signed. */
  readonly signature?: string
  readonly disabled: boolean
  readonly disabledReason?: string | null
  readonly paused?: boolean
  readonly ordering?: 'none' | 'fifo'
  readonly eventTypes?: readonly string[] | null
  readonly channels?: readonly string[] | null
  readonly throttleRate?: number | null
  readonly metadata: Readonly<Record<string, string>>
  readonly policy?: PolicyOverrides
  /** Payloads wanted; null: all. */
  readonly filter?: Readonly<Record<string, unknown>> | null
  readonly attributes?: Readonly<Record<string, unknown>>
  /** What systems add; see the contract of the settings. */
  readonly name?: string | null
  readonly code?: string | null
  readonly trigger?: string | null
  readonly context?: string | null
  readonly scope?: Readonly<Record<string, readonly string[]>> | null
  readonly authentication?: Readonly<Record<string, unknown>> | null
  readonly createdAt: string
  readonly updatedAt: string
}

export interface EndpointStats {
  readonly success: number
  readonly pending: number
  readonly sending: number
  readonly fail: number
  readonly canceled: number
}

export interface EventTypeOut {
  readonly name: string
  readonly description: string
  readonly archived?: boolean
  readonly deprecated: boolean
  /** When it stops being sent; null: nobody has said. */
  readonly sunsetAt?: string | null
  readonly schemas?: Readonly<Record<string, unknown>> | null
  readonly groupName?: string | null
  readonly featureFlags?: readonly string[]
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly createdAt: string
  readonly updatedAt: string
}

export interface MessageOut {
  readonly id: string
  readonly eventType: string
  readonly eventId?: string | null
  readonly channels?: readonly string[] | null
  readonly tags?: readonly string[] | null
  readonly payload: unknown
  /** Sent in place of `payload`, byte for byte, and its media type. */
  readonly rawPayload?: string
  readonly contentType?: string
  readonly timestamp: string
  readonly deliverAt?: string | null
  readonly source?: MessageSource
  /** Null once the payload is gone. */
  readonly payloadBytes?: number | null
  /** Paths whose values do not show to this role. */
  readonly masked?: readonly string[]
}

export type StatusText = 'success' | 'pending' | 'fail' | 'sending' | 'canceled'

export interface DestinationOut {
  readonly id: string
  readonly url: string
  readonly description: string
  readonly status: number
  readonly statusText: StatusText
  readonly nextAttempt?: string | null
  readonly disabled: boolean
  readonly circuitOpenUntil?: string
}

export interface CertificateOut {
  readonly subject: string
  readonly issuer: string
  readonly validFrom: string
  readonly expiresAt: string
}

export interface ConnectionOut {
  readonly httpVersion: string
  readonly kept: boolean
  readonly tls: {
    readonly version: string
    readonly cipher: string
    readonly certificate: CertificateOut | null
  } | null
}

export interface AttemptOut {
  readonly id: string
  readonly msgId: string
  readonly endpointId: string
  /** Absent from an older server: POST. */
  readonly method?: string
  readonly url: string
  /** What the endpoint's transformation made of the request; null: there was none. */
  readonly transformed?: { readonly headers: readonly string[]; readonly url: boolean } | null
  readonly response: string
  readonly responseStatusCode: number
  readonly responseDurationMs: number
  readonly status: number
  readonly statusText: StatusText
  readonly triggerType: number
  readonly timestamp: string
  readonly deliveryId?: string
  readonly attemptNumber?: number
  readonly eventType?: string
  readonly errorClass?: ErrorClass | null
  readonly requestHeaders?: Readonly<Record<string, string>>
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly responseTruncated?: boolean
  /** Of the whole body, where it is truncated and that is known. */
  readonly responseBytes?: number | null
  readonly timings?: Timings
  readonly remoteAddress?: string | null
  readonly connection?: ConnectionOut | null
  readonly nextAttempt?: string | null
}

export interface DeliveryOut {
  readonly id: string
  readonly msgId: string
  readonly endpointId: string
  readonly eventType: string
  readonly state: 'pending' | 'sending' | 'succeeded' | 'failed' | 'canceled'
  readonly trigger?: 'scheduled' | 'manual'
  readonly attemptCount: number
  readonly nextAttempt?: string | null
  /** The endpoint fails, and nothing is sent to it before then. */
  readonly circuitOpenUntil?: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly lastAttempt?: {
    readonly id: string
    readonly responseStatusCode: number
    readonly responseDurationMs: number
    readonly errorClass?: ErrorClass | null
    readonly timestamp: string
  } | null
}

export interface PortalAccess {
  readonly url: string
  readonly token: string
}

export interface BinOut {
  readonly name: string
  readonly path: string
  readonly createdAt: string
  readonly lastRequestAt: string | null
  readonly requestCount: number
  readonly script: string
  /** False: `answers` have bodies, headers or paths that `script` does not say. */
  readonly scriptIsWhole?: boolean
  readonly answers?: object
  readonly secretCount: number
  /** Whose secrets there are, besides those of Standard Webhooks. */
  readonly senders?: readonly Sender[]
  readonly note: string
  readonly updatedAt: string
}

export interface CapturedOut {
  readonly id: string
  readonly bin: string
  readonly receivedAt: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | null
  readonly bodyBase64: string
  readonly bodyBytes: number
  readonly remoteAddress: string
  readonly httpVersion: string
  readonly signature: {
    readonly state: 'valid' | 'stale' | 'invalid' | 'absent' | 'no_secret'
    readonly messageId: string | null
    readonly timestamp: number | null
    readonly version: string | null
    readonly hint: string | null
    readonly sender?: Sender | null
    readonly secrets?: readonly SecretOut[]
  }
  readonly answer: { readonly status: number; readonly hangUp: boolean; readonly delayMs: number }
  readonly pinned?: boolean
  readonly note?: string
  readonly updatedAt?: string
}

/** A secret that made a signature: of an endpoint (null end: the current one) or of the bin. */
export type SecretOut =
  | {
      readonly of: 'endpoint'
      readonly endpointId: string
      readonly createdAt: string
      readonly expiresAt: string | null
    }
  | { readonly of: 'bin'; readonly place: number }

/** What was decided about one endpoint, and by which rule. */
export interface RoutingEntry {
  readonly endpointId: string
  readonly decision: 'sent' | 'excluded'
  readonly rule?: ExcludedBy
  readonly path?: string
  readonly value?: unknown
  readonly wanted?: unknown
}

/** A receiver to copy. */
export interface SnippetOut {
  readonly language: string
  readonly label: string
  readonly form: 'library' | 'plain'
  readonly install: string | null
  readonly code: string
}

export interface EndpointSnippets {
  readonly environment: { readonly name: string }
  readonly data: readonly SnippetOut[]
}

/** Who changed what; values of secrets are fingerprints. */
export interface AuditEntry {
  readonly id: string
  readonly at: string
  readonly actor: {
    readonly kind: string
    readonly id: string | null
    readonly name: string | null
  }
  readonly operation: string
  /** What the operation does, in the page's language. */
  readonly title: string
  readonly resource: { readonly kind: string; readonly id: string } | null
  readonly outcome: 'done' | 'refused'
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly changed: readonly string[]
}
