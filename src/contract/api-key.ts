import Type from 'typebox'
import { type Permission, permissionNames } from '../domain/permission.ts'
import { operation } from './operation.ts'
import { ListOf, Maybe, NoQuery, Nullable, PageQuery, Timestamp } from './primitives.ts'

const roleNames = [Type.Literal('admin'), Type.Literal('sender'), Type.Literal('reader')] as const
const roleText = 'admin: everything. sender: reads and sends. reader: reads, but no secrets.'

const Scope = Type.Unsafe<Permission>(Type.Union(permissionNames.map((name) => Type.Literal(name))))

export const ApiKeyIn = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 256 }),
  role: Type.Optional(
    Type.Union([...roleNames], { description: `${roleText} Either this or scopes.` }),
  ),
  scopes: Type.Optional(
    Type.Array(Scope, {
      minItems: 1,
      uniqueItems: true,
      description:
        'Exactly these permissions, in place of a role; `v1.role.list` says what each is. Nobody gives what they may not do themselves.',
      examples: [['send']],
    }),
  ),
  applicationId: Maybe(
    Type.String({ description: 'Id or uid: the key sees this application only.' }),
  ),
  expiresAt: Maybe(Timestamp),
})

const fields = {
  id: Type.String({ examples: ['key_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  name: Type.String(),
  role: Type.Union([...roleNames, Type.Literal('custom')], {
    description: `${roleText} custom: what its scopes say.`,
  }),
  scopes: Type.Array(Scope, { description: 'All that it may do, by its role or as chosen.' }),
  prefix: Type.String({
    description: 'What the key begins with.',
    examples: ['phk_test_1srOrx2Z'],
  }),
  applicationId: Nullable(Type.String()),
  expiresAt: Nullable(Timestamp),
  lastUsedAt: Nullable({ ...Timestamp, description: 'To the minute.' }),
  lastUsedFrom: Nullable(
    Type.Object(
      {
        address: Type.String({ description: 'Where the request came from.' }),
        userAgent: Nullable(Type.String({ description: 'As the program named itself.' })),
      },
      { description: 'Of the use that `lastUsedAt` tells of. Null: not used yet.' },
    ),
  ),
  createdAt: Timestamp,
}
export const ApiKeyOut = Type.Object(fields)
export const ApiKeyCreated = Type.Object({
  ...fields,
  token: Type.String({ description: 'The key itself. It is shown this once.' }),
})

export const ApiKeyRollIn = Type.Object({
  gracePeriodSeconds: Maybe(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description:
        'How long the old key still works, unless it expires before; default 86400. A key that has an end gives the new one as long as it had itself.',
    }),
  ),
})

const administer = {
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  own: true,
} as const

export const createApiKey = operation({
  id: 'v1.api-key.create',
  summary: 'Make an API key. The answer is the only one that shows it.',
  method: 'POST',
  path: '/api-key',
  ...administer,
  body: ApiKeyIn,
  success: { 201: ApiKeyCreated },
  errors: [404],
  withoutIdempotency: true,
})

export const listApiKeys = operation({
  id: 'v1.api-key.list',
  summary: 'List the API keys of the organisation, oldest first. Revoked ones are gone.',
  method: 'GET',
  path: '/api-key',
  ...administer,
  permission: 'read-configuration',
  query: Type.Object(PageQuery),
  body: null,
  success: { 200: ListOf(ApiKeyOut) },
  errors: [],
})

export const rollApiKey = operation({
  id: 'v1.api-key.roll',
  endsCredentials: true,
  summary:
    'Roll an API key: make another like it, while the old one goes on working for a while. The answer is the only one that shows it.',
  method: 'POST',
  path: '/api-key/{key_id}/roll',
  ...administer,
  body: ApiKeyRollIn,
  bodyOptional: true,
  success: { 201: ApiKeyCreated },
  errors: [404, 409],
  withoutIdempotency: true,
})

export const revokeApiKey = operation({
  id: 'v1.api-key.revoke',
  endsCredentials: true,
  summary: 'Revoke an API key: it stops working within a second, on every node.',
  method: 'DELETE',
  path: '/api-key/{key_id}',
  ...administer,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const apiKeyOperations = [createApiKey, listApiKeys, rollApiKey, revokeApiKey]
