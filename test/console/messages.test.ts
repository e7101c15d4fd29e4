import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { rawMember } from '../../console/src/api/raw-member.ts'
import { contrast, parseAccent, readableAccents } from '../../console/src/portal-accent.ts'
import { groupEvents, namesIn } from '../../console/src/state/event-tree.ts'
import { filterOfRows, rowsOfFilter } from '../../console/src/state/filter-rows.ts'
import { differencesOf } from '../../console/src/state/json-diff.ts'
import {
  foundIn,
  foundMax,
  openLevels,
  parseJson,
  routeTo,
} from '../../console/src/state/json-tree.ts'
import { allReasons } from '../../console/src/state/reasons.ts'
import { variants, variantText } from '../../console/src/state/sample-variants.ts'
import { schemaFaults } from '../../console/src/state/schema-check.ts'
import { parseSearch, stringifySearch, timeRange } from '../../console/src/state/search.ts'
import { withRule, withType } from '../../src/domain/type-choice.ts'
import { es as explanations } from '../../src/i18n/explanations/es.ts'
import { namedFirst } from './first-words.ts'

type Text = string | { readonly one: string; readonly other: string }
type Catalog = Readonly<Record<string, Text>>

const folder = join(import.meta.dirname, '../../console/src/messages')

/** The only catalog that a module of the folder exports. */
const catalogOf = async (file: string): Promise<Catalog> => {
  const catalogs = Object.values<Catalog>(await import(join(folder, file)))
  assert.equal(catalogs.length, 1, `${file} exports one catalog`)
  return catalogs[0] ?? {}
}

/** Every word of a language, of whichever catalog. A key that says two things would hide one of them. */
const wordsOf = async (language: 'en' | 'es'): Promise<Catalog> => {
  const words: Record<string, Text> = {}
  for (const file of globSync(`{${language},*-${language}}.ts`, { cwd: folder })) {
    for (const [key, text] of Object.entries(await catalogOf(file))) {
      words[key] ??= text
      assert.equal(words[key], text, `${key} of ${file} says something else in another catalog`)
    }
  }
  return words
}

const [en, es, baseEn, firstEn] = await Promise.all([
  wordsOf('en'),
  wordsOf('es'),
  catalogOf('en.ts'),
  catalogOf('first-en.ts'),
])

const forms = (text: Text): string =>
  typeof text === 'string' ? text : `${text.one} ${text.other}`

test('the first load has the words that its modules name, and no others', () => {
  const missing = [...namedFirst(Object.keys(baseEn))]
  assert.deepEqual(missing, [], 'these belong to first-en.ts and first-es.ts')
  const named = namedFirst(Object.keys(firstEn))
  const superfluous = Object.keys(firstEn).filter((key) => !named.has(key))
  assert.deepEqual(superfluous, [], 'these belong to en.ts and es.ts')
})

test('the words of the glossary are used, and the others are not', () => {
  const forbidden = {
    en: /\b(redeliver|replay|regenerate|tenants?)\b/i,
    es: /punto final|extremo|carga útil|cabecera|regenerar|desactivar|inquilino|caduc|copia de seguridad|\busted\b|\bsu contraseña\b/i,
  }
  for (const [language, catalog] of [['en', en] as const, ['es', es] as const]) {
    const wrong = Object.entries(catalog).filter(([, text]) =>
      forbidden[language].test(forms(text)),
    )
    assert.deepEqual(wrong, [], language)
  }
})

test('the command line and the pages of docs keep to the glossary too', () => {
  const forbidden =
    /punto final|carga útil|cabecera|inquilino|caduc|copia de seguridad|\busted\b|\b(elija|seleccione|ingrese)\b/i
  const root = join(import.meta.dirname, '../..')
  const texts = {
    ...Object.fromEntries(
      Object.entries(explanations).map(([code, { title, why, fix }]) => [
        code,
        `${title} ${why} ${fix}`,
      ]),
    ),
    ...Object.fromEntries(
      globSync(['README.es.md', 'docs/**/*.es.md'], { cwd: root }).map((path) => [
        path,
        readFileSync(join(root, path), 'utf8'),
      ]),
    ),
  }
  assert.ok(Object.keys(texts).length > 100)
  const wrong = Object.entries(texts).flatMap(([where, text]) => {
    const found = forbidden.exec(text)
    return found === null ? [] : [`${where}: ${found[0]}`]
  })
  assert.deepEqual(wrong, [])
})

