/**
 * What the text of a URL to call must be before its host is looked at: refused rather than repaired,
 * since the parser folds backslashes and control characters into something else.
 */
import { limits } from './limits.ts'

const reasonsEn = {
  url_too_long: `The URL is longer than ${limits.urlLengthMax} characters.`,
  url_malformed: 'This is not an absolute http or https URL.',
  url_characters: 'The URL holds control characters, a backslash or space around it.',
  url_credentials: 'The URL must not hold a user name or password; use a header instead.',
  url_host: 'The host is not a usable name or address.',
} as const

const reasonsEs = {
  url_too_long: `La URL tiene más de ${limits.urlLengthMax} caracteres.`,
  url_malformed: 'No es una URL http o https absoluta.',
  url_characters:
    'La URL contiene caracteres de control, una barra invertida o espacios alrededor.',
  url_credentials: 'La URL no puede llevar usuario ni contraseña; usa un encabezado.',
  url_host: 'El host no es un nombre ni una dirección utilizable.',
} as const satisfies Record<keyof typeof reasonsEn, string>

export type UrlTextFault = keyof typeof reasonsEn
export const urlTextReasons = { en: reasonsEn, es: reasonsEs } as const

const controlCharacters = /[\u0000-\u001f\u007f-\u009f\\]/
const rawUrl = /^https?:\/\/([^/?#]+)/i

/** The URL, and its host as it was written; or what is wrong with the text. */
export function parseUrlText(
  text: string,
): { readonly url: URL; readonly rawHost: string } | UrlTextFault {
  if (text.length > limits.urlLengthMax) return 'url_too_long'
  if (controlCharacters.test(text) || text.trim() !== text || !text.isWellFormed()) {
    return 'url_characters' // half a character would become another one
  }
  const authority = rawUrl.exec(text)?.[1]
  if (authority === undefined) return 'url_malformed'
  if (authority.includes('@')) return 'url_credentials'
  if (authority.includes('%')) return 'url_host'
  const url = URL.parse(text)
  if (url === null) return 'url_malformed'
  if (url.href.length > limits.urlLengthMax) return 'url_too_long'
  return { url, rawHost: authority.replace(/:\d*$/, '').toLowerCase() }
}
