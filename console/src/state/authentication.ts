/** How requests to an endpoint show who sends them, as a form holds it while it is filled in. */
import type { Authentication } from '../api/model.ts'

/** What is stored, as the form holds it: the secret is never among it. */
export function authenticationOf(
  stored: Readonly<Record<string, unknown>> | null | undefined,
): Authentication {
  if (stored == null) return null
  return Object.fromEntries(
    Object.entries(stored).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
    ),
  )
}

/** A kind just chosen, with the fields that it cannot do without. */
export function begun(kind: string): Authentication {
  switch (kind) {
    case '':
      return null
    case 'api-key':
      return { kind, name: 'x-api-key', placement: 'header' }
    case 'totp':
      return { kind, name: 'x-otp', placement: 'header' }
    case 'basic':
      return { kind, username: '' }
    case 'oauth2':
      return { kind, tokenUrl: '', clientId: '' }
    default:
      return { kind }
  }
}

/** Once it is saved, the secret is kept there and not here. */
export function withoutSecret(value: Authentication): Authentication {
  if (value === null) return null
  const { secret: _, ...rest } = value
  return rest
}

/** What of it goes nowhere in the clear. */
export const secretOf = (value: Authentication): readonly string[] =>
  typeof value?.['secret'] === 'string' ? [value['secret']] : []

/** What a request will have of it: a line of its head, or a parameter of its URL. */
export function placeOfProof(value: Authentication): {
  readonly header?: string
  readonly parameter?: string
} {
  switch (value?.['kind']) {
    case 'basic':
      return { header: 'authorization: Basic …' }
    case 'bearer':
    case 'oauth2':
      return { header: 'authorization: Bearer …' }
    case 'api-key':
    case 'totp':
      return value['placement'] === 'query'
        ? { parameter: `${value['name']}=…` }
        : { header: `${value['name']}: …` }
    default:
      return {}
  }
}
