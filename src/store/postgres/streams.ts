/**
 * Strict order (RELIABILITY section 5): a leased row for each ordered endpoint. Every write checks
 * the random token, the head moves only under it, and times are the database's.
 */
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { StreamKey, StreamStore } from '../port/streams.ts'
import { claimAny, claimNamed, lockNamed } from './claim-streams.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import { heldStreams } from './held-streams.ts'
import type { StreamGenerations } from './stream-generations.ts'

const nextReady = statement(
  'next_ready_stream',
  `select min(greatest(s.ready_at, coalesce(s.lease_until, 0))) as at
   from stream s
   join endpoint e on e.application_id = s.application_id and e.id = s.endpoint_id
   where s.head < s.next and s.held_since is null
     and greatest(s.ready_at, coalesce(s.lease_until, 0)) > ${nowSql(1)}
     and e.deleted_at is null and e.disabled_at is null and e.paused_at is null`,
)
const retryHeld = statement(
  'retry_held_stream',
  `update stream set held_since = null, ready_at = ${nowSql(3)}
   where application_id = $1 and endpoint_id = $2 and held_since is not null
   returning head`,
)
const skipHeld = statement(
  'skip_held_stream',
  `update stream set held_since = null, ready_at = ${nowSql(3)}
   where application_id = $1 and endpoint_id = $2 and held_since is not null
   returning head as skipped`,
)
const resetTries = statement(
  'retry_held_delivery',
  `update open_delivery set attempt_count = 0
   where application_id = $1 and endpoint_id = $2 and sequence = $3`,
)
const failSkipped = statement(
  'fail_skipped_delivery',
  `with done as (
     delete from open_delivery
     where application_id = $1 and endpoint_id = $2 and sequence = $3
     returning *
   )
   insert into delivery (application_id, id, endpoint_id, message_id, state, trigger, attempt_count,
     sequence, created_at, updated_at)
   select application_id, id, endpoint_id, message_id, 'failed', trigger, attempt_count, sequence,
     created_at, ${nowSql(4)}
   from done`,
)
const advanceSkipped = statement(
  'advance_skipped_stream',
  `update stream s
   set head = coalesce(
     (select min(d.sequence) from open_delivery d
      where d.application_id = s.application_id and d.endpoint_id = s.endpoint_id
        and d.sequence > s.head), s.next)
   where s.application_id = $1 and s.endpoint_id = $2`,
)
const selectStream = statement(
  'select_stream',
  'select * from stream where application_id = $1 and endpoint_id = $2',
)

export function streamStore(
  database: Database,
  time: StoreTime,
  generations: StreamGenerations,
): StreamStore & { drain(): Promise<void> } {
  const held = heldStreams(database, time, generations)
  return {
    async claimStreams({ now, leaseUntil, tokens, except, only }) {
      const values = [time.parameter(now), tokens, leaseUntil - now, except]
      const rows = await (only === null
        ? database.run(claimAny, values)
        : database.seekLocked(
            [lockNamed, [values[0], ...keysOf(only), generations.of(only)]],
            [claimNamed, [...values, ...keysOf(only), generations.of(only)]],
          ))
      generations.saw(rows)
      const [next] = only === null ? await database.run(nextReady, [time.parameter(now)]) : []
      return {
        streams: rows.map((row) => ({
          applicationId: String(row['application_id']) as ApplicationId, // columns of ours
          endpointId: String(row['endpoint_id']) as EndpointId,
          token: String(row['lease_token']),
          epoch: Number(row['lease_epoch']),
          head: Number(row['head']),
          leaseUntil: Number(row['lease_until']),
        })),
        nextReadyAt: next?.['at'] === null || next === undefined ? null : Number(next['at']),
      }
    },

    ...held,

    releaseHold: ({ applicationId, endpointId, action, now }) =>
      database.transaction(async (session) => {
        const key = [applicationId, endpointId]
        const moved = await session.run(action === 'retry' ? retryHeld : skipHeld, [
          ...key,
          time.parameter(now),
        ])
        const [row] = moved
        if (row === undefined) return 'not_held'
        if (action === 'retry') await session.run(resetTries, [...key, row['head']])
        else {
          await session.run(failSkipped, [...key, row['skipped'], time.parameter(now)])
          await session.run(advanceSkipped, key)
        }
        return 'released'
      }),

    async streamState({ applicationId, endpointId }) {
      const [row] = await database.run(selectStream, [applicationId, endpointId])
      if (row === undefined) return null
      return {
        head: Number(row['head']),
        next: Number(row['next']),
        heldSince: row['held_since'] === null ? null : Number(row['held_since']),
        readyAt: row['ready_at'] === null ? null : Number(row['ready_at']),
      }
    },
  }
}

function keysOf(streams: readonly StreamKey[]): readonly (readonly string[])[] {
  return [
    streams.map(({ applicationId }) => applicationId),
    streams.map(({ endpointId }) => endpointId),
  ]
}
