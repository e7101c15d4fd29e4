/**
 * What the server notes of a message beside the event: where it came from, and that no endpoint wanted
 * it. The notes stand first in `attributes`, each alone in its place, so that both stores can index
 * the few messages that have one by how the text of the attributes begins.
 */
import type { Message } from './message.ts'

/**
 * Where a message came from, as far as the server was told. For people who read lists: nothing may
 * be decided by it, since any caller can say anything.
 */
export type MessageSource = 'api' | 'cli' | 'console' | 'test'

/** Those that say so of themselves; everything else is the API. */
const told: readonly MessageSource[] = ['cli', 'console', 'test']

/** What a caller says of itself; null: nothing, or nothing that we know. */
export function sourceTold(text: unknown): MessageSource | null {
  return told.find((source) => source === text) ?? null
}

/** Messages of the list that a person asks for by name. */
export type MessageView = 'failed' | 'unsubscribed' | 'test'

type Attributes = Message['attributes']

/** The API is most of them, and costs nothing. */
export function withSource(source: MessageSource | null, attributes: Attributes): Attributes {
  return source === null || source === 'api' ? attributes : { source, ...attributes }
}

/** A test for nobody is no event that somebody should have had. */
export function asUnsubscribed(attributes: Attributes): Attributes {
  return attributes['source'] === 'test' ? attributes : { unsubscribed: true, ...attributes }
}

/** How the JSON text of the attributes of such a message begins. */
export const markTexts = {
  unsubscribed: '{"unsubscribed":true',
  test: '{"source":"test"',
} as const satisfies Partial<Record<MessageView, string>>

export function sourceOf({ attributes }: Pick<Message, 'attributes'>): MessageSource {
  if (attributes['example'] === true) return 'test' // also of releases that noted no source
  return sourceTold(attributes['source']) ?? 'api'
}
