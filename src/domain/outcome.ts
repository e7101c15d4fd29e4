/** What the network did in one attempt. A failure is a value here, never a throw. */
export type Outcome = Answered | Unanswered

export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** First bytes of the body, at most `responseBytesMax`. */
  readonly body: Uint8Array
  /** The body was longer than what is kept, or broke off: the status decides all the same. */
  readonly bodyTruncated: boolean
  readonly timings: Timings
  readonly remoteAddress: string | null
  /** When the receiver's certificate ends, where it was asked for; null: not over TLS, or not told. */
  readonly certificateExpiresAt?: number | null
}

export interface Unanswered {
  readonly kind: 'unanswered'
  readonly errorClass: ErrorClass
  /** One sentence without banner bytes or resolver internals. */
  readonly detail: string
  readonly timings: Timings
  readonly remoteAddress: string | null
  /** How far it came, where it was tried at all. */
  readonly reached?: Reached
}

/** `sent`: the request was begun to be written. */
export type Reached = 'dns' | 'proxy' | 'connect' | 'tls' | 'sent'

/** Why there was no usable answer. Stable codes: the console and `posthorn explain` name them. */
export type ErrorClass =
  | 'blocked_address'
  | 'blocked_url'
  | 'dns_not_found'
  | 'dns_failed'
  | 'dns_timeout'
  | 'connect_refused'
  | 'connect_timeout'
  | 'connect_failed'
  | 'tls_expired'
  | 'tls_not_yet_valid'
  | 'tls_untrusted'
  | 'tls_name'
  | 'tls_protocol'
  | 'tls_client_certificate'
  | 'tls_failed'
  | 'reset'
  | 'write_timeout'
  | 'response_timeout'
  | 'bad_http'
  | 'headers_too_large'
  | 'redirect_refused'
  | 'loop_refused'
  | 'proxy_failed'
  | 'no_sockets'
  | 'authentication_failed'
  | 'transform_failed'
  | 'not_connected'
  | 'payload_gone'
  | 'outcome_unknown'
  | 'aborted'
  | 'internal'

/** Milliseconds by phase; null where the phase was not reached or a connection was reused. */
/** Whether our own way out failed: the receiver was not reached, and is not charged with it. */
export function isOwnFault(errorClass: ErrorClass): boolean {
  return errorClass === 'proxy_failed' || errorClass === 'no_sockets'
}

export interface Timings {
  readonly queueMs: number | null
  readonly dnsMs: number | null
  readonly connectMs: number | null
  readonly tlsMs: number | null
  readonly firstByteMs: number | null
  readonly totalMs: number
}
