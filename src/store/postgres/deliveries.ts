import type { AnswerFilter } from '../../domain/answer-filter.ts'
import type { DeliveryState } from '../../domain/delivery.ts'
import { type DeliveryId, idAtTime } from '../../domain/ids.ts'
import type { DeliveryStore, RecordInput, RecordResult } from '../port/deliveries.ts'
import { NumbersUsedUp } from '../store.ts'
import { batcher } from './batcher.ts'
import { claimDueWork } from './claims.ts'
import { nowSql, type StoreTime } from './clock.ts'
import { adHoc, type Database, statement } from './database.ts'
import { hastenRetries } from './hasten.ts'
import {
  addEventFilter,
  addIterator,
  addWindow,
  answersAs,
  Conditions,
  pageOf,
  walk,
} from './page.ts'
import { recordBatch } from './record.ts'
import { isPlain, recordAtOnce } from './record-at-once.ts'
import { isOrdered, recordInOrder } from './record-in-order.ts'
import { anyDelivery, attemptColumns, attemptOrNull, deliveryColumns, deliveryOf } from './rows.ts'
import { generationOf, hasNumbers, StreamGenerations } from './stream-generations.ts'

/** The newest attempt of delivery `d`, as `a`. */
const lastAttempt = `left join lateral (
  select * from attempt last
  where last.application_id = d.application_id and last.message_id = d.message_id
    and last.delivery_id = d.id
  order by last.id desc limit 1
) a on true`

const renewLeases = statement(
  'renew_leases',
  `update open_delivery d set due_at = ${nowSql(4)} + $5
   from unnest($1::text[], $2::text[]) as r(application_id, id)
   where d.application_id = r.application_id and d.id = r.id and d.lease_token = $3
   returning d.id`,
)
const releaseExpired = statement(
  'release_expired_leases',
  `update open_delivery set state = 'pending', lease_token = null
   where state = 'sending' and lease_token <> $1 and due_at <= ${nowSql(2)}`,
)
const selectMessage = statement(
  'add_delivery_message',
  `select payload is null as payload_gone from message where application_id = $1 and id = $2`,
)
const selectEndpoint = statement(
  'add_delivery_endpoint',
  'select id from endpoint where application_id = $1 and id = $2 and deleted_at is null',
)
const makeStream = statement(
  'add_delivery_make_stream',
  `insert into stream (application_id, endpoint_id, next, head, lease_epoch, ready_at)
   values ($1, $2, 1, 1, 0, 0)
   on conflict do nothing`,
)
const takeNumber = statement(
  'add_delivery_take_number',
  `update stream set next = next + 1, generation = ${generationOf('next + 1')}
   where application_id = $1 and endpoint_id = $2 and ${hasNumbers('next', 1)}
   returning next - 1 as sequence`,
)
const insertDelivery = statement(
  'add_delivery',
  `insert into open_delivery as d (application_id, id, endpoint_id, message_id, state, trigger,
     attempt_count, due_at, sequence, created_at, updated_at)
   values ($1, $2, $3, $4, 'pending', $5, 0,
     case when $6::bigint is null then ${nowSql(7)} else null end, $6, $8, $8)
   on conflict do nothing
   returning ${deliveryColumns}`,
)
const findDelivery = statement(
  'find_delivery',
  `select ${deliveryColumns} from ${anyDelivery('application_id = $1 and id = $2')} d`,
)
// An ordered delivery is left alone while its stream is leased: the holder may be sending it.
const lockMessageStreams = statement(
  'cancel_message_streams',
  `select s.endpoint_id, s.head, d.sequence,
     (s.lease_until is null or s.lease_until < ${nowSql(3)}) as free
   from open_delivery d
   join stream s on s.application_id = d.application_id and s.endpoint_id = d.endpoint_id
   where d.application_id = $1 and d.message_id = $2 and d.sequence is not null
   order by s.endpoint_id
   for update of s`,
)
const cancelMessage = statement(
  'cancel_message_deliveries',
  `with gone as (
     delete from open_delivery
     where application_id = $1 and message_id = $2 and state = 'pending'
       and (sequence is null or endpoint_id = any($4::text[]))
       and ($5::text is null or id = $5)
     returning *
   )
   insert into delivery (application_id, id, endpoint_id, message_id, state, trigger, attempt_count,
     sequence, created_at, updated_at)
   select application_id, id, endpoint_id, message_id, 'canceled', trigger, attempt_count, sequence,
     created_at, $3
   from gone
   returning id`,
)
// The head moves on to the next delivery that is still open.
const stepOver = statement(
  'cancel_step_over',
  `update stream s
   set head = coalesce(
     (select min(d.sequence) from open_delivery d
      where d.application_id = s.application_id and d.endpoint_id = s.endpoint_id
        and d.sequence >= s.head), s.next)
   where s.application_id = $1 and s.endpoint_id = any($2::text[])`,
)
const countStates = statement(
  'count_deliveries',
  `select state, count(*) as count from open_delivery group by state
   union all
   select state, count(*) from delivery group by state`,
)
const countDue = statement(
  'count_due',
  `select count(*) as due, min(due_at) as oldest from open_delivery
   where state = 'pending' and due_at <= ${nowSql(1)}`,
)

