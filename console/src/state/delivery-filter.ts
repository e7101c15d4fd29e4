/** What the URL of a delivery list asks for, and how the server is asked for it. */
import type { Change } from '../api/change-stream.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import type { Selection } from '../api/recovery-calls.ts'
import { type DeliveryStatus, deliveryStatuses, statesOf, statusOf } from './delivery-status.ts'
import { boundsOf, listOf, monthsAgo, type Search, type TimeRange } from './search.ts'
import { type SoughtIn, soughtFlags, soughtIn, timeFlags } from './sought.ts'

export interface DeliveryFilter {
  readonly statuses: readonly DeliveryStatus[]
  readonly types: readonly string[]
  readonly endpoints: readonly string[]
  /** Asked of the server as it stands. */
  readonly sought: SoughtIn
  /** Statuses of the last answer; 0: there was none. */
  readonly codes: readonly number[]
  /** All statuses of that beginning: `5xx`. */
  readonly families: readonly string[]
  /** Why the last attempt had no answer. */
  readonly classes: readonly string[]
}

/** All stand in `code` of the URL: `code=500,4xx,connect_timeout`. */
const familyPattern = /^[1-5]xx$/
const classPattern = /^[a-z_]{2,40}$/

/** `endpointId`: the list shows that one only. */
export function filterOf(search: Search, endpointId: string | null): DeliveryFilter {
  return {
    statuses: listOf(search['status']).filter((one): one is DeliveryStatus =>
      deliveryStatuses.some((known) => known === one),
    ),
    types: listOf(search['type']),
    endpoints: endpointId === null ? listOf(search['endpoint']) : [endpointId],
    sought: soughtIn(search),
    codes: listOf(search['code']).map(Number).filter(Number.isInteger),
    families: listOf(search['code']).filter((one) => familyPattern.test(one)),
    classes: listOf(search['code']).filter((one) => classPattern.test(one)),
  }
}

/** As the list, its counts and its export take it. */
export function queryOf(filter: DeliveryFilter, range: TimeRange | null) {
  return {
    ...(filter.statuses.length === 0 ? {} : { status: filter.statuses }),
    ...(filter.types.length === 0 ? {} : { event_types: filter.types }),
    ...(filter.endpoints.length === 0 ? {} : { endpoint_id: filter.endpoints }),
    ...(answersOf(filter).length === 0 ? {} : { code: answersOf(filter) }),
    ...filter.sought,
    ...boundsOf(range),
  }
}

/** The newest rows of the list, where the server need not look at each: `matches` tells the words apart. */
export function headQueryOf(filter: DeliveryFilter, range: TimeRange | null) {
  const { status = [], ...others } = queryOf(filter, range)
  const state = [...new Set(status.map((one) => statesOf[one]))]
  return state.length === 0 ? others : { ...others, state }
}

export function answersOf({ codes, families, classes }: DeliveryFilter): readonly string[] {
  return [...families, ...codes.map(String), ...classes]
}

/** Whether a row still fits: it was read some time ago, and may be another by now. */
export function matches(
  row: DeliveryOut,
  filter: DeliveryFilter,
  endpoint: Pick<EndpointOut, 'paused' | 'disabled'> | undefined,
): boolean {
  if (filter.statuses.length > 0 && !filter.statuses.includes(statusOf(row, endpoint))) return false
  return answersOf(filter).length === 0 || answersAs(row, filter)
}

function answersAs({ lastAttempt }: DeliveryOut, filter: DeliveryFilter): boolean {
  if (lastAttempt == null) return false
  const { responseStatusCode: code, errorClass } = lastAttempt
  const { codes, families, classes } = filter
  return (
    codes.includes(code) || families.includes(familyOf(code)) || classes.includes(errorClass ?? '')
  )
}

/** `5xx` of 503. */
export function familyOf(code: number): string {
  return `${Math.floor(code / 100)}xx`
}

/** The row after an attempt, as the stream tells it; an older attempt changes nothing. */
export function afterChange(row: DeliveryOut, change: Change): DeliveryOut {
  if (change.type !== 'attempt.finished' || change.deliveryId !== row.id) return row
  if (change.attemptNumber < row.attemptCount || row.lastAttempt?.id === change.attemptId)
    return row
  return {
    ...row,
    state: change.deliveryState,
    attemptCount: change.attemptNumber,
    nextAttempt: change.nextAttempt,
    lastAttempt: {
      id: change.attemptId,
      responseStatusCode: change.responseStatusCode,
      responseDurationMs: change.responseDurationMs,
      errorClass: change.errorClass ?? null,
      timestamp: change.timestamp,
    },
  }
}

const allStates: readonly DeliveryOut['state'][] = [
  'pending',
  'sending',
  'succeeded',
  'failed',
  'canceled',
]

/** The same filter as a job takes it, so that it acts on exactly what the list shows. */
export function selectionOf(
  filter: DeliveryFilter,
  { range, now }: { readonly range: TimeRange | null; readonly now: number },
): Selection {
  return {
    since: range === null ? monthsAgo(now) : new Date(range.from).toISOString(),
    ...(range?.to == null ? {} : { until: new Date(range.to).toISOString() }),
    ...(filter.statuses.length === 0 ? { states: allStates } : { statuses: filter.statuses }),
    ...(filter.types.length === 0 ? {} : { eventTypes: filter.types }),
    ...(filter.endpoints.length === 0 ? {} : { endpointIds: filter.endpoints }),
    ...(answersOf(filter).length === 0 ? {} : { codes: answersOf(filter) }),
    ...filter.sought,
  }
}

/** The same list on the command line. */
export function cliOf(filter: DeliveryFilter, search: Search, application: string): string {
  return commandOf(filter, search, `--app ${application}`)
}

/** `whose`: the flags that say it. */
export function commandOf(filter: DeliveryFilter, search: Search, whose: string): string {
  const parts = ['posthorn deliveries ls', whose]
  if (filter.statuses.length > 0) parts.push(`--status ${filter.statuses.join(',')}`)
  if (filter.types.length > 0) parts.push(`--type '${filter.types.join(',')}'`)
  if (filter.endpoints.length > 0) parts.push(`--endpoint ${filter.endpoints.join(',')}`)
  if (answersOf(filter).length > 0) parts.push(`--code ${answersOf(filter).join(',')}`)
  parts.push(...soughtFlags(search), ...timeFlags(search))
  return parts.join(' ')
}
