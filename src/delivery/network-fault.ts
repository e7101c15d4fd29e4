/** Error codes of sockets, TLS and undici to our error classes. Decided by code, never by text. */
import { errors } from 'undici'
import type { ErrorClass } from '../domain/outcome.ts'

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
