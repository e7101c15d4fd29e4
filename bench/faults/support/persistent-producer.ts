import { setTimeout as wait } from 'node:timers/promises'
import type { Api } from '../../support/api.ts'
import { monotonicMs } from '../../support/monotonic.ts'

const retryDelayMs = 10

/**
 * A producer that does what the documentation tells producers to do: repeats a request with the
 * same idempotency key until it is answered 2xx. Returns the message's id; throws when a request
 * is refused for good (4xx), or past the deadline.
 */
export async function postUntilAccepted(input: {
  readonly api: Api
  readonly applicationId: string
  readonly body: string
  readonly idempotencyKey: string
  readonly deadlineAt: number
}): Promise<string> {
  const path = `/api/v1/app/${input.applicationId}/msg`
  let last = 'no answer'
  while (monotonicMs() < input.deadlineAt) {
    const answer = await input.api.call('POST', path, {
      body: input.body,
      idempotencyKey: input.idempotencyKey,
    })
    if (answer.status >= 200 && answer.status < 300) {
      return (JSON.parse(answer.text) as { id: string }).id // a message always has one
    }
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      throw new Error(`refused: ${answer.status} ${answer.text.slice(0, 300)}`)
    }
    last = `${answer.status} ${answer.text.slice(0, 100)}`
    await wait(retryDelayMs)
  }
  throw new Error(`key ${input.idempotencyKey} was never accepted (last: ${last})`)
}

/** The body of an event with a small payload of its own. */
export function numberedEvent(number: number): string {
  return `{"eventType":"fault.tried","payload":{"number":${number},"exact":1.0}}`
}
