/** Trying an endpoint out, and finding out why a request did not verify. */
import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { operation } from './operation.ts'
import { EventTypeName, JsonObject, Maybe, NoQuery, Nullable, Timestamp } from './primitives.ts'

const base = '/app/{app_id}/endpoint/{endpoint_id}'

const Check = Type.Union(
  [
    Type.Literal('reachable', { description: 'The address is allowed, resolves and answers.' }),
    Type.Literal('https', { description: 'The URL is https.' }),
    Type.Literal('certificate', {
      description: 'Its certificate is valid for two weeks at least.',
    }),
    Type.Literal('no_redirect', { description: 'It answers itself.' }),
    Type.Literal('valid_event', { description: 'It takes a valid event.' }),
    Type.Literal('duplicate', { description: 'It takes the same message a second time.' }),
    Type.Literal('out_of_order', {
      description: 'It takes the older of two events of one type after the newer.',
    }),
    Type.Literal('bad_signature', { description: 'It refuses a wrong signature.' }),
    Type.Literal('old_timestamp', { description: 'It refuses a request of ten minutes ago.' }),
    Type.Literal('unknown_type', { description: 'It takes an unknown type and field.' }),
    Type.Literal('speed', { description: 'It answers within five seconds.' }),
  ],
  { description: 'What is tried.' },
)

const Words = {
  title: Type.String({ description: 'What it means, in the language of `Accept-Language`.' }),
  why: Type.String(),
  fix: Type.String(),
}

export const CheckOut = Type.Object({
  check: Check,
  state: Type.Union([
    Type.Literal('pass'),
    Type.Literal('warn'),
    Type.Literal('fail'),
    Type.Literal('skipped'),
  ]),
  finding: Nullable(
    Type.Object({
      code: Type.String({ description: 'Stable; see `posthorn explain`.' }),
      ...Words,
    }),
  ),
  responseStatusCode: Nullable(Type.Integer()),
  response: Nullable(Type.String({ description: 'The beginning of the answer’s body.' })),
  durationMs: Nullable(Type.Integer()),
})

export const CheckupOut = Type.Object({
  verdict: Type.Union([Type.Literal('pass'), Type.Literal('warn'), Type.Literal('fail')], {
    description: 'The worst of the results.',
  }),
  checkedAt: Timestamp,
  url: Type.String({ description: 'As records show it.' }),
  eventType: Type.String(),
  requests: Type.Integer({ description: 'Requests that were sent.' }),
  results: Type.Array(CheckOut),
})

export const checkupEndpoint = operation({
  id: 'v1.endpoint.checkup',
  summary:
    'Try an endpoint out with up to seven flagged requests: a valid event, the same again, two made moments apart with the newer first, a wrong signature, an old timestamp, an unknown type. Nothing is recorded. At most six a minute for one endpoint.',
  method: 'POST',
  path: `${base}/checkup`,
  access: 'application',
  permission: 'manage-endpoints',
  query: NoQuery,
  body: Type.Object({
    eventType: Maybe({
      ...EventTypeName,
      description: 'Whose example is sent; default the first that the endpoint wants.',
    }),
    payload: Maybe({
      ...JsonObject,
      description: 'Sent in place of the example; takes the permission to send messages.',
    }),
  }),
  bodyOptional: true,
  withoutIdempotency: true,
  success: { 200: CheckupOut },
  errors: [404],
  own: true,
})

const Framework = Type.Union([
  Type.Literal('express'),
  Type.Literal('nextjs'),
  Type.Literal('fastify'),
  Type.Literal('flask'),
  Type.Literal('django'),
  Type.Literal('spring'),
  Type.Literal('go'),
  Type.Literal('rails'),
  Type.Literal('laravel'),
  Type.Literal('aspnet'),
])

