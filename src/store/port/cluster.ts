import type { ApplicationId } from '../../domain/ids.ts'

/** What nodes on one database tell each other. An embedded store has one node and says little. */
export interface ClusterStore {
  /** Whether other nodes may work on the same database. */
  readonly shared: boolean
  /** Current `configVersion` of those applications that still live; a deleted one is absent. */
  configVersions(
    applicationIds: readonly ApplicationId[],
  ): Promise<ReadonlyMap<ApplicationId, number>>
  /** Calls `onHint` when another node may have work for anyone. Hints may be lost: keep polling. */
  onWork(onHint: () => void): void
  /** Tells the other nodes that there is work. Never fails, never waits. */
  tellWork(): void
}
