/**
 * Messages as the contract writes them: JSON text put together by hand, so that the payload's bytes
 * appear as they were received (I3) and the hot path builds no second object tree.
 */
import type { Mask } from '../domain/masking.ts'
import type { Message } from '../domain/message.ts'
import { sourceOf } from '../domain/message-marks.ts'
import { maskMessage } from './masked.ts'
import { timeText } from './times.ts'

const expired = '{"expired":true}'

export interface Shown {
  /** False leaves the payload out (`{}`). */
  readonly withContent: boolean
  /** What the caller may not see of payloads; see `masking.ts`. */
  readonly mask: Mask
}

/** A message, with `masked` naming the paths whose values do not show. */
export function messageText(given: Message, { withContent, mask }: Shown, extra = ''): string {
  const { message, paths } =
    withContent && mask.length > 0 ? maskMessage(given, mask) : { message: given, paths: [] }
  const masked = paths.length === 0 ? '' : `,"masked":${JSON.stringify(paths)}`
  return (
    `{"id":"${message.id}","eventType":"${message.eventType}",` +
    `"eventId":${quoted(message.eventId)},${contentText(message, withContent)}` +
    `"channels":${list(message.channels)},"tags":${list(message.tags)},` +
    `"deliverAt":${message.deliverAt === null ? 'null' : `"${timeText(message.deliverAt)}"`},` +
    `"timestamp":"${timeText(message.createdAt)}","source":"${sourceOf(message)}",` +
    `"payloadBytes":${given.payload?.length ?? given.payloadBytes ?? 'null'}${masked}${extra}}`
  )
}

/** Ids, names and uids are of a safe alphabet by their own rules; nothing needs escaping. */
function quoted(text: string | null): string {
  return text === null ? 'null' : `"${text}"`
}

function list(texts: readonly string[] | null): string {
  return texts === null ? 'null' : JSON.stringify(texts)
}

export function isRaw(message: Pick<Message, 'attributes'>): boolean {
  return message.attributes['raw'] === true
}

function contentText(message: Message, withContent: boolean): string {
  const media = isRaw(message) ? `"contentType":${JSON.stringify(message.contentType)},` : ''
  if (!withContent) return `"payload":{},${media}`
  if (message.payload === null) return `"payload":${expired},${media}`
  const text = Buffer.from(
    message.payload.buffer,
    message.payload.byteOffset,
    message.payload.byteLength,
  ).toString('utf8')
  return isRaw(message)
    ? `"payload":{},"rawPayload":${JSON.stringify(text)},${media}`
    : `"payload":${text},`
}
