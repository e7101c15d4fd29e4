/**
 * The systems' own views of an application's endpoints, beside Svix's: the list with its counts,
 * changing several at once, tests, the log, waiting for answers, and REST hooks.
 */
import Type from 'typebox'
import { settingsIn, settingsOut } from './endpoint-settings.ts'
import { MessageIn, MessageOut } from './message.ts'
import { operation } from './operation.ts'
import {
  EventTypeFilter,
  EventTypeName,
  ListOf,
  Maybe,
  NoQuery,
  Nullable,
  Timestamp,
} from './primitives.ts'

const base = '/app/{app_id}'
const one = `${base}/endpoint/{endpoint_id}`
const read = { access: 'application', permission: 'read', own: true } as const
const manage = { access: 'application', permission: 'manage-endpoints', own: true } as const

export const SummaryOut = Type.Object({
  requests: Type.Integer({ description: 'Log entries of the last 24 hours.' }),
  succeeded: Type.Integer(),
  successRate: Nullable(
    Type.String({ description: 'Per cent with two decimals; null without requests.' }),
  ),
  level: Nullable(
    Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('success')], {
      description: 'Below 90 error, below 99 warning.',
    }),
  ),
  runCount: Type.Integer({
    description:
      'Times it was sent and answered; tests do not count. Never falls where the profile counts runs; else as far back as retention reaches.',
  }),
  lastFailedAt: Nullable(Timestamp),
})

const WebhookOut = Type.Object({
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  active: Type.Boolean(),
  eventTypes: Nullable(Type.Array(Type.String())),
  ...settingsOut,
  summary: Type.Optional(SummaryOut),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})

export const listWebhooks = operation({
  id: 'v1.webhook.list',
  summary: 'List endpoints as the application’s profile lists them, newest first.',
  method: 'GET',
  path: `${base}/webhook`,
  ...read,
  query: Type.Object({
    show_disabled: Type.Optional(Type.Boolean({ description: 'Default: as the profile does.' })),
    show_hidden: Type.Optional(Type.Boolean({ description: 'Default false.' })),
    search: Type.Optional(Type.String({ description: 'Part of name, URL, event or integration.' })),
    with_summary: Type.Optional(
      Type.Boolean({ description: 'Counts of 24 hours; default false.' }),
    ),
    page: Type.Optional(Type.Integer({ minimum: 1, description: 'Default 1.' })),
  }),
  body: null,
  success: {
    200: Type.Object({
      data: Type.Array(WebhookOut),
      total: Type.Integer(),
      page: Type.Integer(),
      pageSize: Type.Integer(),
    }),
  },
  errors: [404],
})

export const changeWebhooks = operation({
  id: 'v1.webhook.change-several',
  summary: 'Activate, deactivate or delete several endpoints.',
  method: 'POST',
  path: `${base}/webhook/change`,
  ...manage,
  query: NoQuery,
  body: Type.Object({
    action: Type.Union([
      Type.Literal('activate'),
      Type.Literal('deactivate'),
      Type.Literal('delete'),
    ]),
    ids: Type.Array(Type.String(), { minItems: 1, maxItems: 100, uniqueItems: true }),
  }),
  success: { 200: Type.Object({ changed: Type.Array(Type.String()) }) },
  errors: [404],
})

export const suggestEndpointCode = operation({
  id: 'v1.webhook.suggest-code',
  summary: 'Suggest a free code for a name.',
  method: 'GET',
  path: `${base}/webhook/code`,
  ...read,
  query: Type.Object({ name: Type.String({ maxLength: 256 }) }),
  body: null,
  success: { 200: Type.Object({ code: Type.String() }) },
  errors: [404],
})

export const getEndpointSummary = operation({
  id: 'v1.webhook.summary',
  summary: 'Requests and success rate of the last 24 hours, run count and last failure.',
  method: 'GET',
  path: `${one}/summary`,
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: SummaryOut },
  errors: [404],
})

