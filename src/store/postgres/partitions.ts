/**
 * History in partitions of one week: messages, deliveries, attempts and counts. They are made ahead, and
 * dropped whole when retention has passed, which leaves no dead rows behind. Bounds are ids, which
 * begin with their time. A default partition catches what falls outside (clock far off); its rows
 * are deleted in chunks.
 *
 * Making and dropping a partition locks its parent for a moment. The wait for that lock is kept
 * short, and what did not get it is tried at the next sweep: deliveries never queue behind upkeep.
 */
import { idAtTime } from '../../domain/ids.ts'
import { spanLength } from './attempt-counts.ts'
import type { Database } from './database.ts'
import { sqlState } from './driver-errors.ts'

const weekMs = 7 * 86_400_000
const aheadWeeks = 2
const lockWaitMs = 500
/** Older history is rare enough for the default partition. */
const backWeeksMax = 104

const tables: readonly { readonly name: string; readonly boundAt: (ms: number) => string }[] = [
  { name: 'message', boundAt: (ms) => idAtTime('message', ms) },
  { name: 'delivery', boundAt: (ms) => idAtTime('delivery', ms) },
  { name: 'attempt', boundAt: (ms) => idAtTime('attempt', ms) },
  // The span in which one week ends and the next begins belongs to the next.
  { name: 'attempt_count', boundAt: (ms) => idAtTime('attempt', ms).slice(0, spanLength) },
]

/** The lock was not to be had, the default partition holds rows of that week, or another node was first. */
const tryLater = new Set(['55P03', '23514', '42P07', '40P01', '42P17'])

function partitionName(table: string, week: number): string {
  return `${table}_w${week}`
}

/**
 * Makes the partitions of this week and the next ones, where they are missing; with `since`, those
 * of the weeks from then on too (history that is moved here).
 */
export async function makePartitions(
  database: Database,
  now: number,
  since: number | null = null,
): Promise<void> {
  const current = Math.floor(now / weekMs)
  const first = Math.max(Math.floor(Math.min(since ?? now, now) / weekMs), current - backWeeksMax)
  for (const { name, boundAt } of tables) {
    const made = await weeksOf(database, name)
    for (let week = first; week <= current + aheadWeeks; week++) {
      if (made.includes(week)) continue
      const bounds = `from ('${boundAt(week * weekMs)}') to ('${boundAt((week + 1) * weekMs)}')`
      await alter(
        database,
        `create table if not exists ${partitionName(name, week)} partition of ${name} for values ${bounds}`,
      )
    }
  }
}

/**
 * Drops partitions that ended before `removeBefore`. One that still has an open delivery's message
 * stays: undelivered work is never removed (rule 37).
 */
export async function dropPartitions(database: Database, removeBefore: number): Promise<number> {
  let dropped = 0
  const oldest = await oldestOpenMessageAt(database)
  const before = Math.min(removeBefore, oldest ?? removeBefore)
  for (const { name } of tables) {
    for (const week of await weeksOf(database, name)) {
      if ((week + 1) * weekMs > before) continue
      if (await alter(database, `drop table ${partitionName(name, week)}`)) dropped++
    }
  }
  return dropped
}

async function weeksOf(database: Database, table: string): Promise<readonly number[]> {
  return database.exclusive(async (client) => {
    const rows = await client.query(
      `select c.relname from pg_inherits i
       join pg_class c on c.oid = i.inhrelid
       where i.inhparent = $1::regclass`,
      [table],
    )
    return rows.rows
      .map((row) => /_w(\d+)$/.exec(String(row.relname))?.[1])
      .filter((week) => week !== undefined)
      .map(Number)
  })
}

/** When the oldest message that still has an open delivery was made; null without any. */
async function oldestOpenMessageAt(database: Database): Promise<number | null> {
  return database.exclusive(async (client) => {
    const answer = await client.query(
      `select min(m.created_at) as at from (
         select application_id, message_id from open_delivery order by message_id limit 1
       ) d join message m on m.application_id = d.application_id and m.id = d.message_id`,
    )
    const at = answer.rows[0]?.at
    return at === null || at === undefined ? null : Number(at)
  })
}

async function alter(database: Database, sql: string): Promise<boolean> {
  return database.exclusive(async (client) => {
    try {
      await client.query('begin')
      await client.query(`set local lock_timeout = ${lockWaitMs}`)
      await client.query(sql)
      await client.query('commit')
      return true
    } catch (cause) {
      await client.query('rollback')
      if (tryLater.has(sqlState(cause) ?? '')) return false
      throw cause
    }
  })
}
