/**
 * Accepts in batches: at once where nothing stands in the way (`accept-at-once.ts`), else in one
 * transaction, each step one statement for all of them:
 * locks of streams → versions → keys → event ids → messages → stream numbers → deliveries.
 *
 * Whatever is refused on the way leaves the batch with its answer and takes back its key. Keys,
 * event ids and stream rows are taken in sorted order, streams first as batches at once do, so that two
 * batches cannot deadlock.
 */
import type { Message } from '../../domain/message.ts'
import type { AcceptInput, AcceptResult, AcceptStore } from '../port/accept.ts'
import { NumbersUsedUp } from '../store.ts'
import { acceptAtOnce, acceptNumbered, lockStreams } from './accept-at-once.ts'
import {
  deliveryValues,
  eventIdValues,
  eventName,
  insertDeliveries,
  insertEventIds,
  insertKeys,
  insertMessages,
  keyValues,
  messageValues,
} from './accept-rows.ts'
import { batcher } from './batcher.ts'
import type { StoreTime } from './clock.ts'
import { type Database, type Session, statement } from './database.ts'
import { anyDelivery, messageColumns, messageOf } from './rows.ts'
import { generationOf, hasNumbers, type StreamGenerations } from './stream-generations.ts'

const selectVersions = statement(
  'accept_versions',
  `select id, config_version from application where id = any($1::text[]) and deleted_at is null`,
)
const takeKeys = statement('accept_take_keys', `${insertKeys(1)} returning scope, key`)
const selectKeys = statement(
  'accept_select_keys',
  `select k.scope, k.key, k.request_hash, ${messageColumns(true)}
   from unnest($1::text[], $2::text[]) as wanted(scope, key)
   join idempotency_key k on k.scope = wanted.scope and k.key = wanted.key
   left join message m on m.application_id = k.scope and m.id = k.message_id`,
)
const giveBackKeys = statement(
  'accept_give_back_keys',
  `delete from idempotency_key k using unnest($1::text[], $2::text[]) as gone(scope, key)
   where k.scope = gone.scope and k.key = gone.key`,
)
const takeEventIds = statement('accept_take_event_ids', `${insertEventIds(1)} returning message_id`)
const selectEventIds = statement(
  'accept_select_event_ids',
  `select t.application_id, t.event_id, t.message_id
   from unnest($1::text[], $2::text[]) as wanted(application_id, event_id)
   join message_event_id t
     on t.application_id = wanted.application_id and t.event_id = wanted.event_id`,
)
const makeStreams = statement(
  'accept_make_streams',
  `insert into stream (application_id, endpoint_id, next, head, lease_epoch, ready_at)
   select application_id, endpoint_id, 1, 1, 0, $3
   from unnest($1::text[], $2::text[]) as wanted(application_id, endpoint_id)
   on conflict do nothing`,
)
const moveStreams = statement(
  'accept_move_streams',
  `update stream s
   set next = s.next + wanted.count, generation = ${generationOf('s.next + wanted.count')}
   from unnest($1::text[], $2::text[], $3::bigint[]) as wanted(application_id, endpoint_id, count)
   where s.application_id = wanted.application_id and s.endpoint_id = wanted.endpoint_id
     and ${hasNumbers('s.next', 'wanted.count')}
   returning s.application_id, s.endpoint_id, s.next - wanted.count as first`,
)
const storeMessages = statement('accept_insert_messages', `${insertMessages(1)} returning id`)
const selectSequences = statement(
  'accept_select_sequences',
  `select id, sequence from ${anyDelivery('application_id = $1 and message_id = $2')} d`,
)
const addDeliveries = statement('accept_insert_deliveries', insertDeliveries(1))

interface Candidate {
  readonly input: AcceptInput
  result: AcceptResult | null
  /** Refused after its key was taken: the key goes back. */
  giveBackKey: boolean
  sequences: (number | null)[]
}

