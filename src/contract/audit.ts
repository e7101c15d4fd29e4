import Type from 'typebox'
import { EndpointOut } from './endpoint.ts'
import { operation } from './operation.ts'
import { ListOf, NoQuery, Nullable, PageQuery, Timestamp } from './primitives.ts'

const ActorKind = Type.Union(
  [
    Type.Literal('user'),
    Type.Literal('key'),
    Type.Literal('token'),
    Type.Literal('portal'),
    Type.Literal('console'),
    Type.Literal('system'),
    Type.Literal('anonymous'),
  ],
  {
    description:
      'user: signed in. key: an API key. token: a token of the organisation. portal: a token of one application. console: the console on the own machine, without sign-in. system: Posthorn. anonymous: nobody (a failed sign-in).',
  },
)

const State = Nullable(
  Type.Record(Type.String(), Type.Unknown(), {
    description: 'Fields by name. Secrets are fingerprints (`~` and ten characters), never values.',
  }),
)

export const AuditEntryOut = Type.Object({
  id: Type.String({ examples: ['aud_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  at: Timestamp,
  actor: Type.Object({
    kind: ActorKind,
    id: Nullable(Type.String()),
    name: Nullable(Type.String({ description: 'E-mail address of a user, name of a key.' })),
  }),
  operation: Type.String({ examples: ['v1.endpoint.patch'] }),
  title: Type.String({
    description: 'What the operation does, in the language of `Accept-Language`.',
    examples: ['Change the given fields of an endpoint'],
  }),
  resource: Nullable(Type.Object({ kind: Type.String(), id: Type.String() })),
  applicationId: Nullable(Type.String()),
  outcome: Type.Union([Type.Literal('done'), Type.Literal('refused')], {
    description: 'refused: it was tried and not allowed, such as a failed sign-in.',
  }),
  before: State,
  after: State,
  changed: Type.Array(Type.String(), {
    description: 'Names of the fields that differ between before and after.',
  }),
  address: Nullable(Type.String()),
  requestId: Nullable(Type.String()),
})

const filters = {
  actor: Type.Optional(
    Type.String({ maxLength: 256, description: 'Id of a user, key or session.' }),
  ),
  actorKind: Type.Optional(ActorKind),
  operation: Type.Optional(Type.String({ maxLength: 256, description: 'Exact name.' })),
  resource: Type.Optional(Type.String({ maxLength: 512, description: 'Id of the thing changed.' })),
  resourceKind: Type.Optional(Type.String({ maxLength: 64 })),
  application: Type.Optional(Type.String({ maxLength: 256, description: 'Id of an application.' })),
  after: Type.Optional(Timestamp),
  before: Type.Optional(Timestamp),
}

const ofOrganization = {
  access: 'organization',
  permission: 'read-audit',
  body: null,
  own: true,
} as const

export const listAudit = operation({
  id: 'v1.audit.list',
  summary: 'List the audit log, newest first: who changed what, before and after, from where.',
  method: 'GET',
  path: '/audit',
  ...ofOrganization,
  query: Type.Object({ ...PageQuery, ...filters }),
  success: { 200: ListOf(AuditEntryOut) },
  errors: [400],
})

export const exportAudit = operation({
  id: 'v1.audit.export',
  summary: 'The audit log as a stream of lines, oldest first. The export is audited itself.',
  method: 'GET',
  path: '/audit/export',
  ...ofOrganization,
  query: Type.Object({
    ...filters,
    format: Type.Optional(Type.Union([Type.Literal('ndjson'), Type.Literal('csv')])),
    part: Type.Optional(
      Type.Boolean({
        description:
          'A part instead of the stream: at most 10,000 entries, and in the header `posthorn-next` where the next begins; it is absent after the last.',
      }),
    ),
    iterator: Type.Optional(
      Type.String({ description: 'With `part`: the header `posthorn-next` of the part before.' }),
    ),
  }),
  success: { 200: Type.String({ description: 'An entry a line.' }) },
  contentTypes: ['application/x-ndjson', 'text/csv'],
  audited: true,
  errors: [400],
})

export const getAudit = operation({
  id: 'v1.audit.get',
  summary: 'Get an entry of the audit log.',
  method: 'GET',
  path: '/audit/{entry_id}',
  ...ofOrganization,
  query: NoQuery,
  success: { 200: AuditEntryOut },
  errors: [404],
})

const ofEndpoint = '/app/{app_id}/endpoint/{endpoint_id}'

export const endpointHistory = operation({
  id: 'v1.endpoint.history',
  summary:
    'List the changes of an endpoint, newest first. Portal tokens do not see who of the organisation made them.',
  method: 'GET',
  path: `${ofEndpoint}/history`,
  access: 'application',
  permission: 'read',
  query: Type.Object(PageQuery),
  body: null,
  success: { 200: ListOf(AuditEntryOut) },
  errors: [404],
  own: true,
})

export const revertEndpoint = operation({
  id: 'v1.endpoint.revert',
  summary: 'Take a change of an endpoint back: its fields become what they were before that entry.',
  method: 'POST',
  path: `${ofEndpoint}/revert`,
  access: 'application',
  permission: 'manage-endpoints',
  query: NoQuery,
  body: Type.Object({
    entry: Type.String({ description: 'Id of the entry of its history to take back.' }),
    force: Type.Optional(
      Type.Boolean({
        description: 'Also where the endpoint was changed since; otherwise that answers 409.',
      }),
    ),
  }),
  success: {
    200: Type.Object({
      endpoint: EndpointOut,
      kept: Type.Array(Type.String(), {
        description: 'Fields that differ and stay as they are: the log keeps no secrets.',
      }),
    }),
  },
  errors: [404, 409],
  own: true,
})

export const auditOperations = [listAudit, exportAudit, getAudit, endpointHistory, revertEndpoint]
