/**
 * Reading and configuring the inspector's bins. The address that takes requests, `/in/<bin>`, is no
 * operation: it takes anything, from anybody; `docs/inspector.md` tells what it does.
 */
import Type from 'typebox'
import { binNamePattern, matchLengthMax, scriptLimits } from '../domain/bin.ts'
import { senders } from '../domain/senders.ts'
import { operation } from './operation.ts'
import { ListOf, NoQuery, Nullable, PageQuery, Timestamp } from './primitives.ts'

const Step = Type.Object({
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
  hangUp: Type.Optional(
    Type.Boolean({ description: 'Close the connection without an answer instead.' }),
  ),
  delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: scriptLimits.delayMaxMs })),
  headers: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 4096 }), { maxProperties: 30 }),
  ),
  body: Type.Optional(Type.String({ maxLength: scriptLimits.bodyBytesMax })),
  times: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: scriptLimits.timesMax,
      description: 'How many requests in a row get this step; default 1.',
    }),
  ),
})

const Path = Type.Optional(
  Nullable(
    Type.String({
      pattern: '^/',
      description: 'Requests at or under this path; null: all that no other rule takes.',
    }),
  ),
)
const loop = { description: 'Begin again instead of staying at the last step.' }
const failShare = { minimum: 0, maximum: 1, description: 'Share of answers that are 500 instead.' }

const RuleIn = Type.Object({
  path: Path,
  steps: Type.Array(Step, { maxItems: scriptLimits.stepsMax }),
  loop: Type.Optional(Type.Boolean(loop)),
})

const settings = {
  script: Type.Optional(
    Type.Union(
      [
        Type.String({ maxLength: scriptLimits.textLengthMax, examples: ['500, 500, 200'] }),
        Type.Object({
          rules: Type.Optional(Type.Array(RuleIn, { maxItems: scriptLimits.rulesMax })),
          failShare: Type.Optional(Type.Number(failShare)),
        }),
      ],
      {
        description:
          'What it answers, one after another, the last one for ever: as text, or the same as rules.',
      },
    ),
  ),
  secrets: Type.Optional(
    Type.Array(Type.String({ maxLength: 512 }), {
      maxItems: 20,
      description:
        'What signatures are checked with besides the secrets of endpoints here: `whsec_…`, or of another sender such as `stripe:whsec_…`.',
    }),
  ),
  note: Type.Optional(Type.String({ maxLength: 500 })),
}

const BinIn = Type.Object(settings)
const NamedBinIn = Type.Object({
  name: Type.Optional(
    Type.String({ pattern: binNamePattern, description: 'Default: one that is made up.' }),
  ),
  ...settings,
})

const MarkIn = Type.Object({
  pinned: Type.Optional(Type.Boolean({ description: 'Kept when older ones must leave.' })),
  note: Type.Optional(Type.String({ maxLength: 500 })),
})

export const BinOut = Type.Object({
  name: Type.String(),
  path: Type.String({ description: 'Where it takes requests, whatever they are: `/in/<name>`.' }),
  createdAt: Timestamp,
  lastRequestAt: Nullable(Timestamp),
  requestCount: Type.Integer({ description: 'All that came, also those that left since.' }),
  script: Type.String({ description: 'What it answers, as text.' }),
  scriptIsWhole: Type.Boolean({
    description: 'False: `answers` has bodies, headers or paths that the text does not say.',
  }),
  answers: Type.Object(
    {
      rules: Type.Array(
        Type.Object({
          path: Nullable(Type.String()),
          steps: Type.Array(Step),
          loop: Type.Boolean(loop),
        }),
      ),
      failShare: Type.Number(failShare),
    },
    { description: 'The same as rules, with all of it, as a change takes it for `script`.' },
  ),
  secretCount: Type.Integer({ description: 'Secrets are counted, never shown.' }),
  senders: Type.Array(Type.Enum([...senders]), {
    description: 'Whose secrets there are, besides those of Standard Webhooks.',
  }),
  note: Type.String(),
  updatedAt: { ...Timestamp, description: 'The version of its settings; for `If-Match`.' },
})

