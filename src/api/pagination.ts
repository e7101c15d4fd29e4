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
  input: { readonly idOf: (item: Item) => string; readonly render: (item: Item) => string },
): string {
  const { scannedTo, items } = page
  const [first, last] = [items[0], items.at(-1)].map((item) =>
    item === undefined ? null : input.idOf(item),
  )
  const older = scannedTo?.towards === 'older' ? scannedTo.id : (last ?? null)
  const newer = scannedTo?.towards === 'newer' ? scannedTo.id : (first ?? null)
  const previous = newer === null ? '' : `,"prevIterator":${JSON.stringify(`-${newer}`)}`
  const data = items.map(input.render).join(',')
  return `{"data":[${data}],"iterator":${JSON.stringify(older)}${previous},"done":${page.done}}`
}
