import type { ApplicationId } from '../../domain/ids.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import type { ClusterStore } from '../port/cluster.ts'
import { countAttempts } from './attempt-counts.ts'
import { binaryColumns } from './binary-array.ts'
import type { StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import { openHints } from './hints.ts'
import { nodeStore } from './nodes.ts'
import { throttleStore } from './throttles.ts'

const selectChanged = statement(
  'changed_applications',
  `select seen.id
   from unnest($1::text[], $2::bigint[]) as seen(id, version)
   left join application p on p.id = seen.id and p.deleted_at is null
   where p.config_version is distinct from seen.version`,
)

export function clusterStore(
  database: Database,
  time: StoreTime,
  options: {
    readonly url: string
    readonly clock: Clock
    readonly log: Log
    readonly node: string
    /** The newest schema that this node knows. */
    readonly schema: number
  },
): ClusterStore & { close(): Promise<void> } {
  const hints = openHints({ ...options, database })
  return {
    shared: true,
    ...nodeStore(database, time, options.schema),
    ...throttleStore(database, time),
    async changedApplications(seen) {
      const columns = [
        seen.map(({ applicationId }) => applicationId),
        seen.map(({ configVersion }) => configVersion),
      ]
      const rows = await database.run(selectChanged, binaryColumns(['text', 'bigint'], columns))
      return rows.map((row) => String(row['id']) as ApplicationId) // a column of ours
    },
    countAttempts: () => countAttempts(database),
    onWork: (onHint) => hints.listen(onHint),
    tellWork: (hint) => hints.tell(hint),
    close: () => hints.close(),
  }
}