const batchLimits = { rowsMax: 500, bytesMax: 8 * 1024 * 1024, parallel: 2, queueMax: 50_000 }

export function deliveryStore(
  database: Database,
  time: StoreTime,
  generations = new StreamGenerations(),
): DeliveryStore & { drain(): Promise<void> } {
  const step = (inputs: readonly RecordInput[]) =>
    database.transaction((session) => recordBatch(session, time, inputs), 'by_index')
  const batched = (atOnce: typeof recordInOrder) =>
    batcher<RecordInput, RecordResult>(
      async (inputs) =>
        (await atOnce(database, time, inputs, generations))
          ? inputs.map(() => recorded)
          : step(inputs),
      sizeOf,
      batchLimits,
    )
  // Apart, since the others wait for the locks of ordered endpoints.
  const plain = batched(recordAtOnce)
  const ordered = batched(recordInOrder)
  const careful = batcher<RecordInput, RecordResult>(step, sizeOf, batchLimits)
  const batcherOf = (input: RecordInput) =>
    isPlain(input) ? plain : isOrdered(input) ? ordered : careful
  return {
    async drain() {
      await Promise.all([plain.drain(), ordered.drain(), careful.drain()])
    },
    recordAttempt: (input) => batcherOf(input).add(input),
    claimDue: claimDueWork(database, time),
    ...leases(database, time),
    ...lists(database),
    addDelivery: addDelivery(database, time),
    hastenRetries: hastenRetries(database, time),

    cancelMessageDeliveries: ({ applicationId, messageId, deliveryId, now }) =>
      database.transaction(async (session) => {
        const at = time.parameter(now)
        const streams = await session.run(lockMessageStreams, [applicationId, messageId, at])
        const free = streams.filter((row) => row['free'] === true).map((row) => row['endpoint_id'])
        const one = deliveryId ?? null
        const canceled = await session.run(cancelMessage, [
          applicationId,
          messageId,
          now,
          free,
          one,
        ])
        if (free.length > 0) await session.run(stepOver, [applicationId, free])
        return canceled.length
      }),

    async countDue({ now }) {
      const [due] = await database.run(countDue, [time.parameter(now)])
      return {
        due: Number(due?.['due']),
        oldestDueAt: due?.['oldest'] === null ? null : Number(due?.['oldest']),
      }
    },

    async countDeliveries({ now }) {
      const states: Record<DeliveryState, number> = {
        pending: 0,
        sending: 0,
        succeeded: 0,
        failed: 0,
        canceled: 0,
      }
      for (const row of await database.run(countStates)) {
        states[String(row['state']) as DeliveryState] += Number(row['count']) // a checked column
      }
      const [due] = await database.run(countDue, [time.parameter(now)])
      return {
        byState: states,
        due: Number(due?.['due']),
        oldestDueAt: due?.['oldest'] === null ? null : Number(due?.['oldest']),
      }
    },
  }
}

