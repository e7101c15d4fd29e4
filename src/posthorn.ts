/**
 * The library's door: `createPosthorn(config, world)` makes an object that can be started, stopped,
 * waited for and asked to send. The server, the tests, the simulation and embedding products all
 * use it. Nothing below reads the environment, the clock or chance but through `World`.
 */

import { noteDisabled } from './api/audit-system.ts'
import type { Direct } from './api/call.ts'
import { edgeLimits } from './api/http-edge.ts'
import { openIdProvider } from './api/openid/provider.ts'
import { type ApiPlugin, type ApiServer, apiServer } from './api/server.ts'
import { type LiveSettings, liveSettings, watchSettings } from './config/live.ts'
import { secretsOf } from './config/secrets.ts'
import { shownSettings } from './config/shown.ts'
import type { Config } from './config.ts'
import { authenticator } from './delivery/authentication.ts'
import { timedClaims } from './delivery/claim-times.ts'
import { directMaker, directSender } from './delivery/direct.ts'
import { createEngine, type Engine } from './delivery/engine.ts'
import { withMail } from './delivery/mail-transport.ts'
import type { Listener } from './delivery/own-listeners.ts'
import type { ProviderExchange } from './delivery/provider-exchange.ts'
import { requestMaker } from './delivery/request-maker.ts'
import { createSigner } from './delivery/signer.ts'
import type { Transport } from './delivery/transport.ts'
import type { Application } from './domain/application.ts'
import type { Endpoint } from './domain/endpoint.ts'
import type { Environment } from './domain/environment.ts'
import type { OrganizationId } from './domain/ids.ts'
import type { NodeRole } from './domain/node.ts'
import { type DeliveryPolicy, resolvePolicy } from './domain/policy.ts'
import { type Installation, openInstallation } from './installation.ts'
import { type Acceptor, acceptor, type Dispatch } from './intake/accept.ts'
import { admissionLimits } from './intake/admission.ts'
import { type ApplicationViews, applicationViews } from './intake/application-views.ts'
import {
  attemptEvents,
  firstTime,
  raiseOperational,
  raiseTaskEnd,
} from './intake/operational-events.ts'
import { keepDueRunCounts } from './intake/run-count.ts'
import { type ViewRefresher, viewRefresher } from './intake/view-refresher.ts'
import { listening } from './listening.ts'
import { openNetwork, receiverSocketsMax } from './network.ts'
import { isProfile, profileOf } from './profiles/profiles.ts'
import type { Clock } from './runtime/clock.ts'
import { openFilesMax, shareDescriptors } from './runtime/descriptors.ts'
import { type IdSource, idSource } from './runtime/id-source.ts'
import type { Log } from './runtime/log.ts'
import type { Random } from './runtime/random.ts'
import { redactor, withoutSecrets } from './runtime/redaction.ts'
import { type Sandbox, sandbox } from './runtime/sandbox.ts'
import type { Service } from './runtime/service.ts'
import { consolePlugin, ownInspector } from './screens.ts'
import { anyWork, type WorkHint } from './store/port/cluster.ts'
import { type Store, StoreRefused } from './store/store.ts'
import { checkDatabase, nodeName, openStore } from './stores.ts'
import { meteredAcceptor, metricsOf, metricsPlugin } from './telemetry.ts'
import { counting } from './upkeep/counting.ts'
import { heartbeat } from './upkeep/heartbeat.ts'
import { retention } from './upkeep/retention.ts'
import { taskRunner } from './upkeep/task-runner.ts'
import { version } from './version.ts'

/** Spells of failing endpoints that this node has told of. */
const spellsRemembered = 10_000

/** The outside world that a Posthorn is handed. */
export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** The organisation of the bootstrap key, the same as Svix's default, so that its tokens fit. */
export const defaultOrganizationId = 'org_23rb8YdGqMT0qIzpgGwdXfHirMu' as OrganizationId // of the right form

export interface Posthorn extends Service {
  readonly installation: Installation
  /** Names this process to the others that work on the database. */
  readonly nodeId: string
  readonly role: NodeRole
  readonly store: Store
  readonly engine: Engine
  readonly acceptor: Acceptor
  readonly views: ApplicationViews
  readonly ids: IdSource
  readonly api: ApiServer
  /** Networks that deliveries may reach although they are private, and why: for the start-up lines. */
  readonly allowedNetworks: readonly string[]
  /** Which environment the installation says it is, at this moment. */
  readonly environment: Environment
  /** `http://host:port`, known once started. */
  readonly url: string
}

