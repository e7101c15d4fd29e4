/**
 * The server's side of `posthorn listen`: an endpoint whose deliveries go over the command's own
 * outbound stream. Connecting makes the endpoint or resumes it, disconnecting pauses it. On several
 * nodes the command must reach the node that delivers; it is a tool for development.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type Type from 'typebox'
import { endpointState, fingerprints } from './api/audit-state.ts'
import { type EventStream, openEventStream, passes } from './api/event-stream.ts'
import type { Principal } from './api/principal.ts'
import type { ApiPlugin } from './api/server.ts'
import { callerOf, type StreamSeats } from './api/stream-seats.ts'
import { timeText } from './api/times.ts'
import { refuse, validator } from './api/validate.ts'
import { ListenIn } from './contract/listen.ts'
import type { AttemptEvent } from './delivery/dispatcher.ts'
import { type ListenHub, listenHub, type PushedAnswer } from './delivery/listen-transport.ts'
import { attemptSentences } from './domain/attempt-sentences.ts'
import type { Endpoint } from './domain/endpoint.ts'
import { invalid, Problem, problems } from './domain/errors.ts'
import { parseFilter } from './domain/filter.ts'
import type { ApplicationId, EndpointId } from './domain/ids.ts'
import { limits } from './domain/limits.ts'
import { generatedSecretBytes, generateSecret } from './domain/secret.ts'
import { isTypeRule, isTypeRuleValid } from './domain/type-rule.ts'
import type { ApplicationViews } from './intake/application-views.ts'
import type { World } from './posthorn.ts'
import type { IdSource } from './runtime/id-source.ts'
import { changeStored } from './store/change.ts'
import type { Store } from './store/store.ts'

const base = '/api/v1/app/:app/listen'
const answerBytesMax = 1024 * 1024
/** Commands that share an application under one name. */
const sharingMax = 20
/** Bytes of requests that a command may leave unread. */
const waitingBytesMax = 16 * 1024 * 1024

interface Deps {
  readonly world: World
  readonly store: Store
  readonly views: ApplicationViews
  readonly ids: IdSource
  /** Makes the fingerprints by which the audit log tells secrets apart. */
  readonly jwtSecret: string
  /** Deliveries may have become claimable. */
  readonly wake: () => void
  /** Calls back for each attempt once it is recorded. Returns how to stop that. */
  readonly onAttempt: (listener: (event: AttemptEvent) => void) => () => void
}
export interface Listening {
  readonly hub: ListenHub
  readonly plugin: (deps: Deps) => ApiPlugin
}

/** The hub exists before the engine that sends through it; the routes come after. */
export function listening(world: World): Listening {
  let settle: (endpointId: EndpointId) => Promise<void> = async () => {}
  const hub = listenHub({
    clock: world.clock,
    responseBytesMax: limits.responseBytesMax,
    onMissing: (endpointId) => {
      settle(endpointId).catch((cause) =>
        world.log.error('listen.not_paused', { endpointId }, cause),
      )
    },
  })
  return {
    hub,
    plugin: (deps) => {
      const applications = new Map<EndpointId, ApplicationId>()
      settle = pauseWhileNobodyListens({ ...deps, hub, applications })
      return routes({ ...deps, hub, applications, settle })
    },
  }
}

type RouteDeps = Deps & {
  readonly hub: ListenHub
  readonly applications: Map<EndpointId, ApplicationId>
  readonly settle: (endpointId: EndpointId) => Promise<void>
}
interface Caller {
  readonly applicationId: ApplicationId
  readonly principal: Principal
}