const recorded: RecordResult = 'recorded'

function sizeOf({ attempt }: RecordInput): number {
  return (attempt?.responseBody.length ?? 0) + 512
}

function leases(
  database: Database,
  time: StoreTime,
): Pick<DeliveryStore, 'renewLeases' | 'releaseLeasesOfDeadNodes'> {
  return {
    async renewLeases({ token, deliveries, now, leaseUntil }) {
      const rows = await database.run(renewLeases, [
        deliveries.map((each) => each.applicationId),
        deliveries.map((each) => each.deliveryId),
        token,
        time.parameter(now),
        leaseUntil - now,
      ])
      return rows.map((row) => String(row['id']) as DeliveryId) // a column of ours
    },
    // Other tokens may belong to living nodes here: only what has expired is taken back.
    async releaseLeasesOfDeadNodes({ liveToken, now }) {
      return (await database.run(releaseExpired, [liveToken, time.parameter(now)])).length
    },
  }
}

function addDelivery(database: Database, time: StoreTime): DeliveryStore['addDelivery'] {
  return (input) =>
    database.transaction(async (session) => {
      const { applicationId, endpointId, messageId } = input
      const [message] = await session.run(selectMessage, [applicationId, messageId])
      if (message === undefined) return 'message_not_found'
      if ((await session.run(selectEndpoint, [applicationId, endpointId])).length === 0) {
        return 'endpoint_not_found'
      }
      const [known] = await session.run(findDelivery, [applicationId, input.id])
      if (known !== undefined) return deliveryOf(known)
      if (message['payload_gone'] === true) return 'payload_gone'
      let sequence: number | null = null
      if (input.ordered) {
        await session.run(makeStream, [applicationId, endpointId])
        const [row] = await session.run(takeNumber, [applicationId, endpointId])
        if (row === undefined) throw new NumbersUsedUp(endpointId)
        sequence = Number(row['sequence'])
      }
      const [row] = await session.run(insertDelivery, [
        applicationId,
        input.id,
        endpointId,
        messageId,
        input.trigger,
        sequence,
        time.parameter(input.now),
        input.now,
      ])
      if (row === undefined) throw new Error('an insert returned no row')
      return deliveryOf(row)
    })
}

function lists(
  database: Database,
): Pick<
  DeliveryStore,
  'findDelivery' | 'listMessageDeliveries' | 'listDeliveries' | 'listNumberedDeliveries'