const TestIn = {
  eventTypes: Type.Optional(
    Type.Array(EventTypeName, {
      maxItems: 50,
      description: 'One request for each; default those of the endpoint.',
    }),
  ),
  url: Type.Optional(Type.String({ maxLength: 8192 })),
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
}
const TestStep = Type.Object({
  step: Type.Union(
    [
      Type.Literal('name', { description: 'The host name is looked up.' }),
      Type.Literal('address', { description: 'Every address that it leads to is allowed.' }),
      Type.Literal('connection'),
      Type.Literal('tls'),
      Type.Literal('request', { description: 'The request is written.' }),
      Type.Literal('answer', { description: 'The answer counts as success.' }),
    ],
    { description: 'What is done.' },
  ),
  state: Type.Union(
    [
      Type.Literal('pass'),
      Type.Literal('fail'),
      Type.Literal('kept', { description: 'Done before: the connection was still open.' }),
      Type.Literal('not_needed', { description: 'No name to look up, or no TLS.' }),
      Type.Literal('not_reached'),
    ],
    { description: 'What became of it.' },
  ),
  durationMs: Nullable(Type.Integer({ description: 'Null: it is not measured, or took none.' })),
})
const TestOut = Type.Object({
  succeeded: Type.Boolean(),
  results: Type.Array(
    Type.Object({
      eventType: Type.String(),
      succeeded: Type.Boolean(),
      url: Type.String(),
      responseStatusCode: Nullable(Type.Integer({ description: 'Null: there was no answer.' })),
      redirectTo: Nullable(
        Type.String({ description: 'Where a redirect leads; null: it was none.' }),
      ),
      response: Type.String(),
      error: Nullable(
        Type.String({ description: 'Why there was no answer, or none that counts.' }),
      ),
      errorClass: Nullable(
        Type.String({ description: 'Why there was no answer, as a code: see `posthorn explain`.' }),
      ),
      durationMs: Type.Integer(),
      remoteAddress: Nullable(Type.String({ description: 'The address that was dialled.' })),
      certificateExpiresAt: Nullable(Timestamp),
      steps: Type.Array(TestStep, {
        description: 'Its way, in order; none where nothing is dialled (`posthorn listen`).',
      }),
    }),
  ),
})

export const testEndpoint = operation({
  id: 'v1.webhook.test',
  summary: 'Send made-up data to an endpoint now, also with settings that are not saved.',
  method: 'POST',
  path: `${one}/test`,
  ...manage,
  query: NoQuery,
  body: Type.Object(TestIn),
  bodyOptional: true,
  success: { 200: TestOut },
  errors: [404, 409],
  withoutIdempotency: true,
})

export const testUnsavedEndpoint = operation({
  id: 'v1.webhook.test-unsaved',
  summary: 'Send made-up data to a URL before an endpoint is saved.',
  method: 'POST',
  path: `${base}/endpoint-test`,
  ...manage,
  query: NoQuery,
  body: Type.Object({
    ...TestIn,
    url: Type.String({ maxLength: 8192 }),
    authentication: settingsIn.authentication,
    tls: settingsIn.tls,
  }),
  success: { 200: TestOut },
  errors: [404, 409],
  withoutIdempotency: true,
})

const LogRow = {
  id: Type.String(),
  result: Type.Union([Type.Literal('SUCCESS'), Type.Literal('FAILED')]),
  eventType: Type.String(),
  executedAt: Timestamp,
  status: Nullable(Type.Integer({ description: 'Null, or the profile’s, without an answer.' })),
  retry: Type.Integer({ minimum: 1, description: 'Number of the try, 1 for the first.' }),
  durationMs: Type.Integer(),
  messageId: Type.String(),
  subscription: Type.String({ description: 'The endpoint.' }),
}

export const listEndpointLog = operation({
  id: 'v1.webhook.log',
  summary: 'The endpoint’s log, newest first: a row per try or per delivery, as its profile does.',
  method: 'GET',
  path: `${one}/log`,
  ...read,
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    iterator: Type.Optional(Type.String()),
    event_types: Type.Optional(Type.Array(EventTypeFilter)),
  }),
  body: null,
  success: { 200: ListOf(Type.Object(LogRow)) },
  errors: [404],
})

