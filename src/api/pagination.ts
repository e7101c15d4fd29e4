import { type Issue, invalid } from '../domain/errors.ts'
import { type IdKind, isId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { EventFilter, Page, PageRequest } from '../store/port/page.ts'
import { queryTime } from './times.ts'

export interface PageParameters {
  readonly limit?: number
  readonly iterator?: string
  readonly order?: 'ascending' | 'descending'
}

/** A page of a list whose iterators are ids of that kind; 422 for an iterator that is none. */
export function pageRequest(
  query: PageParameters,
  list: { readonly kind: IdKind; readonly order: 'ascending' | 'descending' },
): PageRequest {
  const backwards = query.iterator?.startsWith('-') ?? false
  const iterator = backwards ? query.iterator?.slice(1) : query.iterator
  if (iterator !== undefined && iterator !== '' && !isId(list.kind, iterator)) {
    throw invalid(badIterator)
  }
  return pageOf(query, iterator, backwards, query.order ?? list.order)
}

/** A page of a list by name: event types. */
export function namePageRequest(query: PageParameters): PageRequest {
  const backwards = query.iterator?.startsWith('-') ?? false
  const iterator = backwards ? query.iterator?.slice(1) : query.iterator
  if (iterator !== undefined && iterator.length > limits.eventTypeLengthMax) {
    throw invalid(badIterator)
  }
  return pageOf(query, iterator, backwards, query.order ?? 'ascending')
}

const badIterator: Issue = {
  loc: ['query', 'iterator'],
  msg: {
    en: 'not an iterator of this list: hand on the iterator of the page before',
    es: 'no es un iterador de esta lista: pasa el iterador de la página anterior',
  },
  type: 'value_error',
}

function pageOf(
  query: PageParameters,
  iterator: string | undefined,
  backwards: boolean,
  order: 'ascending' | 'descending',
): PageRequest {
  return {
    limit: query.limit ?? limits.pageDefault,
    order,
    iterator: iterator === undefined || iterator === '' ? null : iterator,
    backwards,
  }
}

export interface EventParameters extends PageParameters {
  readonly before?: string
  readonly after?: string
  readonly event_types?: readonly string[]
  readonly channel?: string
  readonly tag?: string
}

export function eventFilter(query: EventParameters): EventFilter {
  return {
    before: queryTime(query.before, 'before'),
    after: queryTime(query.after, 'after'),
    eventTypes: query.event_types ?? null,
    channel: query.channel ?? null,
    tag: query.tag ?? null,
  }
}

/** The list as the contract writes it. `render` gives JSON text, so that payload bytes survive. */
export function listText<Item>(
  page: Page<Item>,
  input: {
    readonly idOf: (item: Item) => string
    readonly render: (item: Item) => string
    /** Further members of the answer, each behind a comma. */
    readonly more?: string
  },
): string {
  const { idOf, more } = input
  return pageText(page, { idOf, more, texts: page.items.map(input.render) })
}

/** Bytes of rows that are written before others have their turn. */
const bytesInARow = 262_144

/** The same for rows that may be large and take long to write: others have their turn between them. */
export async function listTextInTurns<Item>(
  page: Page<Item>,
  input: {
    readonly idOf: (item: Item) => string
    readonly render: (item: Item) => string
    /** What is read to write the row; its text where that is not told. */
    readonly bytesOf?: (item: Item) => number
    readonly more?: string
  },
): Promise<string> {
  const texts: string[] = []
  let bytes = 0
  for (const item of page.items) {
    const text = input.render(item)
    texts.push(text)
    bytes += input.bytesOf?.(item) ?? text.length
    if (bytes <= bytesInARow) continue
    bytes = 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  return pageText(page, { idOf: input.idOf, more: input.more, texts })
}

function pageText<Item>(
  page: Page<Item>,
  {
    idOf,
    texts,
    more = '',
  }: {
    readonly idOf: (item: Item) => string
    readonly texts: readonly string[]
    readonly more: string | undefined
  },
): string {
  const { scannedTo, items } = page
  const [first, last] = [items[0], items.at(-1)].map((item) =>
    item === undefined ? null : idOf(item),
  )
  const older = scannedTo?.towards === 'older' ? scannedTo.id : (last ?? null)
  const newer = scannedTo?.towards === 'newer' ? scannedTo.id : (first ?? null)
  const previous = newer === null ? '' : `,"prevIterator":${JSON.stringify(`-${newer}`)}`
  return `{"data":[${texts}],"iterator":${JSON.stringify(older)}${previous},"done":${page.done}${more}}`
}
