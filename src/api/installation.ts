import * as contract from '../contract/installation.ts'
import { Problem, problems } from '../domain/errors.ts'
import { type ChangeableSetting, changeableSettings } from '../domain/installation-settings.ts'
import type { Language } from '../i18n/translate.ts'
import { answer, conflict, type Route, route, type Services } from './call.ts'
import { nodesOut } from './nodes.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

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

  route(contract.getInstallationSettings, (call, { settings }) =>
    answer(200, settingsOut(settings, call.language)),
  ),

  route(contract.patchInstallationSettings, async (call, { settings, store, keys }) => {
    const { organizationId } = call.principal
    // They hold for every organisation: owners of the first one decide.
    if (organizationId !== keys.defaultOrganizationId) throw new Problem(problems.forbidden)
    const changes = changesOf(call.body, settings)
    const done = await settings.change(store, {
      ...{ changes, owner: organizationId, now: call.now },
      knownUpdatedAt: call.ifMatch,
    })
    if (done === 'conflict') {
      throw conflict({
        en: 'Somebody else changed the settings meanwhile; read them again.',
        es: 'Otra persona cambió los ajustes mientras tanto; léelos de nuevo.',
      })
    }
    return answer(200, settingsOut(settings, call.language))
  }),

  route(contract.getEnvironment, (_call, { config }) =>
    answer(200, { environment: config.environment, otherUrl: config.otherEnvironmentUrl }),
  ),

  route(contract.getEgress, (_call, { config }) =>
    answer(200, { addresses: config.egressAddresses }),
  ),
]

function settingsOut(settings: Services['settings'], language: Language) {
  const { updatedAt, isLocked } = settings
  return {
    updatedAt: updatedAt === null ? null : timeText(updatedAt),
    locked: isLocked,
    data: settings.shown(language),
  }
}

type Changes = Partial<Record<ChangeableSetting, unknown>>

/** Those that are given, each of them fit. */
function changesOf(body: Readonly<Changes>, settings: Services['settings']): Changes {
  const changes: Changes = {}
  for (const name of changeableSettings) {
    const value = body[name]
    if (value === undefined) continue
    const fault = settings.faultOf(name, value)
    if (fault !== null) throw refuse(name, fault, 'setting')
    changes[name] = value
  }
  return changes
}
