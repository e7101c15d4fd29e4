/**
 * How a batch travels to the writer's thread. Structured clone pays for every object and copies
 * the whole buffer behind a view, so the two hot operations are laid flat: fields in a fixed order
 * in one list, payloads end to end in one transferred buffer. Everything else is cloned as it is.
 */

import type { AuditEntry } from '../../domain/audit.ts'
import type { Message } from '../../domain/message.ts'
import type { Verdict } from '../../domain/verdict.ts'
import type { AcceptInput, PlannedDelivery } from '../port/accept.ts'
import { NumbersUsedUp, StoreRefused, StoreUnavailable } from '../store.ts'
import type { FlatAttempt } from './attempts.ts'
import type { Reply, Write } from './batch.ts'
import type { FlatRecord } from './record.ts'

export interface PackedBatch {
  readonly fields: readonly unknown[]
  readonly payloads: Uint8Array<ArrayBuffer>
}

export function packBatch(batch: readonly Write[]): PackedBatch {
  const fields: unknown[] = []
  const payloads: Uint8Array[] = []
  for (const { name, input, entry } of batch) {
    fields.push(name)
    // The queue pairs names with their inputs.
    if (name === 'acceptMessage') packAccept(input as AcceptInput, fields, payloads)
    else if (name === 'recordAttempt') packRecord(input as FlatRecord, fields)
    else if (name === 'acceptMessages') {
      const inputs = input as readonly AcceptInput[]
      fields.push(inputs.length)
      for (const each of inputs) packAccept(each, fields, payloads)
    } else fields.push(input, entry)
  }
  return { fields, payloads: joined(payloads) }
}

export function unpackBatch(packed: PackedBatch): Write[] {
  const from = new Unpacker(packed)
  const batch: Write[] = []
  while (!from.done) {
    const name = from.next<Write['name']>()
    if (name === 'acceptMessage') batch.push({ name, input: unpackAccept(from) })
    else if (name === 'recordAttempt') batch.push({ name, input: unpackRecord(from) })
    else if (name === 'acceptMessages') {
      const length = from.next<number>()
      batch.push({ name, input: Array.from({ length }, () => unpackAccept(from)) })
    } else {
      const input = from.next()
      const entry = from.next<AuditEntry | undefined>()
      batch.push(entry === undefined ? { name, input } : { name, input, entry })
    }
  }
  return batch
}

function packAccept(input: AcceptInput, fields: unknown[], payloads: Uint8Array[]): void {
  const { message, deliveries, lease, idempotency } = input
  if (message.payload !== null) payloads.push(message.payload)
  fields.push(
    message.id,
    message.applicationId,
    message.eventType,
    message.eventId,
    message.channels,
    message.tags,
    message.payload?.length ?? null,
    message.contentType,
    message.createdAt,
    message.deliverAt,
    message.payloadExpiresAt,
    orNullIfEmpty(message.attributes),
    input.configVersion,
    lease?.token ?? null,
    lease?.until ?? null,
    idempotency,
    input.now,
    deliveries.length,
  )
  for (const { id, endpointId, ordered } of deliveries) fields.push(id, endpointId, ordered)
}

function unpackAccept(from: Unpacker): AcceptInput {
  const message: Message = {
    id: from.next(),
    applicationId: from.next(),
    eventType: from.next(),
    eventId: from.next(),
    channels: from.next(),
    tags: from.next(),
    payload: from.payload(),
    contentType: from.next(),
    createdAt: from.next(),
    deliverAt: from.next(),
    payloadExpiresAt: from.next(),
    attributes: from.next<Message['attributes'] | null>() ?? {},
  }
  const configVersion = from.next<number>()
  const token = from.next<string | null>()
  const until = from.next<number | null>()
  const idempotency = from.next<AcceptInput['idempotency']>()
  const now = from.next<number>()
  const deliveries: PlannedDelivery[] = []
  for (let left = from.next<number>(); left > 0; left--) {
    deliveries.push({ id: from.next(), endpointId: from.next(), ordered: from.next() })
  }
  const lease = token === null || until === null ? null : { token, until }
  return { message, deliveries, configVersion, lease, idempotency, now }
}

function packRecord(input: FlatRecord, fields: unknown[]): void {
  fields.push(
    input.applicationId,
    input.endpointId,
    input.messageId,
    input.deliveryId,
    input.token,
    input.verdict.kind,
    'at' in input.verdict ? input.verdict.at : null,
    orNullIfEmpty(input.effect),
    input.stream,
    input.now,
    input.attempt?.id ?? null,
  )
  if (input.attempt !== null) packAttempt(input.attempt, fields)
}

/** Its application, endpoint, message and delivery are the record's. */
function packAttempt(attempt: FlatAttempt, fields: unknown[]): void {
  fields.push(
    attempt.eventType,
    attempt.channels,
    attempt.tags,
    attempt.trigger,
    attempt.number,
    attempt.succeeded,
    attempt.responseStatus,
    attempt.responseBody,
    attempt.responseTruncated,
    attempt.errorClass,
    attempt.durationMs,
    attempt.detail,
    attempt.nextAttemptAt,
    attempt.createdAt,
  )
}

