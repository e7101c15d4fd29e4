import Type from 'typebox'
import { Localized } from './endpoint-settings.ts'
import { operation } from './operation.ts'
import { NoQuery, Nullable } from './primitives.ts'

const Named = Type.Object({ name: Type.String(), label: Localized })

export const CatalogOut = Type.Object({
  name: Type.String(),
  profile: Type.String(),
  label: Localized,
  description: Localized,
  eventCount: Type.Integer(),
  groups: Type.Array(Named),
  contexts: Type.Array(
    Type.Object({
      ...{ name: Type.String(), label: Localized, scope: Type.String() },
      required: Type.Optional(
        Type.Boolean({ description: 'A webhook made there names at least one id of the scope.' }),
      ),
    }),
  ),
  scopes: Type.Array(Named),
  triggers: Type.Array(
    Type.Object({
      name: Type.String(),
      label: Localized,
      events: Type.Array(Type.String()),
      scopes: Type.Array(Type.String()),
      documented: Type.Boolean(),
    }),
  ),
})

export const CatalogEventOut = Type.Object({
  name: Type.String(),
  group: Type.String(),
  label: Localized,
  description: Localized,
  documented: Type.Boolean({ description: 'Named in the system’s own webhook guide.' }),
  deprecated: Type.Boolean(),
  schema: Type.Record(Type.String(), Type.Unknown()),
  example: Type.Record(Type.String(), Type.Unknown()),
})

export const InstalledOut = Type.Object({
  catalog: Type.String(),
  created: Type.Integer(),
  updated: Type.Integer(),
  total: Type.Integer(),
})

const read = { access: 'application', permission: 'read' } as const

export const listCatalogs = operation({
  id: 'v1.catalog.list',
  summary: 'List the event catalogs that can be installed.',
  method: 'GET',
  path: '/catalog',
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: Type.Object({ data: Type.Array(CatalogOut) }) },
  errors: [],
  withoutStore: true,
  own: true,
})

export const getCatalog = operation({
  id: 'v1.catalog.get',
  summary:
    'Get a catalog with its events: all, those of a context, or those that a name stands for.',
  method: 'GET',
  path: '/catalog/{catalog_name}',
  ...read,
  query: Type.Object({
    context: Type.Optional(Type.String({ description: 'Only what this context offers.' })),
    documented: Type.Optional(Type.Boolean({ description: 'Only what the guide names, or not.' })),
    name: Type.Optional(
      Type.String({ description: 'Only what this name, older spelling or trigger stands for.' }),
    ),
  }),
  body: null,
  success: {
    200: Type.Object({ catalog: CatalogOut, events: Type.Array(CatalogEventOut) }),
  },
  errors: [404],
  withoutStore: true,
  own: true,
})

export const installCatalog = operation({
  id: 'v1.catalog.install',
  summary: 'Create or refresh the catalog’s event types in the organisation.',
  method: 'POST',
  path: '/catalog/{catalog_name}/install',
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  body: Type.Object({}),
  bodyOptional: true,
  success: { 200: InstalledOut },
  errors: [404],
  own: true,
})

export const ProfileOut = Type.Object({
  name: Type.String(),
  label: Localized,
  description: Localized,
  catalog: Nullable(Type.String()),
  policy: Type.Record(Type.String(), Type.Unknown()),
  signature: Type.String(),
  authentications: Type.Array(Type.String()),
  limits: Type.Record(Type.String(), Type.Unknown()),
  rules: Type.Record(Type.String(), Type.Unknown()),
  logUnit: Type.String(),
  words: Nullable(
    Type.Record(Type.String(), Localized, {
      description: 'What the system’s own console writes on its title and buttons.',
    }),
  ),
  form: Type.Array(Type.Record(Type.String(), Type.Unknown()), {
    description: 'Fields of the settings view, in order, with labels in both languages.',
  }),
  list: Type.Record(Type.String(), Type.Unknown(), {
    description: 'Columns of the list view, its page size and whether it shows disabled ones.',
  }),
})

export const listProfiles = operation({
  id: 'v1.profile.list',
  summary: 'List the profiles that an application may have.',
  method: 'GET',
  path: '/profile',
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: Type.Object({ data: Type.Array(ProfileOut) }) },
  errors: [],
  withoutStore: true,
  own: true,
})

export const getProfile = operation({
  id: 'v1.profile.get',
  summary: 'Get a profile: policy, limits, rules, and how its views look.',
  method: 'GET',
  path: '/profile/{profile_name}',
  ...read,
  query: NoQuery,
  body: null,
  success: { 200: ProfileOut },
  errors: [404],
  withoutStore: true,
  own: true,
})

export const catalogOperations = [
  listCatalogs,
  getCatalog,
  installCatalog,
  listProfiles,
  getProfile,
]
