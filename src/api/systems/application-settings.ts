/** Switches of an application; reading them is part of its view (see `intake/application-views.ts`). */

import * as contract from '../../contract/application-settings.ts'
import { alike } from '../../domain/sentence.ts'
import { changeSettings, findSettings } from '../../intake/application-settings.ts'
import { changeApplication } from '../applications.ts'
import { answer, applicationOf, conflict, type Route, route } from '../call.ts'
import { ruleText } from './texts.ts'

export const applicationSettingsRoutes: readonly Route[] = [
  route(contract.getApplicationSettings, async (call, services) => {
    const { id } = await applicationOf(call, services)
    return answer(200, await findSettings(services.store, id))
  }),

  route(contract.patchApplicationSettings, async (call, services) => {
    const { id } = await applicationOf(call, services)
    const settings = await changeSettings(services.store, id, call.body)
    if (settings === null) throw conflict(alike(ruleText(call.language, 'settingsBusy')))
    // Moves the version of the view: every node reads the settings again with its next message.
    await changeApplication(call, services, (found) => found)
    return answer(200, settings)
  }),
]
