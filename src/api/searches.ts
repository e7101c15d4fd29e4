import * as contract from '../contract/search.ts'
import { invalid } from '../domain/errors.ts'
import type { Filter } from '../domain/filter.ts'
import { idTime } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { leadsToMasked, type Mask } from '../domain/masking.ts'
import type { Message } from '../domain/message.ts'
import { type PayloadQuery, parsePayloadQuery } from '../domain/payload-query.ts'
import { alike, joined, type Sentence } from '../domain/sentence.ts'
import { applicationOf, type Route, route } from './call.ts'
import { maskFor } from './masking.ts'
import { messageText } from './message-text.ts'
import { eventFilter, pageRequest } from './pagination.ts'
import { timeText } from './times.ts'

/** Messages looked at for one page; where the search ends the caller goes on by the iterator. */
const scanMax = 10_000
const scanTimeMaxMs = 1_500
/** Looked at in one go of the store: other readers come in between. */
export const scanAtOnce = 250

export const searchRoutes: readonly Route[] = [
  route(contract.searchMessages, async (call, services) => {
    const { store, world } = services
    const { id: applicationId } = await applicationOf(call, services)
    const mask = await maskFor(call, services)
    const query = payloadQueryOf(call.query.where, mask)
    const page = pageRequest(call.query, { kind: 'message', order: 'descending' })
    if (page.backwards)
      throw refused('iterator', {
        en: 'a search goes on towards older messages only',
        es: 'una búsqueda solo sigue hacia mensajes más antiguos',
      })
    const limit = Math.min(page.limit, limits.pageMax)
    const until = world.clock.monotonic() + scanTimeMaxMs
    const found: Message[] = []
    let [scanned, skipped, done] = [0, 0, false]
    let { iterator } = page
    while (!done && found.length < limit && scanned < scanMax) {
      const part = await store.searchMessages({
        ...{ applicationId, query, iterator, filter: eventFilter(call.query) },
        ...{ limit: limit - found.length, rowsMax: scanAtOnce, now: call.now },
      })
      found.push(...part.items)
      scanned += part.scanned
      skipped += part.skipped
      done = part.done
      iterator = part.scannedTo ?? iterator
      if (world.clock.monotonic() > until) break
    }
    const withContent = call.query.with_content ?? true
    const data = found.map((message) => messageText(message, { withContent, mask })).join(',')
    const time = iterator === null ? null : idTime(iterator)
    const searchedUntil = time === null ? 'null' : `"${timeText(time)}"`
    const place = `"iterator":${JSON.stringify(iterator)},"searchedUntil":${searchedUntil}`
    const counts = `"done":${done},"scanned":${scanned},"skipped":${skipped}`
    return { status: 200, body: `{"data":[${data}],${place},${counts}}` }
  }),
]

/** The `where` of a query; 422 when it is none, or would tell what is masked. */
export function payloadQueryOf(where: string, mask: Mask): PayloadQuery {
  const parsed = parsePayloadQuery(where)
  if (!parsed.ok) {
    const { path, reason } = parsed.fault
    throw refused('where', path === '' ? reason : joined(alike(`${path}: `), reason))
  }
  const hidden = maskedIn(parsed.query, mask)
  if (hidden !== null) throw refused('where', hidden, 'masked_path')
  return parsed.query
}

/** Why a search would tell what is masked; null: it would not. A text may be anywhere. */
function maskedIn(query: PayloadQuery, mask: Mask): Sentence | null {
  if (mask.length === 0) return null
  if (query.texts.length > 0) {
    return {
      en: 'some members of payloads are masked for your role: search by a path, such as id = 7',
      es: 'algunos miembros de los payloads están ocultos para este rol: busca por una ruta, como id = 7',
    }
  }
  const path = query.filter === null ? undefined : pathsOf(query.filter).find(hides)
  return path === undefined
    ? null
    : { en: `${path} is masked for your role`, es: `${path} está oculto para este rol` }

  function hides(each: string): boolean {
    return leadsToMasked(each, mask)
  }
}

function pathsOf(filter: Filter): readonly string[] {
  switch (filter.kind) {
    case 'test':
      return [filter.path]
    case 'and':
    case 'or':
    case 'not':
      return filter.parts.flatMap(pathsOf)
    default:
      return filter satisfies never
  }
}

function refused(name: string, msg: Sentence, type = 'value_error'): Error {
  return invalid({ loc: ['query', name], msg, type })
}
