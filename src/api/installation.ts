import * as contract from '../contract/installation.ts'
import { answer, type Route, route } from './call.ts'
import { nodesOut } from './nodes.ts'
import { timeText } from './times.ts'

export const installationRoutes: readonly Route[] = [
  route(contract.getInstallation, async (call, services) => {
    const { config, store } = services
    const [nodes, queue] = await Promise.all([
      nodesOut(call.now, services),
      store.countDue({ now: call.now }),
    ])
    return answer(200, {
      version: services.version,
      time: timeText(services.world.clock.now()),
      database: /^postgres/i.test(config.databaseUrl) ? 'postgres' : 'sqlite',
      queue: {
        due: queue.due,
        oldestDueAt: queue.oldestDueAt === null ? null : timeText(queue.oldestDueAt),
      },
      nodes,
      settings: services.shownSettings(call.language),
    })
  }),
]
