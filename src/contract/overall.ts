/** The lists of all applications together: for who runs the installation. */
import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { answerCode, DeliveryOut, DeliveryState } from './delivery.ts'
import { asFile, partQuery } from './export.ts'
import { MessageOut, MessageViewQuery } from './message.ts'
import { operation } from './operation.ts'
import { EventQuery, ListOf, Maybe, Nullable, Timestamp, Uid } from './primitives.ts'
import { lookBounds, lookedFields, SoughtText, SoughtWhere, StatusWords } from './sought.ts'

const ApplicationNamed = Type.Object({
  id: Type.String(),
  uid: Maybe(Uid),
  name: Type.String(),
})

const looked = limits.overallRowsMax.toLocaleString('en')

const shared = {
  ...EventQuery,
  q: Type.Optional(SoughtText),
  where: Type.Optional(SoughtWhere),
  app_id: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
      maxItems: limits.overallApplicationsMax,
      description: `Of these applications: ids or uids, at most ${limits.overallApplicationsMax}. Default: all.`,
    }),
  ),
}

const bounds = `A page ends once it has looked at about ${looked} rows, full or not: while it is not \`done\`, its iterator goes on.`

const list = {
  method: 'GET',
  access: 'organization',
  permission: 'read',
  body: null,
  errors: [404],
  own: true,
} as const

const ofDeliveries = {
  status: Type.Optional(StatusWords),
  state: Type.Optional(Type.Array(DeliveryState, { description: 'In any of these states.' })),
  code: answerCode,
}

export const OverallDeliveryOut = Type.Object({
  ...DeliveryOut.properties,
  application: ApplicationNamed,
  endpoint: Nullable(
    Type.Object(
      {
        name: Type.String({ description: 'Its name, description or host.' }),
        url: Type.String(),
        disabled: Type.Boolean(),
        paused: Type.Boolean(),
      },
      { description: 'As it is now; null: it was deleted.' },
    ),
  ),
})

export const listAllDeliveries = operation({
  ...list,
  id: 'v1.delivery.list-all',
  summary: `List the deliveries of all applications, newest first. ${bounds}`,
  path: '/delivery',
  query: Type.Object({ ...shared, ...ofDeliveries }),
  success: { 200: Type.Object({ ...ListOf(OverallDeliveryOut).properties, ...lookedFields }) },
})

/** Deliveries that are counted at most: the newest that fit. */
export const overallCountMax = 2_500

const Count = Type.Integer({ minimum: 0 })
const Facet = Type.Array(Type.Object({ value: Type.String(), count: Count }), {
  description: 'Most frequent first, at most 100 values.',
})

const { limit: _limit, iterator: _iterator, with_content: _content, ...filters } = shared

export const summarizeAllDeliveries = operation({
  ...list,
  id: 'v1.delivery.summarize-all',
  summary: `Count the deliveries of all applications that fit a filter: whose they are, how they stand, what they got. The newest ${overallCountMax.toLocaleString('en')}, as far as ${lookBounds.timeMs / 1000} s reach.`,
  path: '/summary/delivery',
  query: Type.Object({ ...filters, ...ofDeliveries }),
  success: {
    200: Type.Object({
      total: Count,
      partial: Type.Boolean({
        description: 'There may be more: all since `countedSince` are counted.',
      }),
      countedSince: Nullable(Timestamp),
      facets: Type.Object({
        application: Type.Array(Type.Object({ ...ApplicationNamed.properties, count: Count }), {
          description: 'Most frequent first, at most 100.',
        }),
        state: Facet,
        eventType: Facet,
        answer: Type.Array(Type.Object({ value: Type.String(), count: Count }), {
          description:
            'Last answers, by status code, or by error class where there was none; at most 100.',
        }),
      }),
    }),
  },
})

export const exportAllDeliveries = operation({
  ...asFile,
  access: 'organization',
  id: 'v1.delivery.export-all',
  summary: 'The deliveries of all applications that fit a filter as a file, a part at a time.',
  path: '/export/delivery',
  query: Type.Object({ ...filters, ...partQuery, ...ofDeliveries }),
})

export const OverallMessageOut = Type.Object({
  ...MessageOut.properties,
  application: ApplicationNamed,
})

export const listAllMessages = operation({
  ...list,
  id: 'v1.message.list-all',
  summary: `List the messages of all applications, newest first. ${bounds}`,
  path: '/msg',
  query: Type.Object({ ...shared, view: MessageViewQuery }),
  success: { 200: Type.Object({ ...ListOf(OverallMessageOut).properties, ...lookedFields }) },
})

export const overallOperations = [
  listAllDeliveries,
  summarizeAllDeliveries,
  exportAllDeliveries,
  listAllMessages,
]
