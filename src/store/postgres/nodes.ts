/** Which processes work on this database. Times are the database's: nodes' clocks may differ. */
import { type ClusterNode, goneKeptMs } from '../../domain/node.ts'
import type { ClusterStore } from '../port/cluster.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { type Database, type Row, statement } from './database.ts'

const beat = statement(
  'node_beat',
  `with clock as materialized (select ${nowSql(6)} as now),
   gone as (delete from node where last_seen_at < (select now from clock) - $7 and id <> $1)
   insert into node (id, role, version, schema, started_at, last_seen_at, in_flight)
   select $1, $2, $3, $4, now, now, $5 from clock
   on conflict (id) do update
   set last_seen_at = excluded.last_seen_at, in_flight = excluded.in_flight`,
)
const leave = statement('node_leave', 'delete from node where id = $1')
const listNodes = statement(
  'list_nodes',
  `select node.*, greatest(0, ${nowSql(1)} - last_seen_at) as silent_ms
   from node
   order by started_at, id`,
)

export function nodeStore(
  database: Database,
  time: StoreTime,
  /** The newest schema that this node knows. */
  schema: number,
): Pick<ClusterStore, 'beat' | 'leave' | 'listNodes'> {
  return {
    async beat({ node, now }) {
      const { id, role, version, inFlight } = node
      const values = [id, role, version, schema, inFlight, time.parameter(now), goneKeptMs]
      await database.run(beat, values)
    },
    async leave({ nodeId }) {
      await database.run(leave, [nodeId])
    },
    async listNodes({ now }) {
      const rows = await database.run(listNodes, [time.parameter(now)])
      return rows.map(nodeOf)
    },
  }
}

function nodeOf(row: Row): ClusterNode {
  return {
    id: String(row['id']),
    role: row['role'] as ClusterNode['role'], // held by the table's check
    version: String(row['version']),
    schema: Number(row['schema']),
    startedAt: Number(row['started_at']),
    lastSeenAt: Number(row['last_seen_at']),
    silentMs: Number(row['silent_ms']),
    inFlight: Number(row['in_flight']),
  }
}
