/** G21 on PostgreSQL: two nodes share the rates of a thousand endpoints that return at once. */

import { Api } from '../support/api.ts'
import { herd, type Noise, play } from './neighbours.ts'
import { inCluster } from './support/cluster.ts'
import type { Experiment } from './support/experiment.ts'

const noise: Noise = {
  ...herd,
  name: 'herd-cluster',
  sentence: 'a thousand endpoints that return at once keep to their rates on two nodes (G21)',
}

export const herdCluster: Experiment = {
  name: noise.name,
  largeOnly: true,
  sentence: noise.sentence,
  run: (form) =>
    inCluster(
      {
        roles: ['all', 'all'],
        ledger: {},
        // Leases that end and nodes that die are not what is tried here.
        environment: { POSTHORN_LEASE_MS: '30000', POSTHORN_ATTEMPT_TIMEOUT_MS: '5000' },
      },
      async ({ members: [first], ledger, origin }) => {
        if (first === undefined) throw new Error('a cluster without nodes')
        const { folder, port } = first.node.options
        const api = new Api(port, { connections: 32 })
        try {
          return await play(noise, { node: first.node, api, ledger, origin, folder }, form)
        } finally {
          await api.close()
        }
      },
    ),
}
