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
  readonly buckets: readonly {
    readonly timestamp: string
    readonly total: number
    readonly states: Readonly<Partial<Record<DeliveryOut['state'], number>>>
  }[]
  readonly facets: {
    readonly state: readonly Facet[]
    readonly eventType: readonly Facet[]
    readonly endpointId: readonly Facet[]
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
  query: Readonly<Record<string, string | number | readonly string[] | undefined>>,
  signal?: AbortSignal,
) =>
  request<Summary>(`/app/${encodeURIComponent(app)}/summary/delivery`, {
    query,
    ...(signal && { signal }),
  })
