import Type from 'typebox'
import { type ViewList, viewLimits, viewLists } from '../domain/saved-view.ts'
import { operation } from './operation.ts'
import { ListOf, Maybe, NoQuery, Nullable, PageQuery, Timestamp } from './primitives.ts'

const List = Type.Unsafe<ViewList>(Type.Union(viewLists.map((name) => Type.Literal(name))))
const Name = Type.String({
  minLength: 1,
  maxLength: viewLimits.nameLengthMax,
  description: 'One of its list has it at most, whatever the capitals.',
})
const Query = Type.String({
  minLength: 1,
  maxLength: viewLimits.queryLengthMax,
  description: 'What the URL of the list asks for, without the question mark.',
  examples: ['status=failed,retrying&since=24h'],
})

export const ViewOut = Type.Object({
  id: Type.String({ examples: ['view_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  name: Name,
  list: List,
  query: Query,
  applicationId: Nullable(Type.String({ description: 'Null: for every application.' })),
  createdBy: Nullable(Type.String({ description: 'E-mail address of a user, name of a key.' })),
  createdAt: Timestamp,
  updatedAt: Timestamp,
})

const one = '/view/{view_id}'
const ofOrganization = { access: 'organization', own: true } as const
const shared = { ...ofOrganization, permission: 'share-views', query: NoQuery } as const

export const listViews = operation({
  id: 'v1.view.list',
  summary: 'List the views that are shared with everybody, oldest first.',
  method: 'GET',
  path: '/view',
  ...ofOrganization,
  permission: 'read',
  query: Type.Object({ ...PageQuery, list: Type.Optional(List) }),
  body: null,
  success: { 200: ListOf(ViewOut) },
  errors: [],
})

export const createView = operation({
  id: 'v1.view.create',
  summary: 'Share a view of a list under a name.',
  method: 'POST',
  path: '/view',
  ...shared,
  body: Type.Object({
    name: Name,
    list: List,
    query: Query,
    applicationId: Maybe(
      Type.String({ description: 'Id or uid: where the view makes sense; null: everywhere.' }),
    ),
  }),
  success: { 201: ViewOut },
  errors: [404, 409],
})

export const patchView = operation({
  id: 'v1.view.patch',
  summary: 'Rename a shared view, or replace what it asks for.',
  method: 'PATCH',
  path: one,
  ...shared,
  body: Type.Object({ name: Type.Optional(Name), query: Type.Optional(Query) }),
  success: { 200: ViewOut },
  errors: [404, 409],
  conditional: true,
})

export const deleteView = operation({
  id: 'v1.view.delete',
  summary: 'Delete a shared view, for everybody.',
  method: 'DELETE',
  path: one,
  ...shared,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const viewOperations = [listViews, createView, patchView, deleteView]
