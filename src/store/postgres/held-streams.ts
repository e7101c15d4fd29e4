/**
 * What the holder of streams asks and tells of them. Calls that come together share a statement: a
 * node works many streams at once, and each of them reads, renews and releases by itself.
 */
import type { Claim } from '../port/deliveries.ts'
import type { StreamStore } from '../port/streams.ts'
import { type Batcher, type BatchLimits, batcher } from './batcher.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, type Row, statement } from './database.ts'
import { deliveryColumns, deliveryOf, messageColumns, messageOf } from './rows.ts'
import type { StreamGenerations } from './stream-generations.ts'

type Input<Name extends 'readStream' | 'renewStream' | 'releaseStream'> = Parameters<
  StreamStore[Name]
>[0]

// Of each stream no more than the largest limits of the batch: payloads of what is behind them stay
// where they are.
const readStreams = statement(
  'read_streams',
  `select r.place, s.lease_until, s.application_id, s.endpoint_id, s.generation, ahead.*
   from unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
     with ordinality as r(application_id, endpoint_id, generation, token, place)
   join stream s on s.application_id = r.application_id and s.endpoint_id = r.endpoint_id
     and s.generation >= r.generation and s.lease_token = r.token
   cross join lateral (
     select * from (
       select ${deliveryColumns}, ${messageColumns(true)}, octet_length(m.payload) as bytes,
         sum(octet_length(m.payload)) over (order by d.sequence
           rows between unbounded preceding and 1 preceding) as before_bytes,
         coalesce(m.deliver_at, 0) > ${nowSql(7)} as later
       from open_delivery d
       join message m on m.application_id = d.application_id and m.id = d.message_id
       where d.application_id = s.application_id and d.endpoint_id = s.endpoint_id
         and d.sequence is not null and d.sequence >= s.head
       order by d.sequence
       limit $5) sized
     where sized.before_bytes is null or sized.before_bytes + coalesce(sized.bytes, 0) <= $6::bigint
   ) ahead`,
)

/** Those rows of `stream` that are held under their token, in the order in which accepts lock them. */
const held = `select s.application_id, s.endpoint_id, s.generation, r.lease_ms from stream s
     join unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
       as r(application_id, endpoint_id, generation, token, lease_ms)
       on s.application_id = r.application_id and s.endpoint_id = r.endpoint_id
       and s.generation >= r.generation and s.lease_token = r.token
     order by s.application_id, s.endpoint_id
     for update of s`

const renewStreams = statement(
  'renew_streams',
  `with held as materialized (${held})
   update stream s set lease_until = ${nowSql(6)} + held.lease_ms
   from held
   where s.application_id = held.application_id and s.endpoint_id = held.endpoint_id
     and s.generation >= held.generation and s.lease_until > ${nowSql(6)}
   returning s.application_id, s.endpoint_id, s.lease_token`,
)
const releaseStreams = statement(
  'release_streams',
  `with held as materialized (${held})
   update stream s set lease_token = null, lease_until = null
   from held
   where s.application_id = held.application_id and s.endpoint_id = held.endpoint_id
     and s.generation >= held.generation`,
)

/** So many streams are read at once, since each may bring some MiB. */
const readLimits: BatchLimits = { rowsMax: 32, bytesMax: Infinity, parallel: 2, queueMax: 20_000 }
const writeLimits: BatchLimits = { ...readLimits, rowsMax: 500 }

export interface HeldStreams
  extends Pick<StreamStore, 'readStream' | 'renewStream' | 'releaseStream'> {
  drain(): Promise<void>
}

export function heldStreams(
  database: Database,
  time: StoreTime,
  generations: StreamGenerations,
): HeldStreams {
  /** Four columns. */
  const keysOf = (
    inputs: readonly Pick<Input<'readStream'>, 'applicationId' | 'endpointId' | 'token'>[],
  ): readonly (readonly (string | number)[])[] => [
    inputs.map(({ applicationId }) => applicationId),
    inputs.map(({ endpointId }) => endpointId),
    generations.of(inputs),
    inputs.map(({ token }) => token),
  ]
  const reads: Batcher<Input<'readStream'>, readonly Claim[]> = batcher(
    async (inputs) => {
      const values = [
        ...keysOf(inputs),
        inputs.reduce((most, { limit }) => Math.max(most, limit), 0),
        inputs.reduce((most, { bytesMax }) => Math.max(most, bytesMax), 0),
        time.parameter(inputs[0]?.now ?? 0),
      ]
      const rows = await database.seek(readStreams, values, 'in_order')
      generations.saw(rows)
      const byPlace = Map.groupBy(rows, (row) => Number(row['place']))
      return inputs.map((input, at) => claimsOf(input, byPlace.get(at + 1) ?? []))
    },
    () => 0,
    readLimits,
  )
  const renewals: Batcher<Input<'renewStream'>, 'renewed' | 'lease_lost'> = batcher(
    async (inputs) => {
      const rows = await database.seek(renewStreams, [
        ...keysOf(inputs),
        inputs.map(({ leaseUntil, now }) => leaseUntil - now),
        time.parameter(inputs[0]?.now ?? 0),
      ])
      const renewed = new Set(
        rows.map((row) => nameOf(row['application_id'], row['endpoint_id'], row['lease_token'])),
      )
      return inputs.map(({ applicationId, endpointId, token }) =>
        renewed.has(nameOf(applicationId, endpointId, token)) ? 'renewed' : 'lease_lost',
      )
    },
    () => 0,
    writeLimits,
  )
  const releases: Batcher<Input<'releaseStream'>, void> = batcher(
    async (inputs) => {
      await database.seek(releaseStreams, [...keysOf(inputs), inputs.map(() => 0)])
      return inputs.map(() => undefined)
    },
    () => 0,
    writeLimits,
  )
  return {
    readStream: (input) => reads.add(input),
    renewStream: (input) => renewals.add(input),
    releaseStream: (input) => releases.add(input),
    async drain() {
      await Promise.all([reads.drain(), renewals.drain(), releases.drain()])
    },
  }
}

function nameOf(application: unknown, endpoint: unknown, token: unknown): string {
  return `${String(application)} ${String(endpoint)} ${String(token)}`
}

function claimsOf(
  { token, limit, bytesMax }: Input<'readStream'>,
  rows: readonly Row[],
): readonly Claim[] {
  const claims: Claim[] = []
  let bytes = 0
  const inOrder = rows.toSorted((a, b) => Number(a['d_sequence']) - Number(b['d_sequence']))
  for (const row of inOrder.slice(0, limit)) {
    bytes += Number(row['bytes'] ?? 0)
    if (row['later'] === true || (claims.length > 0 && bytes > bytesMax)) break
    claims.push({
      delivery: deliveryOf(row),
      message: messageOf(row),
      token,
      leaseUntil: Number(row['lease_until']),
    })
  }
  return claims
}
