/**
 * Open streams of changes. Each one pulls from the feed at the speed of its reader, so that none
 * holds more than a page in memory; a reader that takes nothing is cut off and resumes by its
 * cursor. Whoever may no longer read is let go at the next look.
 */
import { Problem, problems } from '../domain/errors.ts'
import type { ApplicationId, OrganizationId } from '../domain/ids.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Change } from '../store/port/changes.ts'
import type { StreamConnection } from './call.ts'
import { type ChangeFeed, isPage } from './change-feed.ts'
import { changeJson } from './change-text.ts'
import { type EventStream, openEventStream } from './event-stream.ts'
import type { StreamSeats } from './stream-seats.ts'

export const changeStreamLimits = {
  /** Of one application, and of those that look at a whole organisation, whoever opened them. */
  perScopeMax: 50,
} as const
/** Bytes that a reader may leave before it is waited for. */
const waitingBytesMax = 1024 * 1024
const takeTimeoutMs = 30_000

export interface ChangeScope {
  readonly organizationId: OrganizationId
  /** Null: all of the organisation. */
  readonly applicationId: ApplicationId | null
}

export function inScope(change: Change, scope: ChangeScope): boolean {
  return scope.applicationId === null
    ? change.organizationId === scope.organizationId
    : change.applicationId === scope.applicationId
}

export class ChangeStreams {
  readonly #feed: ChangeFeed
  readonly #clock: Clock
  readonly #seats: StreamSeats
  readonly #open = new Map<EventStream, string>()
  #stopped = false

  constructor(input: {
    readonly feed: ChangeFeed
    readonly clock: Clock
    readonly seats: StreamSeats
  }) {
    this.#feed = input.feed
    this.#clock = input.clock
    this.#seats = input.seats
  }

  /** Refuses with 429 when too many follow the same. */
  admit(scope: ChangeScope): void {
    const key = keyOf(scope)
    const same = [...this.#open.values()].filter((other) => other === key).length
    if (same < changeStreamLimits.perScopeMax) return
    throw new Problem(problems.tooManyRequests, {
      detail: {
        en: 'Too many streams are open here. Close one, or read pages instead.',
        es: 'Hay demasiados flujos abiertos. Cierra uno, o lee por páginas.',
      },
      retryAfterSeconds: 5,
    })
  }

  /** Refuses with 429 when too many streams are open, of this caller or in all. */
  open(input: {
    readonly scope: ChangeScope
    readonly from: string
    readonly caller: string
    readonly connection: StreamConnection
  }): void {
    const { scope, from, caller, connection } = input
    const state = { position: from, closed: false }
    const stream = openEventStream({
      reply: connection.reply,
      clock: this.#clock,
      seats: this.#seats,
      caller,
      idNow: () => state.position,
      onClose: () => {
        state.closed = true
        this.#open.delete(stream)
      },
    })
    this.#open.set(stream, keyOf(scope))
    stream.send({ id: from, name: 'ready', data: { cursor: from } })
    // A store that cannot be read ends the stream; the client resumes when it can.
    void this.#run({ scope, stream, state, connection }).catch(() => stream.end())
  }

  /** Ends every stream, for the server's stop. */
  stop(): void {
    this.#stopped = true
    for (const stream of this.#open.keys()) stream.end()
    this.#feed.stop()
  }

  async #run(input: {
    readonly scope: ChangeScope
    readonly stream: EventStream
    readonly state: { position: string; readonly closed: boolean }
    readonly connection: StreamConnection
  }): Promise<void> {
    const { scope, stream, state, connection } = input
    while (!state.closed && !this.#stopped) {
      if (!(await connection.stillAllowed())) {
        stream.send({ name: 'closed', data: { reason: 'credentials_ended' } })
        return stream.end()
      }
      const page = await this.#feed.read(state.position)
      if (state.closed || !isPage(page)) return stream.end()
      for (const change of page.changes) {
        if (!inScope(change, scope)) continue
        const data = changeJson(change)
        stream.send({ id: change.position, name: data.type, data })
      }
      state.position = page.end
      if (stream.waiting() > waitingBytesMax && !(await this.#taken(stream))) {
        return stream.destroy()
      }
      if (!page.more) await this.#feed.next()
    }
  }

  #taken(stream: EventStream): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(takeTimeoutMs, () => resolve(false))
      void stream.taken().then(() => {
        timer.cancel()
        resolve(true)
      })
    })
  }
}

function keyOf(scope: ChangeScope): string {
  return scope.applicationId ?? scope.organizationId
}
