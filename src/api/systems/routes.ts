/** Every route of catalogs, profiles and the systems' own views. */
import type { Route } from '../call.ts'
import { applicationSettingsRoutes } from './application-settings.ts'
import { catalogRoutes } from './catalogs.ts'
import { logRoutes } from './log.ts'
import { profileFitRoutes } from './profile-fit.ts'
import { restHookRoutes } from './rest-hooks.ts'
import { summaryRoutes } from './summary.ts'
import { testRoutes } from './test-events.ts'
import { waitRoutes } from './wait.ts'
import { webhookRoutes } from './webhooks.ts'

export const systemRoutes: readonly Route[] = [
  ...catalogRoutes,
  ...applicationSettingsRoutes,
  ...profileFitRoutes,
  ...webhookRoutes,
  ...summaryRoutes,
  ...testRoutes,
  ...logRoutes,
  ...waitRoutes,
  ...restHookRoutes,
]
