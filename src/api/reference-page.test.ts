import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastify } from 'fastify'
import { openApiDocument } from './openapi.ts'
import { referencePage, renderReference } from './reference-page.ts'
import { textsEs } from './reference-texts.es.ts'

const document = openApiDocument({ version: '1.2.3' })

test('every operation of the document is on the page, in both languages', () => {
  for (const language of ['en', 'es'] as const) {
    const page = renderReference(document, language)
    assert.match(page, new RegExp(`<html lang="${language}">`))
    const ids = JSON.stringify(document).matchAll(/"operationId":"([^"]+)"/g)
    let count = 0
    for (const [, id] of ids) {
      assert.ok(page.includes(`<article id="${id}">`), `${id} is missing`)
      count += 1
    }
    assert.ok(count > 80)
  }
  assert.match(renderReference(document, 'es'), /Referencia de la API/)
})

test('nothing on the Spanish page is left in English, and no translation is left over', () => {
  const english = sentences(renderReference(document, 'en'))
  const spanish = sentences(renderReference(document, 'es'))
  assert.deepEqual([...english.intersection(spanish)], [])
  const unused = Object.keys(textsEs).filter((key) => /[ .]/.test(key) && !english.has(key))
  assert.deepEqual(unused, [])
})

/** What cells, paragraphs and links say; types of fields are not sentences. */
function sentences(page: string): ReadonlySet<string> {
  const found = [...page.matchAll(/<(?:td|p|a [^>]*)>([^<]*[ .][^<]*)</g)]
  return new Set(
    found
      .map(([, text = '']) =>
        text.replace(/&(?:#39|quot|lt|gt|amp);/g, (name) => plain[name] ?? ''),
      )
      .filter(
        (text) => !/^(string|integer|number|boolean|object|date-time|[\w.-]+ \||RFC )/.test(text),
      ),
  )
}

const plain: Readonly<Record<string, string>> = {
  '&#39;': "'",
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
}

test('the page runs nothing, asks no other host, and shows hostile text as text', () => {
  const hostile = '<img src=x onerror=alert(1)>"\''
  const page = renderReference(
    {
      paths: {
        [hostile]: {
          post: { operationId: hostile, summary: hostile, tags: [hostile], responses: {} },
        },
      },
    },
    'en',
  )
  assert.ok(!page.includes('<img'))
  assert.ok(!page.includes('<script'))
  assert.doesNotMatch(renderReference(document, 'en'), /(src|href)="(https?:)?\/\//)
})

test('it is served under a policy without scripts, in the language asked for', async () => {
  const app = fastify()
  referencePage(app, () => document)
  const english = await app.inject({ url: '/docs', headers: { 'accept-language': 'de' } })
  assert.equal(english.statusCode, 200)
  assert.match(english.body, /<html lang="en">/)
  assert.match(
    String(english.headers['content-security-policy']),
    /default-src 'none'; style-src 'self'/,
  )
  const spanish = await app.inject({ url: '/docs?lang=es' })
  assert.match(spanish.body, /<html lang="es">/)
  const byHeader = await app.inject({ url: '/docs', headers: { 'accept-language': 'es-MX' } })
  assert.match(byHeader.body, /<html lang="es">/)
  assert.match((await app.inject({ url: '/docs/style.css' })).body, /--accent/)
})
