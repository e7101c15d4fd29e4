/** The HTTP server: the route table on Fastify, behind the edge's rules. */
import cors from '@fastify/cors'
import { type FastifyInstance, fastify } from 'fastify'
import type { EndpointWorker } from '../intake/tasks.ts'
import { connectionsDefaultMax } from '../runtime/descriptors.ts'
import { activityRoutes } from './activity.ts'
import { apiKeyRoutes, principalOfKey } from './api-keys.ts'
import { applicationRoutes } from './applications.ts'
import { attemptRoutes } from './attempts.ts'
import { auditRoutes } from './audit.ts'
import { type Authenticator, authenticator, type CredentialStore } from './authenticate.ts'
import type { Route, Services } from './call.ts'
import { ChangeFeed } from './change-feed.ts'
import { ChangeStreams } from './change-streams.ts'
import { changeRoutes } from './changes.ts'
import { checkupRoutes } from './checkups.ts'
import { boundConnections, type ConnectionRules, type Connections } from './connections.ts'
import { deliveryRoutes } from './deliveries.ts'
import { documentReader } from './document-reader.ts'
import { letEarlyAnswersArrive } from './early-answers.ts'
import { encryptionRoutes } from './encryption.ts'
import { endpointChangeRoutes } from './endpoint-change-many.ts'
import { endpointJobRoutes } from './endpoint-jobs.ts'
import { endpointSecretRoutes } from './endpoint-secrets.ts'
import { endpointTlsRoutes } from './endpoint-tls.ts'
import { endpointWorker } from './endpoint-worker.ts'
import { endpointRoutes } from './endpoints.ts'
import { eventTypeRoutes } from './event-types.ts'
import { exportRoutes } from './exports.ts'
import { healthRoutes } from './health.ts'
import { clientError, edgeLimits, guardApi, guardRequests } from './http-edge.ts'
import { importRoutes } from './imports.ts'
import { installationRoutes } from './installation.ts'
import { issueRoutes } from './issues.ts'
import { maskingRoutes } from './masking.ts'
import { messageCreateRoutes } from './message-create.ts'
import { messageMoreRoutes } from './message-more.ts'
import { messageRoutes } from './messages.ts'
import { nodeRoutes } from './nodes.ts'
import { noteRoutes } from './notes.ts'
import { openApiDocument } from './openapi.ts'
import { openIdRoutes } from './openid/routes.ts'
import { operationalWebhookRoutes } from './operational-webhooks.ts'
import { origins } from './origins.ts'
import { overallRoutes } from './overall.ts'
import { overallExportRoutes } from './overall-export.ts'
import { takeParameterCredentials } from './parameter-credentials.ts'
import { pollerRoutes } from './pollers.ts'
import { authenticationRoutes } from './portal-access.ts'
import { errorHandler, problemOf, sendProblem } from './problem.ts'
import { publicCatalogRoutes } from './public-catalog.ts'
import { publicCatalogPage } from './public-catalog-page.ts'
import { limitRate } from './rate-limit.ts'
import { recoveryRoutes } from './recovery.ts'
import { referencePage } from './reference-page.ts'
import { requestIds } from './request-ids.ts'
import { roleRoutes } from './roles.ts'
import { apiPrefix, registerRoutes } from './routes.ts'
import { searchRoutes } from './searches.ts'
import { takeSessionCookies } from './session-cookie.ts'
import { sessionEnded } from './sessions.ts'
import { signInRoutes } from './sign-in.ts'
import { signatureDoctorRoutes } from './signature-doctor.ts'
import { snippetRoutes } from './snippets.ts'
import { type StreamSeats, streamSeats } from './stream-seats.ts'
import { summaryRoutes } from './summaries.ts'
import { systemRoutes } from './systems/routes.ts'
import { taskRoutes } from './tasks.ts'
import { transformationRoutes } from './transformations.ts'
import { typeActivityRoutes } from './type-activity.ts'
import { unknownPath } from './unknown-path.ts'
import { usageRoutes } from './usage.ts'
import { principalOfSession } from './user-sessions.ts'
import { userRoutes } from './users.ts'
import { viewRoutes } from './views.ts'

export interface ApiDeps extends Omit<Services, 'changes' | 'documents' | 'seats'> {
  /** Version of the package, for OpenAPI. */
  readonly version: string
  /** Requests that our own deliveries made carry it and are refused. */
  readonly installationId?: string
  /** Bounds what clients hold open. */
  readonly connections?: Required<Pick<ConnectionRules, 'max' | 'onTurnedAway'>>
  /** Operations of the contract that are handled elsewhere: the inspector's. */
  readonly routes: readonly Route[]
  /** Further route groups: inspector, console, metrics. */
  readonly plugins: readonly ApiPlugin[]
}

/**
 * Registers routes beside the API. It gets the authenticator for routes that need a caller, and the
 * seats of streams for those that hold one open.
 */
export type ApiPlugin = (
  app: FastifyInstance,
  context: { readonly authenticator: Authenticator; readonly seats: StreamSeats },
) => void | Promise<void>

export interface ApiServer {
  readonly app: FastifyInstance
  readonly authenticator: Authenticator
  readonly connections: Connections
  /** Works off jobs over endpoints under the rules of this API. */
  readonly endpointWorker: EndpointWorker
}

