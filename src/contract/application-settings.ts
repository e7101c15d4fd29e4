/** Switches of an application, beside Svix's fields: what the systems call network settings. */
import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery } from './primitives.ts'

const waitForResponse = Type.Boolean({
  title: 'Wait for Response',
  description:
    'Creating a message answers once every endpoint was tried, at the latest after the attempt ' +
    'timeout of the profile. Default false: it answers as soon as the message is stored.',
})
const restHooks = Type.Boolean({
  title: 'Enable API',
  description: 'The REST hook routes (`/hook`) exist; false: they answer 404. Default true.',
})

export const ApplicationSettingsOut = Type.Object({ waitForResponse, restHooks })
export const ApplicationSettingsPatch = Type.Object({
  waitForResponse: Type.Optional(waitForResponse),
  restHooks: Type.Optional(restHooks),
})

const shared = {
  path: '/app/{app_id}/settings',
  access: 'organization',
  own: true,
  query: NoQuery,
  success: { 200: ApplicationSettingsOut },
} as const

export const getApplicationSettings = operation({
  ...shared,
  id: 'v1.application.get-settings',
  summary: 'Get the switches of an application.',
  method: 'GET',
  permission: 'read',
  body: null,
  errors: [404],
})

export const patchApplicationSettings = operation({
  ...shared,
  id: 'v1.application.patch-settings',
  summary: 'Turn the given switches of an application.',
  method: 'PATCH',
  permission: 'administer',
  body: ApplicationSettingsPatch,
  errors: [404, 409],
})

export const applicationSettingsOperations = [getApplicationSettings, patchApplicationSettings]