test('both languages have the same parameters in every message', () => {
  const parametersOf = (text: string): string =>
    [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ')
  assert.deepEqual(Object.keys(es).sort(), Object.keys(en).sort())
  for (const [key, text] of Object.entries(en)) {
    assert.equal(parametersOf(forms(es[key] ?? '')), parametersOf(forms(text)), key)
  }
})

test('no Spanish message is the English one, but for names and words that both share', () => {
  const shared =
    /^(API|DNS|AsyncAPI|OpenAPI|\{count\} endpoint \{count\} endpoints|TLS|URL|curl|ID|id|Cookies|GitHub|JavaScript|Posthorn|Shopify|Slack|Standard Webhooks|Stripe|Twilio|No|General|Local|Portal|Payload|Inspector|Endpoints?|Webhooks|Error|total|chat|\{first\} \+\{count\})$/
  const same = Object.entries(es).filter(
    ([key, text]) => forms(text) === forms(en[key] ?? '') && !shared.test(forms(text)),
  )
  assert.deepEqual(same, [])
})

test('every reason of a failed attempt has its finding and its cause in both languages', () => {
  assert.ok(allReasons.length > 35)
  for (const { title, cause } of allReasons) {
    for (const key of [title, cause]) {
      assert.ok(key in en, key)
      assert.ok(key in es, key)
    }
  }
})

test('the state of a page survives its URL', () => {
  const search = {
    status: 'failed,retrying',
    type: 'order.*',
    q: 'data.order.id="o_91"',
    lang: 'es',
  }
  const text = stringifySearch(search)
  assert.equal(text, '?status=failed,retrying&type=order.*&q=data.order.id%3D%22o_91%22&lang=es')
  assert.deepEqual(parseSearch(text), search)
  assert.equal(stringifySearch({ status: undefined, q: '' }), '')
  const now = Date.UTC(2026, 10, 21)
  assert.deepEqual(timeRange({ since: '1h' }, now), { from: now - 3_600_000, to: null })
  assert.deepEqual(timeRange({ from: '2026-11-20T10:00:00Z' }, now), {
    from: Date.UTC(2026, 10, 20, 10),
    to: null,
  })
  assert.equal(timeRange({ since: 'nonsense' }, now), null)
})

test('a payload is shown as it is stored, to the last digit', () => {
  const stored = '{ "n": 1.0,  "big": 9007199254740993, "s": "}\\"{" }'
  const answer = `{"id":"msg_1","x":{"payload":1},"payload":${stored},"timestamp":"t"}`
  assert.equal(rawMember(answer, 'payload'), stored)
  assert.equal(rawMember(answer, 'timestamp'), '"t"')
  assert.equal(rawMember(answer, 'absent'), null)
  assert.equal(rawMember('{"payload":[1,2]}', 'payload'), '[1,2]')
})

test('names are taken out of whatever was pasted', () => {
  assert.deepEqual(namesIn('order.paid, "order.created"\nUSER_LOGIN: | order.paid'), [
    'order.paid',
    'order.created',
    'USER_LOGIN',
  ])
  assert.deepEqual(
    groupEvents([{ name: 'USER_LOGIN' }, { name: 'USER_LOGOUT' }, { name: 'order.paid' }]),
    [
      { name: 'USER', events: ['USER_LOGIN', 'USER_LOGOUT'], rule: 'USER_*' },
      { name: 'order', events: ['order.paid'], rule: 'order.*' },
    ],
  )
})

test('a rule stands for its types, and one of them left out leaves the others by name', () => {
  const types = ['order.paid', 'order.sent', 'user.in'].map((name) => ({ name }))
  const ruled = withRule(['order.paid', 'user.in'], 'order.*', true)
  assert.deepEqual(ruled, ['user.in', 'order.*'])
  const left = withType(ruled, 'order.paid', { on: false, types })
  assert.deepEqual(left, ['user.in', 'order.sent'])
  assert.deepEqual(withType(left, 'order.paid', { on: true, types }), [...left, 'order.paid'])
  assert.deepEqual(withRule(ruled, 'order.*', false), ['user.in'])
  // Nobody is offered a rule that would take more than the group, or less.
  const mixed = groupEvents([
    { name: 'a.b', groupName: 'One' },
    { name: 'a.c', groupName: 'Two' },
  ])
  assert.deepEqual(
    mixed.map(({ rule }) => rule),
    [null, null],
  )
})

test('a payload is judged by its schema, and the places where it leaves it are named', async () => {
  const schema = {
    type: 'object',
    required: ['id'],
    properties: { id: {}, items: { type: 'array', items: { type: 'object', required: ['sku'] } } },
    additionalProperties: false,
  }
  assert.deepEqual(await schemaFaults(schema, { id: 1, items: [{ sku: 'a' }] }), [])
  const faults = await schemaFaults(schema, { items: [{}], odd: 1 })
  assert.deepEqual(
    faults?.map(({ path, keyword, wanted }) => [path, keyword, wanted]),
    [
      ['', 'required', 'id'],
      ['', 'additionalProperties', 'odd'],
      ['items[0]', 'required', 'sku'],
    ],
  )
  assert.equal(await schemaFaults(undefined, {}), null)
})

test('variants of a payload keep to its schema, from the least to the odd', async () => {
  const schema = {
    type: 'object',
    required: ['kind', 'lines'],
    properties: {
      kind: { enum: ['b', 'a'] },
      lines: { type: 'array', items: { type: 'integer' }, minItems: 2 },
      name: { type: 'string' },
      mail: { type: 'string', format: 'email' },
      gone: { type: ['string', 'null'] },
    },
  }
  const made = (variant: (typeof variants)[number]) => variantText(variant, schema, undefined)
  assert.deepEqual(JSON.parse(made('minimal')), { kind: 'b', lines: [1, 1] })
  assert.deepEqual(JSON.parse(made('full')), {
    ...{ kind: 'b', lines: [1, 1], name: 'text', mail: 'ana@example.com', gone: 'text' },
  })
  const edge = JSON.parse(made('edge'))
  assert.deepEqual([edge.kind, edge.mail, edge.gone], ['b', 'ana@example.com', null])
  assert.match(edge.name, /ñ 漢 🎉/)
  assert.match(made('edge'), /9007199254740993/)
  assert.ok(made('large').length > 256 * 1024)
  for (const variant of variants) {
    assert.deepEqual(await schemaFaults(schema, JSON.parse(made(variant))), [], variant)
  }
  // Without a schema the example is all there is to go by.
  assert.deepEqual(JSON.parse(variantText('minimal', undefined, { a: [1] })), { a: [] })
  assert.deepEqual(JSON.parse(variantText('edge', undefined, { a: 'x' })).a.includes('漢'), true)
})

test('two payloads differ where they differ', () => {
  assert.deepEqual(differencesOf({ a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 3] }, d: 0 }), [
    { path: 'b.c[1]', before: 2, after: 3 },
    { path: 'd', before: undefined, after: 0 },
  ])
})

