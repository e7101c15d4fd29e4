import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import type { ClusterNode } from '../../domain/node.ts'
import type { StreamKey } from './streams.ts'

/** Whose starts are limited: an endpoint's, or with null all of an application's. */
export interface ThrottleScope {
  readonly applicationId: ApplicationId
  readonly endpointId: EndpointId | null
}

/** Starts that one node alone may make: the first in `delayMs`, the others `spacingMs` apart. */
export interface ReservedStarts {
  readonly count: number
  readonly delayMs: number
  readonly spacingMs: number
}

/** An application's settings as a node has them in memory. */
export interface SeenApplication {
  readonly applicationId: ApplicationId
  readonly configVersion: number
}

/** Where there may be work: deliveries that are due, and streams. */
export interface WorkHint {
  readonly due: boolean
  readonly streams: 'any' | readonly StreamKey[]
}
export const anyWork: WorkHint = { due: true, streams: 'any' }

/** What nodes on one database tell each other. An embedded store has one node and says little. */
export interface ClusterStore {
  /** Whether other nodes may work on the same database. */
  readonly shared: boolean
  /** Those that are no longer as they were seen, or no longer there. */
  changedApplications(seen: readonly SeenApplication[]): Promise<readonly ApplicationId[]>
  /** Calls `onHint` when another node may have work for anyone. Hints may be lost: keep polling. */
  onWork(onHint: (hint: WorkHint) => void): void
  /** Tells the other nodes that there is work. Never fails, never waits. */
  tellWork(hint: WorkHint): void
  /**
   * A node says that it is there; its first word makes it known and sets `startedAt`. Forgets nodes
   * that have been silent for longer than `goneKeptMs`.
   */
  beat(input: {
    readonly node: Pick<ClusterNode, 'id' | 'role' | 'version' | 'inFlight'>
    readonly now: number
  }): Promise<void>
  /** A node stops: it is not listed any more. */
  leave(input: { readonly nodeId: string }): Promise<void>
  /** By `startedAt`. Silent ones too: `isAlive` says which count. */
  listNodes(input: { readonly now: number }): Promise<readonly ClusterNode[]>
  /**
   * Takes the next `count` places in the row of starts of each scope, `spacingMs` apart, for this
   * node alone: so a rate holds for all nodes together. Places that are not used are lost. Results
   * in the order of the input, which names each scope once.
   */
  reserveStarts(input: {
    readonly wanted: readonly {
      readonly scope: ThrottleScope
      readonly count: number
      readonly spacingMs: number
    }[]
    readonly now: number
  }): Promise<readonly ReservedStarts[]>
  /**
   * Counts attempts that statistics would else read one by one; of many nodes that call it at once one
   * does it. `more`: call again. Statistics are right whether it is called or not, but slower.
   */
  countAttempts(): Promise<'all' | 'more'>
}
