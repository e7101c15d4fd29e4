import Type from 'typebox'
import { issueStates, type IssueState as State } from '../domain/issue.ts'
import { operation } from './operation.ts'
import { NoQuery, Nullable, Timestamp } from './primitives.ts'

const IssueState = Type.Unsafe<State>({
  ...Type.Union(issueStates.map((state) => Type.Literal(state))),
  description:
    '`resolved` comes by itself when the endpoint answers well again, and ends when more of it comes.',
})

export const IssueOut = Type.Object({
  id: Type.String({ examples: ['ep_1srOrx2ZWZBpBUvZwXKQmoEYga2.5xx'] }),
  endpointId: Type.String(),
  kind: Type.String({
    description: 'What the failures have in common: a class of errors, or of statuses.',
    examples: ['tls_expired', '5xx'],
  }),
  answers: Type.Array(Type.String(), {
    description: 'Status codes or classes among them, most frequent first: as `code` takes them.',
  }),
  count: Type.Integer({ description: 'Deliveries that failed so, or wait after they did.' }),
  firstSeen: { ...Timestamp, description: 'When the first of these came.' },
  lastSeen: { ...Timestamp, description: 'When the last of these came.' },
  state: IssueState,
  note: Type.String(),
  by: Nullable(Type.String({ description: 'Who said so last; null: nobody, or a key.' })),
  at: Nullable(Timestamp),
})

const base = '/app/{app_id}/issue'

// What people say of an issue is for those who run the product: no session of a customer's reads or says it.
export const listIssues = operation({
  id: 'v1.issue.list',
  summary:
    'List failures grouped by endpoint and by how they end, the most recent first; of the newest 1,000 failed or waiting deliveries of two weeks.',
  method: 'GET',
  path: base,
  access: 'organization',
  permission: 'read',
  own: true,
  query: Type.Object({
    state: Type.Optional(Type.Array(IssueState, { description: 'In any of these states.' })),
  }),
  body: null,
  success: {
    200: Type.Object({
      data: Type.Array(IssueOut),
      open: Type.Integer({ description: 'How many are open, whatever is asked for.' }),
      countedSince: { ...Timestamp, description: 'Counts begin here.' },
    }),
  },
  errors: [404],
})

export const patchIssue = operation({
  id: 'v1.issue.patch',
  summary: 'Say of an issue that it is known, resolved or to be ignored, with a note.',
  method: 'PATCH',
  path: `${base}/{issue_id}`,
  access: 'organization',
  permission: 'replay',
  own: true,
  query: NoQuery,
  body: Type.Object({
    state: Type.Optional(IssueState),
    note: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
  success: { 200: IssueOut },
  errors: [404, 409],
})

export const issueOperations = [listIssues, patchIssue]
