import { setTimeout as wait } from 'node:timers/promises'
import type { Api } from '../../support/api.ts'
import { monotonicMs } from '../../support/monotonic.ts'
import { pairedEvent } from './cluster.ts'

const producers = 20
/** What SDKs wait before they repeat a request, roughly. */
const refusedPauseMs = 200
const giveUpMs = 300_000

/** Events at a steady rate, each repeated with its key until it is accepted. */
export class SteadyLoad {
  readonly accepted = new Map<number, string>()
  /** Every answer, 2xx or not; status 0: there was none. */
  readonly answers: { readonly at: number; readonly status: number }[] = []
  readonly #input: SteadyLoadInput
  #next = 0
  #stopped = false
  #running: Promise<unknown> | null = null

  constructor(input: SteadyLoadInput) {
    this.#input = input
  }

  start(): void {
    const startedAt = monotonicMs()
    this.#running = Promise.all(Array.from({ length: producers }, () => this.#produce(startedAt)))
  }

  /** Begins no further event, and waits until those begun are accepted. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  /** Answers of that time that match. */
  count(from: number, to: number, isMeant: (status: number) => boolean): number {
    return this.answers.filter(({ at, status }) => at >= from && at < to && isMeant(status)).length
  }

  async #produce(startedAt: number): Promise<void> {
    while (!this.#stopped) {
      const number = this.#next++
      const dueAt = startedAt + (number * 1000) / this.#input.perSecond
      // A producer that was held up does not make up for it: the load stays what it is.
      const pauseMs = dueAt - monotonicMs()
      if (pauseMs > 0) await wait(pauseMs)
      if (this.#stopped) return
      await this.#post(number)
    }
  }

  async #post(number: number): Promise<void> {
    const { apis, applicationId, pairs } = this.#input
    const deadline = monotonicMs() + giveUpMs
    for (let at = number; monotonicMs() < deadline; at++) {
      const api = apis[at % apis.length]
      if (api === undefined) return
      const { status, text } = await api.call('POST', `/api/v1/app/${applicationId}/msg`, {
        body: pairedEvent(number, pairs),
        idempotencyKey: `event-${number}`,
      })
      this.answers.push({ at: monotonicMs(), status })
      if (status >= 200 && status < 300) {
        this.accepted.set(number, (JSON.parse(text) as { id: string }).id) // a message has one
        return
      }
      if (status >= 400 && status < 500 && status !== 429) {
        throw new Error(`refused: ${status} ${text.slice(0, 300)}`)
      }
      await wait(refusedPauseMs)
    }
    throw new Error(`event ${number} was never accepted`)
  }
}

export interface SteadyLoadInput {
  readonly apis: readonly Api[]
  readonly applicationId: string
  readonly pairs: number
  readonly perSecond: number
}

export function is2xx(status: number): boolean {
  return status >= 200 && status < 300
}
