import type pg from 'pg'
import { isAlive } from '../../domain/node.ts'

/** The nodes that work on the database now, and the schema that each knows. */
export async function aliveNodes(
  client: pg.PoolClient,
): Promise<readonly { readonly id: string; readonly schema: number }[]> {
  const table = await client.query(`select to_regclass('node') as name`)
  if (table.rows[0]?.name === null) return []
  const nodes = await client.query<{ id: string; schema: number; silent_ms: number }>(
    `select id, schema, extract(epoch from clock_timestamp())::float8 * 1000 - last_seen_at as silent_ms
     from node
     order by id`,
  )
  return nodes.rows.filter((node) => isAlive({ silentMs: node.silent_ms }))
}
