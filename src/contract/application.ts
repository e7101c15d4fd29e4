import Type from 'typebox'
import { operation } from './operation.ts'
import {
  ListOf,
  Maybe,
  Metadata,
  NoQuery,
  Nullable,
  OrderQuery,
  PageQuery,
  Rate,
  Timestamp,
  Uid,
} from './primitives.ts'

const ApplicationName = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'A name for people. No control characters.',
  examples: ['My first application'],
})

const settings = {
  uid: Maybe(Uid),
  throttleRate: Maybe(Rate),
  rateLimit: Maybe({ ...Rate, description: 'Older name of `throttleRate`.' }),
}

/** Posthorn's own fields. */
const own = {
  profile: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9-]{1,64}$',
      description: 'Name of the profile that its endpoints start from; default `standard`.',
    }),
  ),
  enabled: Type.Optional(
    Type.Boolean({
      description: 'The master switch: while false nothing is sent and messages match no endpoint.',
    }),
  ),
}

export const ApplicationIn = Type.Object({
  name: ApplicationName,
  ...settings,
  metadata: Type.Optional(Metadata),
  ...own,
})

export const ApplicationPatch = Type.Object({
  name: Type.Optional(ApplicationName),
  ...settings,
  metadata: Type.Optional(Metadata),
  ...own,
})

export const ApplicationOut = Type.Object({
  id: Type.String({ examples: ['app_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  uid: Maybe(Uid),
  name: Type.String(),
  throttleRate: Maybe(Rate),
  rateLimit: Maybe(Rate),
  metadata: Metadata,
  profile: Type.String(),
  enabled: Type.Boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})

/** Asking for it would change the answer, so it is refused rather than ignored. */
const Unsupported = Type.Optional(
  Type.Literal(false, { type: 'boolean', description: 'Not supported: refused when true.' }),
)

/** For a switch of the profile that some endpoints do not fit. */
const SwitchQuery = Type.Object({
  force: Type.Optional(
    Type.Boolean({
      description:
        'Change the profile although endpoints break its rules (`v1.application.profile-fit` says which): they stay as they are until they are next changed.',
    }),
  ),
})

const Count = Type.Integer({ minimum: 0 })

export const StandingOut = Type.Object({
  data: Type.Array(
    Type.Object({
      applicationId: Type.String(),
      endpoints: Count,
      failing: Type.Integer({
        minimum: 0,
        description: 'Endpoints that are sent to and whose newest attempt failed.',
      }),
      givenUp: Type.Integer({
        minimum: 0,
        description: 'Endpoints disabled because they failed for too long or answered 410.',
      }),
      paused: Count,
      failingSince: Nullable({
        ...Timestamp,
        description: 'The earliest first failure of those that fail; null: none does.',
      }),
      waiting: Type.Integer({
        minimum: 0,
        description: 'Deliveries that wait for an attempt, at most 1,000.',
      }),
      oldestWaitingAt: Nullable({ ...Timestamp, description: 'When the oldest of those came.' }),
    }),
    { description: 'In the order asked for; what is no application of yours has zeros.' },
  ),
})

const administer = { access: 'organization', permission: 'administer' } as const

export const listApplications = operation({
  id: 'v1.application.list',
  summary: 'List applications, oldest first by default.',
  method: 'GET',
  path: '/app',
  access: 'organization',
  permission: 'read',
  query: Type.Object({
    ...PageQuery,
    ...OrderQuery,
    exclude_apps_with_no_endpoints: Unsupported,
    exclude_apps_with_disabled_endpoints: Unsupported,
    exclude_apps_with_svix_play_endpoints: Unsupported,
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'Only those with this in their name, uid or id, in capitals or not.',
      }),
    ),
    needs_attention: Type.Optional(
      Type.Boolean({
        description: 'Only those with an endpoint that fails or was given up.',
      }),
    ),
  }),
  body: null,
  success: { 200: ListOf(ApplicationOut) },
  errors: [],
})

export const standingMax = 100

export const applicationStanding = operation({
  id: 'v1.application.standing',
  summary: 'How up to 100 applications do: endpoints that fail and since when, and what waits.',
  method: 'GET',
  path: '/summary/app',
  access: 'organization',
  permission: 'read',
  query: Type.Object({
    application_ids: Type.Array(
      Type.String({
        pattern: '^app_[0-9A-Za-z]{27}$',
        examples: ['app_1srOrx2ZWZBpBUvZwXKQmoEYga2'],
      }),
      {
        minItems: 1,
        maxItems: standingMax,
        description: 'Ids of applications, not their uids.',
      },
    ),
  }),
  body: null,
  success: { 200: StandingOut },
  errors: [],
  own: true,
})

export const createApplication = operation({
  id: 'v1.application.create',
  summary: 'Create an application; with `get_if_exists` the one of that uid is returned.',
  method: 'POST',
  path: '/app',
  ...administer,
  query: Type.Object({ get_if_exists: Type.Optional(Type.Boolean()) }),
  body: ApplicationIn,
  success: { 200: ApplicationOut, 201: ApplicationOut },
  errors: [409],
})

export const getApplication = operation({
  id: 'v1.application.get',
  summary: 'Get an application by id or uid.',
  method: 'GET',
  path: '/app/{app_id}',
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: { 200: ApplicationOut },
  errors: [404],
})

export const updateApplication = operation({
  id: 'v1.application.update',
  conditional: true,
  summary: 'Replace an application, or create one when there is none.',
  method: 'PUT',
  path: '/app/{app_id}',
  ...administer,
  query: SwitchQuery,
  body: ApplicationIn,
  success: { 200: ApplicationOut, 201: ApplicationOut },
  errors: [409],
})

export const patchApplication = operation({
  id: 'v1.application.patch',
  conditional: true,
  summary: 'Change the given fields of an application.',
  method: 'PATCH',
  path: '/app/{app_id}',
  ...administer,
  query: SwitchQuery,
  body: ApplicationPatch,
  success: { 200: ApplicationOut },
  errors: [404, 409],
})

export const deleteApplication = operation({
  id: 'v1.application.delete',
  endsCredentials: true,
  summary: 'Delete an application. Its uid is free again and nothing more is sent.',
  method: 'DELETE',
  path: '/app/{app_id}',
  ...administer,
  query: NoQuery,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const applicationOperations = [
  listApplications,
  applicationStanding,
  createApplication,
  getApplication,
  updateApplication,
  patchApplication,
  deleteApplication,
]