const MadeBy = Type.Union([
  Type.Object({
    of: Type.Literal('endpoint'),
    endpointId: Type.String(),
    createdAt: Timestamp,
    expiresAt: Nullable({ ...Timestamp, description: 'Null: the current one.' }),
  }),
  Type.Object({
    of: Type.Literal('bin'),
    place: Type.Integer({ minimum: 1, description: 'Counted from 1, as they were given.' }),
  }),
])

const Signature = Type.Object({
  state: Type.Enum(['valid', 'stale', 'invalid', 'absent', 'no_secret'], {
    description: 'stale: the signed time is more than five minutes off.',
  }),
  headers: Nullable(Type.Enum(['webhook', 'svix'])),
  messageId: Nullable(Type.String()),
  timestamp: Nullable(Type.Integer({ description: 'Seconds since 1970, as sent.' })),
  version: Nullable(Type.String()),
  secretIndex: Nullable(Type.Integer()),
  hint: Nullable(
    Type.String({ description: 'The usual mistake that it is, where one was recognised.' }),
  ),
  sender: Nullable(
    Type.Enum([...senders], { description: 'Who signs so; null: Standard Webhooks, or nobody.' }),
  ),
  secrets: Type.Array(MadeBy, {
    description: 'Every secret that made a signature of it, without itself.',
  }),
})

const Pair = Type.Unsafe<readonly [name: string, value: string]>({
  type: 'array',
  items: { type: 'string' },
  minItems: 2,
  maxItems: 2,
})

export const CapturedOut = Type.Object({
  id: Type.String(),
  bin: Type.String(),
  receivedAt: Timestamp,
  method: Type.String(),
  path: Type.String({ description: 'Below the bin: `/` for the bin itself.' }),
  query: Type.String({ description: 'As sent, without the question mark.' }),
  headers: Type.Array(Pair, {
    description: 'Name and value, in the order and spelling in which they came.',
  }),
  body: Nullable(
    Type.String({ description: 'Null where it is not UTF-8; `[masked]` for who may not see it.' }),
  ),
  bodyBase64: Type.String({ description: 'Its exact bytes.' }),
  bodyBytes: Type.Integer(),
  remoteAddress: Type.String(),
  httpVersion: Type.String(),
  signature: Signature,
  answer: Type.Object({
    status: Type.Integer(),
    hangUp: Type.Boolean(),
    delayMs: Type.Integer(),
  }),
  pinned: Type.Boolean(),
  note: Type.String(),
  updatedAt: { ...Timestamp, description: 'The version of these two; for `If-Match`.' },
})

const bins = '/inspector/bin'
const oneBin = `${bins}/{bin}` as const
const requests = `${oneBin}/request` as const
const oneRequest = `${requests}/{request_id}` as const

const read = {
  method: 'GET',
  access: 'organization',
  permission: 'read',
  body: null,
  own: true,
} as const
// Bins live in the memory of a node and hold test traffic: the audit log is not about them.
const change = {
  access: 'organization',
  permission: 'manage-endpoints',
  query: NoQuery,
  audited: false,
  withoutStore: true,
  own: true,
} as const

export const listBins = operation({
  ...read,
  id: 'v1.inspector.bin.list',
  summary:
    'List the inspector’s bins: those of the organisation, and those that nobody configured.',
  path: bins,
  query: NoQuery,
  success: { 200: ListOf(BinOut) },
  errors: [],
  withoutStore: true,
})

export const createBin = operation({
  ...change,
  id: 'v1.inspector.bin.create',
  summary:
    'Make a bin, under a name that is made up where none is given; one of that name is changed.',
  method: 'POST',
  path: bins,
  body: NamedBinIn,
  success: { 200: BinOut, 201: BinOut },
  errors: [404, 409],
  withoutIdempotency: true,
  conditional: true,
})

