/**
 * Lists as files, made part by part: each answer is a part of the file and says where the next one
 * begins. Why so, and not a file that the server makes and keeps: `docs/adr/exports-in-parts.md`.
 */
import Type from 'typebox'
import { codeOfExport, DeliveryState } from './delivery.ts'
import { endpointSought } from './endpoint-sought.ts'
import { MessageViewQuery } from './message.ts'
import { operation } from './operation.ts'
import { EventQuery } from './primitives.ts'
import { EndpointsWanted, StatusWords, soughtQuery } from './sought.ts'

/** Rows, bytes of text (the row that passes it is still there) and time of work of one part. */
export const exportPartMax = { rows: 10_000, bytes: 4_194_304, timeMs: 2_000 } as const

/** Answered with each part; see the descriptions below. */
export const exportHeaders = {
  next: 'posthorn-next',
  rows: 'posthorn-rows',
  reached: 'posthorn-reached',
} as const

export const ExportFormat = Type.Union([Type.Literal('csv'), Type.Literal('ndjson')], {
  description:
    'ndjson (default): an item of the list a line. csv: a table whose first part has the names; what a spreadsheet would take for a formula begins with an apostrophe.',
})

const { limit: _limit, with_content, ...filters } = EventQuery

/** Where a part begins, and how it is written. */
export const partQuery = {
  iterator: Type.Optional(
    Type.String({
      description: `The header \`${exportHeaders.next}\` of the part before. It is absent once there is no further part; a part may have no row and still not be the last. \`${exportHeaders.rows}\` counts the rows, \`${exportHeaders.reached}\` is the time down to which all was looked at.`,
    }),
  ),
  format: Type.Optional(ExportFormat),
}

const shared = {
  ...filters,
  ...partQuery,
  ...soughtQuery,
}

const Part = Type.String({
  description: `Lines, newest first: at most ${exportPartMax.rows} rows and about ${exportPartMax.bytes / 1_048_576} MiB.`,
})

/** Of an application's list. */
export const asFile = {
  method: 'GET',
  access: 'application',
  permission: 'read',
  body: null,
  success: { 200: Part },
  contentTypes: ['application/x-ndjson', 'text/csv'],
  audited: true,
  errors: [404],
  own: true,
} as const

export const exportDeliveries = operation({
  id: 'v1.delivery.export',
  summary: 'The deliveries that fit a filter as a file, a part at a time.',
  path: '/app/{app_id}/export/delivery',
  ...asFile,
  query: Type.Object({
    ...shared,
    state: Type.Optional(Type.Array(DeliveryState, { description: 'In any of these states.' })),
    status: Type.Optional(StatusWords),
    endpoint_id: Type.Optional(EndpointsWanted),
    code: codeOfExport,
  }),
})

export const exportMessages = operation({
  id: 'v1.message.export',
  summary: 'The messages that fit a filter as a file, a part at a time, masked as for the caller.',
  path: '/app/{app_id}/export/msg',
  ...asFile,
  query: Type.Object({
    ...shared,
    with_content,
    view: MessageViewQuery,
  }),
})

export const exportEndpoints = operation({
  id: 'v1.endpoint.export',
  summary: 'The endpoints that fit a filter as a file, a part at a time; without secrets.',
  path: '/app/{app_id}/export/endpoint',
  ...asFile,
  query: Type.Object({
    iterator: shared.iterator,
    format: shared.format,
    ...endpointSought,
  }),
})

export const exportOperations = [exportDeliveries, exportMessages, exportEndpoints]
