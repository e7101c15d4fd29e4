import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery, Nullable, Timestamp } from './primitives.ts'
import { UserRole } from './user.ts'

export const listRoles = operation({
  id: 'v1.role.list',
  summary: 'List the roles that a user may have, and what each may do.',
  method: 'GET',
  path: '/role',
  access: 'organization',
  permission: 'read',
  own: true,
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      data: Type.Array(
        Type.Object({
          role: UserRole,
          permissions: Type.Array(Type.String(), {
            description: 'As operations name them in `x-permission`.',
          }),
        }),
        { description: 'The role that may most comes first.' },
      ),
      permissions: Type.Array(Type.String(), { description: 'Every permission that there is.' }),
      scopes: Type.Array(
        Type.Object({
          name: Type.String({ examples: ['read-audit'] }),
          group: Type.String({ description: 'In the language of `Accept-Language`.' }),
          description: Type.String({ description: 'In the language of `Accept-Language`.' }),
        }),
        { description: 'The same permissions in words; keys are made of them.' },
      ),
    }),
  },
  errors: [],
  withoutStore: true,
})

export const CallerOut = Type.Object({
  kind: Type.Union([Type.Literal('organization'), Type.Literal('application')], {
    description: 'organization: a key, a user. application: a token of a portal.',
  }),
  organizationId: Type.String({ description: 'The organisation.' }),
  applicationId: Nullable(
    Type.String({ description: 'The only application that the caller sees; null: all of them.' }),
  ),
  permissions: Type.Array(Type.String(), {
    description: 'As operations name them in `x-permission`.',
  }),
  expiresAt: Nullable({ ...Timestamp, description: 'When the credential ends.' }),
})

export const getCaller = operation({
  id: 'v1.caller.get',
  summary: 'What the caller may do: any key, token or session.',
  method: 'GET',
  path: '/caller',
  access: 'application',
  permission: 'read',
  own: true,
  query: NoQuery,
  body: null,
  success: { 200: CallerOut },
  errors: [],
  withoutStore: true,
})

export const WhoamiOut = Type.Object({
  envId: Type.String({ description: 'The organisation.' }),
  appId: Nullable(
    Type.String({ description: 'The only application that the caller sees; null: all of them.' }),
  ),
  permissionSource: Type.Union([Type.Literal('SvixJwt'), Type.Literal('GlobalAuthToken')], {
    description: 'SvixJwt: a token of a portal. GlobalAuthToken: a key, a user.',
  }),
  sessionId: Nullable(Type.String({ description: 'The `sessionId` that a portal token has.' })),
})

export const whoami = operation({
  id: 'v1.authentication.whoami',
  summary: 'Whose the credential is, as newer SDKs ask; `GET /caller` tells more.',
  method: 'GET',
  path: '/auth/whoami',
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: { 200: WhoamiOut },
  errors: [],
  withoutStore: true,
})

export const roleOperations = [listRoles, getCaller, whoami]