function unpackRecord(from: Unpacker): FlatRecord {
  const key = {
    applicationId: from.next<FlatRecord['applicationId']>(),
    endpointId: from.next<FlatRecord['endpointId']>(),
    messageId: from.next<FlatRecord['messageId']>(),
    deliveryId: from.next<FlatRecord['deliveryId']>(),
  }
  const rest = {
    token: from.next<string>(),
    verdict: unpackVerdict(from),
    effect: from.next<FlatRecord['effect'] | null>() ?? {},
    stream: from.next<FlatRecord['stream']>(),
    now: from.next<number>(),
  }
  const id = from.next<FlatAttempt['id'] | null>()
  const attempt = id === null ? null : { id, ...key, ...unpackAttempt(from) }
  return { ...key, ...rest, attempt }
}

function unpackVerdict(from: Unpacker): Verdict {
  const kind = from.next<Verdict['kind']>()
  const at = from.next<number | null>()
  return at === null ? ({ kind } as Verdict) : ({ kind, at } as Verdict) // as it was packed
}

function unpackAttempt(from: Unpacker) {
  return {
    eventType: from.next<string>(),
    channels: from.next<FlatAttempt['channels']>(),
    tags: from.next<FlatAttempt['tags']>(),
    trigger: from.next<FlatAttempt['trigger']>(),
    number: from.next<number>(),
    succeeded: from.next<boolean>(),
    responseStatus: from.next<number>(),
    responseBody: from.next<string>(),
    responseTruncated: from.next<boolean>(),
    errorClass: from.next<FlatAttempt['errorClass']>(),
    durationMs: from.next<number>(),
    detail: from.next<string>(),
    nextAttemptAt: from.next<number | null>(),
    createdAt: from.next<number>(),
  }
}

/** Most objects here are empty, and even those cost a clone. */
function orNullIfEmpty(value: object): object | null {
  for (const _ in value) return value
  return null
}

class Unpacker {
  readonly #packed: PackedBatch
  #field = 0
  #byte = 0

  constructor(packed: PackedBatch) {
    this.#packed = packed
  }

  get done(): boolean {
    return this.#field >= this.#packed.fields.length
  }

  next<Field>(): Field {
    return this.#packed.fields[this.#field++] as Field // in the order in which it was packed
  }

  payload(): Uint8Array | null {
    const length = this.next<number | null>()
    if (length === null) return null
    this.#byte += length
    return this.#packed.payloads.subarray(this.#byte - length, this.#byte)
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0
  for (const part of parts) length += part.length
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** An error between threads: its class would be lost. */
export interface PackedError {
  readonly kind: 'refused' | 'unavailable' | 'used_up' | 'bug'
  readonly code: string
  readonly message: string
  /** The message in Spanish, of a refusal. */
  readonly es: string
  readonly stack: string
}

/** Values in order; failed writes are in `errors`. An accept without numbers is just its length. */
export interface PackedReplies {
  readonly values: readonly unknown[]
  readonly errors: readonly { readonly at: number; readonly error: PackedError }[]
}

export function packReplies(replies: readonly Reply[]): PackedReplies {
  const errors: { at: number; error: PackedError }[] = []
  const values = replies.map((reply, at) => {
    if (!('error' in reply)) return packValue(reply.value)
    errors.push({ at, error: packError(reply.error) })
    return null
  })
  return { values, errors }
}

export function unpackReplies(packed: PackedReplies, batch: readonly Write[]): Reply[] {
  const replies: Reply[] = packed.values.map((value, at) => ({
    value: batch[at]?.name === 'acceptMessage' ? unpackValue(value) : value,
  }))
  for (const { at, error } of packed.errors) replies[at] = { error: unpackError(error) }
  return replies
}

function packValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('sequences' in value)) return value
  const { sequences } = value
  return Array.isArray(sequences) && sequences.every((each) => each === null)
    ? sequences.length
    : value
}

function unpackValue(value: unknown): unknown {
  if (typeof value !== 'number') return value
  return { kind: 'accepted', sequences: new Array<null>(value).fill(null) }
}

export function packError(error: unknown): PackedError {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof StoreRefused)
    return { kind: 'refused', code: error.code, message, es: error.said.es, stack }
  if (error instanceof StoreUnavailable) {
    return { kind: 'unavailable', code: error.code, message, es: '', stack }
  }
  if (error instanceof NumbersUsedUp) {
    return { kind: 'used_up', code: error.endpointId, message, es: '', stack }
  }
  return { kind: 'bug', code: '', message, es: '', stack }
}

export function unpackError(packed: PackedError): Error {
  const { kind, code, message, stack } = packed
  const cause = new Error(stack)
  if (kind === 'refused') {
    const said = { en: message, es: packed.es }
    return new StoreRefused(code as StoreRefused['code'], said, { cause }) // as it was packed
  }
  if (kind === 'unavailable') {
    return new StoreUnavailable(code as StoreUnavailable['code'], message, { cause }) // as packed
  }
  if (kind === 'used_up') return new NumbersUsedUp(code, { cause })
  return new Error(message, { cause })
}
