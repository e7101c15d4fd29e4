/**
 * `/events`: the event types of the installation for anybody to read, once they are published. Plain
 * documents in the reader's language, without a script and without any other host.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OrganizationId } from '../domain/ids.ts'
import { type Language, languageOf } from '../i18n/translate.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Store } from '../store/store.ts'
import { pageHeaders } from './html.ts'
import { publishedTypes } from './public-catalog.ts'
import { renderIndex, renderType } from './public-catalog-html.ts'
import { publicCatalogStyle } from './public-catalog-style.ts'

/** So long what was read and written is shown again: strangers do not keep the server busy. */
const keptMs = 3_000
/** Pages kept; the index of 5,000 types takes 15 ms to write. */
const pagesMax = 64

interface Kept {
  readonly at: number
  readonly types: ReturnType<typeof publishedTypes>
  /** Null: what it was about is gone. */
  readonly pages: Map<string, Promise<string | null>>
}

export function publicCatalogPage(
  app: FastifyInstance,
  deps: {
    readonly store: Pick<Store, 'findRecord' | 'findEventType' | 'listEventTypes'>
    readonly clock: Clock
    readonly organizationId: OrganizationId
  },
): void {
  let kept: Kept | null = null
  const fresh = (): Kept => {
    const now = deps.clock.now()
    if (kept !== null && Math.abs(now - kept.at) < keptMs) return kept
    const types = publishedTypes(deps.store, deps.organizationId)
    const read: Kept = { at: now, types, pages: new Map() }
    kept = read
    types.catch(() => {
      if (kept === read) kept = null // the next one asks again
    })
    return read
  }
  const send = async (
    reply: FastifyReply,
    { pages }: Kept,
    page: { readonly key: string; readonly write: () => Promise<string | null> },
  ): Promise<FastifyReply> => {
    const writing = pages.get(page.key) ?? page.write()
    if (pages.size < pagesMax) pages.set(page.key, writing)
    const text = await writing
    if (text === null) {
      reply.callNotFound()
      return reply
    }
    return reply
      .headers({ ...pageHeaders, vary: 'accept-language', 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(text)
  }
  app.get('/events', async (request, reply) => {
    const now = fresh()
    const published = await now.types
    if (published === null) return reply.callNotFound()
    const language = languageIn(request)
    const write = async () => renderIndex([...published.values()], language)
    return send(reply, now, { key: language, write })
  })
  app.get<{ Params: { name: string } }>('/events/:name', async (request, reply) => {
    const now = fresh()
    const { name } = request.params
    if (!(await now.types)?.has(name)) return reply.callNotFound()
    const language = languageIn(request)
    const write = async () => {
      const { organizationId } = deps
      const type = await deps.store.findEventType({ organizationId, name })
      return type === null ? null : renderType(type, language)
    }
    return send(reply, now, { key: `${language} ${name}`, write })
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
