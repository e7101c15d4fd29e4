/** Views of lists that are shared with everybody of the organisation; those of one person stay in their browser. */
import type Type from 'typebox'
import * as contract from '../contract/view.ts'
import type { ApplicationId } from '../domain/ids.ts'
import { type ViewList, viewLimits } from '../domain/saved-view.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import {
  answer,
  type Call,
  conflict,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { checkText } from './fields.ts'
import { listText, pageRequest } from './pagination.ts'
import { timeText } from './times.ts'
import { refuse } from './validate.ts'

const kind = 'saved-view'

interface ViewBody {
  readonly name: string
  readonly list: ViewList
  readonly query: string
  readonly applicationId: ApplicationId | null
  readonly createdBy: string | null
  readonly createdAt: number
  readonly updatedAt: number
}

export const viewRoutes: readonly Route[] = [
  route(contract.listViews, async (call, { store }) => {
    const { list } = call.query
    const page = await store.listRecords({
      kind,
      owner: call.principal.organizationId,
      page: pageRequest(call.query, { kind: 'view', order: 'ascending' }),
      ...(list === undefined ? {} : { having: [{ path: ['list'], anyOf: [list] }] }),
    })
    const render = (item: StoredRecord) => JSON.stringify(viewOut(item))
    return { status: 200, body: listText(page, { idOf: (item) => item.id, render }) }
  }),

  route(contract.createView, async (call, services) => {
    const { body, now, principal } = call
    const { organizationId } = principal
    const view: ViewBody = {
      name: nameOf(body.name),
      list: body.list,
      query: queryOf(body.query),
      applicationId: await applicationIdOf(body.applicationId, call, services),
      createdBy: principal.actor.name,
      ...{ createdAt: now, updatedAt: now },
    }
    await requireRoom(services.store, { organizationId, view, id: null })
    const record: StoredRecord = {
      ...{ kind, id: services.ids.next('view'), owner: organizationId, version: 1 },
      ...{ dueAt: null, expiresAt: null, body: { ...view } },
    }
    await services.store.insertRecord(record)
    return answer(201, viewOut(record))
  }),

  route(contract.patchView, async (call, { store }) => {
    const found = await viewInPath(call, store)
    const before = bodyOf(found)
    if (call.ifMatch !== null && call.ifMatch !== before.updatedAt) throw conflict(overtaken)
    const { name, query } = call.body
    const view: ViewBody = {
      ...before,
      ...(name === undefined ? {} : { name: nameOf(name) }),
      ...(query === undefined ? {} : { query: queryOf(query) }),
      // Each change has a time of its own: it is what the next one compares.
      updatedAt: Math.max(call.now, before.updatedAt + 1),
    }
    const { organizationId } = call.principal
    await requireRoom(store, { organizationId, view, id: found.id })
    const record: StoredRecord = { ...found, body: { ...view } }
    if ((await store.replaceRecord({ record, expectedVersion: found.version })) === 'conflict')
      throw conflict(overtaken)
    return answer(200, viewOut(record))
  }),

  route(contract.deleteView, async (call, { store }) => {
    const { id } = await viewInPath(call, store)
    await store.deleteRecord({ kind, id })
    return noContent
  }),
]

const overtaken = {
  en: 'The view was changed since it was read.',
  es: 'La vista cambió desde que se leyó.',
}

/** 409 where the list has the name, or the organisation as many as it may. Two at the same moment both fit. */
async function requireRoom(
  store: Store,
  input: {
    readonly organizationId: string
    readonly view: ViewBody
    /** Its own; null: a new one. */
    readonly id: string | null
  },
): Promise<void> {
  const { view, id } = input
  const { items } = await store.listRecords({
    kind,
    owner: input.organizationId,
    page: { limit: viewLimits.viewsMax, order: 'ascending', iterator: null, backwards: false },
  })
  if (id === null && items.length >= viewLimits.viewsMax) {
    throw conflict({
      en: `There are ${viewLimits.viewsMax} shared views: delete one first.`,
      es: `Ya hay ${viewLimits.viewsMax} vistas compartidas: elimina antes una.`,
    })
  }
  const wanted = view.name.toLowerCase()
  const taken = items.some((item) => {
    const other = bodyOf(item)
    return item.id !== id && other.list === view.list && other.name.toLowerCase() === wanted
  })
  if (!taken) return
  throw conflict({
    en: `There is a shared view “${view.name}” of that list.`,
    es: `Ya existe una vista compartida «${view.name}» de esa lista.`,
  })
}

async function viewInPath(
  { path, principal }: Pick<Call<unknown, unknown>, 'path' | 'principal'>,
  store: Store,
): Promise<StoredRecord> {
  const found = await store.findRecord({ kind, id: path['view_id'] ?? '' })
  if (found === null || found.owner !== principal.organizationId) throw notFound(absent.view)
  return found
}

async function applicationIdOf(
  idOrUid: string | null | undefined,
  { principal }: Pick<Call<unknown, unknown>, 'principal'>,
  { store }: Services,
): Promise<ApplicationId | null> {
  if (idOrUid === null || idOrUid === undefined) return null
  const { organizationId } = principal
  const found = await store.findApplication({ organizationId, idOrUid })
  if (found === null) throw notFound(absent.application)
  return found.id
}

function nameOf(given: string): string {
  const name = checkText(given, 'name').trim()
  if (name === '') throw refuse('name', { en: 'give it a name', es: 'ponle un nombre' })
  return name
}

/** Kept as it is read: names and values, nothing else. */
function queryOf(given: string): string {
  checkText(given, 'query')
  const query = new URLSearchParams(given.replace(/^\?/, ''))
  if ([...query].every(([name, value]) => name === '' || value === '')) {
    throw refuse('query', { en: 'asks for nothing', es: 'no pide nada' })
  }
  return given.replace(/^\?/, '')
}

function bodyOf(record: StoredRecord): ViewBody {
  return record.body as unknown as ViewBody // written by this file only
}

function viewOut(record: StoredRecord): Type.Static<typeof contract.ViewOut> {
  const { createdAt, updatedAt, ...view } = bodyOf(record)
  return {
    id: record.id,
    ...view,
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
  }
}
