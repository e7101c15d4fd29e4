/** The page of event types that anybody may read, at `/events`: off unless somebody publishes it. */
import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery } from './primitives.ts'

export const PublicCatalog = Type.Object({
  enabled: Type.Boolean({
    description:
      'Whether `/events` shows the event types without sign-in: names, descriptions, fields and examples of those that are neither archived nor behind a feature flag.',
  }),
})

const shared = {
  path: '/public-catalog',
  access: 'organization',
  query: NoQuery,
  own: true,
} as const

export const getPublicCatalog = operation({
  id: 'v1.public-catalog.get',
  summary: 'Get whether the event types are published at `/events`.',
  method: 'GET',
  permission: 'read',
  body: null,
  success: { 200: PublicCatalog },
  errors: [],
  ...shared,
})

export const setPublicCatalog = operation({
  id: 'v1.public-catalog.set',
  summary:
    'Publish the event types at `/events`, or take the page back; it holds within a few seconds.',
  method: 'PUT',
  permission: 'administer',
  auditedFields: ['enabled'],
  body: PublicCatalog,
  success: { 200: PublicCatalog },
  errors: [],
  ...shared,
})

export const publicCatalogOperations = [getPublicCatalog, setPublicCatalog]
