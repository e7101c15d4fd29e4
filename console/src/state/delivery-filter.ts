/** What the URL of a delivery list asks for, and how the server is asked for it. */
import type { Change } from '../api/change-stream.ts'
import type { DeliveryOut, EndpointOut } from '../api/model.ts'
import type { Selection } from '../api/recovery-calls.ts'
import { endpointName } from './data.ts'
import { type DeliveryStatus, deliveryStatuses, statesOf, statusOf } from './delivery-status.ts'
import { boundsOf, listOf, type Search, type TimeRange } from './search.ts'

export interface DeliveryFilter {
  readonly statuses: readonly DeliveryStatus[]
  readonly types: readonly string[]
  readonly endpoints: readonly string[]
  readonly text: string
  /** Statuses of the last answer; 0: there was none. */
  readonly codes: readonly number[]
  /** Why the last attempt had no answer. */
  readonly classes: readonly string[]
}

/** Both stand in `code` of the URL: `code=500,connect_timeout`. */
const classPattern = /^[a-z_]{2,40}$/

/** `endpointId`: the list shows that one only. */
export function filterOf(search: Search, endpointId: string | null): DeliveryFilter {
  return {
    statuses: listOf(search['status']).filter((one): one is DeliveryStatus =>
      deliveryStatuses.some((known) => known === one),
    ),
    types: listOf(search['type']),
    endpoints: endpointId === null ? listOf(search['endpoint']) : [endpointId],
    text: search['q'] ?? '',
    codes: listOf(search['code']).map(Number).filter(Number.isInteger),
    classes: listOf(search['code']).filter((one) => classPattern.test(one)),
  }
}

/** The part of it that the list operation takes. */
export function queryOf(filter: DeliveryFilter, range: TimeRange | null) {
  const states = [...new Set(filter.statuses.map((status) => statesOf[status]))]
  return {
    ...(states.length === 0 ? {} : { state: states }),
    ...(filter.types.length === 0 ? {} : { event_types: filter.types }),
    ...(filter.endpoints.length === 1 ? { endpoint_id: filter.endpoints[0] ?? '' } : {}),
    ...(answersOf(filter).length === 0 ? {} : { code: answersOf(filter) }),
    ...boundsOf(range),
  }
}

function answersOf({ codes, classes }: DeliveryFilter): readonly string[] {
  return [...codes.map(String), ...classes]
}

/** All of it, as the export takes it. */
export function exportQueryOf(filter: DeliveryFilter, range: TimeRange | null) {
  return {
    status: filter.statuses,
    event_types: filter.types,
    endpoint_id: filter.endpoints,
    code: answersOf(filter),
    q: filter.text,
    ...boundsOf(range),
  }
}

/** What the list operation cannot filter is filtered here, over the rows that were loaded. */
export function matches(
  row: DeliveryOut,
  filter: DeliveryFilter,
  endpoint: EndpointOut | undefined,
): boolean {
  if (filter.statuses.length > 0 && !filter.statuses.includes(statusOf(row, endpoint))) return false
  if (filter.endpoints.length > 1 && !filter.endpoints.includes(row.endpointId)) return false
  if (answersOf(filter).length > 0 && !answersAs(row, filter)) return false // it may be another by now
  if (filter.text === '') return true
  const wanted = filter.text.toLowerCase()
  return [row.id, row.msgId, row.endpointId, row.eventType, endpointName(endpoint)].some((text) =>
    text.toLowerCase().includes(wanted),
  )
}

function answersAs({ lastAttempt }: DeliveryOut, { codes, classes }: DeliveryFilter): boolean {
  if (lastAttempt == null) return false
  const { responseStatusCode, errorClass } = lastAttempt
  return codes.includes(responseStatusCode) || classes.includes(errorClass ?? '')
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

const waitingKinds: readonly DeliveryStatus[] = ['queued', 'retrying', 'held']
/** The server's lists reach back 90 days; a day less leaves room for clocks. */
const windowMs = 89 * 86_400_000

/**
 * The same filter as a job takes it, so that it acts on exactly what the list shows. Null when the
 * server has no word for it: what waits is told apart by its endpoint, and texts are compared here.
 */
export function selectionOf(
  filter: DeliveryFilter,
  input: {
    readonly range: TimeRange | null
    readonly endpoints: ReadonlyMap<string, EndpointOut>
    readonly now: number
  },
): Selection | null {
  const waiting = waitingOf(filter, input.endpoints)
  if (filter.text !== '') return null
  if (waiting === null) return null
  const states = [...new Set(filter.statuses.map((status) => statesOf[status]))]
  const all: readonly DeliveryOut['state'][] = [...new Set(Object.values(statesOf))]
  const { range, now } = input
  return {
    since: new Date(range?.from ?? now - windowMs).toISOString(),
    ...(range?.to == null ? {} : { until: new Date(range.to).toISOString() }),
    states: states.length === 0 ? all : states,
    ...(filter.types.length === 0 ? {} : { eventTypes: filter.types }),
    ...(answersOf(filter).length === 0 ? {} : { codes: answersOf(filter) }),
    ...waiting,
  }
}

/** How the kinds of waiting are said to the server: by the endpoint, and by whether it was tried. */
function waitingOf(
  { statuses, endpoints: chosen }: DeliveryFilter,
  endpoints: ReadonlyMap<string, EndpointOut>,
): Pick<Selection, 'endpointIds' | 'attempted'> | null {
  const kinds = waitingKinds.filter((kind) => statuses.includes(kind))
  const named = chosen.length === 0 ? {} : { endpointIds: chosen }
  if (kinds.length === 0 || kinds.length === waitingKinds.length) return named
  const candidates = chosen.length === 0 ? [...endpoints.keys()] : chosen
  const isHeld = (id: string): boolean =>
    statusOf({ state: 'pending', attemptCount: 0 }, endpoints.get(id)) === 'held'
  const others = statuses.some((status) => !kinds.includes(status))
  const someHeld = candidates.some(isHeld)
  if (kinds.includes('held')) {
    return kinds.length === 1 && !others ? { endpointIds: candidates.filter(isHeld) } : null
  }
  if (others && (someHeld || kinds.length === 1)) return null
  const free = someHeld ? { endpointIds: candidates.filter((id) => !isHeld(id)) } : named
  return kinds.length === 2 ? free : { ...free, attempted: kinds[0] === 'retrying' }
}

/** The same list on the command line. */
export function cliOf(filter: DeliveryFilter, search: Search, application: string): string {
  const parts = ['posthorn deliveries ls', `--app ${application}`]
  if (filter.statuses.length > 0) parts.push(`--status ${filter.statuses.join(',')}`)
  if (filter.types.length > 0) parts.push(`--type '${filter.types.join(',')}'`)
  if (filter.endpoints.length > 0) parts.push(`--endpoint ${filter.endpoints.join(',')}`)
  if (answersOf(filter).length > 0) parts.push(`--code ${answersOf(filter).join(',')}`)
  if (search['since'] !== undefined) parts.push(`--since ${search['since']}`)
  for (const [flag, text] of [
    ['--since', search['from']],
    ['--until', search['to']],
  ] as const) {
    const at = Date.parse(text ?? '')
    if (!Number.isNaN(at)) parts.push(`${flag} ${new Date(at).toISOString()}`)
  }
  return parts.join(' ')
}
