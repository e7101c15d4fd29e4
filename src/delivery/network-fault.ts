/** Error codes of sockets, TLS and undici to our error classes. Decided by code, never by text. */
import { errors } from 'undici'
import type { ErrorClass } from '../domain/outcome.ts'

/** One sentence per class; what the receiver sent is never quoted. */
export const faultSentences: Readonly<Record<ErrorClass, string>> = {
  blocked_address: 'The host leads to an address that deliveries may not reach.',
  blocked_url: 'The URL is not allowed.',
  dns_not_found: 'The host name does not exist or has no address.',
  dns_failed: 'The host name could not be resolved: the name server answered with an error.',
  dns_timeout: 'The host name could not be resolved in time.',
  connect_refused: 'The connection was refused: nothing listens on that port.',
  connect_timeout: 'No connection was made in time.',
  connect_failed: 'The host could not be reached.',
  tls_expired: 'The certificate of the receiver has expired.',
  tls_not_yet_valid: 'The certificate of the receiver is not valid yet.',
  tls_untrusted: 'The certificate of the receiver is not signed by a trusted authority.',
  tls_name: 'The certificate of the receiver is for another host name.',
  tls_protocol: 'The receiver does not speak TLS 1.2 or newer on that port.',
  tls_client_certificate: 'The receiver asks for a client certificate that it accepts.',
  tls_failed: 'The TLS handshake failed.',
  reset: 'The receiver closed the connection before it answered.',
  write_timeout: 'The receiver did not take the whole request in time.',
  response_timeout: 'The receiver did not answer in time.',
  bad_http: 'What the receiver sent is not a valid HTTP response.',
  headers_too_large: 'The response headers are larger than what is accepted.',
  redirect_refused: 'The receiver redirects to a place that may not be followed.',
  loop_refused: 'The URL leads back to this installation.',
  proxy_failed: 'The egress proxy could not make the connection.',
  no_sockets: 'The node had no file descriptor left for a connection.',
  authentication_failed: 'The receiver could not be authenticated against.',
  transform_failed: 'The transformation of the payload failed.',
  not_connected: 'Nothing is connected to listen.',
  payload_gone: 'The payload is gone.',
  outcome_unknown: 'The request was sent and its outcome is not known.',
  aborted: 'The request was not sent.',
  internal: 'The request could not be made.',
}

const classes: Readonly<Record<string, ErrorClass>> = {
  ECONNREFUSED: 'connect_refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'connect_timeout',
  EHOSTUNREACH: 'connect_failed',
  EHOSTDOWN: 'connect_failed',
  ENETUNREACH: 'connect_failed',
  ENETDOWN: 'connect_failed',
  EADDRNOTAVAIL: 'connect_failed',
  EACCES: 'connect_failed',
  EPERM: 'connect_failed',
  EMFILE: 'no_sockets',
  ENFILE: 'no_sockets',
  UND_ERR_HEADERS_OVERFLOW: 'headers_too_large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'bad_http',
  UND_ERR_INVALID_ARG: 'internal',
  UND_ERR_NOT_SUPPORTED: 'internal',
  // undici asserts on a status below 100.
  ERR_ASSERTION: 'bad_http',
  CERT_HAS_EXPIRED: 'tls_expired',
  CERT_NOT_YET_VALID: 'tls_not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_name',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'tls_name',
  HOSTNAME_MISMATCH: 'tls_name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_untrusted',
  CERT_CHAIN_TOO_LONG: 'tls_untrusted',
  CERT_REVOKED: 'tls_untrusted',
  CERT_UNTRUSTED: 'tls_untrusted',
  CERT_REJECTED: 'tls_untrusted',
  CERT_SIGNATURE_FAILURE: 'tls_untrusted',
  INVALID_CA: 'tls_untrusted',
  INVALID_PURPOSE: 'tls_untrusted',
  PATH_LENGTH_EXCEEDED: 'tls_untrusted',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls_protocol',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls_protocol',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls_protocol',
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: 'tls_protocol',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'tls_protocol',
  ERR_SSL_NO_SHARED_CIPHER: 'tls_protocol',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls_client_certificate',
  ERR_SSL_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls_client_certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'tls_client_certificate',
  ERR_SSL_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'tls_client_certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'tls_client_certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'tls_client_certificate',
}

/**
 * `endedByPeer` tells apart the two meanings of undici's bare socket error: the receiver closed
 * the connection, or undici did because what came is no response.
 */
export function faultClass(error: unknown, endedByPeer: boolean): ErrorClass {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '' // whatever was thrown
  const known = classes[code]
  if (known !== undefined) return known
  if (code === 'UND_ERR_SOCKET') return endedByPeer ? 'reset' : 'bad_http'
  if (error instanceof errors.HTTPParserError) return 'bad_http'
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') {
    return 'tls_failed'
  }
  return code === '' ? 'internal' : 'reset'
}
