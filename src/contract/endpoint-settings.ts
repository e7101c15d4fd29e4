/**
 * What the systems know of an endpoint beside Svix's fields. All of it is optional, on an endpoint
 * of any profile; the application's profile says what it requires (`GET /profile/{name}`).
 */
import Type from 'typebox'
import { codeLengthMax } from '../domain/code.ts'
import { scopeLimits } from '../domain/scope.ts'
import { EndpointTlsIn } from './endpoint-tls.ts'
import { Maybe, Nullable, Timestamp } from './primitives.ts'

const ScopeIds = Type.Array(Type.String({ minLength: 1, maxLength: scopeLimits.idLengthMax }), {
  maxItems: scopeLimits.idsMax,
})
const ScopeFilter = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }), ScopeIds, {
  maxProperties: scopeLimits.kindsMax,
  description:
    'Limits the endpoint: kind of scope (site, workflow, ...) to the ids it listens to. An empty list, or a kind that is absent, is all.',
})

const parameterName = Type.String({
  pattern: '^[a-z][a-z-]{0,63}$',
  description: 'Name of the header or query parameter: lower-case letters and hyphens.',
})
const placement = Type.Optional(Type.Union([Type.Literal('header'), Type.Literal('query')]))
const secret = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 4096,
    description:
      'Key, password, token, TOTP key (base32) or client secret. Kept when left out, unless another kind or a token URL of another server is given.',
  }),
)

export const AuthenticationIn = Type.Union(
  [
    Type.Object(
      { kind: Type.Literal('api-key'), name: parameterName, placement, secret },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        kind: Type.Literal('basic'),
        username: Type.String({ pattern: '^[^:]*$', maxLength: 256 }),
        secret,
      },
      { additionalProperties: false },
    ),
    Type.Object({ kind: Type.Literal('bearer'), secret }, { additionalProperties: false }),
    Type.Object(
      {
        kind: Type.Literal('totp'),
        name: parameterName,
        placement,
        digits: Type.Optional(Type.Integer({ minimum: 6, maximum: 8 })),
        periodSeconds: Type.Optional(Type.Integer({ minimum: 10, maximum: 300 })),
        algorithm: Type.Optional(
          Type.Union([Type.Literal('SHA1'), Type.Literal('SHA256'), Type.Literal('SHA512')]),
        ),
        secret,
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        kind: Type.Literal('oauth2'),
        tokenUrl: Type.String({ minLength: 1, maxLength: 2048 }),
        clientId: Type.String({ minLength: 1, maxLength: 256 }),
        scope: Maybe(Type.String({ maxLength: 1024 })),
        clientAuthentication: Type.Optional(
          Type.Union([Type.Literal('basic'), Type.Literal('body')]),
        ),
        secret,
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'How requests to the endpoint show who sends them.' },
)

export const settingsIn = {
  name: Maybe(Type.String({ maxLength: 256 })),
  code: Maybe(
    Type.String({
      maxLength: 256,
      description: `a-z, 0-9 and _, at most ${codeLengthMax}; unique in the application, fixed once saved.`,
    }),
  ),
  integration: Maybe(Type.String({ maxLength: 256, description: 'Which service made it.' })),
  hidden: Type.Optional(Type.Boolean({ description: 'Left out of the webhook list.' })),
  notificationType: Maybe(Type.String({ description: 'Only `REST`.' })),
  trigger: Maybe(
    Type.String({ maxLength: 256, description: 'A catalog’s trigger: stands for its events.' }),
  ),
  context: Maybe(
    Type.String({ maxLength: 64, description: 'A catalog’s context: where the webhook is made.' }),
  ),
  scope: Maybe(ScopeFilter),
  authentication: Maybe(AuthenticationIn),
  tls: Maybe({
    ...EndpointTlsIn,
    description:
      'Like the body of `PUT …/endpoint/{endpoint_id}/tls`: what it leaves out is removed, but for the key. Null removes all of it.',
  }),
  signature: Maybe(
    Type.Union([
      Type.Literal('standard-webhooks'),
      Type.Literal('logto-hmac'),
      Type.Literal('none'),
    ]),
  ),
  payload: Maybe(
    Type.Union([Type.Literal('full'), Type.Literal('changes')], {
      description: 'Of an edit whose event carries `previous`: everything, or only what changed.',
    }),
  ),
  runCount: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 2 ** 31,
      description: 'Sets the count; it goes on from there.',
    }),
  ),
} as const

export const settingsOut = {
  name: Type.Optional(Nullable(Type.String())),
  code: Type.Optional(Nullable(Type.String())),
  integration: Type.Optional(Type.String()),
  hidden: Type.Optional(Type.Boolean()),
  notificationType: Type.Optional(Type.String()),
  trigger: Type.Optional(Nullable(Type.String())),
  context: Type.Optional(Nullable(Type.String())),
  scope: Type.Optional(Nullable(ScopeFilter)),
  authentication: Type.Optional(
    Nullable(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'The settings without the secret; `hasSecret` says whether there is one.',
      }),
    ),
  ),
  signature: Type.Optional(Type.String()),
  payload: Type.Optional(Type.String()),
} as const

/** Fields of a message that decide where it goes and what an edit sends. */
export const messageContextIn = {
  scope: Maybe(
    Type.Record(
      Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
      Type.Union([Type.String({ maxLength: scopeLimits.idLengthMax }), ScopeIds]),
      {
        maxProperties: scopeLimits.kindsMax,
        description:
          'Where the event happened: kind of scope to its id, or ids (a stage and its site).',
      },
    ),
  ),
  previous: Maybe(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'Of an edit: the values before it. Systems send only what changed.',
    }),
  ),
} as const

export const Localized = Type.Object({ en: Type.String(), es: Type.String() })
export const RunTimes = { createdAt: Timestamp, updatedAt: Timestamp }
