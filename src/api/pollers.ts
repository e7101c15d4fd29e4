/**
 * Pollers read the messages of an application that an endpoint wants, oldest first. A message's id
 * is made a moment before it is committed, so what is younger than `settleMs` is not shown yet:
 * nothing can then appear behind a place that was already passed.
 */
import * as contract from '../contract/poller.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { idAtTime, isId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Mask } from '../domain/masking.ts'
import { matchEndpoint } from '../domain/matching.ts'
import type { Message } from '../domain/message.ts'
import { filterOf } from '../intake/application-views.ts'
import { payloadValue } from '../intake/endpoints-for.ts'
import type { StoredRecord } from '../store/port/records.ts'
import {
  answer,
  type Call,
  conflict,
  endpointOf,
  noContent,
  type Route,
  route,
  type Services,
} from './call.ts'
import { maskFor } from './masking.ts'
import { messageText } from './message-text.ts'
import { bodyTime, queryTime } from './times.ts'
import { refuseQuery } from './validate.ts'

export const settleMs = 2_000
const windowMs = 90 * 86_400_000
const limitDefault = 50
const leaseDefaultMs = 60_000
/** Pages read for one poll: a filter that fits little must not read everything at once. */
const pagesMax = 10
const keptMs = 90 * 86_400_000

export const pollerRoutes: readonly Route[] = [
  route(contract.poll, async (call, services) => {
    const { iterator, after, event_type, channel, limit } = call.query
    const start = queryTime(after, 'after') ?? call.now - windowMs
    const from = iterator === undefined ? idAtTime('message', start) : checkIterator(iterator)
    const found = await read(call, services, {
      from,
      limit: limit ?? limitDefault,
      event_type,
      channel,
    })
    return { status: 200, body: pollText(found, await maskFor(call, services)) }
  }),

  route(contract.consumerPoll, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const { iterator, limit } = call.query
    const record = await placeOf(endpoint, call, services)
    let from = bodyOf(record).cursor ?? idAtTime('message', call.now - windowMs)
    if (iterator !== undefined && checkIterator(iterator) > from) {
      from = iterator
      await save(record, { ...bodyOf(record), cursor: iterator }, call, services)
    }
    const found = await read(call, services, { from, limit: limit ?? limitDefault })
    return { status: 200, body: pollText(found, await maskFor(call, services)) }
  }),

  route(contract.consumerSeek, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const record = await placeOf(endpoint, call, services)
    const cursor = idAtTime('message', bodyTime(call.body.after, 'after'))
    await save(record, { ...bodyOf(record), cursor, leased: [], leaseUntil: 0 }, call, services)
    return answer(200, { iterator: cursor })
  }),

  route(contract.leasedPoll, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const record = await placeOf(endpoint, call, services)
    const place = bodyOf(record)
    if (place.leaseUntil > call.now) return answer(200, { data: [], done: false })
    const first = call.query.starting_position === 'latest' ? call.now : call.now - windowMs
    const from = place.cursor ?? idAtTime('message', first)
    const found = await read(call, services, { from, limit: call.query.limit ?? limitDefault })
    const leased = found.messages.map(({ id }) => id)
    const leaseMs = call.query.lease_duration_ms ?? leaseDefaultMs
    const leaseUntil = leased.length === 0 ? 0 : call.now + leaseMs
    // Nothing that fits: pass over what was read.
    const cursor = leased.length === 0 ? found.passed : from
    await save(record, { ...place, cursor, leased, leaseUntil }, call, services)
    const mask = await maskFor(call, services)
    const data = found.messages.map((message, at) =>
      messageText(message, { withContent: true, mask }, `,"offset":${place.committed + at + 1}`),
    )
    return { status: 200, body: `{"data":[${data.join(',')}],"done":${found.done}}` }
  }),

  route(contract.commitOffset, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    const record = await placeOf(endpoint, call, services)
    const place = bodyOf(record)
    const count = call.body.offset - place.committed
    if (count <= 0) return noContent // was committed before
    const cursor = place.leased[count - 1]
    if (cursor === undefined)
      throw conflict({
        en: 'This offset is not leased to anybody.',
        es: 'Nadie tiene reservada esta posición.',
      })
    const leased = place.leased.slice(count)
    const leaseUntil = leased.length === 0 ? 0 : place.leaseUntil
    await save(record, { committed: call.body.offset, cursor, leased, leaseUntil }, call, services)
    return noContent
  }),
]