const batchLimits = { rowsMax: 500, bytesMax: 8 * 1024 * 1024, parallel: 2, queueMax: 20_000 }

export function acceptStore(
  database: Database,
  time: StoreTime,
  generations: StreamGenerations,
): AcceptStore & { drain(): Promise<void> } {
  const step = (groups: readonly Group[]) => commitGroups(database, time, groups)
  const batched = (atOnce: typeof acceptNumbered) =>
    batcher<Group, readonly AcceptResult[]>(
      async (groups) => {
        const results = await atOnce(database, time, groups.flat(), generations)
        return results === null ? step(groups) : inGroups(groups, results)
      },
      sizeOf,
      batchLimits,
    )
  // Apart, since the others wait for locks: for event ids, and for the streams of ordered endpoints. One
  // event id that is known makes its whole batch go step by step.
  const plain = batched(acceptAtOnce)
  const named = batched(acceptAtOnce)
  const ordered = batched(acceptNumbered)
  const namedAndOrdered = batched(acceptNumbered)
  const batcherOf = (inputs: Group) => {
    const isNamed = inputs.some(({ message }) => message.eventId !== null)
    const isOrdered = inputs.some(({ deliveries }) => deliveries.some((each) => each.ordered))
    if (isOrdered) return isNamed ? namedAndOrdered : ordered
    return isNamed ? named : plain
  }
  const add = (inputs: Group) => batcherOf(inputs).add(inputs)
  return {
    async acceptMessage(input) {
      const [result] = await add([input])
      if (result === undefined) throw new Error('an accept without a result')
      return result
    },
    acceptMessages: add,
    async drain() {
      await Promise.all([plain, named, ordered, namedAndOrdered].map((each) => each.drain()))
    },
  }
}

/** What one caller wants accepted together. */
type Group = readonly AcceptInput[]

function sizeOf(inputs: Group): number {
  return inputs.reduce((sum, each) => sum + (each.message.payload?.length ?? 0) + 256, 0)
}

/** The results of all inputs, as the groups they came in. */
function inGroups(
  groups: readonly Group[],
  results: readonly AcceptResult[],
): readonly (readonly AcceptResult[])[] {
  let at = 0
  return groups.map((group) => {
    at += group.length
    return results.slice(at - group.length, at)
  })
}

async function commitGroups(
  database: Database,
  time: StoreTime,
  groups: readonly Group[],
): Promise<readonly (readonly AcceptResult[])[]> {
  const results = await database.transaction(async (session) => {
    const candidates = groups.flat().map(
      (input): Candidate => ({
        input,
        result: null,
        giveBackKey: false,
        sequences: input.deliveries.map(() => null),
      }),
    )
    const locked = await lockStreamsOf(session, candidates)
    await refuseStale(session, candidates)
    await settleKeys(session, candidates)
    await settleEventIds(session, candidates)
    await insertMessagesOf(session, candidates)
    const accepted = candidates.filter((each) => each.result === null)
    await numberStreams(session, accepted, locked)
    await insertDeliveriesOf(session, accepted, time)
    return candidates.map(
      (each): AcceptResult => each.result ?? { kind: 'accepted', sequences: each.sequences },
    )
  }, 'by_index')
  return inGroups(groups, results)
}

async function refuseStale(session: Session, candidates: readonly Candidate[]): Promise<void> {
  const ids = [...new Set(candidates.map((each) => each.input.message.applicationId))]
  const rows = await session.run(selectVersions, [ids])
  const versions = new Map(rows.map((row) => [row['id'], row['config_version']]))
  for (const each of candidates) {
    const version = versions.get(each.input.message.applicationId)
    if (version === undefined) each.result = { kind: 'application_not_found' }
    else if (version !== each.input.configVersion) each.result = { kind: 'stale' }
  }
}

function keyName(scope: unknown, key: unknown): string {
  return `${String(scope)} ${String(key)}`
}

