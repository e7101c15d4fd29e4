/**
 * Things as the audit log shows them. A secret is a fingerprint: the same value has the same one
 * here, so that a change shows, and nobody gets the value back from it.
 */
import { createHmac } from 'node:crypto'
import type { Application } from '../domain/application.ts'
import type { AuditState } from '../domain/audit.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { EventType } from '../domain/event-type.ts'
import { isPlainObject } from '../domain/json.ts'
import type { StoredRecord } from '../store/port/records.ts'
import { timeText } from './times.ts'

/** Tells a secret from another. Begins with `~`. */
export type Fingerprint = (secret: string) => string

const fingerprintLength = 10
/** A larger state is left out: the log is for settings, not for documents. */
const stateBytesMax = 64 * 1024

export function fingerprints(key: string): Fingerprint {
  return (secret) => {
    const digest = createHmac('sha256', key).update('audit fingerprint').update(secret).digest()
    return `~${digest.toString('base64url').slice(0, fingerprintLength)}`
  }
}

export function endpointState(endpoint: Endpoint, fingerprint: Fingerprint): AuditState {
  const { id: _, applicationId: __, secrets, headers, credentials, ...rest } = endpoint
  return bounded({
    ...rest,
    url: shownUrl(endpoint.url, fingerprint),
    secrets: secrets.map(({ key, expiresAt }) => ({
      fingerprint: fingerprint(key),
      expiresAt: expiresAt === null ? null : timeText(expiresAt),
    })),
    headers: eachFingerprint(headers, fingerprint),
    credentials: eachFingerprint(credentials ?? {}, fingerprint),
  })
}

export function applicationState(application: Application): AuditState {
  const { id: _, organizationId: __, configVersion: ___, ...rest } = application
  return bounded(rest)
}

export function eventTypeState(eventType: EventType): AuditState {
  const { organizationId: _, ...rest } = eventType
  return bounded({ ...rest })
}

/** Records are the business of who owns them: what has the name of a secret is one. */
export function recordState(record: StoredRecord, fingerprint: Fingerprint): AuditState {
  const { expiresAt, body } = record
  const shown = masked(body, fingerprint)
  return bounded({
    ...(isPlainObject(shown) ? shown : {}),
    ...(expiresAt === null ? {} : { expiresAt: timeText(expiresAt) }),
  })
}

/** The URL with its password and the values of its query as fingerprints. */
export function shownUrl(text: string, fingerprint: Fingerprint): string {
  const url = URL.parse(text)
  if (url === null) return fingerprint(text)
  if (url.username !== '') url.username = fingerprint(url.username)
  if (url.password !== '') url.password = fingerprint(url.password)
  for (const [name, value] of [...url.searchParams]) {
    if (value !== '') url.searchParams.set(name, fingerprint(value))
  }
  return url.href
}

/** Whether a shown URL leaves something out, so that the URL cannot be had back from it. */
export function hidesParts(shown: string): boolean {
  const url = URL.parse(shown)
  if (url === null) return true
  const values = [...url.searchParams.values()]
  return url.username !== '' || url.password !== '' || values.some((value) => value !== '')
}

function eachFingerprint(
  values: Readonly<Record<string, string>>,
  fingerprint: Fingerprint,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, fingerprint(value)]),
  )
}

const secretNames = /secret|password|token|hash|salt|credential|authorization|private|payload/i

function masked(value: unknown, fingerprint: Fingerprint): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, fingerprint))
  if (!isPlainObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const secret = secretNames.test(name) && member !== null && typeof member !== 'boolean'
      return [name, secret ? fingerprint(JSON.stringify(member)) : masked(member, fingerprint)]
    }),
  )
}

function bounded(state: AuditState): AuditState {
  const bytes = Buffer.byteLength(JSON.stringify(state))
  return bytes > stateBytesMax ? { tooLarge: bytes } : state
}
