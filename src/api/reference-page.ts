/**
 * The API reference at `/docs`: one page, made from the OpenAPI document that the same schemas
 * give, without a script and without any other host, in the reader's language.
 */
import type { FastifyInstance } from 'fastify'
import { type Language, languageOf, type Translate, translator } from '../i18n/translate.ts'
import { escaped, pageHeaders } from './html.ts'
import { type Json, schemaRows } from './reference-schema.ts'
import { referenceStyle } from './reference-style.ts'
import { summariesEs } from './reference-summaries.es.ts'
import { textsEs } from './reference-texts.es.ts'

const en = {
  title: 'Posthorn API reference',
  intro:
    'Wire-compatible with Svix: its SDKs work with only the server URL changed. Send the API key as a bearer token.',
  document: 'OpenAPI document',
  other: 'En español',
  operations: 'Operations',
  parameters: 'Parameters',
  body: 'Body',
  answers: 'Answers',
  name: 'Name',
  where: 'In',
  type: 'Type',
  meaning: 'Meaning',
  required: 'required',
  access: 'Who may call it: {who}',
} as const
const es = {
  title: 'Referencia de la API de Posthorn',
  intro:
    'Compatible con Svix: sus SDK funcionan cambiando solo la URL del servidor. Envía la clave de API como token bearer.',
  document: 'Documento OpenAPI',
  other: 'In English',
  operations: 'Operaciones',
  parameters: 'Parámetros',
  body: 'Cuerpo',
  answers: 'Respuestas',
  name: 'Nombre',
  where: 'En',
  type: 'Tipo',
  meaning: 'Significado',
  required: 'obligatorio',
  access: 'Quién puede llamarla: {who}',
} as const

/** Words of the page's own, and the document's as the reader's language says them. */
interface Words {
  readonly t: Translate<typeof en>
  readonly summary: (id: string, english: unknown) => string
  readonly say: (english: unknown) => string
}

/** What has no translation is shown as the document says it; a test finds it. */
function wordsIn(language: Language): Words {
  const t = translator({ en, es }, language)
  const summaries: Readonly<Record<string, string>> = language === 'es' ? summariesEs : {}
  const texts = language === 'es' ? textsEs : {}
  return {
    t,
    summary: (id, english) => text(summaries[id] ?? english ?? id),
    say: (english) => text(texts[String(english ?? '')] ?? english),
  }
}

/**
 * Serves `/docs` (`?lang=es` or the browser's language) and its stylesheet. A page is made when it
 * is first asked for: most starts are never asked.
 */
export function referencePage(app: FastifyInstance, documentOf: () => Json): void {
  const pages: Partial<Record<Language, string>> = {}
  const pageIn = (language: Language): string => {
    const page = pages[language] ?? renderReference(documentOf(), language)
    pages[language] = page
    return page
  }
  app.get('/docs', (request, reply) => {
    const asked = /[?&]lang=(en|es)\b/.exec(request.raw.url ?? '')?.[1]
    const language = languageOf(asked ?? request.headers['accept-language'])
    return reply
      .headers({ ...pageHeaders, vary: 'accept-language' })
      .type('text/html')
      .send(pageIn(language))
  })
  app.get('/docs/style.css', (_request, reply) =>
    reply.headers(pageHeaders).type('text/css').send(referenceStyle),
  )
}

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly tag: string
  readonly value: Json
}

