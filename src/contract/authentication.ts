import Type from 'typebox'
import { frameOriginPattern } from '../domain/frame-origin.ts'
import {
  type PortalSectionName,
  portalDensities,
  portalFonts,
  portalRadii,
  portalSectionNames,
} from '../domain/portal-look.ts'
import { ApplicationIn } from './application.ts'
import { operation } from './operation.ts'
import { Empty, FeatureFlag, Maybe, NoQuery } from './primitives.ts'

const PortalSection = Type.Unsafe<PortalSectionName>(
  Type.Union(portalSectionNames.map((name) => Type.Literal(name))),
)

const FrameOrigin = Type.String({ pattern: frameOriginPattern, maxLength: 255 })

/** What a portal token may do. Without a list: everything. */
export const Capability = Type.Union([
  Type.Literal('ViewBase'),
  Type.Literal('ViewEndpointSecret'),
  Type.Literal('ManageEndpointSecret'),
  Type.Literal('ManageTransformations'),
  Type.Literal('CreateAttempts'),
  Type.Literal('ManageEndpoint'),
])

const oneOf = <const Choice extends string>(choices: readonly Choice[]) =>
  Type.Union(choices.map((choice) => Type.Literal(choice)))

/** What a link may set about the portal's look; the product's page may change it later. */
const PortalLook = Type.Object({
  language: Maybe(Type.Union([Type.Literal('en'), Type.Literal('es')])),
  theme: Maybe(Type.Union([Type.Literal('light'), Type.Literal('dark')])),
  accent: Maybe(
    Type.String({
      pattern: '^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$',
      description: 'Colour of buttons and links; made readable in either theme.',
    }),
  ),
  radius: Maybe({ ...oneOf(portalRadii), description: 'How round corners are.' }),
  font: Maybe({
    ...oneOf(portalFonts),
    description: 'Its letters: those that come with it, or the reader’s own of a kind.',
  }),
  density: Maybe({
    ...oneOf(portalDensities),
    description: 'How close lines and controls stand.',
  }),
  hide: Maybe(Type.Array(PortalSection, { uniqueItems: true, description: 'Sections left out.' })),
  section: Maybe({ ...PortalSection, description: 'The only section shown.' }),
  navigation: Maybe(Type.Boolean({ description: 'False leaves the navigation out.' })),
})

export const AppPortalAccessIn = Type.Object({
  featureFlags: Maybe(Type.Array(FeatureFlag, { maxItems: 25, uniqueItems: true })),
  application: Maybe({
    ...ApplicationIn,
    description: 'Creates the application when it is missing; its uid must be the one in the path.',
  }),
  capabilities: Maybe(Type.Array(Capability, { uniqueItems: true })),
  readOnly: Maybe(Type.Boolean({ description: 'Short for the capability `ViewBase` alone.' })),
  viewPayloads: Maybe(
    Type.Boolean({
      description:
        'False: payloads, and what answers repeat of them, read `[masked]` in this session. Default true.',
    }),
  ),
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
  origins: Maybe(
    Type.Array(FrameOrigin, {
      maxItems: 20,
      uniqueItems: true,
      description:
        'Origins whose pages may frame the portal opened by this link; default: those of POSTHORN_PORTAL_ORIGINS.',
    }),
  ),
  look: Maybe(PortalLook),
})

export const AppPortalAccessOut = Type.Object({
  url: Type.String({
    description:
      'Opens the portal of this application, once: its key is exchanged for a session of the page.',
  }),
  token: Type.String({ description: 'An application token.' }),
})

const PortalSessionOut = Type.Object({
  token: Type.String({ description: 'An application token.' }),
  expiresAt: Type.String({ description: 'When it ends: a moment in RFC 3339.' }),
})

export const portalSession = operation({
  id: 'v1.authentication.portal-session',
  summary: "Exchange the key of a portal link (in `Authorization`) for the page's session, once.",
  method: 'POST',
  path: '/auth/portal-session',
  access: 'public',
  permission: 'read',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: PortalSessionOut },
  errors: [401],
  own: true,
  withoutIdempotency: true,
})

export const appPortalAccess = operation({
  id: 'v1.authentication.app-portal-access',
  auditedFields: [
    'capabilities',
    'expiry',
    'readOnly',
    'viewPayloads',
    'featureFlags',
    'sessionId',
  ],
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
  endsCredentials: true,
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
  endsCredentials: true,
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

export const authenticationOperations = [
  appPortalAccess,
  dashboardAccess,
  portalSession,
  expireAll,
  logout,
]
