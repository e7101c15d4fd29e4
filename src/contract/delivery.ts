import Type from 'typebox'
import { limits } from '../domain/limits.ts'
import { operation } from './operation.ts'
import { Empty, EventQuery, ListOf, NoQuery, Nullable, Timestamp } from './primitives.ts'
import { EndpointsWanted, lookedFields, StatusWords, soughtQuery } from './sought.ts'

export const DeliveryState = Type.Union(
  [
    Type.Literal('pending'),
    Type.Literal('sending'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('canceled'),
  ],
  { description: 'The first two are open, the other three final.' },
)

const answers =
  'Whose last attempt got one of these statuses, `5xx`: any such, 0: no answer, or had none for one of these reasons: `connect_timeout`.'
const looked = limits.answerRowsMax.toLocaleString('en')
export const AnswerCode = Type.String({ pattern: '^([0-9]{1,3}|[1-5]xx|[a-z_]{2,40})$' })
/** What the last attempt got: `500,4xx,connect_timeout`. `bounds`: what looking at so many means there. */
function codeQuery(...bounds: readonly string[]) {
  return Type.Optional(Type.Array(AnswerCode, { description: [answers, ...bounds].join(' ') }))
}
/** Where the list says itself how far a page looks. */
export const answerCode = codeQuery()
export const codeOfExport = answerCode
export const codeOfSummary = codeQuery(
  `The newest ${looked} of the range are looked at; \`countedSince\` tells where they begin.`,
)

export const DeliveryOut = Type.Object({
  id: Type.String({ examples: ['dlv_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  msgId: Type.String(),
  endpointId: Type.String(),
  eventType: Type.String(),
  state: DeliveryState,
  trigger: Type.Union([Type.Literal('scheduled'), Type.Literal('manual')], {
    description: 'Whether the schedule or a person (resend, recover, replay) started it.',
  }),
  attemptCount: Type.Integer({ description: 'Attempts recorded so far.' }),
  nextAttempt: Nullable({
    ...Timestamp,
    description: 'When it is tried next; null when final, or when its stream decides (ordered).',
  }),
  circuitOpenUntil: Nullable({
    ...Timestamp,
    description:
      'The endpoint fails, and nothing is sent to it before then, `sending` included; null: it is sent as planned.',
  }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  lastAttempt: Nullable(
    Type.Object({
      id: Type.String(),
      responseStatusCode: Type.Integer({ description: '0: there was no HTTP response.' }),
      responseDurationMs: Type.Integer(),
      errorClass: Nullable(Type.String()),
      timestamp: Timestamp,
    }),
  ),
})

export const listDeliveries = operation({
  id: 'v1.delivery.list',
  summary: 'List the deliveries of an application, newest first.',
  method: 'GET',
  path: '/app/{app_id}/delivery',
  access: 'application',
  permission: 'read',
  query: Type.Object({
    ...EventQuery,
    ...soughtQuery,
    endpoint_id: Type.Optional(EndpointsWanted),
    status: Type.Optional(StatusWords),
    state: Type.Optional(Type.Array(DeliveryState, { description: 'In any of these states.' })),
    code: codeQuery(
      `A page ends once it has looked at ${looked} deliveries, full or not: while it is not \`done\`, its iterator goes on.`,
    ),
  }),
  body: null,
  success: { 200: Type.Object({ ...ListOf(DeliveryOut).properties, ...lookedFields }) },
  errors: [404],
  own: true,
})

export const getDelivery = operation({
  id: 'v1.delivery.get',
  summary: 'Get a delivery: one message to one endpoint.',
  method: 'GET',
  path: '/app/{app_id}/delivery/{delivery_id}',
  access: 'application',
  permission: 'read',
  query: NoQuery,
  body: null,
  success: { 200: DeliveryOut },
  errors: [404],
  own: true,
})

export const cancelDelivery = operation({
  id: 'v1.delivery.cancel',
  summary: 'Cancel a delivery that waits. One that is being sent, or is over, is a conflict.',
  method: 'POST',
  path: '/app/{app_id}/delivery/{delivery_id}/cancel',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: DeliveryOut },
  errors: [404, 409],
  own: true,
})

export const retryDelivery = operation({
  id: 'v1.delivery.retry-now',
  summary:
    'Try a delivery now that waits for a retry, rather than when its schedule says. One that waits for nothing, or for those before it, is a conflict.',
  method: 'POST',
  path: '/app/{app_id}/delivery/{delivery_id}/retry-now',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: DeliveryOut },
  errors: [404, 409],
  own: true,
})

export const retryNowMax = 5_000

export const retryNow = operation({
  id: 'v1.endpoint.retry-now',
  summary: 'Try now what waits for a retry at this endpoint, rather than when its schedule says.',
  method: 'POST',
  path: '/app/{app_id}/endpoint/{endpoint_id}/retry-now',
  access: 'application',
  permission: 'replay',
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: {
    200: Type.Object({
      moved: Type.Integer({
        description: `Deliveries that are tried now, at most ${retryNowMax} in one call. Those of an ordered endpoint follow its first.`,
      }),
    }),
  },
  errors: [404],
  own: true,
})

export const deliveryOperations = [
  listDeliveries,
  getDelivery,
  cancelDelivery,
  retryDelivery,
  retryNow,
]
