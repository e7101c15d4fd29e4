/** The documents of `/events`. Everything that comes from an event type is escaped. */
import { catalogText, type EventType, groupText, sunsetOf } from '../domain/event-type.ts'
import { fieldsOf, type SchemaField } from '../domain/schema/fields.ts'
import { goOf } from '../domain/schema/go.ts'
import { pythonOf } from '../domain/schema/python.ts'
import { sampleIn } from '../domain/schema/sample.ts'
import { typescriptOf, zodOf } from '../domain/schema/typescript.ts'
import { schemaVersions } from '../domain/schema/versions.ts'
import { type Language, type Translate, translator } from '../i18n/translate.ts'
import { escaped } from './html.ts'

const en = {
  title: 'Event catalog',
  intro: 'The events that webhooks can bring, and what is in them.',
  count: { one: '{count} event type', other: '{count} event types' },
  none: 'There are no event types yet.',
  other: 'En español',
  groups: 'Groups',
  rest: 'Others',
  back: 'All events',
  deprecated: 'Deprecated',
  sunset: 'Sent until',
  group: 'Group',
  version: 'Version',
  noDescription: 'No description.',
  fields: 'Fields',
  noFields: 'No schema says what its fields are.',
  field: 'Field',
  type: 'Type',
  example: 'Example',
  required: 'always present',
} as const
const es = {
  title: 'Catálogo de eventos',
  intro: 'Los eventos que pueden traer los webhooks, y qué contienen.',
  count: { one: '{count} tipo de evento', other: '{count} tipos de evento' },
  none: 'Todavía no hay tipos de evento.',
  other: 'In English',
  groups: 'Grupos',
  rest: 'Otros',
  back: 'Todos los eventos',
  deprecated: 'Obsoleto',
  sunset: 'Se envía hasta',
  group: 'Grupo',
  version: 'Versión',
  noDescription: 'Sin descripción.',
  fields: 'Campos',
  noFields: 'Ningún esquema dice cuáles son sus campos.',
  field: 'Campo',
  type: 'Tipo',
  example: 'Ejemplo',
  required: 'siempre presente',
} as const

type T = Translate<typeof en>

export function renderIndex(types: readonly EventType[], language: Language): string {
  const t = translator({ en, es }, language)
  const groups = [...Map.groupBy(types, ({ groupName }) => groupName ?? '')].sort(([a], [b]) =>
    a === '' ? 1 : b === '' ? -1 : a.localeCompare(b, language),
  )
  const named = groups.length > 1 || groups[0]?.[0] !== ''
  const wordsOf = ([first]: readonly EventType[]): string =>
    first === undefined ? '' : groupText(first, language)
  const sections = groups.map(([, members], at) => {
    const heading = named
      ? `<h2 id="g${at}" dir="auto">${escaped(wordsOf(members) || t('rest'))}</h2>`
      : ''
    return `<section>${heading}<ul class="types">${members.map((type) => item(type, language, t)).join('')}</ul></section>`
  })
  const links = groups.map(
    ([, members], at) =>
      `<a href="#g${at}" dir="auto">${escaped(wordsOf(members) || t('rest'))}</a>`,
  )
  const navigation =
    groups.length > 1 ? `<nav aria-label="${t('groups')}">${links.join(' ')}</nav>` : ''
  const count = types.length === 0 ? t('none') : t('count', { count: types.length })
  const body = `<h1>${t('title')}</h1><p>${t('intro')} ${count}</p>${navigation}${sections.join('')}`
  return documentOf({ title: t('title'), body, path: '/events', language, t })
}

function item(type: EventType, language: Language, t: T): string {
  const label = catalogText(type, 'label', language)
  const description = catalogText(type, 'description', language) || type.description
  const deprecated = type.deprecated ? ` <em>${t('deprecated')}</em>` : ''
  const words = [label, description].filter((text) => text !== '' && text !== type.name)
  return `<li><a href="${linkTo(type, language)}"><code>${escaped(type.name)}</code></a>${deprecated}${words
    .map((text) => `<p dir="auto">${escaped(text)}</p>`)
    .join('')}</li>`
}

