/** What people look at, as route groups of the server: the inspector, the console and the portal. */
import { fileURLToPath } from 'node:url'
import type { Keys } from './api/authenticate.ts'
import { consoleSession } from './api/console-session.ts'
import { maskFor } from './api/masking.ts'
import { frameOrigins } from './api/portal-link.ts'
import type { ApiPlugin } from './api/server.ts'
import { hasUsers } from './api/users.ts'
import type { Config } from './config.ts'
import { consoleFiles, isConsoleBuilt } from './console/files.ts'
import type { Endpoint } from './domain/endpoint.ts'
import { Problem, problems } from './domain/errors.ts'
import type { OrganizationId } from './domain/ids.ts'
import { inspector } from './inspector/inspector.ts'
import { ownSecrets } from './inspector/own-secrets.ts'
import type { World } from './posthorn.ts'
import type { Store } from './store/store.ts'

/** The inspector, told who may read it and which secrets sign what this server sends to itself. */
export function inspectorPlugin(input: {
  readonly world: World
  readonly store: Store
  readonly organizationId: OrganizationId
}): ApiPlugin {
  return async (app, { authenticator: callers, seats }) => {
    await app.register(
      inspector({
        ...{ ...input.world, seats },
        secretsOf: ownSecrets({ clock: input.world.clock, load: () => endpointsOf(input) }),
        async authorize(request) {
          const caller = await callers.authenticate(request)
          // A bin is a receiver: whoever may not change endpoints looks at what it caught, no more.
          const wanted = request.method === 'GET' ? 'read' : 'manage-endpoints'
          // Bins belong to the organisation: a key of one application has no business with them.
          const ofOrganization = caller.kind === 'organization' && caller.applicationId === null
          if (!ofOrganization || !caller.permissions.has(wanted)) {
            throw new Problem(problems.forbidden)
          }
          return caller.organizationId
        },
        async hidesBodies(request) {
          const principal = await callers.authenticate(request)
          return (await maskFor({ principal }, input)).length > 0
        },
      }),
    )
  }
}

/** Where `npm run build:console` writes; beside `src/` in a clone, beside `dist/` in the package. */
const consoleDir = fileURLToPath(new URL('../console/dist', import.meta.url))

/** The console and the portal, when they were built, and the console's sign-in. */
export function consolePlugin(input: {
  readonly keys: Keys
  readonly config: Config
  readonly world: World
  readonly store: Store
}): ApiPlugin {
  const { keys, config, world, store } = input
  return async (app) => {
    const session = consoleSession({
      keys,
      clock: world.clock,
      enabled: true,
      hasUsers: () => hasUsers(store, keys.defaultOrganizationId),
    })
    await app.register(session)
    if (!isConsoleBuilt(consoleDir)) return
    const files = consoleFiles({
      dir: consoleDir,
      portalOrigins: config.portalOrigins,
      linkOrigins: (frame) => frameOrigins(frame, keys.jwtSecret, world.clock.now()),
      logo: { light: config.portalLogo, dark: config.portalLogoDark },
      portalTexts: config.portalTexts,
    })
    await app.register(files)
  }
}

/** Endpoints of the first applications: enough for the demo and for tests on one's own machine. */
async function endpointsOf(input: {
  readonly store: Store
  readonly organizationId: OrganizationId
}): Promise<readonly Endpoint[]> {
  const { store, organizationId } = input
  const page = { limit: 50, order: 'ascending', iterator: null, backwards: false } as const
  const { items } = await store.listApplications({ organizationId, page })
  const views = await Promise.all(items.map(({ id }) => store.loadApplicationView(id)))
  return views.flatMap((view) => view?.endpoints ?? [])
}
