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
  /** Bytes that the receiver sent of a body that is not kept whole, or said it would; absent: not known. */
  readonly bodyBytes?: number
  readonly timings: Timings
  readonly remoteAddress: string | null
  /** Absent: it did not go over a connection of ours. */
  readonly connection?: ConnectionFacts
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
  /** Absent: there was none, or its handshake failed before it told anything. */
  readonly connection?: ConnectionFacts
}

/** The connection that a request went over, in HTTP/1.1. Learnt once, when it is made. */
export interface ConnectionFacts {
  /** It had carried a request before. */
  readonly kept: boolean
  /** Null: not over TLS. */
  readonly tls: TlsFacts | null
}

export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly version: string
  /** Such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string
  /** The receiver's; null: it was not told. */
  readonly certificate: CertificateFacts | null
}

export interface CertificateFacts {
  /** Common names, or what stands for them; cut to 100 characters. */
  readonly subject: string
  readonly issuer: string
  readonly validFrom: number
  readonly expiresAt: number
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
  /** The endpoint's code said that the message is not to be sent there: nothing failed. */
  | 'transform_canceled'
  | 'not_connected'
  | 'payload_gone'
  | 'outcome_unknown'
  | 'aborted'
  | 'internal'

/** Whether nothing was sent because the endpoint's code said so. */
export function isCanceledByCode(outcome: Outcome): boolean {
  return outcome.kind === 'unanswered' && outcome.errorClass === 'transform_canceled'
}

/** Whether our own way out failed: the receiver was not reached, and is not charged with it. */
export function isOwnFault(errorClass: ErrorClass): boolean {
  return errorClass === 'proxy_failed' || errorClass === 'no_sockets'
}

/** Milliseconds by phase; null where the phase was not reached or a connection was reused. */
export interface Timings {
  readonly queueMs: number | null
  readonly dnsMs: number | null
  readonly connectMs: number | null
  readonly tlsMs: number | null
  readonly firstByteMs: number | null
  readonly totalMs: number
}
