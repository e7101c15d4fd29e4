/**
 * Deliveries that travel over the open stream of a `posthorn listen` instead of a connection of
 * ours: the signed request is pushed to the command, which makes it on its own machine and posts
 * the answer back. An endpoint has at most one command connected; the newest wins.
 *
 * While nobody is connected the endpoint is kept paused, so that its deliveries wait and burn no
 * tries. A delivery that finds nobody all the same ends as `not_connected` and asks for the pause.
 */
import { attemptSentences } from '../domain/attempt-sentences.ts'
import type { EndpointId } from '../domain/ids.ts'
import type { OutboundMethod } from '../domain/outbound-method.ts'
import type { ErrorClass, Outcome, Timings } from '../domain/outcome.ts'
import type { Clock } from '../runtime/clock.ts'
import type { OutboundRequest, Transport } from './transport.ts'

/** One request as it goes to the command. */
export interface PushedRequest {
  readonly id: string
  /** Absent: `POST`, all that older commands know. */
  readonly method?: OutboundMethod
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly bodyBase64: string
  /** How long the command may take, in ms. */
  readonly timeoutMs: number
}

/** What the command's own request came to. */
export type PushedAnswer =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
    }
  | { readonly errorClass: ErrorClass; readonly detail: string }

export interface ListenConnection {
  push(request: PushedRequest): void
  /** Another command has taken the endpoint over. */
  replaced(): void
}

export interface ListenHub {
  /** Returns how to disconnect; that does nothing once another has taken over, and says which. */
  connect(endpointId: EndpointId, connection: ListenConnection): () => 'disconnected' | 'replaced'
  isConnected(endpointId: EndpointId): boolean
  /** False when nobody waits for that answer (any more). */
  answer(input: {
    readonly endpointId: EndpointId
    readonly requestId: string
    readonly answer: PushedAnswer
  }): boolean
  transportFor(endpointId: EndpointId): Transport
}

interface Waiting {
  readonly settle: (answer: PushedAnswer) => void
}
interface Connected {
  readonly connection: ListenConnection
  readonly waiting: Map<string, Waiting>
}

export function listenHub(input: {
  readonly clock: Clock
  /** Response bytes that are kept of an answer. */
  readonly responseBytesMax: number
  /** Nobody was there for a delivery: pause the endpoint. */
  readonly onMissing: (endpointId: EndpointId) => void
}): ListenHub {
  const connected = new Map<EndpointId, Connected>()
  let lastId = 0
  return {
    connect(endpointId, connection) {
      const mine: Connected = { connection, waiting: new Map() }
      const before = connected.get(endpointId)
      connected.set(endpointId, mine)
      before?.connection.replaced()
      return () => {
        breakOff(mine)
        if (connected.get(endpointId) !== mine) return 'replaced'
        connected.delete(endpointId)
        return 'disconnected'
      }
    },
    isConnected: (endpointId) => connected.has(endpointId),
    answer({ endpointId, requestId, answer }) {
      const waiting = connected.get(endpointId)?.waiting.get(requestId)
      waiting?.settle(answer)
      return waiting !== undefined
    },
    transportFor: (endpointId) => ({
      send(request) {
        const to = connected.get(endpointId)
        if (to === undefined) {
          input.onMissing(endpointId)
          return Promise.resolve(unanswered('not_connected', 'No command is listening.', 0))
        }
        if (!request.mayStart()) {
          return Promise.resolve(unanswered('aborted', 'The lease ran out before sending.', 0))
        }
        return push(to, request, String(++lastId), input)
      },
      close: () => Promise.resolve(),
    }),
  }
}

function push(
  to: Connected,
  request: OutboundRequest,
  id: string,
  input: { readonly clock: Clock; readonly responseBytesMax: number },
): Promise<Outcome> {
  const { clock } = input
  const startedAt = clock.monotonic()
  return new Promise((resolve) => {
    const settle = (answer: PushedAnswer): void => {
      if (!to.waiting.delete(id)) return
      timer.cancel()
      request.signal?.removeEventListener('abort', abort)
      resolve(outcomeOf(answer, clock.monotonic() - startedAt, input.responseBytesMax))
    }
    const abort = (): void =>
      settle({ errorClass: 'aborted', detail: attemptSentences.nodeStopping.en })
    const timer = clock.setTimer(request.timeoutMs, () =>
      settle({ errorClass: 'response_timeout', detail: attemptSentences.listenTooSlow.en }),
    )
    to.waiting.set(id, { settle })
    request.signal?.addEventListener('abort', abort, { once: true })
    to.connection.push({
      id,
      ...(request.method === undefined ? {} : { method: request.method }),
      headers: request.headers,
      bodyBase64: Buffer.from(request.body).toString('base64'),
      timeoutMs: request.timeoutMs,
    })
  })
}

function breakOff(connected: Connected): void {
  for (const { settle } of [...connected.waiting.values()]) {
    settle({ errorClass: 'reset', detail: attemptSentences.listenGone.en })
  }
}

function outcomeOf(answer: PushedAnswer, totalMs: number, bytesMax: number): Outcome {
  if ('errorClass' in answer) return unanswered(answer.errorClass, answer.detail, totalMs)
  return {
    kind: 'answered',
    status: answer.status,
    headers: answer.headers,
    body: answer.body.subarray(0, bytesMax),
    bodyTruncated: answer.body.length > bytesMax,
    timings: timings(totalMs),
    remoteAddress: null,
  }
}

function unanswered(errorClass: ErrorClass, detail: string, totalMs: number): Outcome {
  return { kind: 'unanswered', errorClass, detail, timings: timings(totalMs), remoteAddress: null }
}

/** Phases happen on the command's machine; only the whole is known here. */
function timings(totalMs: number): Timings {
  const unknown = { queueMs: null, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
  return { ...unknown, totalMs }
}
