/**
 * What the rows of a list are looked through for, beside what its indexes answer: a text, a condition
 * on the payload, a view of messages, the words that people have for the states of a delivery. One
 * language for lists, counts, exports and jobs, so that a job acts on exactly what a list shows.
 */
import type { Delivery, DeliveryState } from './delivery.ts'
import { type Endpoint, endpointTitle } from './endpoint.ts'
import type { MessageId } from './ids.ts'
import type { Message } from './message.ts'
import type { MessageView } from './message-marks.ts'
import { type PayloadQuery, parsePayloadQuery } from './payload-query.ts'

export type DeliveryWord =
  | 'queued'
  | 'retrying'
  | 'held'
  | 'sending'
  | 'delivered'
  | 'failed'
  | 'canceled'

/** As it was asked, so that a job can keep it; null members do not restrict. */
export interface Sought {
  /** Somewhere in an id, the event type, the event id, a tag or the name of the endpoint; whatever its case. */
  readonly text: string | null
  /** In the language of `payload-query.ts`. */
  readonly where: string | null
  readonly view: MessageView | null
  /** Of deliveries. */
  readonly words: readonly DeliveryWord[] | null
  /** The message that the text names by its id or event id: then of that one alone, and no text. */
  readonly messageId?: MessageId
}

/** The same, ready to be looked for. */
export interface Seeking extends Omit<Sought, 'where'> {
  readonly query: PayloadQuery | null
}

export const nothingSought: Sought = { text: null, where: null, view: null, words: null }

/** `where` was parsed when it was asked; what a later version does not read fits nothing. */
export function seekingOf({ where, ...sought }: Sought): Seeking {
  const parsed = where === null ? null : parsePayloadQuery(where)
  const query = parsed === null ? null : parsed.ok ? parsed.query : fitsNothing
  return { ...sought, text: sought.text?.toLowerCase() ?? null, query }
}

const fitsNothing: PayloadQuery = { filter: { kind: 'or', parts: [] }, texts: [] }

/** Whether rows have to be looked at one by one. */
export function isSelective({ text, where, view, words }: Sought): boolean {
  return text !== null || where !== null || view !== null || words !== null
}

/** Whether the messages themselves have to be read. */
export function readsMessages({ text, query, view }: Seeking): boolean {
  return text !== null || query !== null || view !== null
}

export function messageHasText(
  { id, eventType, eventId, tags }: Pick<Message, 'id' | 'eventType' | 'eventId' | 'tags'>,
  wanted: string,
): boolean {
  return hasText([id, eventType, eventId, ...(tags ?? [])], wanted)
}

/** Also by what its message does not tell. */
export function deliveryHasText(
  { id, endpointId }: Delivery,
  endpoint: Parameters<typeof endpointTitle>[0] | undefined,
  wanted: string,
): boolean {
  return hasText([id, endpointId, endpoint === undefined ? null : endpointTitle(endpoint)], wanted)
}

function hasText(texts: readonly (string | null)[], wanted: string): boolean {
  return texts.some((text) => text?.toLowerCase().includes(wanted) === true)
}

export const stateOfWord: Readonly<Record<DeliveryWord, DeliveryState>> = {
  queued: 'pending',
  retrying: 'pending',
  held: 'pending',
  sending: 'sending',
  delivered: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
}

/** `held` waits for an endpoint that is paused or disabled; `retrying` was tried before. */
export function wordOf(
  { state, attemptCount }: Pick<Delivery, 'state' | 'attemptCount'>,
  endpoint: Pick<Endpoint, 'pausedAt' | 'disabledAt'> | undefined,
): DeliveryWord {
  if (state === 'succeeded') return 'delivered'
  if (state !== 'pending') return state
  if (endpoint !== undefined && (endpoint.pausedAt ?? endpoint.disabledAt) !== null) return 'held'
  return attemptCount > 0 ? 'retrying' : 'queued'
}

/** The states that the words come to, and whether they say more than the states do. */
export function statesOfWords(words: readonly DeliveryWord[]): {
  readonly states: readonly DeliveryState[]
  readonly exact: boolean
} {
  const states = [...new Set(words.map((word) => stateOfWord[word]))]
  const waiting = words.filter((word) => stateOfWord[word] === 'pending')
  return { states, exact: waiting.length === 0 || new Set(waiting).size === 3 }
}
