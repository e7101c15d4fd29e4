/**
 * What other nodes would be told. An embedded database has one process: what it says of itself lives
 * as long as it does, in memory, and costs the disk nothing.
 */
import { type ClusterNode, goneKeptMs } from '../../domain/node.ts'
import type { ClusterStore } from '../port/cluster.ts'

export function oneNode(): Omit<ClusterStore, 'shared'> {
  const nodes = new Map<string, Omit<ClusterNode, 'silentMs'>>()
  const nextStarts = new Map<string, number>()
  return {
    // Nobody else changes anything, and nobody else is to be told.
    changedApplications: async () => [],
    onWork() {},
    tellWork() {},
    // The store's thread does (lists.ts).
    countAttempts: async () => 'all',

    async beat({ node, now }) {
      const startedAt = nodes.get(node.id)?.startedAt ?? now
      nodes.set(node.id, { ...node, schema: 0, startedAt, lastSeenAt: now })
      for (const { id, lastSeenAt } of nodes.values()) {
        if (lastSeenAt < now - goneKeptMs) nodes.delete(id)
      }
    },
    async leave({ nodeId }) {
      nodes.delete(nodeId)
    },
    async listNodes({ now }) {
      return [...nodes.values()]
        .map((node) => ({ ...node, silentMs: Math.max(0, now - node.lastSeenAt) }))
        .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
    },

    async reserveStarts({ wanted, now }) {
      return wanted.map(({ scope, count, spacingMs }) => {
        const name = `${scope.applicationId} ${scope.endpointId ?? ''}`
        const from = Math.max(nextStarts.get(name) ?? 0, now)
        nextStarts.set(name, from + count * spacingMs)
        return { count, spacingMs, delayMs: from - now }
      })
    },
  }
}
