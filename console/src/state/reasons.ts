/** Why an attempt failed, in words: a table from what the network did to what a person is told. */
import type { ErrorClass } from '../../../src/domain/outcome.ts'
import type { AttemptOut } from '../api/model.ts'
import type { whyEn } from '../messages/why-en.ts'

type MessageKey = keyof typeof whyEn

/** What to say of one kind of failure: the finding, the likely cause, and who can fix it. */
export interface Reason {
  readonly title: MessageKey
  readonly cause: MessageKey
  readonly fixer: 'receiver' | 'operator' | 'nobody'
}

const reasonsByClass: Readonly<Record<ErrorClass, Reason>> = {
  blocked_address: reason('blockedAddress', 'operator'),
  blocked_url: reason('blockedUrl', 'operator'),
  dns_not_found: reason('dnsNotFound', 'receiver'),
  dns_failed: reason('dnsFailed', 'receiver'),
  dns_timeout: reason('dnsTimeout', 'receiver'),
  connect_refused: reason('connectRefused', 'receiver'),
  connect_timeout: reason('connectTimeout', 'receiver'),
  connect_failed: reason('connectFailed', 'receiver'),
  tls_expired: reason('tlsExpired', 'receiver'),
  tls_untrusted: reason('tlsUntrusted', 'receiver'),
  tls_name: reason('tlsName', 'receiver'),
  tls_protocol: reason('tlsProtocol', 'receiver'),
  tls_failed: reason('tlsFailed', 'receiver'),
  tls_not_yet_valid: reason('tlsNotYetValid', 'receiver'),
  tls_client_certificate: reason('tlsClientCertificate', 'operator'),
  loop_refused: reason('loopRefused', 'operator'),
  reset: reason('reset', 'receiver'),
  write_timeout: reason('writeTimeout', 'receiver'),
  response_timeout: reason('responseTimeout', 'receiver'),
  bad_http: reason('badHttp', 'receiver'),
  headers_too_large: reason('headersTooLarge', 'receiver'),
  redirect_refused: reason('redirectRefused', 'operator'),
  proxy_failed: reason('proxyFailed', 'operator'),
  no_sockets: reason('noSockets', 'operator'),
  authentication_failed: reason('authenticationFailed', 'operator'),
  transform_failed: reason('transformFailed', 'operator'),
  transform_canceled: reason('transformCanceled', 'nobody'),
  not_connected: reason('notConnected', 'receiver'),
  payload_gone: reason('payloadGone', 'nobody'),
  outcome_unknown: reason('outcomeUnknown', 'nobody'),
  aborted: reason('aborted', 'nobody'),
  internal: reason('internal', 'operator'),
}

function reason<const Name extends string>(name: Name, fixer: Reason['fixer']): Reason {
  // Both keys exist for every name: the test of the catalogs walks this table.
  return { title: `why.${name}` as MessageKey, cause: `why.${name}.cause` as MessageKey, fixer }
}

const byStatus: readonly (readonly [from: number, to: number, reason: Reason])[] = [
  [301, 308, reason('redirect', 'operator')],
  [400, 400, reason('status400', 'receiver')],
  [401, 401, reason('status401', 'receiver')],
  [403, 403, reason('status403', 'receiver')],
  [404, 404, reason('status404', 'operator')],
  [405, 405, reason('status405', 'operator')],
  [410, 410, reason('status410', 'operator')],
  [413, 413, reason('status413', 'receiver')],
  [422, 422, reason('status400', 'receiver')],
  [429, 429, reason('status429', 'receiver')],
  [502, 504, reason('statusGateway', 'receiver')],
  [500, 599, reason('status5xx', 'receiver')],
]

const otherAnswer = reason('statusOther', 'receiver')
const challengePage = reason('challenge', 'receiver')

/** Every reason that exists, for the test of the catalogs. */
export const allReasons: readonly Reason[] = [
  ...Object.values(reasonsByClass),
  ...byStatus.map(([, , one]) => one),
  otherAnswer,
  challengePage,
]

export function reasonOf(
  attempt: Pick<AttemptOut, 'responseStatusCode' | 'errorClass' | 'response' | 'responseHeaders'>,
): Reason {
  if (attempt.errorClass) return reasonsByClass[attempt.errorClass]
  if (isChallenge(attempt)) return challengePage
  const status = attempt.responseStatusCode
  return byStatus.find(([from, to]) => status >= from && status <= to)?.[2] ?? otherAnswer
}

/** A page for browsers where an answer for machines was expected: a firewall, most likely. */
function isChallenge(attempt: Pick<AttemptOut, 'responseStatusCode' | 'response'>): boolean {
  return (
    [403, 503, 429].includes(attempt.responseStatusCode) &&
    /^\s*<(!doctype html|html)/i.test(attempt.response)
  )
}
