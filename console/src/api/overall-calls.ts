/** The lists of all applications together. */
import type { ListQuery, LookedThrough } from './calls.ts'
import { request } from './http.ts'
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

/** Without payloads. */
export const listAllMessages = (query: OverallQuery, signal?: AbortSignal) =>
  request<LookedThrough<OverallMessage>>('/msg', {
    query: { with_content: false, ...query },
    ...(signal && { signal }),
  })
