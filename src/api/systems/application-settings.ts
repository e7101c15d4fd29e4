/** Switches of an application; reading them is part of its view (see `intake/application-views.ts`). */
import * as contract from '../../contract/application-settings.ts'
import { changeSettings, findSettings } from '../../intake/application-settings.ts'
import { answer, applicationOf, conflict, notFound, type Route, route } from '../call.ts'
import { ruleText } from './texts.ts'

export const applicationSettingsRoutes: readonly Route[] = [
  route(contract.getApplicationSettings, async (call, services) => {
    const { id } = await applicationOf(call, services)
    return answer(200, await findSettings(services.store, id))
  }),

  route(contract.patchApplicationSettings, async (call, services) => {
    const application = await applicationOf(call, services)
    const { id } = application
    const settings = await changeSettings(services.store, id, call.body)
    if (settings === null) throw conflict(ruleText(call.language, 'settingsBusy'))
    // Moves the version of the view: every node reads the settings again with its next message.
    const saved = await services.store.updateApplication({ ...application, updatedAt: call.now })
    services.views.invalidate(id)
    if (saved === 'not_found' || saved === 'uid_taken') throw notFound()
    return answer(200, settings)
  }),
]
