/**
 * The lists by application and by endpoint follow behind their tables. Written with the rows they
 * would touch a page of their own for every application in a commit; copied later in chunks,
 * sorted, they touch each page once a chunk (measured at 100 applications, batch 100: 161 us of
 * CPU per event with the rows, 33 us behind them).
 *
 * `list_progress` says up to which `seq` a table's rows are in its lists. Rows above it are the
 * tail, at most a few thousand: readers look through it. A chunk and its mark are one commit.
 */
import type { Database, Value } from './database.ts'

export type Source = 'message' | 'delivery' | 'attempt'

/** Attempt ids that begin with the same so many characters are counted together: about 8 minutes. */
export const spanLength = 10

const copies: Readonly<Record<Source, readonly string[]>> = {
  message: [
    `
    insert into message_list (application_id, id, seq)
    select application_id, id, seq
    from message
    where seq > ? and seq <= ?
    order by application_id, id`,
    `
    insert into message_type_list (application_id, event_type, id, seq)
    select application_id, event_type, id, seq
    from message
    where seq > ? and seq <= ?
    order by application_id, event_type, id`,
  ],
  delivery: [
    `
    insert into delivery_list (application_id, id, seq)
    select application_id, id, seq
    from delivery
    where seq > ? and seq <= ?
    order by application_id, id`,
    `
    insert into delivery_endpoint_list (application_id, endpoint_id, id, seq)
    select application_id, endpoint_id, id, seq
    from delivery
    where seq > ? and seq <= ?
    order by application_id, endpoint_id, id`,
  ],
  attempt: [
    `
    insert into attempt_endpoint_list (application_id, endpoint_id, id, succeeded, seq)
    select application_id, endpoint_id, id, succeeded, seq
    from attempt
    where seq > ? and seq <= ?
    order by application_id, endpoint_id, id`,
    `
    insert into attempt_count (application_id, endpoint_id, span, succeeded, count)
    select application_id, endpoint_id, substr(id, 1, ${spanLength}), succeeded, count(*)
    from attempt
    where seq > ? and seq <= ?
    group by 1, 2, 3, 4
    on conflict do update
    set count = count + excluded.count`,
  ],
}

const ends: Readonly<Record<Source, string>> = {
  message: 'select max(seq) as seq from message',
  delivery: 'select max(seq) as seq from delivery',
  attempt: 'select max(seq) as seq from attempt',
}

const selectProgress = `
  select seq
  from list_progress
  where source = ?`

const updateProgress = `
  update list_progress
  set seq = ?
  where source = ?`

/** Rows copied in one commit; also how long a tail may grow before that. */
export const chunkRows = 4_096

const sources: readonly Source[] = ['message', 'delivery', 'attempt']

/** Copies the next chunk of the first table whose tail is long enough. Says whether there was one. */
export function followOne(db: Database): boolean {
  for (const source of sources) {
    const { from, end } = tailOf(db, source)
    if (end - from < chunkRows) continue
    for (const copy of copies[source]) db.run(copy, from, from + chunkRows)
    db.run(updateProgress, from + chunkRows, source)
    return true
  }
  return false
}

/**
 * After rows were removed: `seq` counts on from the last row there is, so a mark above it would
 * hide the rows to come.
 */
export function pullBackMarks(db: Database): void {
  for (const source of sources) {
    const { from, end } = tailOf(db, source)
    if (from > end) db.run(updateProgress, end, source)
  }
}

function tailOf(db: Database, source: Source): { readonly from: number; readonly end: number } {
  const from = db.row<{ seq: number }>(selectProgress, source)?.seq ?? 0
  const end = db.row<{ seq: number | null }>(ends[source])?.seq ?? 0
  return { from, end }
}

export interface Candidate {
  readonly id: string
  readonly seq: number
}

/** Where candidates of a list come from: statements that end in a where clause over `id`, `seq`. */
export interface Origin {
  readonly listed: string
  /** The rows that the list does not hold yet; absent where the index is the table's own. */
  readonly tail: string | null
  readonly values: readonly Value[]
}

/** The origin of a list table over the same columns of its source. */
export function origin(source: Source, list: string, key: Readonly<Record<string, Value>>): Origin {
  const where = Object.keys(key)
    .map((column) => `${column} = ?`)
    .join(' and ')
  return {
    listed: `select id, seq from ${list} where ${where}`,
    // By `seq` alone: an index in the wanted order would be walked whole.
    tail: `
      select id, seq
      from ${source} not indexed
      where seq > (select p.seq from list_progress p where p.source = '${source}') and ${where}`,
    values: Object.values(key),
  }
}

export interface Bounds {
  readonly fromId: string
  /** Exclusive. */
  readonly toId: string
  readonly upwards: boolean
}

/**
 * The candidates of all origins between the bounds, in the order of their ids, each once. The tail
 * is read first: what moves from it into the list meanwhile is then seen twice, never missed.
 */
export function* candidates(
  db: Database,
  origins: readonly Origin[],
  bounds: Bounds,
  chunk: number,
): Generator<Candidate> {
  const before = (a: string, b: string): boolean => (bounds.upwards ? a < b : a > b)
  const parts = origins.flatMap((each) => [
    ...(each.tail === null ? [] : [tailOfList(db, each.tail, each.values, bounds)]),
    walk(db, each.listed, each.values, bounds, chunk),
  ])
  const heads = parts.map((part) => part.next())
  let last: string | null = null
  for (;;) {
    let first = -1
    for (const [at, head] of heads.entries()) {
      if (head.done) continue
      const best = heads[first]
      if (best === undefined || best.done || before(head.value.id, best.value.id)) first = at
    }
    const head = heads[first]
    const part = parts[first]
    if (head === undefined || head.done || part === undefined) return
    heads[first] = part.next()
    if (head.value.id !== last) yield head.value
    last = head.value.id
  }
}

/** The rows behind the mark: few, and found by `seq`. The plus keeps the planner off the whole key. */
function tailOfList(
  db: Database,
  select: string,
  values: readonly Value[],
  bounds: Bounds,
): Iterator<Candidate, undefined> {
  const sql = `${select} and +id >= ? and +id < ?
    order by +id ${bounds.upwards ? 'asc' : 'desc'}`
  return db.rows<Candidate>(sql, ...values, bounds.fromId, bounds.toId)[Symbol.iterator]()
}

/** One statement's rows, read in chunks from bound to bound. */
function* walk(
  db: Database,
  select: string,
  values: readonly Value[],
  bounds: Bounds,
  chunk: number,
): Generator<Candidate> {
  const sql = `${select} and id >= ? and id < ?
    order by id ${bounds.upwards ? 'asc' : 'desc'}
    limit ?`
  let { fromId, toId } = bounds
  for (;;) {
    const rows = db.rows<Candidate>(sql, ...values, fromId, toId, chunk)
    yield* rows
    const end = rows.at(-1)
    if (end === undefined || rows.length < chunk) return
    if (bounds.upwards) fromId = `${end.id}!`
    else toId = end.id
  }
}
