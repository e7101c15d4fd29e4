/**
 * The network and the receivers. A request leaves in three steps: connecting takes a while, then the
 * last question is asked inside the node, then the bytes are on the wire. The receiver decides at
 * once; its answer may be late, lost, or meet a node that is gone.
 */
import type { OutboundRequest, Transport } from '../../src/delivery/transport.ts'
import type { EndpointId } from '../../src/domain/ids.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Kernel } from './kernel.ts'
import type { SimNode } from './node.ts'
import type { Truth } from './truth.ts'

/** How often an endpoint does what, as probabilities; the rest is 200. */
export interface Behaviour {
  readonly fail: number
  readonly throttle: number
  readonly retryAfter: number
  readonly gone: number
  readonly silent: number
  readonly refuse: number
  /** The request is handled and its answer is lost. */
  readonly loseAnswer: number
}

export const kind: Behaviour = {
  fail: 0,
  throttle: 0,
  retryAfter: 0,
  gone: 0,
  silent: 0,
  refuse: 0,
  loseAnswer: 0,
}

const timings = {
  queueMs: null,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  firstByteMs: null,
  totalMs: 1,
}

export class Network {
  readonly behaviours = new Map<EndpointId, Behaviour>()
  /** How often a node is stopped just before its last look at the lease. */
  pauses = 0
  readonly #kernel: Kernel
  readonly #truth: Truth

  constructor(kernel: Kernel, truth: Truth) {
    this.#kernel = kernel
    this.#truth = truth
  }

  transportOf(node: SimNode): Transport {
    return {
      send: (request) => this.#send(node, request),
      close: async () => {},
    }
  }

  #send(node: SimNode, request: OutboundRequest): Promise<Outcome> {
    const kernel = this.#kernel
    const attempt = header(request, 'sim-attempt')
    return new Promise((resolve) => {
      let over = false
      const finish = (outcome: Outcome): void => {
        if (over) return
        over = true
        timer.cancel()
        this.#truth.answered(attempt, outcome)
        resolve(outcome)
      }
      const timer = node.clock.setTimer(request.timeoutMs, () => {
        finish(unanswered('response_timeout'))
      })
      request.signal?.addEventListener('abort', () => finish(unanswered('aborted')))
      const connectMs = kernel.chance(0.1) ? kernel.between(5, 300) : kernel.between(0.2, 3)
      const pauseMs = kernel.between(1_000, 15_000)
      if (kernel.chance(this.pauses)) kernel.after(connectMs / 2, () => node.pause(pauseMs))
      kernel.after(connectMs, () => {
        node.enter(() => {
          if (over) return
          if (request.mayStart()) this.#leave(node, request, attempt, finish)
          else finish(unanswered('aborted'))
        })
      })
    })
  }

  #leave(
    node: SimNode,
    request: OutboundRequest,
    attempt: string,
    finish: (outcome: Outcome) => void,
  ): void {
    const kernel = this.#kernel
    const behaviour = this.behaviours.get(endpointOf(request)) ?? kind
    const draw = kernel.random.fraction()
    const waitMs = kernel.between(0.5, kernel.chance(0.2) ? 200 : 8)
    const answer = decide(behaviour, draw, kernel)
    this.#truth.sent(node.name, request, attempt)
    const pauseMs = kernel.between(4_000, 15_000)
    if (kernel.chance(this.pauses / 2)) kernel.after(0.05, () => node.pause(pauseMs))
    if (answer === 'refused') {
      kernel.after(waitMs, () => node.enter(() => finish(unanswered('reset'))))
      return
    }
    const status = answer === 'silent' ? 0 : answer.status
    const lost = kernel.chance(behaviour.loseAnswer)
    this.#truth.arrived(node.name, request, attempt, status)
    kernel.trace(`${node.name} request ${attempt.slice(-6)} ${status}${lost ? ' lost' : ''}`)
    if (answer === 'silent' || lost) return
    const headers: Record<string, string> =
      answer.retryAfter === null ? {} : { 'retry-after': String(answer.retryAfter) }
    kernel.after(waitMs, () => node.enter(() => finish(answered(status, headers))))
  }
}

type Answer = 'refused' | 'silent' | { readonly status: number; readonly retryAfter: number | null }

function decide(behaviour: Behaviour, draw: number, kernel: Kernel): Answer {
  const seconds = kernel.whole(1, 6)
  const asks = kernel.chance(behaviour.retryAfter)
  let left = draw
  const is = (p: number): boolean => {
    left -= p
    return left < 0
  }
  if (is(behaviour.fail)) return { status: 500, retryAfter: null }
  if (is(behaviour.throttle)) return { status: 429, retryAfter: asks ? seconds : null }
  if (is(behaviour.gone)) return { status: 410, retryAfter: null }
  if (is(behaviour.silent)) return 'silent'
  if (is(behaviour.refuse)) return 'refused'
  return { status: 200, retryAfter: null }
}

export function header(request: OutboundRequest, name: string): string {
  return request.headers.find(([each]) => each === name)?.[1] ?? ''
}

export function endpointOf(request: OutboundRequest): EndpointId {
  return request.url.slice(request.url.lastIndexOf('/') + 1) as EndpointId // the URL ends in it
}

function answered(status: number, headers: Readonly<Record<string, string>>): Outcome {
  return {
    kind: 'answered',
    status,
    headers,
    body: new Uint8Array(),
    bodyTruncated: false,
    timings,
    remoteAddress: null,
  }
}

function unanswered(errorClass: 'response_timeout' | 'aborted' | 'reset'): Outcome {
  return { kind: 'unanswered', errorClass, detail: errorClass, timings, remoteAddress: null }
}
