/** Messages and attempts as a mask leaves them. */
import type { Attempt } from '../domain/attempt.ts'
import type { ApplicationId, MessageId } from '../domain/ids.ts'
import { type Mask, maskedText, maskJson, withoutEchoes } from '../domain/masking.ts'
import type { Message } from '../domain/message.ts'
import type { MessageStore } from '../store/port/messages.ts'

export interface MaskedMessage {
  readonly message: Message
  /** Paths that met something; `*` where all of it is masked because it is not JSON. */
  readonly paths: readonly string[]
  /** What was masked, to find it again in answers. Null: nobody knows, as the payload is gone, or
   *  too much. */
  readonly values: readonly string[] | null
}

/** The message with its payload, and the values before an edit, as the mask leaves them. */
export function maskMessage(message: Message, mask: Mask): MaskedMessage {
  if (mask.length === 0) return { message, paths: [], values: [] }
  const { payload, attributes } = message
  if (payload === null) return { message, paths: [], values: null }
  const previous = attributes['previous']
  const before = previous === undefined ? null : maskJson(JSON.stringify(previous), mask)
  const made = maskJson(Buffer.from(payload).toString('utf8'), mask)
  return {
    message: {
      ...message,
      payload: Buffer.from(made === null ? JSON.stringify(maskedText) : made.text),
      attributes:
        before === null ? attributes : { ...attributes, previous: JSON.parse(before.text) },
    },
    paths: made === null ? ['*'] : made.paths,
    values: both(made?.values, before === null ? [] : before.values),
  }
}

function both(
  one: readonly string[] | null | undefined,
  other: readonly string[] | null,
): readonly string[] | null {
  return one == null || other === null ? null : [...one, ...other]
}

/** An attempt whose answer, and what was sent, repeats nothing that is masked in its message. */
export function maskAttempt(attempt: Attempt, mask: Mask, message: Message | null): Attempt {
  if (mask.length === 0) return attempt
  return withoutValues(attempt, mask, message === null ? null : maskMessage(message, mask).values)
}

function withoutValues(attempt: Attempt, mask: Mask, values: readonly string[] | null): Attempt {
  // Without the payload an echo would not be known.
  if (values === null) {
    const request = withoutCode(attempt, {
      url: attempt.url,
      sent: unsigned(attempt.requestHeaders),
    })
    return { ...attempt, ...request, responseBody: maskedText, responseHeaders: {} }
  }
  const hidden = (text: string): string => withoutEchoes(text, values)
  const headers = (given: Attempt['responseHeaders']) =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, hidden(value)]))
  const sent = headers(attempt.requestHeaders)
  const body = hidden(attempt.responseBody)
  const answered = {
    responseBody: maskJson(body, mask)?.text ?? body,
    responseHeaders: headers(attempt.responseHeaders),
  }
  if (values.length === 0)
    return { ...attempt, ...answered, url: hidden(attempt.url), requestHeaders: sent }
  return {
    ...attempt,
    ...answered,
    ...withoutCode(attempt, { url: hidden(attempt.url), sent: unsigned(sent) }),
  }
}

/** A row of a list without contents: its message is not read for it, so all that code made is hidden. */
export function maskRow(attempt: Attempt, mask: Mask): Attempt {
  if (mask.length === 0) return attempt
  const made = withoutCode(attempt, { url: attempt.url, sent: attempt.requestHeaders })
  return { ...attempt, ...made }
}

/** What code made of a payload may tell parts of it that no search for its values finds. */
function withoutCode(
  { rewriting }: Attempt,
  { url, sent }: { readonly url: string; readonly sent: Attempt['requestHeaders'] },
): Pick<Attempt, 'url' | 'requestHeaders'> {
  if (rewriting === null) return { url, requestHeaders: sent }
  const set = new Set(rewriting.headers.map((name) => name.toLowerCase()))
  const kept = Object.entries(sent).map(([name, value]) => [
    name,
    set.has(name.toLowerCase()) ? maskedText : value,
  ])
  const origin = URL.parse(url)?.origin
  return {
    url: rewriting.url && origin !== undefined ? `${origin}/${maskedText}` : url,
    requestHeaders: Object.fromEntries(kept),
  }
}

/** With an endpoint's public key a signature tells of each guess whether it was right. */
function unsigned(headers: Attempt['requestHeaders']): Attempt['requestHeaders'] {
  const parts = Object.entries(headers).map(([name, value]) => [
    name,
    /signature/i.test(name) ? maskedText : value,
  ])
  return Object.fromEntries(parts)
}

/** The same for a page: each message is read once, and only where something is masked. */
export async function maskAttempts(
  attempts: readonly Attempt[],
  mask: Mask,
  input: {
    readonly store: Pick<MessageStore, 'findMessage'>
    readonly applicationId: ApplicationId
  },
): Promise<readonly Attempt[]> {
  if (mask.length === 0) return attempts
  const { store, applicationId } = input
  const known = new Map<MessageId, readonly string[] | null>()
  for (const idOrEventId of new Set(attempts.map(({ messageId }) => messageId))) {
    const message = await store.findMessage({ applicationId, idOrEventId, withPayload: true })
    known.set(idOrEventId, message === null ? null : maskMessage(message, mask).values)
  }
  return attempts.map((one) => withoutValues(one, mask, known.get(one.messageId) ?? null))
}