function routes(deps: RouteDeps): ApiPlugin {
  return (app, { authenticator, seats }) => {
    const caller = async (request: FastifyRequest): Promise<Caller> => {
      const principal = await authenticator.authenticate(request)
      // What comes are whole payloads.
      for (const permission of ['manage-endpoints', 'read-unmasked'] as const) {
        if (!principal.permissions.has(permission)) throw new Problem(problems.forbidden)
      }
      const { app: named = '' } = request.params as { readonly app?: string } // of the route
      const view = await deps.views.find(principal.organizationId, named)
      const mine =
        principal.applicationId === null || principal.applicationId === view?.application.id
      if (view === null || !mine) throw new Problem(problems.notFound)
      return { applicationId: view.application.id, principal }
    }
    const open = new Map<EventStream, Promise<void>>()
    // A stop ends the streams, and waits until their endpoints are paused.
    app.addHook('preClose', async () => {
      const paused = [...open].map(([stream, done]) => {
        stream.end()
        return done
      })
      await Promise.all(paused)
    })
    app.post(base, async (request, reply) => {
      const who = await caller(request)
      const stillAllowed = () => passes(() => caller(request))
      return connect({ who, request, reply, deps, open, seats, stillAllowed })
    })
    app.post<{ Params: { endpoint: string; request: string } }>(
      `${base}/:endpoint/answer/:request`,
      { bodyLimit: answerBytesMax * 2 },
      async (request, reply) => {
        const { applicationId } = await caller(request)
        const endpointId = request.params.endpoint as EndpointId // only compared with known ones
        if (deps.applications.get(endpointId) !== applicationId) {
          throw new Problem(problems.notFound)
        }
        const answer = readAnswer(bodyOf(request))
        const requestId = request.params.request
        const taken = deps.hub.answer({ endpointId, requestId, answer })
        if (!taken) throw new Problem(problems.notFound)
        return reply.code(204).send()
      },
    )
  }
}

function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  const text = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : ''
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Answered below, as for JSON that is not an object.
  }
  throw invalid({
    loc: ['body', '', ''],
    msg: { en: 'Not an object.', es: 'No es un objeto.' },
    type: 'value_error.jsondecode',
  })
}

function readAnswer(body: Readonly<Record<string, unknown>>): PushedAnswer {
  const { status, headers, bodyBase64, error } = body
  if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) {
    const pairs = Object.entries(typeof headers === 'object' && headers !== null ? headers : {})
    return {
      status,
      headers: Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])),
      body: Buffer.from(typeof bodyBase64 === 'string' ? bodyBase64 : '', 'base64'),
    }
  }
  const refused = error === 'connect_refused'
  return refused
    ? { errorClass: 'connect_refused', detail: attemptSentences.listenRefused.en }
    : { errorClass: 'connect_failed', detail: attemptSentences.listenUnreachable.en }
}

async function connect(input: {
  readonly who: Caller
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly deps: RouteDeps
  readonly open: Map<EventStream, Promise<void>>
  readonly seats: StreamSeats
  readonly stillAllowed: () => Promise<boolean>
}): Promise<FastifyReply> {
  const { who, request, reply, deps, open, seats, stillAllowed } = input
  const { applicationId, principal } = who
  const { hub, world, applications } = deps
  const caller = callerOf(principal)
  seats.check(caller)
  const endpoint = await ownEndpoint({ who, request, deps })
  applications.set(endpoint.id, applicationId)
  const gone = Promise.withResolvers<void>()
  const tookOver = hub.isConnected(endpoint.id)
  const stream = openEventStream({
    ...{ reply, clock: world.clock, seats, caller, stillAllowed },
    onClose: gone.resolve,
  })
  const disconnect = hub.connect(endpoint.id, {
    push(request) {
      // It connects again, and what it did not answer is tried again.
      if (stream.waiting() > waitingBytesMax) stream.destroy()
      else stream.send({ name: 'request', data: request })
    },
    replaced() {
      stream.send({ name: 'replaced', data: {} })
      stream.end()
    },
  })
  const unhear = deps.onAttempt((event) => {
    if (event.endpoint.id !== endpoint.id || event.result !== 'recorded') return
    stream.send({ name: 'attempt', data: attemptOut(event, deps) })
  })
  const done = gone.promise.then(async () => {
    unhear()
    open.delete(stream)
    if (disconnect() === 'replaced') return
    try {
      await deps.settle(endpoint.id)
    } catch (cause) {
      world.log.error('listen.not_paused', { endpointId: endpoint.id }, cause)
    }
  })
  open.set(stream, done)
  const seesSecret = principal.permissions.has('read-secret')
  const secret = seesSecret ? (endpoint.secrets[0]?.key ?? '') : ''
  const name = (endpoint.uid ?? '').replace(uidPrefix, '')
  stream.send({ name: 'connected', data: { endpoint: endpoint.id, name, secret, tookOver } })
  await deps.settle(endpoint.id)
  stream.send({ name: 'ready', data: {} })
  deps.wake()
  world.log.info('listen.connected', { applicationId, endpointId: endpoint.id })
  return reply
}

