import Type from 'typebox'
import { MessageViewQuery } from './message.ts'
import { operation } from './operation.ts'
import {
  Channel,
  Empty,
  EventTypeFilter,
  ListOf,
  Maybe,
  NoQuery,
  Nullable,
  OrderQuery,
  PageQuery,
  Tag,
  Timestamp,
} from './primitives.ts'
import { soughtQuery } from './sought.ts'

const since = Timestamp
const until = Maybe({ ...Timestamp, description: 'Default: now.' })

export const RecoverIn = Type.Object({ since, until })
/** Who is told of the end of a job. */
export const Notify = Type.String({
  maxLength: 320,
  description:
    'Tells of the end by mail: `me` for who signed in, or an address (with `administer`). Needs POSTHORN_SMTP_URL.',
})

export const ReplayIn = Type.Object({ since, until })
export const ReplayMissingIn = Type.Object({ since, until, notify: Maybe(Notify) })
/** Messages that a preview of what an endpoint never got looks at. */
export const missingPreviewMax = 10_000
const Count = Type.Integer({ minimum: 0 })
export const MissingOut = Type.Object({
  missing: {
    ...Count,
    description: 'Messages that the endpoint wants by its settings of now and never got.',
  },
  seen: { ...Count, description: 'Messages looked at.' },
  oldest: Nullable(Timestamp),
  newest: Nullable(Timestamp),
  eventTypes: Type.Array(Type.Object({ name: Type.String(), count: Count })),
  complete: Type.Boolean({ description: 'false: there are more; the count ended at its limit.' }),
})
export const BulkReplayIn = Type.Object({
  since,
  until,
  eventTypes: Maybe(Type.Array(EventTypeFilter, { maxItems: 100 })),
  channel: Maybe(Channel),
  tag: Maybe(Tag),
  status: Maybe(Type.Integer({ minimum: 0, maximum: 4, description: '0 success … 4 canceled.' })),
  statusCodeClass: Maybe(Type.Integer({ enum: [0, 100, 200, 300, 400, 500] })),
})

const kindsOfSdks = [
  Type.Literal('endpoint.recover'),
  Type.Literal('endpoint.replay'),
  Type.Literal('endpoint.bulk-replay'),
  Type.Literal('application.purge_content'),
  Type.Literal('application.stats'),
  Type.Literal('event-type.aggregate'),
] as const
/** The kinds that official SDKs know: some fail on a whole list with another. */
export const sdkTaskKinds = kindsOfSdks.map((kind) => kind.const)

