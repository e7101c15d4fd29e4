/** The keys that secrets are sealed with at rest, and sealing with another one. */
import * as contract from '../contract/encryption.ts'
import { answer, type Route, route } from './call.ts'
import { startJob } from './tasks.ts'

export const encryptionRoutes: readonly Route[] = [
  route(contract.getEncryption, async (_call, { store }) => {
    const { current, configured, endpoints } = await store.sealingState()
    const ids = new Set([...configured, ...Object.keys(endpoints)])
    const keys = [...ids].map((id) => ({
      id,
      current: id === current,
      configured: configured.includes(id),
      endpoints: endpoints[id] ?? 0,
    }))
    return answer(200, { keys })
  }),

  route(contract.rotateEncryption, (call, services) =>
    startJob(call, { kind: 'encryption.rotate' }, services),
  ),
]
