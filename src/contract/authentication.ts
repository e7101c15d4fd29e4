import Type from 'typebox'
import { ApplicationIn } from './application.ts'
import { operation } from './operation.ts'
import { Empty, FeatureFlag, Maybe, NoQuery } from './primitives.ts'

/** What a portal token may do. Without a list: everything. */
export const Capability = Type.Union([
  Type.Literal('ViewBase'),
  Type.Literal('ViewEndpointSecret'),
  Type.Literal('ManageEndpointSecret'),
  Type.Literal('ManageTransformations'),
  Type.Literal('CreateAttempts'),
  Type.Literal('ManageEndpoint'),
])

export const AppPortalAccessIn = Type.Object({
  featureFlags: Maybe(Type.Array(FeatureFlag, { maxItems: 25, uniqueItems: true })),
  application: Maybe({
    ...ApplicationIn,
    description: 'Creates the application when it is missing; its uid must be the one in the path.',
  }),
  capabilities: Maybe(Type.Array(Capability, { uniqueItems: true })),
  readOnly: Maybe(Type.Boolean({ description: 'Short for the capability `ViewBase` alone.' })),
  expiry: Maybe(
    Type.Integer({
      minimum: 3600,
      maximum: 604_800,
      description: 'Seconds that the token lives; default 604800 (7 days).',
    }),
  ),
  sessionId: Maybe(
    Type.String({
      pattern: '^[a-zA-Z0-9@_-]{1,64}$',
      description: 'A name by which expire-all can end this session alone.',
    }),
  ),
})

export const AppPortalAccessOut = Type.Object({
  url: Type.String({ description: 'Opens the portal of this application.' }),
  token: Type.String({ description: 'An application token.' }),
})

export const appPortalAccess = operation({
  id: 'v1.authentication.app-portal-access',
  summary: 'Make a token and a link for the portal of one application.',
  method: 'POST',
  path: '/auth/app-portal-access/{app_id}',
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  body: AppPortalAccessIn,
  bodyOptional: true,
  success: { 200: AppPortalAccessOut },
  errors: [404],
  withoutIdempotency: true,
})

export const dashboardAccess = operation({
  ...appPortalAccess,
  id: 'v1.authentication.dashboard-access',
  path: '/auth/dashboard-access/{app_id}',
  body: Empty,
  deprecated: true,
})

export const ApplicationTokenExpireIn = Type.Object({
  expiry: Maybe(
    Type.Integer({
      minimum: 0,
      maximum: 259_200,
      description: 'Seconds until the tokens end; default 0, at once.',
    }),
  ),
  sessionIds: Maybe(
    Type.Array(Type.String({ pattern: '^[a-zA-Z0-9@_-]{1,64}$' }), {
      maxItems: 1000,
      description: 'Only these sessions; empty or absent: all of the application.',
    }),
  ),
})

export const expireAll = operation({
  id: 'v1.authentication.expire-all',
  summary: 'End the portal tokens of an application, or those of some sessions.',
  method: 'POST',
  path: '/auth/app/{app_id}/expire-all',
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  body: ApplicationTokenExpireIn,
  bodyOptional: true,
  success: { 204: null },
  errors: [404],
})

export const logout = operation({
  id: 'v1.authentication.logout',
  summary: 'End the portal token that the request carries.',
  method: 'POST',
  path: '/auth/logout',
  access: 'public',
  permission: 'read',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 204: null },
  errors: [],
  withoutIdempotency: true,
})

export const authenticationOperations = [appPortalAccess, dashboardAccess, expireAll, logout]