/** The whole page. Everything from the document is escaped. */
export function renderReference(document: Json, language: Language): string {
  const words = wordsIn(language)
  const { t } = words
  const operations = operationsOf(document)
  const tags = [...new Set(operations.map((operation) => operation.tag))]
  const of = (tag: string) => operations.filter((operation) => operation.tag === tag)
  const links = tags.map(
    (tag) =>
      `<h2>${escaped(tag)}</h2><ul>${of(tag)
        .map(
          ({ id, value }) =>
            `<li><a href="#${escaped(id)}">${words.summary(id, value['summary'])}</a></li>`,
        )
        .join('')}</ul>`,
  )
  const sections = tags.map(
    (tag) =>
      `<section><h2>${escaped(tag)}</h2>${of(tag)
        .map((operation) => renderOperation(operation, document, words))
        .join('')}</section>`,
  )
  const other = language === 'en' ? 'es' : 'en'
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${t('title')}</title><link rel="stylesheet" href="/docs/style.css"></head><body><nav aria-label="${t('operations')}">${links.join('')}</nav><main><h1>${t('title')}</h1><p>${t('intro')}</p><p><a href="/api/v1/openapi.json">${t('document')}</a> · <a href="/docs?lang=${other}" lang="${other}">${t('other')}</a></p>${sections.join('')}</main></body></html>`
}

function operationsOf(document: Json): readonly Operation[] {
  return Object.entries(record(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(record(methods)).map(([method, given]): Operation => {
      const value = record(given)
      const [tag] = list(value['tags'])
      return { id: String(value['operationId']), method, path, tag: String(tag ?? ''), value }
    }),
  )
}

function renderOperation(operation: Operation, document: Json, words: Words): string {
  const { t, summary, say } = words
  const { id, method, path, value } = operation
  const description =
    value['description'] === undefined ? '' : `<p>${say(value['description'])}</p>`
  const who =
    value['x-access'] === undefined
      ? ''
      : `<p class="who">${t('access', { who: say(value['x-access']) })}</p>`
  const schema = record(
    record(record(record(value['requestBody'])['content'])['application/json'])['schema'],
  )
  const body = schemaRows(schema, document).map((row) => fieldRow(row.name, row.type, row, words))
  const answers = Object.entries(record(value['responses'])).map(
    ([status, answer]) =>
      `<tr><td><code>${escaped(status)}</code></td><td>${say(record(answer)['description'])}</td></tr>`,
  )
  return `<article id="${escaped(id)}"><h3><a href="#${escaped(id)}">${summary(id, value['summary'])}</a></h3><p class="call"><b>${escaped(method.toUpperCase())}</b> <code>${escaped(path)}</code> <span>${escaped(id)}</span></p>${description}${who}${renderParameters(value, document, words)}${
    body.length === 0 ? '' : table(t('body'), [t('name'), t('type'), t('meaning')], body)
  }${table(t('answers'), [], answers)}</article>`
}

function renderParameters(value: Json, document: Json, words: Words): string {
  const { t } = words
  const rows = list(value['parameters']).map((given) => {
    const parameter = record(given)
    const [shape] = schemaRows({ type: 'object', properties: { p: parameter['schema'] } }, document)
    const note = {
      required: parameter['required'] === true,
      meaning: String(parameter['description'] ?? shape?.meaning ?? ''),
    }
    const name = `${String(parameter['name'])} (${String(parameter['in'])})`
    return fieldRow(name, shape?.type ?? '', note, words)
  })
  return rows.length === 0 ? '' : table(t('parameters'), [t('name'), t('type'), t('meaning')], rows)
}

function fieldRow(
  name: string,
  type: string,
  note: { readonly required: boolean; readonly meaning: string },
  { t, say }: Words,
): string {
  const required = note.required ? ` <em>${t('required')}</em>` : ''
  return `<tr><td><code>${escaped(name)}</code>${required}</td><td>${escaped(type)}</td><td>${say(note.meaning)}</td></tr>`
}

function table(caption: string, heads: readonly string[], rows: readonly string[]): string {
  const head =
    heads.length === 0
      ? ''
      : `<thead><tr>${heads.map((each) => `<th scope="col">${each}</th>`).join('')}</tr></thead>`
  return `<table><caption>${caption}</caption>${head}<tbody>${rows.join('')}</tbody></table>`
}

function text(value: unknown): string {
  return escaped(String(value ?? ''))
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {} // checked
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