test('any accent of a customer is made readable in both themes', () => {
  for (const given of ['0a7', '#ffee00', '000', 'ffffff', '7f7f7f']) {
    const accent = parseAccent(given)
    assert.ok(accent !== null)
    const { light, dark } = readableAccents(accent)
    assert.ok(contrast(light, [251, 250, 248]) >= 4.5, `${given} on light`)
    assert.ok(contrast(dark, [21, 23, 27]) >= 4.5, `${given} on dark`)
  }
  assert.equal(parseAccent('red; background: url(x)'), null)
})

test('rows say a payload filter and are read from it again; what they cannot say stays JSON', () => {
  const filters: readonly Readonly<Record<string, unknown>>[] = [
    { total: { $gte: 100, $lt: 500 }, country: 'C*', 'order.open': true, note: null },
    { code: '42', kind: { $in: ['a', 7, '7'] }, name: { $prefix: '12' }, gone: { $exists: false } },
    { $and: [{ tag: { $ne: 'a' } }, { tag: { $ne: 'b' } }] },
  ]
  for (const filter of filters) {
    const rows = rowsOfFilter(filter)
    assert.deepEqual(filterOfRows(rows ?? []), filter)
  }
  for (const filter of [
    { $or: [{ a: 1 }, { b: 1 }] },
    { $not: { a: 1 } },
    { a: { $in: ['a,b'] } },
    { a: { $regex: 'x' } },
    { a: [1] },
  ]) {
    assert.equal(rowsOfFilter(filter), null, JSON.stringify(filter))
  }
  const typed = [
    { path: 'total', operator: '$gte', value: ' 100 ' },
    { path: '', operator: '$eq', value: 'not done yet' },
    { path: 'country', operator: '$in', value: 'MX, ES,' },
    { path: 'total', operator: '$gte', value: '"100"' },
  ] as const
  assert.deepEqual(filterOfRows(typed), {
    $and: [{ total: { $gte: 100 }, country: { $in: ['MX', 'ES'] } }, { total: { $gte: '100' } }],
  })
  assert.equal(filterOfRows([]), null)
})

test('a text is found in keys and values as they are written, and leads there', () => {
  const root = parseJson('{"a.b":[1.0,{"Total":"x"},"total"],"n":9007199254740993}')?.value
  assert.deepEqual(foundIn(root, 'TOTAL'), [
    ['a.b', '1', 'Total'],
    ['a.b', '2'],
  ])
  assert.deepEqual(foundIn(root, '1.0'), [['a.b', '0']])
  assert.deepEqual(foundIn(root, '40993'), [['n']])
  assert.deepEqual(foundIn(root, '"x"'), [['a.b', '1', 'Total']])
  assert.deepEqual(foundIn(root, ''), [])
  const { path, through } = routeTo(root, ['a.b', '1', 'Total'])
  assert.equal(path, '["a.b"][1].Total')
  assert.deepEqual(
    [...through],
    [
      ['', 0],
      ['["a.b"]', 1],
      ['["a.b"][1]', 0],
    ],
  )
})

test('however large or deep a document is, few lines of it are open and few finds are counted', () => {
  const wide = parseJson(JSON.stringify(Array(300).fill(Array(300).fill({ a: 1 }))))?.value
  assert.equal(openLevels(wide, 3), 1)
  assert.equal(openLevels(parseJson('{"a":{"b":{"c":{"d":1}}}}')?.value, 3), 3)
  assert.equal(foundIn(wide, 'a').length, foundMax)
  const deep = parseJson(`${'[7,'.repeat(900)}8${']'.repeat(900)}`)?.value
  assert.equal(foundIn(deep, '8').at(-1)?.length, 900)
})