function linkTo(type: EventType, language: Language): string {
  return escaped(`/events/${encodeURIComponent(type.name)}?lang=${language}`)
}

export function renderType(type: EventType, language: Language): string {
  const t = translator({ en, es }, language)
  const [version] = schemaVersions(type.schemas)
  const schema = version === undefined ? undefined : type.schemas?.[version]
  const label = catalogText(type, 'label', language)
  const description =
    catalogText(type, 'description', language) || type.description || t('noDescription')
  const sunsetAt = sunsetOf(type)
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })
  const facts = [
    sunsetAt === null ? null : [t('sunset'), day.format(sunsetAt)],
    type.groupName === null ? null : [t('group'), groupText(type, language)],
    version === undefined || Object.keys(type.schemas ?? {}).length < 2
      ? null
      : [t('version'), version],
  ].filter((fact) => fact !== null)
  const body = [
    `<p><a href="/events?lang=${language}">‹ ${t('back')}</a></p>`,
    `<h1><code>${escaped(type.name)}</code>${type.deprecated ? ` <em>${t('deprecated')}</em>` : ''}</h1>`,
    label === '' || label === type.name ? '' : `<p class="label" dir="auto">${escaped(label)}</p>`,
    `<p dir="auto">${escaped(description)}</p>`,
    facts.length === 0
      ? ''
      : `<dl>${facts.map(([name = '', value = '']) => `<dt>${name}</dt><dd dir="auto">${escaped(value)}</dd>`).join('')}</dl>`,
    fieldTable(fieldsOf(schema), t),
    samples(type.name, schema, t),
  ]
  const path = `/events/${encodeURIComponent(type.name)}`
  return documentOf({ title: type.name, body: body.join(''), path, language, t })
}

function fieldTable(fields: readonly SchemaField[], t: T): string {
  if (fields.length === 0) return `<h2>${t('fields')}</h2><p>${t('noFields')}</p>`
  const rows = fields.map(({ path, type, required, description, example }) => {
    const must = required ? ` <em>${t('required')}</em>` : ''
    const words = description === '' ? '' : `<p dir="auto">${escaped(description)}</p>`
    return `<tr><td><code>${escaped(path)}</code>${must}${words}</td><td><code>${escaped(type)}</code></td><td><code>${escaped(example)}</code></td></tr>`
  })
  return `<h2>${t('fields')}</h2><table><thead><tr><th scope="col">${t('field')}</th><th scope="col">${t('type')}</th><th scope="col">${t('example')}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

/** The example, and what programs call it, each folded but the first. */
function samples(name: string, schema: unknown, t: T): string {
  if (schema === undefined) return ''
  const sample = sampleIn(schema)
  const texts = [
    ...(sample === undefined ? [] : [['JSON', JSON.stringify(sample, null, 2)] as const]),
    ['TypeScript', typescriptOf(name, schema)] as const,
    ['Zod', zodOf(name, schema)] as const,
    ['Go', goOf(name, schema)] as const,
    ['Python', pythonOf(name, schema)] as const,
  ]
  const blocks = texts.map(
    ([label, text], at) =>
      `<details${at === 0 ? ' open' : ''}><summary>${label}</summary><pre tabindex="0">${escaped(text)}</pre></details>`,
  )
  return `<h2>${t('example')}</h2>${blocks.join('')}`
}

function documentOf(page: {
  readonly title: string
  readonly body: string
  readonly path: string
  readonly language: Language
  readonly t: T
}): string {
  const { language, t } = page
  const other = language === 'en' ? 'es' : 'en'
  const switched = escaped(`${page.path}?lang=${other}`)
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(page.title)}</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/events.css"></head><body><header><a href="${switched}" lang="${other}" hreflang="${other}">${t('other')}</a></header><main>${page.body}</main></body></html>`
}
