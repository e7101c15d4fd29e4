import Type from 'typebox'
import { noteLimits } from '../domain/note.ts'
import { operation } from './operation.ts'
import { ListOf, Maybe, NoQuery, Nullable, PageQuery, Timestamp } from './primitives.ts'

const Text = Type.String({
  minLength: 1,
  maxLength: noteLimits.textLengthMax,
  description: 'What happened, in a few words.',
  examples: ['Deployed 1.4.2'],
})

export const NoteOut = Type.Object({
  id: Type.String({ examples: ['note_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  text: Text,
  at: Timestamp,
  applicationId: Nullable(Type.String({ description: 'Null: for every application.' })),
  createdBy: Nullable(Type.String({ description: 'E-mail address of a user, name of a key.' })),
  createdAt: Timestamp,
})

const ofOrganization = { access: 'organization', own: true } as const
const shared = { ...ofOrganization, permission: 'share-views', query: NoQuery } as const

export const listNotes = operation({
  id: 'v1.note.list',
  summary: 'List the notes on the time axis, those of the newest moments first.',
  method: 'GET',
  path: '/note',
  ...ofOrganization,
  permission: 'read',
  query: Type.Object({
    ...PageQuery,
    since: Type.Optional({ ...Timestamp, description: 'Default: all that are kept, 90 days.' }),
    until: Type.Optional({ ...Timestamp, description: 'Default: all until now.' }),
    app_id: Type.Optional(
      Type.String({
        description: 'Id or uid: its notes, and those of every application. Default: all notes.',
      }),
    ),
  }),
  body: null,
  success: { 200: ListOf(NoteOut) },
  errors: [404],
})

export const createNote = operation({
  id: 'v1.note.create',
  summary: 'Leave a note on the time axis of the charts, such as a deploy.',
  method: 'POST',
  path: '/note',
  ...shared,
  body: Type.Object({
    text: Text,
    at: Type.Optional({
      ...Timestamp,
      description: 'When it happened: at most 90 days ago. Default: now.',
    }),
    applicationId: Maybe(
      Type.String({ description: 'Id or uid: of which it tells; null: of every application.' }),
    ),
  }),
  success: { 201: NoteOut },
  errors: [404],
})

export const deleteNote = operation({
  id: 'v1.note.delete',
  summary: 'Remove a note from the time axis, for everybody.',
  method: 'DELETE',
  path: '/note/{note_id}',
  ...shared,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const noteOperations = [listNotes, createNote, deleteNote]