export const getLogEntry = operation({
  id: 'v1.webhook.log-entry',
  summary: 'One log entry: what was sent, and what was answered. Secrets are masked.',
  method: 'GET',
  path: `${one}/log/{attempt_id}`,
  ...read,
  query: Type.Object({ msg_id: Type.String({ description: 'The row’s `messageId`.' }) }),
  body: null,
  success: {
    200: Type.Object({
      ...LogRow,
      trigger: Type.Unknown({ description: 'The body that was sent; of an edit its diff.' }),
      response: Type.String(),
      requestHeaders: Type.Record(Type.String(), Type.String()),
    }),
  },
  errors: [404],
})

export const sendAndWait = operation({
  id: 'v1.message.send-and-wait',
  audited: false,
  summary: 'Send a message and get the endpoints’ answers, up to a deadline.',
  method: 'POST',
  path: `${base}/msg-wait`,
  access: 'organization',
  permission: 'send',
  own: true,
  query: Type.Object({
    timeout_ms: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 60_000, description: 'Default 10000.' }),
    ),
  }),
  body: MessageIn,
  success: {
    200: Type.Object({
      message: MessageOut,
      complete: Type.Boolean({ description: 'Every endpoint was tried before the deadline.' }),
      answers: Type.Array(
        Type.Object({
          endpointId: Type.String(),
          succeeded: Type.Boolean(),
          responseStatusCode: Nullable(Type.Integer()),
          response: Type.String(),
          responseHeaders: Type.Record(Type.String(), Type.String()),
          error: Nullable(Type.String()),
          durationMs: Type.Integer(),
        }),
      ),
    }),
  },
  errors: [404, 409, 413],
  withoutIdempotency: true,
})

const HookEventOut = Type.Object({
  name: Type.String(),
  description: Type.String(),
  sample: Type.Record(Type.String(), Type.Unknown()),
})

/** For services that can send parameters only. They are taken off the URL before anything reads it. */
const byParameters = {
  parameterCredentials: true,
  query: Type.Object({
    api_key: Type.Optional(
      Type.String({ description: 'Any name: the name of Basic. Without an Authorization header.' }),
    ),
    api_secret: Type.Optional(
      Type.String({ description: 'An API key: the password of Basic. Never logged or kept.' }),
    ),
  }),
} as const

export const listHookEvents = operation({
  id: 'v1.rest-hook.events',
  summary: 'Event types that a REST hook may subscribe to, each with a sample.',
  method: 'GET',
  path: `${base}/hook/event`,
  ...read,
  ...byParameters,
  body: null,
  success: { 200: Type.Array(HookEventOut) },
  errors: [404],
})

export const listHookSamples = operation({
  id: 'v1.rest-hook.samples',
  summary: 'Samples of an event, as a hook receives them.',
  method: 'GET',
  path: `${base}/hook/sample/{event_type_name}`,
  ...read,
  ...byParameters,
  body: null,
  success: { 200: Type.Array(Type.Record(Type.String(), Type.Unknown())) },
  errors: [404],
})

export const subscribeHook = operation({
  id: 'v1.rest-hook.subscribe',
  summary: 'Subscribe a target URL to an event. A 410 from it ends the subscription.',
  method: 'POST',
  path: `${base}/hook`,
  ...manage,
  ...byParameters,
  body: Type.Object({
    targetUrl: Type.String({ minLength: 1, maxLength: 8192 }),
    event: EventTypeName,
    name: Maybe(Type.String({ maxLength: 256 })),
    integration: Maybe(Type.String({ minLength: 2, maxLength: 256 })),
  }),
  success: {
    201: Type.Object({ id: Type.String(), targetUrl: Type.String(), event: Type.String() }),
  },
  errors: [404, 409],
})

export const unsubscribeHook = operation({
  id: 'v1.rest-hook.unsubscribe',
  summary: 'End a REST hook’s subscription.',
  method: 'DELETE',
  path: `${base}/hook/{endpoint_id}`,
  ...manage,
  ...byParameters,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const webhookOperations = [
  listWebhooks,
  changeWebhooks,
  suggestEndpointCode,
  getEndpointSummary,
  testEndpoint,
  testUnsavedEndpoint,
  listEndpointLog,
  getLogEntry,
  sendAndWait,
  listHookEvents,
  listHookSamples,
  subscribeHook,
  unsubscribeHook,
]
