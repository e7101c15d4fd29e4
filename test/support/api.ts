/** An API server over a real embedded store in memory, for tests that need no delivery. */

import { edgeLimits } from '../../src/api/http-edge.ts'
import type { OpenIdProvider } from '../../src/api/openid/provider.ts'
import { type ApiDeps, type ApiServer, apiServer } from '../../src/api/server.ts'
import { liveSettings } from '../../src/config/live.ts'
import { shownSettings } from '../../src/config/shown.ts'
import { type Config, configWith } from '../../src/config.ts'
import { authenticator } from '../../src/delivery/authentication.ts'
import { directMaker } from '../../src/delivery/direct.ts'
import { requestMaker } from '../../src/delivery/request-maker.ts'
import { createSigner } from '../../src/delivery/signer.ts'
import type { Transport } from '../../src/delivery/transport.ts'
import type { OrganizationId } from '../../src/domain/ids.ts'
import { resolvePolicy } from '../../src/domain/policy.ts'
import { type InspectorOptions, inspector } from '../../src/inspector/inspector.ts'
import { type Acceptor, acceptor, type Dispatch } from '../../src/intake/accept.ts'
import { admissionLimits } from '../../src/intake/admission.ts'
import { applicationViews } from '../../src/intake/application-views.ts'
import type { World } from '../../src/posthorn.ts'
import { isProfile, profileOf } from '../../src/profiles/profiles.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { type IdSource, idSource } from '../../src/runtime/id-source.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { sandbox } from '../../src/runtime/sandbox.ts'
import { sealer } from '../../src/runtime/sealing.ts'
import type { Claim } from '../../src/store/port/deliveries.ts'
import { sqliteStore } from '../../src/store/sqlite/index.ts'
import type { Store } from '../../src/store/store.ts'

export const bootstrapKey = 'sk_bootstrap_key_of_the_tests'
export const jwtSecret = 'the-secret-that-signs-tokens-in-tests'
export const organizationId = 'org_23rb8YdGqMT0qIzpgGwdXfHirMu' as OrganizationId // of the right form

export interface TestApi extends ApiServer {
  readonly store: Store
  readonly acceptor: Acceptor
  readonly ids: IdSource
  readonly organizationId: OrganizationId
  readonly world: World
  /** What accepting handed to the engine, in order. */
  readonly claims: Claim[]
  /** Listens on a free port of loopback and says where. */
  listen(): Promise<string>
  close(): Promise<void>
}

export interface TestApiOptions {
  readonly world?: Partial<World>
  /** Wraps the store, to inject faults. */
  readonly wrapStore?: (store: Store) => Store
  readonly dispatch?: Partial<Dispatch>
  readonly config?: Partial<Config>
  /** Bounds what clients hold open. */
  readonly connections?: ApiDeps['connections']
  readonly inspector?: Partial<InspectorOptions>
  /** The sign-in provider, made from the configuration. */
  readonly openId?: (config: Config) => OpenIdProvider | null
}

/** Refuses what `delivery/url-policy.ts` refuses, in short: tests of that module are elsewhere. */
const urlPolicy = {
  check(text: string) {
    const url = /^https?:\/\//.test(text) ? URL.parse(text) : null
    return url === null
      ? { ok: false as const, code: 'url_malformed', reason: 'This is not an absolute URL.' }
      : { ok: true as const, url }
  },
}

/** What a direct request would have brought back. */
const timings = {
  queueMs: null,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: 1,
  totalMs: 1,
}
const answered = {
  outcome: {
    kind: 'answered' as const,
    status: 200,
    headers: {},
    body: new Uint8Array(),
    bodyTruncated: false,
    timings,
    remoteAddress: null,
  },
  succeeded: true,
  url: 'https://example.com/',
}

/** Nothing is sent. */
const unreached: Transport = {
  send: () => Promise.reject(new Error('nothing is to be sent here')),
  close: async () => {},
}

export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const world: World = {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    ...options.world,
  }
  const { clock, random, log } = world
  const keys = [new Uint8Array(32).fill(7)] as const
  const base = sqliteStore({
    path: ':memory:',
    clock,
    log,
    sealer: sealer({ keys, random }),
    threads: false,
  })
  const store = options.wrapStore?.(base) ?? base
  await store.open()
  const profilePolicy = (name: string) => profileOf(name).policy
  const views = applicationViews({ store, profilePolicy })
  const ids = idSource(clock, random)
  const claims: Claim[] = []
  const codeSandbox = sandbox(systemClock)
  const settings = liveSettings(configWith({ passwordCost: 10, ...options.config }))
  const { config } = settings
  const accept = acceptor({
    limits: { ...admissionLimits, perSecond: config.applicationRatePerSecond },
    world,
    store,
    views,
    ids,
    idempotencyMs: () => 3_600_000,
    dispatch: {
      room: () => 1000,
      lease: () => ({ token: 'test-token', until: clock.now() + 60_000 }),
      accepted: (batch) => claims.push(...batch),
      streamReady() {},
      dueAt() {},
      ...options.dispatch,
    },
  })
  const bins = inspector({ ...world, ...options.inspector })
  const server = apiServer({
    config,
    world,
    store,
    ids,
    nodeId: 'node-of-the-test',
    keys: { bootstrapKey, jwtSecret, defaultOrganizationId: organizationId },
    urlPolicy,
    openId: options.openId?.(config) ?? null,
    acceptor: accept,
    views,
    profilePolicy: (name) => (isProfile(name) ? profilePolicy(name) : null),
    wake() {},
    sandbox: codeSandbox,
    ...(options.connections === undefined ? {} : { connections: options.connections }),
    direct: {
      send: async () => answered,
      make: directMaker({
        ...{ world, transport: unreached },
        makeRequest: requestMaker({
          sandbox: codeSandbox,
          context: { signer: createSigner(), userAgent: 'Posthorn/test', installationId: null },
          authenticator: authenticator({ clock, transport: unreached }),
        }),
        policyOf: ({ profile }, { policy }) => resolvePolicy(profilePolicy(profile), policy),
      }),
      onAttempt: () => () => {},
    },
    version: '0.0.0',
    shownSettings: (language) => shownSettings(config, language),
    settings,
    routes: bins.routes,
    plugins: [(app) => void app.register(bins.plugin)],
  })
  await server.app.ready()
  return {
    ...server,
    store,
    acceptor: accept,
    ids,
    organizationId,
    world,
    claims,
    listen: () =>
      server.app.listen({ host: '127.0.0.1', port: 0, backlog: edgeLimits.unacceptedMax }),
    async close() {
      await server.app.close()
      await codeSandbox.close()
      await store.close()
    },
  }
}
