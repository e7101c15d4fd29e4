import type { OutboundMethod } from '../domain/outbound-method.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { TlsProfile } from '../domain/tls-profile.ts'

/** One signed request, ready for the wire. */
export interface OutboundRequest {
  /** Absent: `POST`. */
  readonly method?: OutboundMethod | undefined
  readonly url: string
  /** In the order and spelling in which they go out; ours come last and win. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  /** Total time, from now to the end of the response, in ms. */
  readonly timeoutMs: number
  /** Redirects that may be followed, each vetted. */
  readonly redirectsMax: number
  /** The endpoint's own authority or client certificate; absent or null: the public authorities. */
  readonly tls?: TlsProfile | null
  /**
   * Asked at the last instant before bytes are written (and per hop). False: the lease has run
   * out, nothing may be sent, the outcome is `aborted` (rule (c) of strict order).
   */
  readonly mayStart: () => boolean
  /**
   * Asked once a connection is there, of the first hop, and again after as long as it says, in ms,
   * until that is 0: so the endpoint's rate holds where requests arrive. Absent: it leaves at once.
   */
  readonly leavesIn?: (() => number) | undefined
  /** Aborts the request (shutdown past its deadline). */
  readonly signal: AbortSignal | null
}

/** Sends one request. Never throws for anything the network or the receiver does. */
export interface Transport {
  send(request: OutboundRequest): Promise<Outcome>
  close(): Promise<void>
}
