import Type from 'typebox'

const Statuses = Type.Union([
  Type.Literal('any'),
  Type.Array(
    Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), { minItems: 2, maxItems: 2 }),
    { maxItems: 32 },
  ),
])

/** What an endpoint sets of its delivery policy; what is absent comes from the profile. */
export const PolicyOverridesSchema = Type.Object(
  {
    successStatuses: Type.Optional({
      ...Statuses,
      description: 'Inclusive ranges that count as success, or `any`. Default [[200, 299]].',
    }),
    retryStatuses: Type.Optional({
      ...Statuses,
      description: 'Ranges that are retried; a status in neither list fails at once.',
    }),
    retryNetworkErrors: Type.Optional(Type.Boolean()),
    retryTimeouts: Type.Optional(Type.Boolean()),
    retryScheduleMs: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: 604_800_000 }), {
        maxItems: 50,
        description: 'Delays before the second, third, ... attempt, in ms. Empty: one attempt.',
      }),
    ),
    retryJitter: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share of a delay added by chance.' }),
    ),
    honorRetryAfter: Type.Optional(Type.Boolean()),
    retryAfterMaxMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    attemptTimeoutMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 120_000, description: 'Total time of one attempt.' }),
    ),
    redirectsMax: Type.Optional(Type.Integer({ minimum: 0, maximum: 10 })),
    concurrencyMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    ordering: Type.Optional(
      Type.Union([Type.Literal('none'), Type.Literal('fifo')], {
        description: '`fifo`: event n+1 is first sent after n succeeded or was given up.',
      }),
    ),
    whenExhausted: Type.Optional(
      Type.Union([Type.Literal('hold'), Type.Literal('skip')], {
        description: 'What an ordered endpoint does when its head has used up its tries.',
      }),
    ),
    disableOnGone: Type.Optional(Type.Boolean()),
    disableAfterMs: Type.Optional(
      Type.Union([Type.Integer({ minimum: 60_000, maximum: 31_536_000_000 }), Type.Null()]),
    ),
    breakerAfter: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'Failures in a row that open the circuit breaker; 0: it stays closed.',
      }),
    ),
    signatureHeaders: Type.Optional(
      Type.Union([Type.Literal('webhook'), Type.Literal('svix'), Type.Literal('both')]),
    ),
  },
  {
    additionalProperties: false,
    description: 'Delivery policy of this endpoint alone; what is absent comes from the profile.',
  },
)