/** Every operation with its handler, but those that are handed in. */
export const routes: readonly Route[] = [
  ...applicationRoutes,
  ...endpointRoutes,
  ...endpointSecretRoutes,
  ...endpointTlsRoutes,
  ...snippetRoutes,
  ...checkupRoutes,
  ...signatureDoctorRoutes,
  ...eventTypeRoutes,
  ...messageCreateRoutes,
  ...messageRoutes,
  ...messageMoreRoutes,
  ...attemptRoutes,
  ...deliveryRoutes,
  ...overallRoutes,
  ...overallExportRoutes,
  ...changeRoutes,
  ...summaryRoutes,
  ...activityRoutes,
  ...typeActivityRoutes,
  ...searchRoutes,
  ...endpointChangeRoutes,
  ...endpointJobRoutes,
  ...exportRoutes,
  ...maskingRoutes,
  ...issueRoutes,
  ...publicCatalogRoutes,
  ...authenticationRoutes,
  ...apiKeyRoutes,
  ...viewRoutes,
  ...noteRoutes,
  ...auditRoutes,
  ...userRoutes,
  ...signInRoutes,
  ...openIdRoutes,
  ...roleRoutes,
  ...recoveryRoutes,
  ...taskRoutes,
  ...usageRoutes,
  ...transformationRoutes,
  ...pollerRoutes,
  ...importRoutes,
  ...operationalWebhookRoutes,
  ...systemRoutes,
  ...nodeRoutes,
  ...installationRoutes,
  ...encryptionRoutes,
  ...healthRoutes,
]

/** Builds the server; it does not listen yet (`app.listen`). Stop it with `app.close`. */
export function apiServer(deps: ApiDeps): ApiServer {
  const app = newApp(deps)
  // A worker is asked for its health only; whoever calls the API is to ask another node.
  const worksOnly = deps.config.role === 'worker'
  const served = worksOnly ? healthRoutes : [...routes, ...deps.routes]
  const credentials: CredentialStore = {
    findKey: (key, used) =>
      key.startsWith('phs_')
        ? principalOfSession(deps.store, key, used.now)
        : principalOfKey(deps.store, key, used),
    sessionEnded: (principal, token) => sessionEnded(deps.store, principal, token),
  }
  const callers = authenticator({ keys: deps.keys, clock: deps.world.clock, credentials })
  guardRequests(app)
  letEarlyAnswersArrive(app, deps.world.clock)
  const connections = boundConnections(app, {
    ...{ clock: deps.world.clock, log: deps.world.log },
    max: deps.connections?.max ?? connectionsDefaultMax,
    ...(deps.connections === undefined ? {} : { onTurnedAway: deps.connections.onTurnedAway }),
  })
  const seats = streamSeats()
  takeSessionCookies(app, deps.keys.jwtSecret, origins(deps.config.publicUrl, deps.config.host))
  app.setErrorHandler(errorHandler(deps.world.log))
  app.setNotFoundHandler(unknownPath(served))
  app.decorateRequest('principal', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const documents = documentReader(deps.world.clock)
  app.addHook('onClose', () => documents.close())
  const services = { ...deps, documents, seats, changes: followChanges(app, deps, seats) }
  app.register(async (api) => {
    await api.register(cors, { origin: '*', methods: '*', maxAge: 600, strictPreflight: false })
    guardApi(api, deps.installationId ?? null)
    takeParameterCredentials(api)
    limitRate(api, {
      clock: deps.world.clock,
      perSecond: deps.config.apiRatePerSecond,
      recognize: callers.recognize,
    })
    registerRoutes(api, served, { services, authenticator: callers })
    if (worksOnly) return
    let document = '' // made when it is first asked for: it would cost a tenth of a start
    api.get(`${apiPrefix}/openapi.json`, (_request, reply) => {
      document ||= JSON.stringify(openApiDocument({ version: deps.version }))
      return reply.header('content-type', 'application/json').send(document)
    })
  })
  if (!worksOnly) {
    app.register(async (docs) => referencePage(docs, () => openApiDocument(deps)))
    app.register(async (pages) =>
      publicCatalogPage(pages, {
        ...{ store: deps.store, clock: deps.world.clock },
        organizationId: deps.keys.defaultOrganizationId,
      }),
    )
  }
  for (const plugin of deps.plugins) {
    app.register(async (scope) => plugin(scope, { authenticator: callers, seats }))
  }
  return { app, authenticator: callers, connections, endpointWorker: endpointWorker(services) }
}

/** Streams of changes end when the server stops, before it waits for open connections. */
function followChanges(
  app: FastifyInstance,
  deps: ApiDeps,
  seats: StreamSeats,
): Services['changes'] {
  const { clock } = deps.world
  const feed = new ChangeFeed(deps.store, clock)
  const streams = new ChangeStreams({ feed, clock, seats })
  const unhint = deps.direct?.onAttempt(() => feed.hint())
  app.addHook('preClose', async () => {
    unhint?.()
    streams.stop()
  })
  return { feed, streams }
}

function newApp(deps: ApiDeps): FastifyInstance {
  return fastify({
    bodyLimit: deps.config.bodyBytesMax,
    genReqId: requestIds(deps.world.random),
    trustProxy: deps.config.trustedProxies.length > 0 && [...deps.config.trustedProxies],
    connectionTimeout: edgeLimits.stalledTimeoutMs,
    requestTimeout: edgeLimits.requestTimeoutMs,
    keepAliveTimeout: edgeLimits.keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // ours answers in JSON, in the caller's language
    clientErrorHandler: clientError,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(problemOf(error), reply)
    },
    http: {
      maxHeaderSize: edgeLimits.headerBytesMax,
      headersTimeout: edgeLimits.headersTimeoutMs,
      connectionsCheckingInterval: edgeLimits.checkIntervalMs,
      requireHostHeader: false, // ours answers in JSON
    },
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: edgeLimits.parameterLengthMax,
      querystringParser: () => ({}), // read by the operation's own schema
    },
  })
}