/** What the record says of an attempt: which of how many it was, and when the next one comes. */
function attemptOut(
  { attempt, application, endpoint }: AttemptEvent,
  { views }: Pick<Deps, 'views'>,
) {
  const { messageId, number, succeeded, nextAttemptAt } = attempt
  const view = views.peek(application.organizationId, application.id)
  return {
    ...{ messageId, number, succeeded },
    of: view === undefined ? null : view.policy(endpoint).retryScheduleMs.length + 1,
    nextAt: nextAttemptAt === null ? null : timeText(nextAttemptAt),
  }
}

/** The endpoint of that name, made when it is missing. It stays paused until the stream stands. */
async function ownEndpoint(input: {
  readonly who: Caller
  readonly request: FastifyRequest
  readonly deps: RouteDeps
}): Promise<Endpoint> {
  const { who, request, deps } = input
  const { applicationId } = who
  const { store, views, ids, world } = deps
  const { uid: named, share, ...settings } = settingsOf(bodyOf(request))
  const uid = share ? await freeUid(named, applicationId, deps) : named
  const now = world.clock.now()
  const fingerprint = fingerprints(deps.jwtSecret)
  const writes = (before: Endpoint | null, after: Endpoint) =>
    store.withAudit({
      id: ids.next('audit'),
      ...{ organizationId: who.principal.organizationId, applicationId, at: now },
      ...{ actor: who.principal.actor, operation: 'v1.endpoint.listen', outcome: 'done' },
      resource: { kind: 'endpoint', id: after.id },
      before: before === null ? null : endpointState(before, fingerprint),
      after: endpointState(after, fingerprint),
      ...{ address: request.ip, requestId: request.id },
    })
  let before: Endpoint | null = null
  const change = (found: Endpoint): Endpoint => {
    if (found.transport !== 'listen') throw new Problem(problems.conflict)
    before = found
    const { filter: _, ...attributes } = found.attributes
    const enabled = { disabledAt: null, disabledReason: null } // whoever listens wants to hear
    return {
      ...found,
      ...settings,
      ...enabled,
      attributes: { ...attributes, ...settings.attributes },
    }
  }
  const present = await changeOwn(deps, { applicationId, idOrUid: uid }, change, (changed) =>
    writes(before, changed.endpoint).updateEndpoint(changed),
  )
  if (present !== null) return present
  const key = generateSecret('hmac', world.random.bytes(generatedSecretBytes))
  const fresh: Endpoint = {
    id: ids.next('endpoint'),
    applicationId,
    uid,
    ...settings,
    description: 'posthorn listen',
    version: 1,
    transport: 'listen',
    disabledAt: null,
    disabledReason: null,
    pausedAt: now,
    channels: null,
    metadata: {},
    throttleRate: null,
    secrets: [{ key, createdAt: now, expiresAt: null }],
    headers: {},
    policy: { disableAfterMs: null, disableOnGone: false },
    createdAt: now,
    updatedAt: now,
  }
  const created = await writes(null, fresh).createEndpoint(fresh)
  views.invalidate(applicationId)
  if (typeof created === 'string') throw new Problem(problems.conflict)
  return created
}

