import { limits } from '../domain/limits.ts'
import type { Message } from '../domain/message.ts'
import type { SoughtPage } from '../intake/sought-rows.ts'
import type { MessageStore } from '../store/port/messages.ts'

/** Read side by side. */
const atOnce = 16

/**
 * A page of messages that were found without their payloads, with them. It ends where they come to
 * more than a page may hold.
 */
export async function withPayloads(
  store: Pick<MessageStore, 'findMessage'>,
  page: SoughtPage<Message>,
): Promise<SoughtPage<Message>> {
  const upwards = page.scannedTo?.towards === 'newer'
  const inTurn = upwards ? page.items.toReversed() : page.items
  const whole: Message[] = []
  let bytes = 0
  while (whole.length < inTurn.length && bytes <= limits.pagePayloadBytesMax) {
    const some = inTurn.slice(whole.length, whole.length + atOnce)
    const read = await Promise.all(
      some.map(({ applicationId, id }) =>
        store.findMessage({ applicationId, idOrEventId: id, withPayload: true }),
      ),
    )
    for (const [at, message] of some.entries()) {
      whole.push(read[at] ?? message)
      bytes += read[at]?.payload?.length ?? 0
    }
  }
  const items = upwards ? whole.toReversed() : whole
  const last = whole.at(-1)
  if (whole.length === inTurn.length || last === undefined) return { ...page, items }
  const scannedTo = { id: last.id, towards: upwards ? 'newer' : 'older' } as const
  return { ...page, items, done: false, scannedTo }
}