export const DiagnosisIn = Type.Object({
  headers: Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 8192 }), {
    maxProperties: 200,
    description: 'What your server got; names in any case.',
  }),
  body: Maybe(
    Type.String({ maxLength: limits.diagnosedBodyMax, description: 'The body as text (UTF-8).' }),
  ),
  bodyBase64: Maybe(
    Type.String({
      maxLength: limits.diagnosedBodyMax * 2,
      description: 'The body as bytes, in place of `body`.',
    }),
  ),
  secret: Maybe(
    Type.String({ maxLength: 512, description: 'The secret that your server uses. Not kept.' }),
  ),
  computed: Maybe(
    Type.String({ maxLength: 512, description: 'The signature that your server computed.' }),
  ),
  receivedAt: Maybe({
    ...Timestamp,
    description: 'When your server judged it; default now.',
  }),
  framework: Maybe({ ...Framework, description: 'Only this fix; default all of them.' }),
})

export const DiagnosisOut = Type.Object({
  valid: Type.Boolean({ description: 'The request verifies as it was pasted.' }),
  findings: Type.Array(Type.Object({ code: Type.String(), ...Words }), {
    description: 'The most telling first.',
  }),
  messageId: Nullable(Type.String()),
  messageKnown: Type.Boolean({ description: 'We can make the bytes again that were sent.' }),
  timestamp: Nullable(Type.Integer({ description: 'Seconds since 1970, as sent.' })),
  ageSeconds: Nullable(Type.Integer({ description: 'Older than the judging clock by this much.' })),
  secret: Nullable(
    Type.Object(
      { current: Type.Boolean(), createdAt: Timestamp, expiresAt: Nullable(Timestamp) },
      { description: 'The endpoint’s secret that signed it.' },
    ),
  ),
  otherEndpoint: Nullable(
    Type.String({ description: 'The application’s endpoint whose secret signed it.' }),
  ),
  difference: Nullable(
    Type.Object({
      at: Type.Integer({ description: 'The first byte that differs, counted from 0.' }),
      sentBytes: Type.Integer(),
      receivedBytes: Type.Integer(),
      sent: Type.String({ description: 'Around that byte, as we sent it.' }),
      received: Type.String({ description: 'Around that byte, as your server got it.' }),
    }),
  ),
  fixes: Type.Array(
    Type.Object({ framework: Framework, label: Type.String(), code: Type.String() }),
    { description: 'How to get at the raw body, when that is what is wrong.' },
  ),
})

export const diagnoseSignature = operation({
  id: 'v1.endpoint.diagnose-signature',
  audited: false,
  summary:
    'Say why a request did not verify: its headers and body against the keys of the endpoint and the bytes that we sent.',
  method: 'POST',
  path: `${base}/signature-doctor`,
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: DiagnosisIn,
  withoutIdempotency: true,
  success: { 200: DiagnosisOut },
  errors: [404, 409, 413],
  own: true,
})

const By = Nullable(Type.Union([Type.Literal('inspector'), Type.Literal('doctor')]))

export const getVerification = operation({
  id: 'v1.application.get-verification',
  summary:
    'Whether a signature of the application was ever found valid here: by a bin of the inspector that its endpoint sends to, or by the signature doctor.',
  method: 'GET',
  path: '/app/{app_id}/verification',
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      verifiedAt: Nullable({ ...Timestamp, description: 'Of the first time; null: not yet.' }),
      by: By,
    }),
  },
  errors: [404],
  own: true,
})

export const getEndpointVerification = operation({
  id: 'v1.endpoint.get-verification',
  summary:
    'When a signature by the current secret of an endpoint was last found valid here: by a bin of the inspector that it sends to, or by the signature doctor.',
  method: 'GET',
  path: `${base}/verification`,
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      verifiedAt: Nullable({
        ...Timestamp,
        description: 'To the minute; null: not yet, or more than a year ago.',
      }),
      by: By,
    }),
  },
  errors: [404],
  own: true,
})

export const checkupOperations = [
  checkupEndpoint,
  diagnoseSignature,
  getVerification,
  getEndpointVerification,
] as const
