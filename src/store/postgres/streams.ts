/**
 * Strict order (RELIABILITY section 5): a leased row for each ordered endpoint. Every write checks
 * the random token, the head moves only under it, and times are the database's.
 */
import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { StreamKey, StreamStore } from '../port/streams.ts'
import { claimNamed, lockNamed, lookForAny } from './claim-streams.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, type Row, statement } from './database.ts'
import { heldStreams } from './held-streams.ts'
import type { StreamGenerations } from './stream-generations.ts'

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

  /** Those that are ready, the longest waiting first, and when the next one will be. */
  async function look(
    at: number | null,
    limit: number,
    except: readonly EndpointId[],
  ): Promise<{ readonly due: readonly StreamKey[]; readonly nextReadyAt: number | null }> {
    const busy = generations.busy()
    const values = [at, ...keysOf(busy), generations.of(busy), except, limit]
    const rows = await database.seek(lookForAny, values, 'by_key')
    const of = (what: string): readonly Row[] => rows.filter((row) => row['what'] === what)
    generations.saw([...of('due'), ...of('busy')])
    const next = of('later')[0]?.['at'] ?? null
    return { due: of('due').map(keyOf), nextReadyAt: next === null ? null : Number(next) }
  }

  return {
    async claimStreams({ now, leaseUntil, tokens, except, only }) {
      const at = time.parameter(now)
      const found = only === null ? await look(at, tokens.length * spare, except) : null
      const wanted = found?.due ?? only?.filter((key) => !except.includes(key.endpointId)) ?? []
      const keys = [...keysOf(wanted), generations.of(wanted)]
      const rows =
        wanted.length === 0
          ? []
          : await database.seekLocked(
              [lockNamed, [at, ...keys]],
              [claimNamed, [at, tokens.slice(0, wanted.length), leaseUntil - now, ...keys]],
            )
      generations.saw(rows)
      return {
        streams: rows.map((row) => ({
          ...keyOf(row),
          token: String(row['lease_token']),
          epoch: Number(row['lease_epoch']),
          head: Number(row['head']),
          leaseUntil: Number(row['lease_until']),
        })),
        nextReadyAt: found?.nextReadyAt ?? null,
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

/** More are looked for than are wanted: other nodes take some of them at the same moment. */
const spare = 2

function keyOf(row: Row): StreamKey {
  return {
    applicationId: String(row['application_id']) as ApplicationId, // columns of ours
    endpointId: String(row['endpoint_id']) as EndpointId,
  }
}

function keysOf(streams: readonly StreamKey[]): readonly (readonly string[])[] {
  return [
    streams.map(({ applicationId }) => applicationId),
    streams.map(({ endpointId }) => endpointId),
  ]
}
