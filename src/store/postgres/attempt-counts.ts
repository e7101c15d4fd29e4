/**
 * Attempts are counted by endpoint and by spans of their ids, so that a day of 500,000 is some
 * hundred rows to add up. The counts follow behind the attempts: written with them, every node would
 * wait for the rows of a busy endpoint.
 *
 * `attempt_counted` says up to which transaction attempts are counted; below the snapshot's xmin all
 * are over (as in `changes.ts`), so each attempt is counted once, by one node at a time. What lies
 * behind it is the tail, a few seconds of attempts, which readers count themselves.
 */
import { type ApplicationId, type EndpointId, idAtTime } from '../../domain/ids.ts'
import { adHoc, type Database, patient, type Row, type Session, statement } from './database.ts'

/** Ids that begin with the same so many characters are counted together: about eight minutes. */
export const spanLength = 10
/** How long one lasts, about: half of it is well below the five minutes that `port/activity.ts` leaves. */
const spanMs = 505_000
/** Attempts counted in one transaction, about. */
const stepRows = 20_000
/** How often a reader asks again because a counter was quicker; each time takes a whole step of it. */
const readTriesMax = 5

// Whoever finds it locked leaves it to the other.
const selectMark = statement(
  'count_mark',
  `select tx::text as tx, pg_snapshot_xmin(pg_current_snapshot())::text as horizon
   from attempt_counted
   for update skip locked`,
)
/** The transaction that lies so many rows behind the mark; always past the mark itself. */
const selectEnd = patient(
  'count_end',
  `select (case when tx = $1::xid8 then (tx::text::numeric + 1)::text::xid8 else tx end)::text as tx
   from (
     select tx from attempt
     where tx >= $1::xid8 and tx < $2::xid8
     order by tx
     offset $3 limit 1) as far`,
)
const addCounts = patient(
  'count_add',
  `insert into attempt_count as c (application_id, endpoint_id, span, succeeded, count)
   select application_id, endpoint_id, left(id, ${spanLength}), succeeded, count(*)
   from attempt
   where tx >= $1::xid8 and tx < $2::xid8
   group by 1, 2, 3, 4
   on conflict (application_id, endpoint_id, span, succeeded) do update
   set count = c.count + excluded.count`,
)
const moveMark = statement('count_move_mark', 'update attempt_counted set tx = $1::xid8')
const readMark = statement('count_read_mark', 'select tx::text as tx from attempt_counted')

/** Counts the next attempts. `more`: there may be others. */
export function countAttempts(database: Database): Promise<'all' | 'more'> {
  return database.transaction(async (session) => {
    const [mark] = await session.run(selectMark)
    if (mark === undefined || mark['tx'] === mark['horizon']) return 'all'
    const { tx, horizon } = mark
    const [end] = await session.run(selectEnd, [tx, horizon, stepRows])
    const until = end?.['tx'] ?? horizon
    await session.run(addCounts, [tx, until])
    await session.run(moveMark, [until])
    return end === undefined ? 'all' : 'more'
  }, 'by_index')
}

/** The span whose beginning lies nearest to a time, at most half a span away: first characters of ids. */
export function spanNear(ms: number): string {
  return idAtTime('attempt', ms + spanMs / 2).slice(0, spanLength)
}

/** The first characters of a bound. */
function spanOf(bound: string): string {
  return `left(${bound}, ${spanLength})`
}

/**
 * Whole spans, less what lies in the first and the last of them outside of the bounds, and the tail.
 * Planned each time: only then is it known how few rows lie behind the mark.
 */
const sumAttempts = adHoc(
  `select (select tx::text from attempt_counted) as mark,
     coalesce(sum(n) filter (where succeeded), 0) as success,
     coalesce(sum(n) filter (where not succeeded), 0) as fail
   from (
     select succeeded, count as n from attempt_count
     where application_id = $1 and endpoint_id = $2
       and span >= ${spanOf('$3')} and span <= ${spanOf('$4')}
     union all
     select succeeded, -count(*) from attempt
     where application_id = $1 and endpoint_id = $2
       and id >= ${spanOf('$3')} and id < $3 and (tx is null or tx < $5::xid8)
     group by succeeded
     union all
     select succeeded, -count(*) from attempt
     where application_id = $1 and endpoint_id = $2
       and id >= $4 and id < ${spanOf('$4')} || '~' and (tx is null or tx < $5::xid8)
     group by succeeded
     union all
     select succeeded, count(*) from attempt
     where application_id = $1 and endpoint_id = $2 and id >= $3 and id < $4 and tx >= $5::xid8
     group by succeeded) as counted`,
)

/** Attempts of an endpoint made in [since, until). */
export async function sumOfAttempts(
  database: Database,
  input: {
    readonly applicationId: ApplicationId
    readonly endpointId: EndpointId
    readonly since: number
    readonly until: number
  },
): Promise<{ readonly success: number; readonly fail: number }> {
  const { applicationId, endpointId, since, until } = input
  const bounds = [idAtTime('attempt', since), idAtTime('attempt', Math.max(since, until))]
  const [row] = await readWithTail(database, (mark) =>
    database.run(sumAttempts, [applicationId, endpointId, ...bounds, mark]),
  )
  return { success: Number(row?.['success']), fail: Number(row?.['fail']) }
}

/**
 * Reads counts and the tail behind `mark` in one statement, each of whose rows tells the `mark` that
 * it saw. Where that has moved meanwhile, the tail would be told twice: it is read again.
 */
export async function readWithTail(
  database: Database,
  read: (mark: unknown) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  for (let tried = 1; ; tried++) {
    const [mark] = await database.run(readMark)
    const rows = await read(mark?.['tx'])
    const moved = rows.some((row) => row['mark'] !== mark?.['tx'])
    if (!moved || tried >= readTriesMax) return rows
  }
}

const removeCounted = patient(
  'count_remove',
  `with gone as (
     delete from attempt a using unnest($1::text[], $2::text[]) as r(application_id, id)
     where a.application_id = r.application_id and a.message_id = r.id
     returning a.application_id, a.endpoint_id, a.id, a.succeeded, a.tx
   ), fewer as (
     update attempt_count c set count = c.count - g.count
     from (
       select application_id, endpoint_id, left(id, ${spanLength}) as span, succeeded,
         count(*) as count
       from gone
       where tx is null or tx < (select tx from attempt_counted)
       group by 1, 2, 3, 4) as g
     where c.application_id = g.application_id and c.endpoint_id = g.endpoint_id
       and c.span = g.span and c.succeeded = g.succeeded
   )
   select id from gone`,
)
// What is removed while somebody counts would be counted after all.
const holdMark = statement('count_hold_mark', 'select 1 from attempt_counted for share')

/** Removes the attempts of those messages; returns how many there were. */
export async function removeAttempts(
  session: Session,
  messages: { readonly applicationIds: readonly unknown[]; readonly ids: readonly unknown[] },
): Promise<number> {
  await session.run(holdMark)
  return (await session.run(removeCounted, [messages.applicationIds, messages.ids])).length
}

/** Of attempts that came without a transaction, as those of a move do. */
export const countMoved = `insert into attempt_count as c (application_id, endpoint_id, span, succeeded, count)
   select application_id, endpoint_id, left(id, ${spanLength}), succeeded, count(*)
   from attempt
   where tx is null
   group by 1, 2, 3, 4
   on conflict (application_id, endpoint_id, span, succeeded) do update set count = excluded.count`
