import type { ErrorClass } from '../../../src/domain/outcome.ts'
import { request } from './http.ts'
import type { DeliveryOut } from './model.ts'

interface Facet {
  readonly value: string
  readonly count: number
}

/** Counts of everything that a list's filter matches, by slice of time and by value. */
export interface Summary {
  readonly after: string
  readonly before: string
  readonly bucketSeconds: number
  readonly total: number
  /** The range holds more than may be looked at: counts begin at `countedSince`. */
  readonly partial: boolean
  readonly countedSince: string
  /** Where the counts of last answers begin, which are fewer. */
  readonly answersSince?: string
  readonly buckets: readonly {
    readonly timestamp: string
    readonly total: number
    readonly states: Readonly<Partial<Record<DeliveryOut['state'], number>>>
  }[]
  readonly facets: {
    readonly state: readonly Facet[]
    readonly eventType: readonly Facet[]
    readonly endpointId: readonly Facet[]
    /** Last answers of the newest thousand: a status code, or an error class. */
    readonly answer?: readonly Facet[]
    readonly waiting: readonly {
      readonly endpointId: string
      readonly attempted: boolean
      readonly count: number
    }[]
  }
}

export const summarizeMessages = (
  app: string,
  query: Readonly<Record<string, string | number | readonly string[] | undefined>>,
  signal?: AbortSignal,
) =>
  request<Summary>(`/app/${encodeURIComponent(app)}/summary/msg`, {
    query,
    ...(signal && { signal }),
  })

export const summarizeDeliveries = (
  app: string,
  query: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
  signal?: AbortSignal,
) =>
  request<Summary>(`/app/${encodeURIComponent(app)}/summary/delivery`, {
    query,
    ...(signal && { signal }),
  })

/** What became of an endpoint's attempts in the last 24 hours, hour by hour, and what waits. */
export interface Activity {
  readonly endpointId: string
  readonly succeeded: number
  readonly failed: number
  readonly p95Ms: number | null
  /** false: of some hours only the newest attempts are counted. */
  readonly complete: boolean
  readonly waiting: number
  readonly oldestWaitingAt: string | null
  /** First failure after the last success. */
  readonly failingSince: string | null
  readonly lastAttempt: {
    readonly timestamp: string
    readonly succeeded: boolean
    readonly responseStatusCode: number
    readonly errorClass: ErrorClass | null
  } | null
  readonly slices: readonly { readonly succeeded: number; readonly failed: number }[]
}

export const endpointActivity = (app: string, ids: readonly string[]) =>
  request<{ readonly data: readonly Activity[] }>(
    `/app/${encodeURIComponent(app)}/summary/endpoint`,
    { query: { endpoint_ids: ids } },
  )

/** How an application's endpoints do. */
export interface Standing {
  readonly applicationId: string
  readonly endpoints: number
  readonly failing: number
  /** Disabled because they failed for too long or answered 410. */
  readonly givenUp: number
  readonly paused: number
  readonly failingSince: string | null
  readonly waiting: number
  readonly oldestWaitingAt: string | null
}

/** `ids`: at most 100. */
export const applicationStanding = (ids: readonly string[], signal?: AbortSignal) =>
  request<{ readonly data: readonly Standing[] }>('/summary/app', {
    query: { application_ids: ids },
    ...(signal && { signal }),
  })
