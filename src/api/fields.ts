/** Rules on fields that a schema cannot say. Each throws a 422 that names its field. */

import { limits } from '../domain/limits.ts'
import { alike, joined } from '../domain/sentence.ts'
import type { Services } from './call.ts'
import { refuse } from './validate.ts'

/** A uid must not look like an id of its own kind. */
export function checkUid(uid: string | null | undefined, prefix: string): string | null {
  if (uid === null || uid === undefined) return null
  if (uid.startsWith(prefix)) {
    throw refuse(['uid', '__all__'], {
      en: `a uid must not start with the prefix of ids, ${prefix}`,
      es: `un uid no puede empezar con el prefijo de los ids, ${prefix}`,
    })
  }
  return uid
}

export function checkMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (metadata === undefined) return {}
  if (Buffer.byteLength(JSON.stringify(metadata)) > limits.metadataBytesMax) {
    throw refuse('metadata', {
      en: `metadata is larger than ${limits.metadataBytesMax} bytes`,
      es: `los metadatos pasan de ${limits.metadataBytesMax} bytes`,
    })
  }
  return metadata
}

/** The URL of an endpoint as it is kept; or a 422 by the guard's own code. */
export function checkOutboundUrl(
  text: string,
  { urlPolicy }: Pick<Services, 'urlPolicy'>,
  field = 'url',
): string {
  const verdict = urlPolicy.check(text, 'en')
  if (verdict.ok) return verdict.url.href
  const spanish = urlPolicy.check(text, 'es')
  const reason = { en: verdict.reason, es: spanish.ok ? '' : spanish.reason }
  throw refuse(field, joined(reason, alike(` (${verdict.code})`)), verdict.code)
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
    throw refuse(field, {
      en: 'control characters are not accepted',
      es: 'no se aceptan caracteres de control',
    })
  }
  if (!text.isWellFormed())
    throw refuse(field, { en: 'not valid Unicode text', es: 'no es texto Unicode válido' })
  return text
}