export const getBin = operation({
  ...read,
  id: 'v1.inspector.bin.get',
  summary: 'Get a bin.',
  path: oneBin,
  query: NoQuery,
  success: { 200: BinOut },
  errors: [404],
  withoutStore: true,
})

export const updateBin = operation({
  ...change,
  id: 'v1.inspector.bin.update',
  summary: 'Change the given settings of a bin, or make it. A new script begins anew.',
  method: 'PUT',
  path: oneBin,
  body: BinIn,
  success: { 200: BinOut, 201: BinOut },
  errors: [404, 409],
  conditional: true,
})

export const deleteBin = operation({
  ...change,
  id: 'v1.inspector.bin.delete',
  summary: 'Delete a bin with what it caught.',
  method: 'DELETE',
  path: oneBin,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const listCaptured = operation({
  ...read,
  id: 'v1.inspector.request.list',
  summary: 'List the requests that a bin caught, newest first.',
  path: requests,
  query: Type.Object(PageQuery),
  success: { 200: ListOf(CapturedOut) },
  errors: [404],
})

export const clearCaptured = operation({
  ...change,
  id: 'v1.inspector.request.clear',
  summary: 'Delete the requests that a bin caught, but those that are pinned.',
  method: 'DELETE',
  path: requests,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const getCaptured = operation({
  ...read,
  id: 'v1.inspector.request.get',
  summary: 'Get a request that a bin caught.',
  path: oneRequest,
  query: NoQuery,
  success: { 200: CapturedOut },
  errors: [404],
})

export const markCaptured = operation({
  ...change,
  id: 'v1.inspector.request.patch',
  summary: 'Pin a request that a bin caught, or note something about it.',
  method: 'PATCH',
  path: oneRequest,
  body: MarkIn,
  success: { 200: CapturedOut },
  errors: [404, 409],
  conditional: true,
})

export const deleteCaptured = operation({
  ...change,
  id: 'v1.inspector.request.delete',
  summary: 'Delete a request that a bin caught.',
  method: 'DELETE',
  path: oneRequest,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const waitForCaptured = operation({
  ...read,
  id: 'v1.inspector.request.wait',
  summary:
    'Wait for a request that matches, kept or still to come: for tests. The bin is made where it is missing.',
  path: `${oneBin}/wait`,
  query: Type.Object({
    match: Type.Optional(
      Type.String({
        maxLength: matchLengthMax,
        description:
          'Terms that must all hold: `type=order.*`, `data.id=o_91`, `header.x-tenant=acme`, `signature=valid`, or words of the body.',
      }),
    ),
    timeout: Type.Optional(
      Type.Number({ minimum: 0, maximum: 60, description: 'Seconds; default 10.' }),
    ),
    after: Type.Optional(Type.String({ description: 'Only requests after this id.' })),
    since: Type.Optional({
      ...Timestamp,
      description: 'Only requests received at or after this time.',
    }),
  }),
  success: { 200: CapturedOut },
  errors: [404, 408],
})

export const streamCaptured = operation({
  ...read,
  id: 'v1.inspector.request.stream',
  summary:
    'Requests of a bin as they come, and those missed since `Last-Event-ID`. The bin is made where it is missing.',
  path: `${oneBin}/stream`,
  query: NoQuery,
  success: {
    200: Type.String({ description: 'Server-sent events; their data is a captured request.' }),
  },
  contentTypes: ['text/event-stream'],
  streams: 'always',
  errors: [404],
})

export const inspectorOperations = [
  listBins,
  createBin,
  getBin,
  updateBin,
  deleteBin,
  listCaptured,
  clearCaptured,
  getCaptured,
  markCaptured,
  deleteCaptured,
  waitForCaptured,
  streamCaptured,
]
