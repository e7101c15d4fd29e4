/**
 * The lists of all applications together: the keys of the hot tables are by time already, and what is
 * looked for among many others has an index by time. Rows of other organisations are stepped over.
 */
import type { DeliveryState } from '../../domain/delivery.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type {
  ApplicationNamed,
  EndpointSeen,
  OverallDelivery,
  OverallMessage,
  OverallStore,
} from '../port/overall.ts'
import type { Page } from '../port/page.ts'
import { lastAttempt } from './attempts.ts'
import type { Database } from './database.ts'
import { deliveryConditions, deliveryOrigins, selectRow } from './deliveries.ts'
import { type DeliveryRow, toDelivery } from './delivery-row.ts'
import { type Origin, origin } from './lists.ts'
import { type MessageRow, selectRowWithLength, toMessage } from './messages.ts'
import { type Condition, type Filtered, filteredPage } from './window.ts'

type Input<Name extends keyof OverallStore> = Parameters<OverallStore[Name]>[0]

// The states are spelled out: only then the partial index is used.
const selectPending = 'select id, seq from delivery where state = 0'
const selectFailed = 'select id, seq from delivery where state = 3'
const selectCanceled = 'select id, seq from delivery where state = 4'
const selects: Readonly<Record<DeliveryState, string | null>> = {
  pending: selectPending,
  sending: null,
  succeeded: null,
  failed: selectFailed,
  canceled: selectCanceled,
}
const allDeliveries = 'select id, seq from delivery where true'
const allMessages = 'select id, seq from message where true'

const selectApplication = `
  select id, uid, name
  from application
  where id = ?`

const selectEndpoint = `
  select e.id, e.settings, e.paused_at, e.disabled_at, h.open_until
  from endpoint e
  left join endpoint_health h on h.application_id = e.application_id and h.endpoint_id = e.id
  where e.application_id = ? and e.id = ? and e.deleted_at is null`

export function listOverallDeliveries(
  db: Database,
  input: Input<'listOverallDeliveries'>,
): Page<OverallDelivery> {
  const { applicationIds, states } = input
  const list: Filtered<DeliveryRow & { readonly event_type: string }, OverallDelivery> = {
    kind: 'delivery',
    origins:
      applicationIds === null
        ? overallOrigins(states)
        : applicationIds.flatMap((applicationId) =>
            deliveryOrigins({ ...input, applicationId, endpointIds: null }),
          ),
    select: selectRow,
    table: 'd',
    eventTable: 'm',
    conditions: [
      ofOrganization('d', input),
      ...deliveryConditions({ ...input, endpointIds: null }),
    ],
    rowsMax: input.rowsMax,
    map: (row) => ({
      delivery: toDelivery(row),
      eventType: row.event_type,
      last: lastAttempt(db, row),
      application: named(db, row.application_id),
      endpoint: seen(db, row),
    }),
  }
  return filteredPage(db, list, input)
}

export function listOverallMessages(
  db: Database,
  input: Input<'listOverallMessages'>,
): Page<OverallMessage> {
  const list: Filtered<MessageRow, OverallMessage> = {
    kind: 'message',
    origins:
      input.applicationIds === null
        ? [{ listed: allMessages, tail: null, values: [] }]
        : input.applicationIds.map((application_id) =>
            origin('message', 'message_list', { application_id }),
          ),
    select: selectRowWithLength,
    table: 'm',
    eventTable: 'm',
    conditions: [ofOrganization('m', input)],
    rowsMax: input.rowsMax,
    map: (row) => ({ message: toMessage(row), application: named(db, row.application_id) }),
  }
  return filteredPage(db, list, input)
}

function overallOrigins(states: readonly DeliveryState[] | null): readonly Origin[] {
  const rare = states?.map((state) => selects[state]) ?? [null]
  const found = rare.filter((select) => select !== null)
  const all = found.length < rare.length ? [allDeliveries] : found
  return all.map((listed) => ({ listed, tail: null, values: [] }))
}

function ofOrganization(
  table: 'd' | 'm',
  { organizationId }: Pick<Input<'listOverallMessages'>, 'organizationId'>,
): Condition {
  const sql = `and exists (
    select 1 from application o
    where o.id = ${table}.application_id and o.organization_id = ? and o.deleted_at is null)`
  return { sql, values: [organizationId] }
}

function named(db: Database, applicationId: ApplicationId): ApplicationNamed {
  const row = db.row<ApplicationNamed>(selectApplication, applicationId)
  return { id: applicationId, uid: row?.uid ?? null, name: row?.name ?? '' }
}

interface SeenRow {
  readonly id: EndpointId
  readonly settings: string
  readonly paused_at: number | null
  readonly disabled_at: number | null
  readonly open_until: number | null
}

function seen(
  db: Database,
  of: Pick<DeliveryRow, 'application_id' | 'endpoint_id'>,
): EndpointSeen | null {
  const row = db.row<SeenRow>(selectEndpoint, of.application_id, of.endpoint_id)
  if (row === undefined) return null
  const { url, description, metadata, attributes }: Endpoint = JSON.parse(row.settings)
  const { id, paused_at: pausedAt, disabled_at: disabledAt, open_until: openUntil } = row
  return { id, url, description, metadata, attributes, pausedAt, disabledAt, openUntil }
}
