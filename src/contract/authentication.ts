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

export const logout = operation({
  id: 'v1.authentication.logout',
  summary: 'End a portal session.',
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

export const authenticationOperations = [appPortalAccess, dashboardAccess, logout]
