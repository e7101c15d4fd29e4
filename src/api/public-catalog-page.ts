/**
 * `/events`: the event types of the installation for anybody to read, once they are published. Plain
 * documents in the reader's language, without a script and without any other host.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { EventType } from '../domain/event-type.ts'
import type { OrganizationId } from '../domain/ids.ts'
import { type Language, languageOf } from '../i18n/translate.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Store } from '../store/store.ts'
import { pageHeaders } from './html.ts'
import { publishedTypes } from './public-catalog.ts'
import { renderIndex, renderType } from './public-catalog-html.ts'
import { publicCatalogStyle } from './public-catalog-style.ts'

/** So long what was read is shown again: strangers do not keep the database busy. */
const keptMs = 3_000

export function publicCatalogPage(
  app: FastifyInstance,
  deps: {
    readonly store: Pick<Store, 'findRecord' | 'listEventTypes'>
    readonly clock: Clock
    readonly organizationId: OrganizationId
  },
): void {
  let kept: { readonly at: number; readonly types: ReturnType<typeof publishedTypes> } | null = null
  const types = (): ReturnType<typeof publishedTypes> => {
    const now = deps.clock.now()
    if (kept !== null && Math.abs(now - kept.at) < keptMs) return kept.types
    const read = { at: now, types: publishedTypes(deps.store, deps.organizationId) }
    kept = read
    read.types.catch(() => {
      if (kept === read) kept = null // the next one asks again
    })
    return read.types
  }
  const send = (reply: FastifyReply, page: string): FastifyReply =>
    reply
      .headers({ ...pageHeaders, vary: 'accept-language', 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page)
  app.get('/events', async (request, reply) => {
    const published = await types()
    if (published === null) return reply.callNotFound()
    return send(reply, renderIndex([...published.values()], languageIn(request)))
  })
  app.get<{ Params: { name: string } }>('/events/:name', async (request, reply) => {
    const type: EventType | undefined = (await types())?.get(request.params.name)
    if (type === undefined) return reply.callNotFound()
    return send(reply, renderType(type, languageIn(request)))
  })
  app.get('/events.css', (_request, reply) =>
    reply
      .headers({ ...pageHeaders, 'cache-control': 'no-cache' })
      .type('text/css')
      .send(publicCatalogStyle),
  )
}

/** The one that the link names, else the reader's. */
function languageIn(request: FastifyRequest): Language {
  const asked = /[?&]lang=(en|es)\b/.exec(request.raw.url ?? '')?.[1]
  return languageOf(asked ?? request.headers['accept-language'])
}
