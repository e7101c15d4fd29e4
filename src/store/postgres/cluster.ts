import type { ApplicationId } from '../../domain/ids.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import type { ClusterStore } from '../port/cluster.ts'
import { countAttempts } from './attempt-counts.ts'
import type { StoreTime } from './clock.ts'
import { type Database, statement } from './database.ts'
import { openHints } from './hints.ts'
import { nodeStore } from './nodes.ts'
import { throttleStore } from './throttles.ts'

const selectVersions = statement(
  'config_versions',
  'select id, config_version from application where id = any($1::text[]) and deleted_at is null',
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
    async configVersions(applicationIds) {
      const rows = await database.run(selectVersions, [applicationIds])
      return new Map(
        rows.map((row) => [
          String(row['id']) as ApplicationId, // a column of ours
          Number(row['config_version']),
        ]),
      )
    },
    countAttempts: () => countAttempts(database),
    onWork: (onHint) => hints.listen(onHint),
    tellWork: (hint) => hints.tell(hint),
    close: () => hints.close(),
  }
}
