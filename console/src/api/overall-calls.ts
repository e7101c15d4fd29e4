/** The lists of all applications together. */
import type { ListQuery, LookedThrough } from './calls.ts'
import { type QueryValue, request } from './http.ts'
import type { DeliveryOut, MessageOut } from './model.ts'

export interface ApplicationNamed {
  readonly id: string
  readonly uid?: string | null
  readonly name: string
}

export interface OverallDelivery extends DeliveryOut {
  readonly application: ApplicationNamed
  /** As it is now; null: it was deleted. */
  readonly endpoint: {
    readonly name: string
    readonly url: string
    readonly disabled: boolean
    readonly paused: boolean
  } | null
}

export interface OverallMessage extends MessageOut {
  readonly application: ApplicationNamed
}

export type OverallQuery = ListQuery & { readonly app_id?: readonly string[] }

export const listAllDeliveries = (
  query: OverallQuery & {
    readonly state?: readonly string[]
    readonly status?: readonly string[]
    readonly code?: readonly string[]
  },
  signal?: AbortSignal,
) =>
  request<LookedThrough<OverallDelivery>>('/delivery', {
    query: { ...query },
    ...(signal && { signal }),
  })

interface Facet {
  readonly value: string
  readonly count: number
}

/** Whose the newest deliveries are that fit, how they stand and what they got. */
export interface OverallCounts {
  readonly total: number
  /** There may be more: all since then are counted. */
  readonly partial: boolean
  readonly countedSince: string | null
  readonly facets: {
    readonly application: readonly (ApplicationNamed & { readonly count: number })[]
    readonly state: readonly Facet[]
    readonly eventType: readonly Facet[]
    readonly answer: readonly Facet[]
  }
}

export const countAllDeliveries = (
  query: Readonly<Record<string, QueryValue>>,
  signal?: AbortSignal,
) => request<OverallCounts>('/summary/delivery', { query, ...(signal && { signal }) })

/** Without payloads. */
export const listAllMessages = (query: OverallQuery, signal?: AbortSignal) =>
  request<LookedThrough<OverallMessage>>('/msg', {
    query: { with_content: false, ...query },
    ...(signal && { signal }),
  })