export const TaskKind = Type.Union([
  ...kindsOfSdks,
  Type.Literal('delivery.recover'),
  Type.Literal('delivery.cancel'),
  Type.Literal('endpoint.change'),
  Type.Literal('endpoint.test'),
  Type.Literal('encryption.rotate'),
])
const TaskStatus = Type.Union(
  [Type.Literal('running'), Type.Literal('finished'), Type.Literal('failed')],
  {
    description:
      'A canceled task is `failed`, with `data.canceled`; a paused one is `running`, with `data.paused`.',
  },
)
const fields = {
  id: Type.String({ examples: ['qtask_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  status: TaskStatus,
  task: TaskKind,
  updatedAt: Timestamp,
}
export const TaskOut = Type.Object(fields)
export const BackgroundTaskOut = Type.Object({
  ...fields,
  data: Type.Record(Type.String(), Type.Unknown(), {
    description:
      'Progress: items `seen`, items `done`; counts where the task counts. A recovery adds `total` (null: too many to count), `skipped`, `unsendable`, first attempts `succeeded`, `failing` and `waiting`, its `rate`, and the endpoints that it `stopped` with the reason. Work on endpoints adds `total`, a `tally` of what became of them, and, of one task, `results`: each endpoint with its fate, and why.',
  }),
})

const endpoint = '/app/{app_id}/endpoint/{endpoint_id}'
const replay = {
  method: 'POST',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  success: { 202: TaskOut },
  errors: [404],
} as const

export const recoverEndpoint = operation({
  id: 'v1.endpoint.recover',
  summary: 'Send the failed messages of an endpoint again, since a time at most 14 days ago.',
  path: `${endpoint}/recover`,
  ...replay,
  body: RecoverIn,
})

export const replayMissing = operation({
  id: 'v1.endpoint.replay-missing',
  summary: 'Send the messages that the endpoint wants by its settings of now and never got.',
  path: `${endpoint}/replay-missing`,
  ...replay,
  body: ReplayMissingIn,
})

export const previewMissing = operation({
  id: 'v1.endpoint.preview-missing',
  audited: false,
  summary: 'Count the messages that the endpoint wants by its settings of now and never got.',
  path: `${endpoint}/replay-missing/preview`,
  ...replay,
  permission: 'read',
  body: ReplayIn,
  success: { 200: MissingOut },
  withoutIdempotency: true,
  own: true,
})

export const bulkReplay = operation({
  id: 'v1.endpoint.bulk-replay',
  summary: 'Send the messages of an endpoint that fit a filter again, whatever became of them.',
  path: `${endpoint}/bulk-replay`,
  ...replay,
  body: BulkReplayIn,
})

const administer = {
  access: 'organization',
  permission: 'administer',
  query: NoQuery,
  success: { 202: TaskOut },
} as const

export const expungeAllContents = operation({
  id: 'v1.message.expunge-all-contents',
  summary: 'Drop the payloads of an application: all, or those of the messages that fit.',
  method: 'POST',
  path: '/app/{app_id}/msg/expunge-all-contents',
  ...administer,
  auditedFields: ['since', 'until', 'eventTypes', 'tag', 'q', 'where', 'view'],
  body: Type.Object(
    {
      since: Type.Optional({ ...Timestamp, description: 'Default: as long as there are any.' }),
      until: Type.Optional({ ...Timestamp, description: 'Default: now.' }),
      eventTypes: Type.Optional(Type.Array(EventTypeFilter, { minItems: 1, maxItems: 500 })),
      tag: Type.Optional(Tag),
      ...soughtQuery,
      view: MessageViewQuery,
    },
    // A member that is not known would leave the filter wider than it was meant.
    { additionalProperties: false },
  ),
  bodyOptional: true,
  errors: [404],
})

export const aggregateAppStats = operation({
  id: 'v1.statistics.aggregate-app-stats',
  audited: false,
  summary: 'Count the messages of applications in a time range of at most 28 days.',
  method: 'POST',
  path: '/stats/usage/app',
  ...administer,
  body: Type.Object({
    since: Timestamp,
    until: Timestamp,
    appIds: Maybe(Type.Array(Type.String(), { maxItems: 1000 })),
  }),
  success: {
    202: Type.Object({ ...fields, unresolvedAppIds: Type.Array(Type.String()) }),
  },
  errors: [],
})

export const aggregateEventTypes = operation({
  id: 'v1.statistics.aggregate-event-types',
  audited: false,
  summary: 'Count the messages of the last 28 days by event type.',
  method: 'PUT',
  path: '/stats/usage/event-types',
  ...administer,
  body: Empty,
  bodyOptional: true,
  errors: [],
})

export const listTasks = operation({
  id: 'v1.background-task.list',
  summary: 'List background tasks, newest first by default.',
  method: 'GET',
  path: '/background-task',
  access: 'organization',
  permission: 'read',
  query: Type.Object({
    ...PageQuery,
    ...OrderQuery,
    status: Type.Optional(TaskStatus),
    task: Type.Optional(TaskKind),
  }),
  body: null,
  success: { 200: ListOf(BackgroundTaskOut) },
  errors: [],
})

export const getTask = operation({
  id: 'v1.background-task.get',
  summary: 'Get a background task with its progress. Portal tokens see those of their application.',
  method: 'GET',
  path: '/background-task/{task_id}',
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: { 200: BackgroundTaskOut },
  errors: [404],
})

export const cancelTask = operation({
  id: 'v1.background-task.cancel',
  summary: 'Stop a background task. What it did stays done; one that is over is a conflict.',
  method: 'POST',
  path: '/background-task/{task_id}/cancel',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: BackgroundTaskOut },
  errors: [404, 409],
  own: true,
})

const hold = {
  method: 'POST',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: BackgroundTaskOut },
  errors: [404, 409],
  own: true,
} as const

export const pauseTask = operation({
  id: 'v1.background-task.pause',
  summary: 'Hold a running task. What it did stays done; one that is not running is a conflict.',
  path: '/background-task/{task_id}/pause',
  ...hold,
})

export const resumeTask = operation({
  id: 'v1.background-task.resume',
  summary: 'Let a paused task go on where it was. One that is not paused is a conflict.',
  path: '/background-task/{task_id}/resume',
  ...hold,
})

export const taskOperations = [
  recoverEndpoint,
  replayMissing,
  previewMissing,
  bulkReplay,
  expungeAllContents,
  aggregateAppStats,
  aggregateEventTypes,
  listTasks,
  getTask,
  cancelTask,
  pauseTask,
  resumeTask,
]
