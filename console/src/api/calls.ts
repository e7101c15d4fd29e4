/** Every call that a page makes, one function each, named after the operation. */
import type { MessageView } from '../../../src/domain/message-marks.ts'
import { request, requestText } from './http.ts'
import type {
  ApplicationOut,
  AttemptOut,
  Authentication,
  BinOut,
  CapturedOut,
  DeliveryOut,
  DestinationOut,
  EndpointOut,
  EndpointParts,
  EndpointSnippets,
  EndpointStats,
  EventTypeOut,
  List,
  MessageOut,
  PortalAccess,
  RoutingEntry,
  Tls,
} from './model.ts'
import { rawMember } from './raw-member.ts'

export const path = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part)}`).join('')

export interface ListQuery {
  readonly limit?: number
  readonly iterator?: string | null
  readonly before?: string
  readonly after?: string
  readonly event_types?: readonly string[]
  readonly tag?: string
  readonly with_content?: boolean
  readonly channel?: string
  /** Of messages. */
  readonly view?: MessageView
  /** Of endpoints. */
  readonly state?: readonly string[]
  readonly label?: readonly string[]
  /** A text, and a condition on the payload. */
  readonly q?: string
  readonly where?: string
}

// Applications

export const listApplications = (
  query: ListQuery & { readonly search?: string; readonly needs_attention?: boolean } = {},
  signal?: AbortSignal,
) => request<List<ApplicationOut>>('/app', { query: { ...query }, ...(signal && { signal }) })
/** When a signature of the application was first found valid, as far as the server can know. */
export const getVerification = (application: string) =>
  request<{ readonly verifiedAt: string | null }>(
    `/app/${encodeURIComponent(application)}/verification`,
  )
/** When a signature by the current secret of the endpoint was last found valid, and by whom. */
export const getEndpointVerification = (app: string, endpoint: string) =>
  request<{ readonly verifiedAt: string | null; readonly by: 'inspector' | 'doctor' | null }>(
    `${path('app', app, 'endpoint', endpoint)}/verification`,
  )
export const getApplication = (app: string) => request<ApplicationOut>(path('app', app))
export const createApplication = (body: {
  readonly name: string
  readonly uid?: string
  readonly profile?: string
}) => request<ApplicationOut>('/app', { method: 'POST', body })
export const patchApplication = (
  app: string,
  body: Partial<ApplicationOut>,
  how: { readonly force?: boolean; readonly ifMatch?: string } = {},
) =>
  request<ApplicationOut>(path('app', app), {
    ...{ method: 'PATCH', body },
    ...(how.force === true ? { query: { force: true } } : {}),
    ...(how.ifMatch === undefined ? {} : { ifMatch: how.ifMatch }),
  })
export const deleteApplication = (app: string) =>
  request<void>(path('app', app), { method: 'DELETE' })
export const portalAccess = (app: string) =>
  request<PortalAccess>(path('auth', 'app-portal-access', app), { method: 'POST', body: {} })

// Endpoints

export interface EndpointBody {
  readonly url?: string
  readonly description?: string
  readonly disabled?: boolean
  readonly paused?: boolean
  readonly eventTypes?: readonly string[] | null
  readonly channels?: readonly string[] | null
  readonly throttleRate?: number | null
  readonly headers?: Readonly<Record<string, string>>
  readonly metadata?: Readonly<Record<string, string>>
  readonly policy?: EndpointOut['policy']
  readonly filter?: Readonly<Record<string, unknown>> | null
  readonly secret?: string
  readonly authentication?: Authentication
  readonly tls?: Tls
}

export const listEndpoints = (app: string, query: ListQuery = {}) =>
  request<List<EndpointOut>>(`${path('app', app)}/endpoint`, { query: { limit: 250, ...query } })
export const getEndpoint = (app: string, endpoint: string) =>
  request<EndpointOut>(path('app', app, 'endpoint', endpoint))
export const createEndpoint = (app: string, body: EndpointBody) =>
  request<EndpointOut>(`${path('app', app)}/endpoint`, { method: 'POST', body })
/** `ifMatch`: the `updatedAt` that was read; a 409 when somebody changed it since. */
export const patchEndpoint = (
  app: string,
  endpoint: string,
  body: EndpointBody,
  ifMatch?: string,
) =>
  request<EndpointOut>(path('app', app, 'endpoint', endpoint), {
    method: 'PATCH',
    body,
    ...(ifMatch === undefined ? {} : { ifMatch }),
  })
export const deleteEndpoint = (app: string, endpoint: string) =>
  request<void>(path('app', app, 'endpoint', endpoint), { method: 'DELETE' })
export const endpointStats = (app: string, endpoint: string, since: string) =>
  request<EndpointStats>(`${path('app', app, 'endpoint', endpoint)}/stats`, { query: { since } })
export const endpointPart = <Name extends keyof EndpointParts>(
  app: string,
  endpoint: string,
  name: Name,
) => request<EndpointParts[Name]>(path('app', app, 'endpoint', endpoint, name))
/** Headers and certificates are replaced, of a transformation what is given. */
export const partMethods = { headers: 'PUT', tls: 'PUT', transformation: 'PATCH' } as const
/** The endpoint with the part that was stored; a 409 when somebody changed it since `ifMatch`. */
export async function saveEndpointPart(
  app: string,
  endpoint: string,
  name: keyof EndpointParts,
  sent: { readonly body: object; readonly ifMatch: string },
): Promise<EndpointOut> {
  const method = partMethods[name]
  await request<void>(path('app', app, 'endpoint', endpoint, name), { method, ...sent })
  return getEndpoint(app, endpoint)
}
export const endpointSecret = (app: string, endpoint: string) =>
  request<{ key: string; signingKey?: string; createdAt?: string; previousUntil?: string }>(
    `${path('app', app, 'endpoint', endpoint)}/secret`,
  )
export const endpointSnippets = (app: string, endpoint: string) =>
  request<EndpointSnippets>(`${path('app', app, 'endpoint', endpoint)}/snippets`)
/** For an endpoint that is not made yet, at that URL; empty: at none. */
export const plannedSnippets = (app: string, url: string) =>
  request<EndpointSnippets>(`${path('app', app)}/snippets`, {
    query: { url: url === '' ? undefined : url },
  })
export const rotateSecret = (app: string, endpoint: string, gracePeriodSeconds: number) =>
  request<void>(`${path('app', app, 'endpoint', endpoint)}/secret/rotate`, {
    method: 'POST',
    body: { gracePeriodSeconds },
  })
/** To this endpoint alone; the payload goes out as it was typed. */
export const sendExample = (
  app: string,
  endpoint: string,
  input: { readonly eventType: string; readonly payloadText: string },
) =>
  request<MessageOut>(`${path('app', app, 'endpoint', endpoint)}/send-example`, {
    method: 'POST',
    rawBody: `{"eventType":${JSON.stringify(input.eventType)},"payload":${input.payloadText}}`,
  })
export const recover = (app: string, endpoint: string, since: string, until?: string) =>
  request<{ id: string; status: string }>(`${path('app', app, 'endpoint', endpoint)}/recover`, {
    method: 'POST',
    body: { since, ...(until === undefined ? {} : { until }) },
  })

// Messages, deliveries, attempts

export const listMessages = (app: string, query: ListQuery, signal?: AbortSignal) =>
  request<LookedThrough<MessageOut>>(`${path('app', app)}/msg`, {
    query: { with_content: false, ...query },
    ...(signal && { signal }),
  })
/** How often a search that found nothing yet goes on by itself: each time over 10,000 messages. */
const searchStepsMax = 10

/** A page whose rows the server looked at one by one, where it was asked for what no index has. */
export interface LookedThrough<Row> extends List<Row> {
  /** Rows since then were looked at; null: none. */
  readonly searchedUntil?: string | null
  readonly scanned?: number
  readonly skipped?: number
}

/** Messages by a text or by their payload; `docs/reference/search.md` has the language of `where`. */
export async function searchMessages(
  app: string,
  query: ListQuery,
  signal: AbortSignal,
): Promise<LookedThrough<MessageOut>> {
  let iterator = query.iterator ?? null
  let [scanned, skipped] = [0, 0]
  for (let step = 1; ; step++) {
    const page = await request<LookedThrough<MessageOut>>(`${path('app', app)}/search/msg`, {
      query: { with_content: false, ...query, iterator },
      signal,
    })
    scanned += page.scanned ?? 0
    skipped += page.skipped ?? 0
    if (page.data.length > 0 || page.done || step === searchStepsMax) {
      return { ...page, scanned, skipped }
    }
    iterator = iterator?.startsWith('-') ? (page.prevIterator ?? null) : page.iterator
  }
}

/** The payload is the exact text, as stored; of a raw message what is sent in its place. */
export async function getMessage(
  app: string,
  message: string,
): Promise<MessageOut & { readonly payloadText: string }> {
  const text = await requestText(path('app', app, 'msg', message))
  const out = JSON.parse(text) as MessageOut // the contract's type
  return { ...out, payloadText: out.rawPayload ?? rawMember(text, 'payload') ?? '' }
}
/** `payloadText` goes out as it was typed: numbers keep their spelling. */
export const createMessage = (
  app: string,
  input: { readonly eventType: string; readonly payloadText: string; readonly eventId?: string },
) =>
  request<MessageOut>(`${path('app', app)}/msg`, {
    ...{ method: 'POST', source: 'console' },
    rawBody: `{"eventType":${JSON.stringify(input.eventType)}${
      input.eventId === undefined ? '' : `,"eventId":${JSON.stringify(input.eventId)}`
    },"payload":${input.payloadText}}`,
  })
export const listDestinations = (app: string, message: string) =>
  request<List<DestinationOut>>(`${path('app', app, 'msg', message)}/endpoint`, {
    query: { limit: 250, expanded_statuses: true },
  })
/** Every endpoint of the application: sent, or which rule excluded it. */
export const explainRouting = (app: string, message: string) =>
  request<{ endpoints: readonly RoutingEntry[] }>(`${path('app', app, 'msg', message)}/routing`)
export const resend = (app: string, message: string, endpoint: string) =>
  request<unknown>(`${path('app', app, 'msg', message, 'endpoint', endpoint)}/resend`, {
    method: 'POST',
  })
/** Tries now what waits for a retry at the endpoint. */
export const retryNow = (app: string, endpoint: string) =>
  request<{ readonly moved: number }>(`${path('app', app, 'endpoint', endpoint)}/retry-now`, {
    method: 'POST',
  })
/** Takes back one that waits; a conflict when it is being sent, or is over. */
export const cancelDelivery = (app: string, delivery: string) =>
  request<DeliveryOut>(`${path('app', app, 'delivery', delivery)}/cancel`, { method: 'POST' })
/** Tries now one that waits for a retry; a conflict when it waits for none. */
export const retryDelivery = (app: string, delivery: string) =>
  request<DeliveryOut>(`${path('app', app, 'delivery', delivery)}/retry-now`, { method: 'POST' })
export const getDelivery = (app: string, delivery: string) =>
  request<DeliveryOut>(path('app', app, 'delivery', delivery))
export const listDeliveries = (
  app: string,
  query: ListQuery & {
    readonly state?: readonly string[]
    readonly status?: readonly string[]
    readonly endpoint_id?: string | readonly string[]
  },
  signal?: AbortSignal,
) =>
  request<LookedThrough<DeliveryOut>>(`${path('app', app)}/delivery`, {
    query: { ...query },
    ...(signal && { signal }),
  })
export const listMessageAttempts = (app: string, message: string, endpoint?: string) =>
  request<List<AttemptOut>>(path('app', app, 'attempt', 'msg', message), {
    query: { limit: 250, endpoint_id: endpoint },
  })
export const listEndpointAttempts = (app: string, endpoint: string, query: ListQuery) =>
  request<List<AttemptOut>>(path('app', app, 'attempt', 'endpoint', endpoint), {
    query: { ...query },
  })
export const getAttempt = (app: string, message: string, attempt: string) =>
  request<AttemptOut>(path('app', app, 'msg', message, 'attempt', attempt))

/** The body as it was sent; null where it cannot be made again. */
export const getAttemptBody = (app: string, { msgId, id }: Pick<AttemptOut, 'msgId' | 'id'>) =>
  request<{ readonly body: string | null; readonly masked: boolean }>(
    path('app', app, 'msg', msgId, 'attempt', id, 'body'),
  )

/** Headers and body as they would be sent now; `secrets`: those of custom headers in clear. */
export const signAgain = (
  app: string,
  { msgId, id }: Pick<AttemptOut, 'msgId' | 'id'>,
  secrets: boolean,
) =>
  request<{ readonly headers: Readonly<Record<string, string>>; readonly body: string }>(
    path('app', app, 'msg', msgId, 'attempt', id, 'sign-again'),
    { method: 'POST', body: { secrets } },
  )

// Event types

export const listEventTypes = (query: ListQuery & { readonly with_content?: boolean } = {}) =>
  request<List<EventTypeOut>>('/event-type', { query: { limit: 250, ...query } })
export const getEventType = (name: string) => request<EventTypeOut>(path('event-type', name))
export const createEventType = (body: {
  readonly name: string
  readonly description: string
  readonly groupName?: string
  readonly schemas?: unknown
}) => request<EventTypeOut>('/event-type', { method: 'POST', body })

/** All pages of a list that is known to be small (event types, endpoints). */
export async function allOf<Item>(
  load: (iterator: string | null) => Promise<List<Item>>,
  max = 5_000,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let iterator: string | null = null
  do {
    const page: List<Item> = await load(iterator)
    items.push(...page.data)
    iterator = page.done ? null : page.iterator
  } while (iterator !== null && items.length < max)
  return items
}

// Inspector

export const listBins = () => request<List<BinOut>>('/inspector/bin')
export const getBin = (bin: string) => request<BinOut>(path('inspector', 'bin', bin))
/** `ifMatch`: the `updatedAt` that was read; a 409 when somebody changed it since. */
export const putBin = (
  bin: string,
  body: {
    readonly script?: string | object
    readonly note?: string
    readonly secrets?: readonly string[]
  },
  ifMatch?: string,
) =>
  request<BinOut>(path('inspector', 'bin', bin), {
    ...{ method: 'PUT', body },
    ...(ifMatch === undefined ? {} : { ifMatch }),
  })
export const deleteBin = (bin: string) =>
  request<void>(path('inspector', 'bin', bin), { method: 'DELETE' })
export const listCaptured = (bin: string, query: ListQuery = {}, signal?: AbortSignal) =>
  request<List<CapturedOut>>(`${path('inspector', 'bin', bin)}/request`, {
    query: { limit: 100, ...query },
    ...(signal && { signal }),
  })
/** Pins it, or writes something about it. */
export const markCaptured = (
  bin: string,
  id: string,
  mark: { readonly pinned?: boolean; readonly note?: string },
  ifMatch?: string,
) =>
  request<CapturedOut>(path('inspector', 'bin', bin, 'request', id), {
    ...{ method: 'PATCH', body: mark },
    ...(ifMatch === undefined ? {} : { ifMatch }),
  })
export const clearBin = (bin: string) =>
  request<void>(`${path('inspector', 'bin', bin)}/request`, { method: 'DELETE' })
