/** One process that works on the database, as the others see it. */
export type NodeRole = 'all' | 'api' | 'worker'

export interface ClusterNode {
  readonly id: string
  readonly role: NodeRole
  readonly version: string
  /** Of the database, as that node knows it; 0 for an embedded one. */
  readonly schema: number
  readonly startedAt: number
  readonly lastSeenAt: number
  /** Since then, by the database's clock. */
  readonly silentMs: number
  /** Requests to receivers that it had open then. */
  readonly inFlight: number
}

/** How often a node says that it is there. */
export const heartbeatMs = 5_000
/** A node that missed this many heartbeats counts as gone; others take over what it had leased. */
const heartbeatsMissedMax = 3
/** A node that went without a word is still listed for so long. */
export const goneKeptMs = 3_600_000

export function isAlive({ silentMs }: Pick<ClusterNode, 'silentMs'>): boolean {
  return silentMs <= heartbeatMs * heartbeatsMissedMax
}