export interface PosthornParts {
  /** Further route groups: console, metrics. */
  readonly plugins?: readonly ApiPlugin[]
  /** In place of the one that the settings name; tests and the simulation hand in their own. */
  readonly store?: Store
  /** In place of HTTP. */
  readonly transport?: Transport
  /** Started after the engine and stopped before it: retention and its like. */
  readonly services?: (posthorn: Posthorn) => readonly Service[]
}

export function createPosthorn(given: Config, outside: World, parts: PosthornParts = {}): Posthorn {
  const settings = liveSettings(given)
  const { config } = settings
  if (parts.store === undefined) checkDatabase(config)
  const installation = openInstallation(config, outside.random)
  const redact = redactor(secretsOf({ ...config, ...installation }))
  const world = { ...outside, log: withoutSecrets(outside.log, redact) }
  const ids = idSource(world.clock, world.random)
  const descriptors = shareDescriptors({
    filesMax: openFilesMax(),
    clientsWanted: config.connectionsMax,
    receiversWanted: receiverSocketsMax(config),
  })
  const network = openNetwork(config, world, {
    ownListeners: () => listenersOf(api),
    socketsMax: descriptors.receivers,
  })
  settings.onChange(network.refresh)
  const transport = parts.transport ?? network.transport
  const nodeId = nodeName(world.random)
  const store = parts.store ?? openStore({ world, installation, nodeId })
  const profilePolicy = policyOf(settings)
  const views = applicationViews({ store, profilePolicy })
  const refresher = store.shared ? viewRefresher({ ...world, store, views }) : null
  const authentication = authenticator({ clock: world.clock, transport })
  const codeSandbox = sandbox(world.clock)
  const makeRequest = requestMaker({
    sandbox: codeSandbox,
    context: {
      signer: createSigner(),
      userAgent: `Posthorn/${version}`,
      installationId: installation.id,
    },
    authenticator: authentication,
  })
  const outbound = withMail(transport, { ...config, clock: world.clock, redact })
  const listeners = listening(world)
  const engine = createEngine({
    world,
    store: timedClaims(store, world.clock, (call, ms) => metrics.committed(call, ms / 1000)),
    sharedRates: store.shared ? store : null,
    views: refresher?.views ?? views,
    ids,
    limits: { ...config, inFlightMax: Math.min(config.inFlightMax, descriptors.receivers) },
    transportOf: ({ endpoint }) =>
      endpoint.transport === 'listen' ? listeners.hub.transportFor(endpoint.id) : outbound,
    makeRequest,
  })
  // A token that the endpoint refused is fetched anew for the next attempt.
  engine.onAttempt(({ attempt, endpoint }) => {
    if (attempt.responseStatus === 401) authentication.refused(endpoint)
  })
  const dispatch = config.role === 'api' ? elsewhere(store) : telling(engine, store)
  const metrics = metricsOf({
    ...{ world, store, engine, node: { id: nodeId, role: config.role } },
    connections: () => api.connections.open,
  })
  const accepting = acceptor({
    world,
    store,
    views,
    ids,
    dispatch,
    idempotencyMs: () => config.idempotencyHours * 3_600_000,
    limits: { ...admissionLimits, perSecond: config.applicationRatePerSecond },
  })
  const operational = { acceptor: accepting, log: world.log, consoleUrl: config.publicUrl }
  const isNews = firstTime(spellsRemembered)
  engine.onAttempt((finished) => {
    const { organizationId } = finished.application
    for (const event of attemptEvents(finished)) {
      // The store decides between nodes; this one need not ask it at every attempt.
      if (event.once !== undefined && !isNews(event.once)) continue
      void raiseOperational(operational, { organizationId, event, now: world.clock.now() })
    }
    const { jwtSecret } = installation
    void noteDisabled({ store, ids, log: world.log, jwtSecret }, finished)
  })
  const wake = (): void => {
    engine.wake()
    store.tellWork(anyWork)
  }
  const keys = {
    bootstrapKey: installation.apiKey,
    jwtSecret: installation.jwtSecret,
    defaultOrganizationId,
  }
  const inspecting = ownInspector({ world, store, organizationId: defaultOrganizationId })
  const api = apiServer({
    config,
    world,
    store,
    ids,
    nodeId,
    keys,
    urlPolicy: network.urlPolicy,
    openId: openIdProvider({ config, ...world, exchange: network.provider }),
    sandbox: codeSandbox,
    acceptor: meteredAcceptor(accepting, metrics, world),
    views,
    profilePolicy: (name) => (isProfile(name) ? profilePolicy(name) : null),
    direct:
      config.role === 'api'
        ? null
        : directOf(engine, {
            world,
            makeRequest,
            transport: outbound,
            policyOf: policyFor(profilePolicy),
          }),
    wake,
    version,
    shownSettings: (language) => shownSettings(config, language),
    settings,
    installationId: installation.id,
    connections: { max: descriptors.clients, onTurnedAway: metrics.turnedAway },
    routes: inspecting.routes,
    plugins: [
      metricsPlugin(metrics, config.metricsToken),
      ...(config.role === 'worker'
        ? []
        : [
            inspecting.plugin,
            consolePlugin({ keys, config, world, store }),
            listeners.plugin({
              ...{ world, store, views, ids, wake, jwtSecret: keys.jwtSecret },
              onAttempt: (listener) => engine.onAttempt(listener),
            }),
          ]),
      ...(parts.plugins ?? []),
    ],
  })
  const posthorn = {
    installation,
    nodeId,
    role: config.role,
    store,
    engine,
    acceptor: accepting,
    views,
    ids,
    api,
  }
  return new Running(posthorn, {
    settings,
    allowedNetworks: network.allowedNetworks,
    world,
    transport,
    provider: network.provider,
    sandbox: codeSandbox,
    refresher,
    parts,
  })
}

