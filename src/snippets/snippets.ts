/**
 * Receivers in nine languages, as files in `snippets/` that run as they are: `plain` and `library`
 * verify Standard Webhooks, `body` verifies a hex HMAC over the body alone. What differs between
 * endpoints is written into them by plain replacement: header names, and the path of the URL.
 * No secret ever stands in the code: it comes from the environment variable `WEBHOOK_SECRET`.
 */
import { readFile } from 'node:fs/promises'
import {
  languageFacts,
  type SnippetForm,
  type SnippetLanguage,
  snippetForms,
  snippetLanguages,
} from './languages.ts'

/** What a receiver has to verify. */
export interface SnippetTarget {
  readonly signature: 'standard-webhooks' | 'logto-hmac' | 'none'
  /** Headers that carry a Standard Webhooks signature. */
  readonly headers: 'webhook' | 'svix'
  readonly key: 'hmac' | 'ed25519'
  /** The endpoint's URL; null: none is written in. */
  readonly url: string | null
}

export interface Snippet {
  readonly language: SnippetLanguage
  readonly label: string
  readonly form: SnippetForm
  readonly fileName: string
  /** A command, or the coordinates of a package; null: nothing is needed. */
  readonly install: string | null
  readonly code: string
}

export const secretVariable = 'WEBHOOK_SECRET'

export const standardTarget: SnippetTarget = {
  signature: 'standard-webhooks',
  headers: 'webhook',
  key: 'hmac',
  url: null,
}

/**
 * The receivers that can verify `target`, narrowed to a language and a form when they are given.
 * Empty for what is not signed, and where the language has nothing that verifies it.
 */
export async function snippetsFor(
  target: SnippetTarget,
  only: { readonly language?: SnippetLanguage; readonly form?: SnippetForm } = {},
): Promise<readonly Snippet[]> {
  if (target.signature === 'none') return []
  const languages = snippetLanguages.filter((name) => (only.language ?? name) === name)
  const forms = snippetForms.filter((name) => (only.form ?? name) === name)
  const wanted = languages.flatMap((language) => forms.map((form) => ({ language, form })))
  return Promise.all(
    wanted.filter((one) => verifies(one, target)).map((one) => snippetOf(one, target)),
  )
}

interface Chosen {
  readonly language: SnippetLanguage
  readonly form: SnippetForm
}

/** The official libraries know `v1` only. */
function verifies({ language, form }: Chosen, { signature, key }: SnippetTarget): boolean {
  if (signature === 'logto-hmac') return form === 'plain'
  return key === 'hmac' || (form === 'plain' && languageFacts[language].ed25519)
}

async function snippetOf(chosen: Chosen, target: SnippetTarget): Promise<Snippet> {
  const { language, form } = chosen
  const { label, ending, fileName, install } = languageFacts[language]
  const file = target.signature === 'logto-hmac' ? 'body' : form
  const text = await fileText(`${language}/${file}.${ending}`)
  return {
    language,
    label,
    form,
    fileName: fileName[form],
    install: install[form],
    code: filled(text, target),
  }
}

const folder = new URL('../../snippets/', import.meta.url)
const read = new Map<string, Promise<string>>()

function fileText(path: string): Promise<string> {
  const text = read.get(path) ?? readFile(new URL(path, folder), 'utf8')
  read.set(path, text)
  return text
}

function filled(text: string, { headers, url }: SnippetTarget): string {
  const named =
    headers === 'webhook'
      ? text
      : text
          .replaceAll(/webhook-(id|timestamp|signature)/g, 'svix-$1')
          .replaceAll(/HTTP_WEBHOOK_(ID|TIMESTAMP|SIGNATURE)/g, 'HTTP_SVIX_$1')
  if (url === null) return named
  const { origin, pathname } = new URL(url)
  const path = harmless(pathname)
  return named.replaceAll('https://your-host', () => origin).replaceAll('/webhooks', () => path)
}

/** A URL may hold quotes and brackets, which would end the text or comment that it is written in. */
function harmless(path: string): string {
  return path.replaceAll(
    /[^\w\-.~%/]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
