/**
 * Where each row of the embedded database lies in PostgreSQL. A table that is the same in both is
 * copied by its columns; the others are written down here. A table that is neither is refused
 * before anything is copied, so that none is forgotten.
 */
import type { Cell, Row, SourceTable, TargetTable } from './port.ts'

type Place = readonly [table: string, row: Row]

/** What SQLite keeps beside its tables to find rows by; PostgreSQL has indexes for it. */
const leftBehind = new Set([
  'list_progress',
  'message_list',
  'message_type_list',
  'delivery_list',
  'delivery_endpoint_list',
  'attempt_endpoint_list',
  'attempt_count',
])
/** Of the database itself, never of what it holds. */
export const ownSettings: ReadonlySet<Cell> = new Set([
  'schema_version',
  'schema_oldest',
  'ping',
  'data_migration',
])

const states = ['pending', 'sending', 'succeeded', 'failed', 'canceled']
const finalFrom = 2

const special: Readonly<Record<string, (row: Row) => readonly Place[]>> = {
  setting: (row) => (ownSettings.has(row['name'] ?? null) ? [] : [['posthorn_setting', row]]),
  endpoint: (row) => [['endpoint', endpointRow(row)]],
  message: (row) => [
    [
      'message',
      {
        ...without(row, ['seq']),
        content_type: row['content_type'] ?? 'application/json',
        attributes: row['attributes'] ?? '{}',
      },
    ],
    ...eventIdRow(row),
  ],
  delivery: (row) => [deliveryRow(row)],
  attempt: (row) => [['attempt', attemptRow(row)]],
  stream: (row) => [['stream', streamRow(row)]],
  idempotency_key: (row) => {
    const open = row['message_id'] === null && row['status'] === null
    const reserved_until = open ? (row['expires_at'] ?? null) : null
    return [['idempotency_key', { ...without(row, ['seq']), reserved_until }]]
  },
}

function endpointRow(row: Row): Row {
  const settings = parsed(row['settings'])
  const text = (name: string): string => JSON.stringify(settings[name])
  const list = (name: string): string | null =>
    settings[name] === null || settings[name] === undefined ? null : text(name)
  return {
    ...without(row, ['settings', 'cancel_open']),
    url: settings['url'] as string, // written by the embedded store, like the three below
    description: settings['description'] as string,
    version: settings['version'] as number,
    transport: settings['transport'] as string,
    throttle_rate: (settings['throttleRate'] ?? null) as number | null, // as above
    event_types: list('eventTypes'),
    channels: list('channels'),
    metadata: text('metadata'),
    policy: text('policy'),
    attributes: text('attributes'),
  }
}

function eventIdRow(row: Row): readonly Place[] {
  const { application_id = null, event_id = null, id = null } = row
  return event_id === null
    ? []
    : [['message_event_id', { application_id, event_id, message_id: id }]]
}

/** What was being sent when the server died has no lease any more: it is due at once. */
function deliveryRow(row: Row): Place {
  const code = Number(row['state'])
  const kept = without(row, ['seq', 'lease_token', 'last_attempt_id', 'due_at', 'event_type'])
  const trigger = triggerOf(row)
  if (code >= finalFrom) return ['delivery', { ...kept, trigger, state: states[code] ?? null }]
  const ordered = row['sequence'] !== null
  const leased = states[code] === 'sending'
  const due_at = ordered ? null : ((leased ? row['updated_at'] : row['due_at']) ?? null)
  return ['open_delivery', { ...kept, trigger, state: 'pending', due_at, lease_token: null }]
}

type Detail = Readonly<Record<string, unknown>>

function attemptRow(row: Row): Row {
  const detail = parsed(row['detail'])
  return {
    ...without(row, ['seq', 'detail']),
    trigger: triggerOf(row),
    url: detail['url'] as string, // written by the embedded store, like the address
    request_headers: JSON.stringify(detail['requestHeaders']),
    response_headers: JSON.stringify(detail['responseHeaders']),
    timings: timingsText(detail),
    remote_address: (detail['remoteAddress'] ?? null) as string | null, // as above
  }
}

function timingsText({ timings, connection, responseBytes, method, rewriting }: Detail): string {
  const beside = {
    ...(connection == null ? {} : { connection }),
    ...(responseBytes == null ? {} : { responseBytes }),
    ...(rewriting == null ? {} : { method, rewriting }),
  }
  return JSON.stringify({ ...(timings as object), ...beside }) // written by the embedded store
}

/** `stopped` is what PostgreSQL asks the endpoint and the application for. */
function streamRow(row: Row): Row {
  const held_since = row['held_since'] ?? null
  return {
    ...without(row, ['retry_at', 'stopped', 'claimable_at']),
    held_since,
    ready_at: held_since === null ? (row['retry_at'] ?? null) : null,
    lease_token: null,
    lease_until: null,
    generation: 0,
  }
}

function triggerOf(row: Row): string {
  return row['trigger'] === 1 ? 'manual' : 'scheduled'
}

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
}

function parsed(text: Cell | undefined): Readonly<Record<string, unknown>> {
  return JSON.parse(String(text))
}

export interface Mapping {
  readonly source: SourceTable
  /** The rows that one row becomes, complete and in the types of their columns. */
  place(row: Row): readonly (readonly [TargetTable, Row])[]
}

/** The tables whose rows are copied; the rest is what SQLite keeps to find them by. */
export function movedTables(sources: readonly SourceTable[]): readonly SourceTable[] {
  return sources.filter(({ name }) => !leftBehind.has(name))
}

/** How each table is copied. Throws for one that nobody has thought of. */
export function mappings(
  sources: readonly SourceTable[],
  targets: readonly TargetTable[],
): readonly Mapping[] {
  const byName = new Map(targets.map((table) => [table.name, table]))
  return movedTables(sources).map((source) => {
    const placeRow = special[source.name] ?? sameTable(source, byName.get(source.name))
    return {
      source,
      place: (row) =>
        placeRow(row).map(([name, values]) => {
          const table = byName.get(name)
          if (table === undefined) throw new Error(`there is no table ${name} to copy to`)
          return [table, complete(values, table)] as const
        }),
    }
  })
}

function sameTable(
  source: SourceTable,
  target: TargetTable | undefined,
): (row: Row) => readonly Place[] {
  const known = new Set(target?.columns.map(({ name }) => name))
  const unknown = source.columns.filter((name) => !known.has(name))
  if (target === undefined || unknown.length > 0) {
    throw new Error(`nothing says how ${source.name} (${unknown.join(', ')}) is copied`)
  }
  return (row) => [[target.name, row]]
}

function complete(values: Row, table: TargetTable): Row {
  return Object.fromEntries(
    table.columns.map(({ name, type }) => [name, converted(values[name] ?? null, type)]),
  )
}

function converted(cell: Cell, type: string): Cell {
  if (cell === null) return null
  if (type === 'boolean') return cell === 1
  if (type === 'text[]') return JSON.parse(String(cell))
  if (type === 'bytea' && typeof cell === 'string') return Buffer.from(cell)
  return cell
}
