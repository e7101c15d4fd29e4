/**
 * The operator's own texts for the portal, from a JSON file read once at start:
 * `{ "en": { "title": "Acme events", "help": "…" }, "es": { … } }`. Shown as text, never as markup.
 */
import { readFileSync } from 'node:fs'
import { type PortalTexts, portalTextLengthMax, portalTextNames } from '../domain/portal-look.ts'

const languages = ['en', 'es'] as const
const bytesMax = 64 * 1024

/** Throws with a sentence that names the member when the file is not there or not as it must be. */
export function readPortalTexts(path: string): PortalTexts {
  const bytes = readFileSync(path)
  if (bytes.length > bytesMax) throw new Error(`The portal's texts ${path} exceed 64 KB`)
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw new Error(`The portal's texts ${path} are not JSON`, { cause })
  }
  const byLanguage = membersOf(value, languages, { path, at: '' })
  const texts = Object.entries(byLanguage).map(([language, some]) => {
    const named = membersOf(some, portalTextNames, { path, at: language })
    for (const [name, text] of Object.entries(named))
      checkText(text, `${path}: ${language}.${name}`)
    return [language, named]
  })
  return Object.fromEntries(texts) as PortalTexts // as was just checked
}

function membersOf(
  value: unknown,
  allowed: readonly string[],
  place: { readonly path: string; readonly at: string },
): Readonly<Record<string, unknown>> {
  const where = `The portal's texts ${place.path}${place.at === '' ? '' : ` at "${place.at}"`}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${where} must be an object with ${allowed.join(', ')}`)
  }
  const unknown = Object.keys(value).find((name) => !allowed.includes(name))
  if (unknown === undefined) return { ...value }
  throw new Error(`${where} have no "${unknown}": there are ${allowed.join(', ')}`)
}

function checkText(text: unknown, place: string): void {
  if (typeof text !== 'string' || text.trim() === '' || text.length > portalTextLengthMax) {
    throw new Error(`${place} must be a text of 1 to ${portalTextLengthMax} characters`)
  }
  if (/\p{Cc}/u.test(text)) throw new Error(`${place} has control characters`)
}