> {
  return {
    async findDelivery({ applicationId, deliveryId }) {
      const [row] = await database.run(findDelivery, [applicationId, deliveryId])
      return row === undefined ? null : deliveryOf(row)
    },

    async listMessageDeliveries({ applicationId, messageId, page }) {
      const where = new Conditions()
      const key = `application_id = ${where.value(applicationId)} and message_id = ${where.value(messageId)}`
      addIterator(where, 'd.id', page)
      const rows = await database.run(
        adHoc(
          `select ${deliveryColumns}, ${attemptColumns(true)}
           from ${anyDelivery(key)} d
           ${lastAttempt}
           where ${where.text}
           order by d.id ${walk(page).order} limit ${where.value(page.limit + 1)}`,
        ),
        where.values,
      )
      const items = rows.map((row) => ({ delivery: deliveryOf(row), last: attemptOrNull(row) }))
      return pageOf(items, page)
    },

    async listDeliveries(input) {
      const { applicationId, endpointIds, messageId, states, answers, filter, page, now } = input
      const where = new Conditions().add('application_id = ?', applicationId)
      if (endpointIds?.length === 1) where.add('endpoint_id = ?', endpointIds[0])
      else if (endpointIds !== null) where.add('endpoint_id = any(?)', endpointIds)
      if (messageId !== undefined) where.add('message_id = ?', messageId)
      if (states !== null) where.add('state = any(?)', states)
      const window = addWindow(where, { column: 'id', kind: 'delivery', filter, page, now })
      const order = { column: 'id', direction: window.order }
      const upwards = window.order === 'asc'
      const end =
        answers === undefined
          ? null
          : await endOf(database, { where, order, rows: answers.rowsMax })
      if (end !== null) where.add(`id ${upwards ? '<=' : '>='} ?`, end)
      const wanted = { where, filter, order, limit: page.limit + 1 }
      const found = window.cut(await listed(database, wanted, answers))
      if (end === null || !found.done) return found
      const towards = upwards ? 'newer' : 'older'
      return { ...found, done: false, scannedTo: { id: end, towards } }
    },

    async listNumberedDeliveries(input) {
      const { states, since, until, limit } = input
      const where = new Conditions()
        .add('application_id = ?', input.applicationId)
        .add('endpoint_id = ?', input.endpointId)
        .add('sequence > ?', input.afterSequence)
        .add('id >= ?', idAtTime('delivery', since))
        .add('id < ?', idAtTime('delivery', until))
      if (states !== null) where.add('state = any(?)', states)
      const order = { column: 'sequence', direction: 'asc' }
      const rows = await listed(database, { where, filter: input, order, limit: limit + 1 })
      return { items: rows.slice(0, limit), done: rows.length <= limit }
    },
  }
}

/** Id of the delivery by those conditions up to which there are so many; null: there are fewer. */
async function endOf(
  database: Database,
  of: {
    readonly where: Conditions
    readonly order: { readonly column: string; readonly direction: string }
    readonly rows: number
  },
): Promise<string | null> {
  const { where, order } = of
  const values = new Conditions(where.values)
  const first = `order by ${order.column} ${order.direction} limit ${values.value(of.rows)}`
  const [row] = await database.run(
    adHoc(
      `select id from (
         (select id from open_delivery where ${where.text} ${first})
         union all
         (select id from delivery where ${where.text} ${first})
       ) d
       order by id ${order.direction} offset ${values.value(of.rows - 1)} limit 1`,
    ),
    values.values,
  )
  return row === undefined ? null : String(row['id'])
}

/**
 * The first deliveries by those conditions, with the event type and the last attempt of each. Unless
 * their messages decide, the first are found in each table before anything is joined to them.
 */
async function listed(
  database: Database,
  input: {
    readonly where: Conditions
    readonly filter: Parameters<typeof addEventFilter>[2]
    readonly order: { readonly column: string; readonly direction: string }
    readonly limit: number
  },
  answers?: AnswerFilter,
) {
  const { where, filter, order } = input
  const limit = where.value(input.limit)
  const of: string[] = []
  const add = (part: string, value: unknown): unknown =>
    of.push(part.replace(/\?/g, () => where.value(value)))
  addEventFilter({ add }, 'm', filter)
  if (answers !== undefined) of.push(answersAs('a', answers, where))
  const first = `order by ${order.column} ${order.direction} limit ${limit}`
  const rows = await database.run(
    adHoc(
      `select ${deliveryColumns}, m.event_type as event_type, ${attemptColumns(false)}
       from ${anyDelivery(where.text, of.length === 0 ? first : '')} d
       join message m on m.application_id = d.application_id and m.id = d.message_id
       ${lastAttempt}
       where ${['true', ...of].join(' and ')}
       order by d.${order.column} ${order.direction} limit ${limit}`,
    ),
    where.values,
  )
  return rows.map((row) => ({
    delivery: deliveryOf(row),
    eventType: String(row['event_type']),
    last: attemptOrNull(row),
  }))
}
