/** What people look at, as route groups of the server: the inspector, the console and the portal. */
import { fileURLToPath } from 'node:url'
import type { Keys } from './api/authenticate.ts'
import { consoleSession } from './api/console-session.ts'
import { frameOrigins } from './api/portal-link.ts'
import type { ApiPlugin } from './api/server.ts'
import { hasUsers } from './api/users.ts'
import type { Config } from './config.ts'
import { consoleFiles, isConsoleBuilt } from './console/files.ts'
import type { Endpoint } from './domain/endpoint.ts'
import type { EndpointId, OrganizationId } from './domain/ids.ts'
import { type Inspector, inspector } from './inspector/inspector.ts'
import { ownSecrets } from './inspector/own-secrets.ts'
import type { World } from './posthorn.ts'
import { notedEveryMs, noteVerification } from './store/note-verification.ts'
import type { Store } from './store/store.ts'

/** The inspector, told which secrets sign what this server sends to itself. */
export function ownInspector(input: {
  readonly world: World
  readonly store: Store
  readonly organizationId: OrganizationId
}): Inspector {
  const { clock } = input.world
  /** Of each endpoint, until when nothing is noted of which secret. */
  const noted = new Map<EndpointId, { readonly secret: number; readonly until: number }>()
  return inspector({
    ...input.world,
    onVerified(secret) {
      const { applicationId, endpointId, createdAt } = secret
      const now = clock.now()
      const known = noted.get(endpointId)
      if (known !== undefined && known.secret === createdAt && now < known.until) return
      noted.set(endpointId, { secret: createdAt, until: now + notedEveryMs })
      const current = secret.expiresAt === null ? secret : null
      const noting = { applicationId, secret: current, by: 'inspector', now } as const
      // A courtesy: what goes wrong with it is tried again with the next request.
      noteVerification(input.store, noting).catch(() => noted.delete(endpointId))
    },
    secretsOf: ownSecrets({ clock: input.world.clock, load: () => endpointsOf(input) }),
  })
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
      environment: () => ({
        name: config.environment,
        hasOther: config.otherEnvironmentUrl !== null,
      }),
      portalOrigins: () => config.portalOrigins,
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