/** Of the name itself and those numbered after it, the first under which nobody is connected. */
async function freeUid(
  uid: string,
  applicationId: ApplicationId,
  { store, hub }: Pick<RouteDeps, 'store' | 'hub'>,
): Promise<string> {
  for (let n = 1; n <= sharingMax; n++) {
    const candidate = n === 1 ? uid : `${uid}-${n}`
    const found = await store.findEndpoint({ applicationId, idOrUid: candidate })
    if (found === null || !hub.isConnected(found.id)) return candidate
  }
  throw new Problem(problems.conflict)
}

const uidPrefix = 'listen-'
const checkBody = validator(ListenIn, 'body')

/** What the command asks for, checked. What it leaves out goes back to what it was without. */
function settingsOf(body: unknown): Pick<Endpoint, 'url' | 'eventTypes' | 'attributes'> & {
  readonly uid: string
  readonly share: boolean
} {
  checkBody(body)
  const { name, share, target, eventTypes, filter } = body as Type.Static<typeof ListenIn> // just checked
  if (!URL.canParse(target) || !/^https?:$/.test(new URL(target).protocol)) {
    throw refuse('target', { en: 'not an http or https URL', es: 'no es una URL http o https' })
  }
  const malformed = eventTypes?.find((one) => isTypeRule(one) && !isTypeRuleValid(one))
  if (malformed !== undefined) {
    const msg = {
      en: `a rule is one or more segments, then \`.*\` or \`_*\`; change: ${malformed}`,
      es: `una regla es uno o más segmentos y después \`.*\` o \`_*\`; cambia: ${malformed}`,
    }
    throw refuse('eventTypes', msg, 'event_type_rule_malformed')
  }
  const parsed = filter === undefined ? null : parseFilter(filter)
  if (parsed?.ok === false) {
    const names = parsed.fault.path.split('/').filter((each) => each !== '')
    throw refuse(['filter', ...names], parsed.fault.reason)
  }
  return {
    uid: `${uidPrefix}${name ?? 'cli'}`,
    share: share === true,
    url: target,
    eventTypes: eventTypes ?? null,
    attributes: filter === undefined ? {} : { filter },
  }
}

/**
 * Pauses an endpoint or resumes it, by whether a command is connected then. One at a time: a pause for
 * who has gone must not be written after the next one was connected.
 */
function pauseWhileNobodyListens(
  deps: Omit<RouteDeps, 'settle'>,
): (endpointId: EndpointId) => Promise<void> {
  const { hub, store, world, applications } = deps
  const settling = new Map<EndpointId, Promise<void>>()
  const settle = async (endpointId: EndpointId): Promise<void> => {
    const applicationId = applications.get(endpointId)
    if (applicationId === undefined) return
    const key = { applicationId, idOrUid: endpointId }
    const found = await store.findEndpoint(key)
    const paused = !hub.isConnected(endpointId)
    if (found === null || (found.pausedAt !== null) === paused) return
    const pausedAt = paused ? world.clock.now() : null
    await changeOwn(deps, key, (now) => ({ ...now, pausedAt }))
  }
  return (endpointId) => {
    const before = settling.get(endpointId) ?? Promise.resolve()
    const done = before.then(() => settle(endpointId))
    const kept = done
      .catch(() => {})
      .finally(() => {
        if (settling.get(endpointId) === kept) settling.delete(endpointId)
      })
    settling.set(endpointId, kept)
    return done
  }
}

/** Changes an endpoint as it is now, also when others change it meanwhile. Null: it is not there. */
async function changeOwn(
  { store, views, world }: Pick<Deps, 'store' | 'views' | 'world'>,
  key: { readonly applicationId: ApplicationId; readonly idOrUid: string },
  change: (found: Endpoint) => Endpoint,
  write: Store['updateEndpoint'] = (changed) => store.updateEndpoint(changed),
): Promise<Endpoint | null> {
  const result = await changeStored({
    read: () => store.findEndpoint(key),
    change,
    store: (endpoint, expectedUpdatedAt) => write({ endpoint, expectedUpdatedAt }),
    now: world.clock.now(),
  })
  views.invalidate(key.applicationId)
  if (result === 'not_found') return null
  if (typeof result === 'string') throw new Problem(problems.conflict)
  return result.after
}