/** Takes the keys that are free; the others were answered before, or belong to another request. */
async function settleKeys(session: Session, candidates: readonly Candidate[]): Promise<void> {
  const keyed = candidates.filter((each) => each.result === null && each.input.idempotency !== null)
  if (keyed.length === 0) return
  const firsts = new Map<string, Candidate>()
  for (const each of keyed) {
    const name = keyName(each.input.message.applicationId, each.input.idempotency?.key)
    if (!firsts.has(name)) firsts.set(name, each)
  }
  const sorted = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
  const taken = await session.run(takeKeys, keyValues(sorted.map(({ input }) => input)))
  const takenNames = new Set(taken.map((row) => keyName(row['scope'], row['key'])))
  if (takenNames.size < sorted.length) await answerKnownKeys(session, sorted, takenNames)
  answerRepeatsInBatch(keyed, firsts)
}

async function answerKnownKeys(
  session: Session,
  sorted: readonly Candidate[],
  taken: ReadonlySet<string>,
): Promise<void> {
  const known = sorted.filter(
    (each) => !taken.has(keyName(each.input.message.applicationId, each.input.idempotency?.key)),
  )
  const rows = await session.run(selectKeys, [
    known.map((each) => each.input.message.applicationId),
    known.map((each) => each.input.idempotency?.key),
  ])
  const byName = new Map(rows.map((row) => [keyName(row['scope'], row['key']), row]))
  for (const each of known) {
    const row = byName.get(keyName(each.input.message.applicationId, each.input.idempotency?.key))
    const same = row?.['request_hash'] === each.input.idempotency?.requestHash
    each.result =
      row !== undefined && same && row['m_id'] !== null
        ? { kind: 'repeated', message: messageOf(row) }
        : { kind: 'key_mismatch' }
  }
}

/** The second of two equal requests in one batch gets what the first gets. */
function answerRepeatsInBatch(
  keyed: readonly Candidate[],
  firsts: ReadonlyMap<string, Candidate>,
): void {
  for (const each of keyed) {
    const first = firsts.get(keyName(each.input.message.applicationId, each.input.idempotency?.key))
    if (first === undefined || first === each) continue
    const same = first.input.idempotency?.requestHash === each.input.idempotency?.requestHash
    if (!same) each.result = { kind: 'key_mismatch' }
    else each.result = first.result ?? { kind: 'repeated', message: first.input.message }
  }
}

async function settleEventIds(session: Session, candidates: readonly Candidate[]): Promise<void> {
  const named = candidates.filter(
    (each) => each.result === null && each.input.message.eventId !== null,
  )
  if (named.length === 0) return
  const values = eventIdValues(named.map(({ input }) => input))
  const taken = await session.run(takeEventIds, values)
  if (taken.length === named.length) return
  const ours = new Set(taken.map((row) => row['message_id']))
  const rows = await session.run(selectEventIds, values.slice(0, 2))
  const owners = new Map(
    rows.map((row) => [keyName(row['application_id'], row['event_id']), row['message_id']]),
  )
  for (const each of named) {
    const owner = owners.get(eventName(each.input.message))
    if (ours.has(each.input.message.id) || owner === each.input.message.id) continue
    each.result = {
      kind: 'event_id_taken',
      messageId: owner as Message['id'], // selected above
    }
    each.giveBackKey = each.input.idempotency !== null
  }
  await giveBack(session, named)
}

async function giveBack(session: Session, candidates: readonly Candidate[]): Promise<void> {
  const gone = candidates.filter((each) => each.giveBackKey)
  if (gone.length === 0) return
  await session.run(giveBackKeys, [
    gone.map((each) => each.input.message.applicationId),
    gone.map((each) => each.input.idempotency?.key),
  ])
}

interface WantedNumbers {
  readonly application: string
  readonly endpoint: string
  count: number
}