interface RunningInput {
  readonly settings: LiveSettings
  readonly allowedNetworks: () => readonly string[]
  readonly world: World
  readonly transport: Transport
  readonly provider: ProviderExchange
  readonly sandbox: Sandbox
  readonly refresher: ViewRefresher | null
  readonly parts: PosthornParts
}

/** An endpoint whose secrets cannot be opened could not be sent to: better not to start. */
async function refuseUnknownKeys(store: Store): Promise<void> {
  const { configured, endpoints } = await store.sealingState()
  const [unknown] = Object.entries(endpoints).filter(([key]) => !configured.includes(key))
  if (unknown === undefined) return
  const [key, count] = unknown
  await store.close()
  throw new StoreRefused('wrong_key', {
    en: `Secrets of ${count} endpoints are sealed with encryption key ${key}, which is not configured: add the former key behind the current one in POSTHORN_ENCRYPTION_KEY (current,former), and run \`posthorn rotate-key\` before it is dropped.`,
    es: `Los secretos de ${count} endpoints están cifrados con la clave de cifrado ${key}, que no está configurada: agrega la clave anterior detrás de la actual en POSTHORN_ENCRYPTION_KEY (actual,anterior) y ejecuta \`posthorn rotate-key\` antes de quitarla.`,
  })
}

/** Starts in the order in which pieces need each other, and stops in the opposite one. */
class Running implements Posthorn {
  readonly installation: Installation
  readonly nodeId: string
  readonly role: NodeRole
  readonly store: Store
  readonly engine: Engine
  readonly acceptor: Acceptor
  readonly views: ApplicationViews
  readonly ids: IdSource
  readonly api: ApiServer
  readonly #input: RunningInput
  #services: readonly Service[] = []
  #url = ''
  #stopped: Promise<void> | null = null

  constructor(
    pieces: Omit<Posthorn, 'url' | 'start' | 'stop' | 'allowedNetworks' | 'environment'>,
    input: RunningInput,
  ) {
    this.installation = pieces.installation
    this.nodeId = pieces.nodeId
    this.role = pieces.role
    this.store = pieces.store
    this.engine = pieces.engine
    this.acceptor = pieces.acceptor
    this.views = pieces.views
    this.ids = pieces.ids
    this.api = pieces.api
    this.#input = input
  }

  get environment(): Environment {
    return this.#input.settings.config.environment
  }

  get allowedNetworks(): readonly string[] {
    return this.#input.allowedNetworks()
  }

  get url(): string {
    return this.#url
  }

