/** Rules on fields that a schema cannot say. Each throws a 422 that names its field. */
import { limits } from '../domain/limits.ts'
import { refuse } from './validate.ts'

/** A uid must not look like an id of its own kind. */
export function checkUid(uid: string | null | undefined, prefix: string): string | null {
  if (uid === null || uid === undefined) return null
  if (uid.startsWith(prefix)) {
    throw refuse(['uid', '__all__'], `a uid must not start with the prefix of ids, ${prefix}`)
  }
  return uid
}

export function checkMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (metadata === undefined) return {}
  if (Buffer.byteLength(JSON.stringify(metadata)) > limits.metadataBytesMax) {
    throw refuse('metadata', `metadata is larger than ${limits.metadataBytesMax} bytes`)
  }
  return metadata
}

/** `throttleRate`, or its older name. Undefined: neither was given. */
export function rateOf(body: {
  readonly throttleRate?: number | null
  readonly rateLimit?: number | null
}): number | null | undefined {
  return body.throttleRate === undefined ? body.rateLimit : body.throttleRate
}

/** NUL is no text for PostgreSQL, and control characters are nothing to show. */
export function checkText(text: string, field: string): string {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text)) {
    throw refuse(field, 'control characters are not accepted')
  }
  if (!text.isWellFormed()) throw refuse(field, 'not valid Unicode text')
  return text
}