/** Streams that are to be numbered, in the order in which they are locked. */
function wantedNumbers(accepted: readonly Candidate[]): readonly WantedNumbers[] {
  const wanted = new Map<string, WantedNumbers>()
  for (const { input } of accepted) {
    const application = input.message.applicationId
    for (const { endpointId: endpoint, ordered } of input.deliveries) {
      if (!ordered) continue
      const name = keyName(application, endpoint)
      const entry = wanted.get(name) ?? { application, endpoint, count: 0 }
      entry.count++
      wanted.set(name, entry)
    }
  }
  return [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
}

/** Locks the streams that are there; returns their names. */
async function lockStreamsOf(
  session: Session,
  candidates: readonly Candidate[],
): Promise<ReadonlySet<string>> {
  const streams = wantedNumbers(candidates)
  if (streams.length === 0) return new Set()
  const rows = await session.run(lockStreams, [...namesOf(streams), streams.map(() => 0)])
  return new Set(rows.map((row) => keyName(row['application_id'], row['endpoint_id'])))
}

/** Two columns. */
function namesOf(streams: readonly WantedNumbers[]): readonly (readonly string[])[] {
  return [streams.map(({ application }) => application), streams.map(({ endpoint }) => endpoint)]
}

/** Numbers ordered deliveries, gapless and in commit order: the row locks are held to the commit. */
async function numberStreams(
  session: Session,
  accepted: readonly Candidate[],
  locked: ReadonlySet<string>,
): Promise<void> {
  const streams = wantedNumbers(accepted)
  if (streams.length === 0) return
  const columns = namesOf(streams)
  if (!streams.every(({ application, endpoint }) => locked.has(keyName(application, endpoint)))) {
    await session.run(makeStreams, [...columns, 0])
    await session.run(lockStreams, [...columns, streams.map(() => 0)])
  }
  const rows = await session.run(moveStreams, [...columns, streams.map((each) => each.count)])
  const next = new Map(
    rows.map((row) => [keyName(row['application_id'], row['endpoint_id']), Number(row['first'])]),
  )
  const usedUp = streams.find((each) => !next.has(keyName(each.application, each.endpoint)))
  if (usedUp !== undefined) throw new NumbersUsedUp(usedUp.endpoint)
  for (const each of accepted) {
    each.input.deliveries.forEach((delivery, index) => {
      if (!delivery.ordered) return
      const name = keyName(each.input.message.applicationId, delivery.endpointId)
      const sequence = next.get(name) ?? 0
      each.sequences[index] = sequence
      next.set(name, sequence + 1)
    })
  }
}

/** Stores the messages. One that is there already was accepted before: it gets its answer again. */
async function insertMessagesOf(session: Session, candidates: readonly Candidate[]): Promise<void> {
  const open = candidates.filter((each) => each.result === null)
  if (open.length === 0) return
  const messages = open.map((each) => each.input.message)
  const rows = await session.run(storeMessages, messageValues(messages))
  if (rows.length === open.length) return
  const stored = new Set(rows.map((row) => row['id']))
  for (const each of open) {
    if (stored.has(each.input.message.id)) continue
    each.result = { kind: 'accepted', sequences: await sequencesOf(session, each.input) }
  }
}

async function sequencesOf(
  session: Session,
  { message, deliveries }: AcceptInput,
): Promise<readonly (number | null)[]> {
  const rows = await session.run(selectSequences, [message.applicationId, message.id])
  const sequences = new Map(rows.map((row) => [row['id'], row['sequence']]))
  return deliveries.map((delivery) => {
    const sequence = sequences.get(delivery.id)
    return typeof sequence === 'number' ? sequence : null
  })
}

async function insertDeliveriesOf(
  session: Session,
  accepted: readonly Candidate[],
  time: StoreTime,
): Promise<void> {
  const deliveries = accepted.flatMap(({ input, sequences }) =>
    input.deliveries.map((delivery, index) => ({
      ...{ input, delivery },
      sequence: sequences[index] ?? null,
    })),
  )
  if (deliveries.length === 0) return
  const now = time.parameter(accepted[0]?.input.now ?? 0)
  await session.run(addDeliveries, [...deliveryValues(deliveries), now])
}