  async start(): Promise<void> {
    const { settings, world, parts, refresher } = this.#input
    const { config } = settings
    await Promise.all([this.store.open(), this.api.app.ready()])
    await refuseUnknownKeys(this.store)
    await settings.load(this.store)
    const delivers = config.role !== 'api'
    if (delivers) this.store.onWork((hint) => this.engine.hinted(hint))
    this.#services = [
      heartbeat({
        world,
        store: this.store,
        node: { id: this.nodeId, role: config.role, version },
        inFlight: () => this.engine.stats().inFlight,
      }),
      ...(refresher === null ? [] : [refresher]),
      ...(this.store.shared ? [watchSettings({ ...world, store: this.store, settings })] : []),
      ...(delivers ? [this.engine, this.#retention()] : []),
      ...(delivers ? [this.#tasks()] : []),
      ...(this.store.shared ? [counting({ world, store: this.store })] : []),
      ...(parts.services?.(this) ?? []),
    ]
    for (const service of this.#services) await service.start()
    this.#url = await this.api.app.listen({
      ...{ host: config.host, port: config.port },
      backlog: edgeLimits.unacceptedMax,
    })
    world.log.info('posthorn.started', { version, role: config.role })
  }

  #retention(): Service {
    const { store } = this
    const { settings, world } = this.#input
    return retention({
      ...{ ...world, store, settings: settings.config },
      keep: (now) => keepDueRunCounts(store, now),
    })
  }

  #tasks(): Service {
    const { store, views, engine } = this
    const { settings, world } = this.#input
    const { config } = settings
    const { acceptor } = this
    const operational = { acceptor, views, log: world.log, consoleUrl: config.publicUrl }
    return taskRunner({
      world,
      store,
      views,
      endpoints: this.api.endpointWorker,
      wake: () => engine.wake(),
      onFinished: (task) => void raiseTaskEnd(operational, task, world.clock.now()),
    })
  }

  /** Takes no more requests, finishes what is in flight, then lets go of the database. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    await this.api.app.close()
    for (const service of [...this.#services].reverse()) await service.stop()
    await this.#input.transport.close()
    await this.#input.provider.close()
    await this.#input.sandbox.close()
    await this.store.close()
    this.#input.world.log.info('posthorn.stopped')
  }
}

/** What tests and waiting callers of the API need of this node. */
function directOf(engine: Engine, deps: Parameters<typeof directSender>[0]): Direct {
  return {
    send: directSender(deps),
    make: directMaker(deps),
    onAttempt: (listener) => engine.onAttempt(({ attempt }) => listener(attempt)),
  }
}

function policyFor(profilePolicy: (profile: string) => DeliveryPolicy) {
  return (application: Application, endpoint: Endpoint): DeliveryPolicy =>
    resolvePolicy(profilePolicy(application.profile), endpoint.policy)
}

/** Where this process listens: deliveries are not to come back to it. */
function listenersOf({ app }: ApiServer): readonly Listener[] {
  const address = app.server.address()
  return address === null || typeof address === 'string' ? [] : [address]
}

/**
 * The policy that a profile gives; the settings are the standard one's. The same object until they
 * change, which is how views see that they did.
 */
function policyOf(settings: LiveSettings): (profile: string) => DeliveryPolicy {
  const standard = (): DeliveryPolicy => {
    const { retryScheduleMs, attemptTimeoutMs, breakerAfter, signatureHeaders } = settings.config
    const { disableAfterHours, endpointConcurrency } = settings.config
    return {
      ...profileOf('standard').policy,
      ...{ retryScheduleMs, attemptTimeoutMs, breakerAfter, signatureHeaders },
      concurrencyMax: endpointConcurrency,
      disableAfterMs: disableAfterHours === 0 ? null : disableAfterHours * 3_600_000,
    }
  }
  let current = standard()
  settings.onChange(() => {
    current = standard()
  })
  return (profile) => (profile === 'standard' ? current : profileOf(profile).policy)
}

const dueWork: WorkHint = { due: true, streams: [] }

/** This node accepts and others deliver: nothing is leased here, the others are told. */
function elsewhere(store: Store): Dispatch {
  return {
    room: () => 0,
    lease: () => {
      throw new Error('a node without an engine takes no leases')
    },
    accepted() {},
    streamReady: (applicationId, endpointId) =>
      store.tellWork({ due: false, streams: [{ applicationId, endpointId }] }),
    dueAt: () => store.tellWork(dueWork),
  }
}

/** The engine of this node; what it has no room for, another may have. */
function telling(engine: Engine, store: Store): Dispatch {
  return {
    room: (applicationId) => engine.room(applicationId),
    lease: () => engine.lease(),
    accepted: (claims) => engine.accepted(claims),
    streamReady: (applicationId, endpointId) => engine.streamReady(applicationId, endpointId),
    dueAt(at) {
      engine.dueAt(at)
      store.tellWork(dueWork)
    },
  }
}