/** Where a consumer is. */
interface Place {
  /** The last message acknowledged; null for a new consumer. */
  readonly cursor: string | null
  /** Offset of that message. */
  readonly committed: number
  /** Messages handed out and not acknowledged, in order. */
  readonly leased: readonly string[]
  readonly leaseUntil: number
}

function checkIterator(iterator: string): string {
  if (!isId('message', iterator))
    throw refuseQuery('iterator', {
      en: 'not an iterator of this poller',
      es: 'no es un iterador de este poller',
    })
  return iterator
}

function bodyOf(record: StoredRecord): Place {
  return record.body as unknown as Place // written by this file only
}

type AnyCall = Pick<Call<unknown, unknown>, 'principal' | 'path' | 'now'>

async function placeOf(
  endpoint: Endpoint,
  call: AnyCall,
  services: Services,
): Promise<StoredRecord> {
  const id = `${endpoint.id}/${call.path['consumer_id'] ?? ''}`
  const found = await services.store.findRecord({ kind: 'poller', id })
  if (found !== null) return found
  const place: Place = { cursor: null, committed: 0, leased: [], leaseUntil: 0 }
  const record: StoredRecord = {
    kind: 'poller',
    id,
    owner: endpoint.applicationId,
    version: 1,
    dueAt: null,
    expiresAt: call.now + keptMs,
    body: { ...place },
  }
  await services.store.insertRecord(record)
  return record
}

/** Somebody else who moved the consumer at the same moment makes this a conflict. */
async function save(
  record: StoredRecord,
  place: Place,
  call: AnyCall,
  services: Services,
): Promise<void> {
  const changed = { ...record, body: { ...place }, expiresAt: call.now + keptMs }
  const saved = await services.store.replaceRecord({
    record: changed,
    expectedVersion: record.version,
  })
  if (saved === 'conflict')
    throw conflict({
      en: 'The consumer was moved at the same moment.',
      es: 'El consumidor se movió en el mismo momento.',
    })
}

interface Found {
  readonly messages: readonly Message[]
  /** The last message looked at, whether it fitted or not. */
  readonly passed: string
  readonly done: boolean
}

async function read(
  call: AnyCall,
  services: Services,
  input: {
    readonly from: string
    readonly limit: number
    readonly event_type?: string | undefined
    readonly channel?: string | undefined
  },
): Promise<Found> {
  const { application, endpoint } = await endpointOf(call, services)
  const messages: Message[] = []
  let passed = input.from
  let bytes = 0
  for (let page = 0; page < pagesMax; page++) {
    const found = await services.store.listMessages({
      applicationId: application.id,
      filter: {
        before: call.now - settleMs,
        after: null,
        eventTypes: input.event_type === undefined ? null : [input.event_type],
        channel: input.channel ?? null,
        tag: null,
      },
      page: { limit: 250, order: 'descending', iterator: passed, backwards: true },
      withPayload: true,
      now: call.now,
    })
    for (const message of [...found.items].reverse()) {
      passed = message.id
      if (!wants(application, endpoint, message)) continue
      messages.push(message)
      bytes += message.payload?.length ?? 0
      const isFull = messages.length === input.limit || bytes > limits.pagePayloadBytesMax
      if (isFull) return { messages, passed, done: false }
    }
    if (found.done) return { messages, passed, done: true }
  }
  return { messages, passed, done: false }
}

/** Pulling needs no pushing: a disabled endpoint is polled all the same. */
function wants(application: Application, endpoint: Endpoint, message: Message): boolean {
  const routable = { ...message, payload: () => payloadValue(message.payload) }
  const enabled = { ...endpoint, disabledAt: null }
  return matchEndpoint(application, enabled, routable, filterOf(endpoint)).matched
}

function pollText({ messages, passed, done }: Found, mask: Mask): string {
  const data = messages
    .map((message) => messageText(message, { withContent: true, mask }))
    .join(',')
  return `{"data":[${data}],"iterator":${JSON.stringify(passed)},"done":${done}}`
}
