/** Work on many deliveries, and the jobs that do it. */
import { request } from './http.ts'
import type { DeliveryOut, List } from './model.ts'

/** Deliveries by name, or all that fit; absent members do not restrict. */
export interface Selection {
  readonly since?: string
  readonly until?: string
  readonly endpointIds?: readonly string[]
  readonly states?: readonly DeliveryOut['state'][]
  readonly eventTypes?: readonly string[]
  readonly tag?: string
  /** Last answers: statuses, or why there was none. */
  readonly codes?: readonly string[]
  /** The same in the words of the list; see `delivery-status.ts`. */
  readonly statuses?: readonly string[]
  /** A text, a condition on the payload, a view of messages. */
  readonly q?: string
  readonly where?: string
  readonly view?: string
  readonly deliveryIds?: readonly string[]
}

export interface RecoveryCare {
  readonly skipDelivered: boolean
  readonly probe: boolean
  /** Deliveries a second; null: as fast as they are answered; `usual`: as the server does. */
  readonly rate: number | null | 'usual'
  /** A share; null: goes on whatever fails. */
  readonly stopAbove: number | null
}

/** Who is told of the end by mail: `me` is who signed in. */
export interface Notified {
  readonly notify?: 'me'
}

export interface Preview {
  readonly matching: number
  readonly alreadyDelivered: number
  readonly onTheWay: number
  readonly toSend: number
  readonly oldest: string | null
  readonly newest: string | null
  readonly endpoints: readonly {
    readonly endpointId: string
    readonly matching: number
    readonly alreadyDelivered: number
    readonly onTheWay: number
  }[]
  readonly eventTypes: readonly { readonly name: string; readonly count: number }[]
  readonly complete: boolean
}

export type StopReason = 'probe_failed' | 'probe_unanswered' | 'too_many_failures'

export type EndpointFate = 'changed' | 'unchanged' | 'refused' | 'gone' | 'succeeded' | 'failed'

export interface Job {
  readonly id: string
  readonly status: 'running' | 'finished' | 'failed'
  readonly task: string
  readonly updatedAt: string
  readonly data: {
    readonly appId?: string
    readonly seen: number
    readonly done: number
    readonly total?: number | null
    readonly skipped?: number
    readonly unsendable?: number
    readonly succeeded?: number
    readonly failing?: number
    readonly waiting?: number
    readonly rate?: number | null
    readonly paused?: boolean
    readonly canceled?: boolean
    readonly stopped?: readonly { readonly endpointId: string; readonly reason: StopReason }[]
    readonly createdAt?: string
    readonly endpointId?: string
    readonly endpointIds?: readonly string[]
    readonly probe?: boolean
    readonly skipDelivered?: boolean
    readonly stopAbove?: number | null
    /** Somebody is told of its end by mail. */
    readonly notify?: true
    /** Of work on endpoints: what is done, how many came to what, and of one job which. */
    readonly action?: string
    readonly eventTypes?: readonly string[]
    readonly tally?: Readonly<Partial<Record<EndpointFate, number>>>
    readonly results?: readonly {
      readonly id: string
      readonly name: string
      readonly fate: EndpointFate
      readonly code?: string
      readonly why?: string
      readonly status?: number | null
      readonly durationMs?: number
    }[]
  }
}

const deliveries = (app: string): string => `/app/${encodeURIComponent(app)}/delivery`
const jobPath = (id: string): string => `/background-task/${encodeURIComponent(id)}`

export const previewDeliveries = (app: string, body: Selection, signal?: AbortSignal) =>
  request<Preview>(`${deliveries(app)}/preview`, {
    method: 'POST',
    body,
    ...(signal && { signal }),
  })
export const recoverDeliveries = (
  app: string,
  { rate, ...body }: Selection & Partial<RecoveryCare> & Notified,
) =>
  request<Job>(`${deliveries(app)}/recover`, {
    method: 'POST',
    body: rate === 'usual' ? body : { ...body, rate },
  })
export const cancelDeliveries = (app: string, body: Selection) =>
  request<Job>(`${deliveries(app)}/cancel`, { method: 'POST', body })

export interface MissingRange {
  readonly since: string
  readonly until?: string
}

export interface MissingPreview {
  readonly missing: number
  readonly seen: number
  readonly oldest: string | null
  readonly newest: string | null
  readonly eventTypes: readonly { readonly name: string; readonly count: number }[]
  readonly complete: boolean
}

const missing = (app: string, endpoint: string): string =>
  `/app/${encodeURIComponent(app)}/endpoint/${encodeURIComponent(endpoint)}/replay-missing`

/** Messages that the endpoint wants by its settings of now and never got. */
export const replayMissing = (app: string, endpoint: string, body: MissingRange & Notified) =>
  request<Job>(missing(app, endpoint), { method: 'POST', body })
/** How many those are. */
export const previewMissing = (
  app: string,
  endpoint: string,
  body: MissingRange,
  signal?: AbortSignal,
) =>
  request<MissingPreview>(`${missing(app, endpoint)}/preview`, {
    method: 'POST',
    body,
    ...(signal && { signal }),
  })

export const getJob = (id: string) => request<Job>(jobPath(id))
export const listJobs = () =>
  request<List<Job>>('/background-task', { query: { limit: 50, task: 'delivery.recover' } })
export const moveJob = (id: string, move: 'pause' | 'resume' | 'cancel') =>
  request<Job>(`${jobPath(id)}/${move}`, { method: 'POST' })
