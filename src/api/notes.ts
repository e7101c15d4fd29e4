/** Notes on the time axis of charts: what was deployed or done, when, and who says so. */
import type Type from 'typebox'
import * as contract from '../contract/note.ts'
import { idAtTime, idRandomBytes, makeId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import { noteLimits } from '../domain/note.ts'
import type { Page, PageRequest } from '../store/port/page.ts'
import type { RecordCondition, StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import { answer, noContent, notFound, type Route, route } from './call.ts'
import { checkText } from './fields.ts'
import { listText, pageRequest } from './pagination.ts'
import type { Principal } from './principal.ts'
import { bodyTime, queryTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

const kind = 'note'
/** In place of an application: what no id is, and a store can look for. */
const everywhere = ''

interface NoteBody {
  readonly text: string
  readonly at: number
  readonly applicationId: string
  readonly createdBy: string | null
  readonly createdAt: number
}

export const noteRoutes: readonly Route[] = [
  route(contract.listNotes, async ({ query, principal, now }, { store }) => {
    const { app_id } = query
    const application = app_id === undefined ? null : await idOf(app_id, principal, store)
    const ofOne: RecordCondition[] =
      application === null ? [] : [{ path: ['applicationId'], anyOf: [application, everywhere] }]
    const newest = now + 2 * noteLimits.aheadMs
    const page = await pageWithin(
      {
        // What has expired may not have been swept yet.
        low: Math.min(
          Math.max(queryTime(query.since, 'since') ?? 0, now - noteLimits.keptMs),
          newest,
        ),
        high: Math.min(queryTime(query.until, 'until') ?? newest, newest),
        page: pageRequest(query, { kind: 'note', order: 'descending' }),
      },
      (asked) =>
        store.listRecords({ kind, owner: principal.organizationId, page: asked, having: ofOne }),
    )
    const render = (item: StoredRecord) => JSON.stringify(noteOut(item))
    return { status: 200, body: listText(page, { idOf: (item) => item.id, render }) }
  }),

  route(contract.createNote, async ({ body, now, principal }, { store, world }) => {
    const { organizationId } = principal
    const at = momentOf(body.at, now)
    const note: NoteBody = {
      ...{ text: textOf(body.text), at },
      applicationId:
        body.applicationId == null ? everywhere : await idOf(body.applicationId, principal, store),
      ...{ createdBy: principal.actor.name, createdAt: now },
    }
    const record: StoredRecord = {
      // By its moment, not by when it was left: so they are listed, and found by time.
      ...{ kind, id: makeId('note', { nowMs: at, random: world.random.bytes(idRandomBytes) }) },
      ...{ owner: organizationId, version: 1, dueAt: null, expiresAt: at + noteLimits.keptMs },
      body: { ...note },
    }
    await store.insertRecord(record)
    await makeRoom(store, organizationId)
    return answer(201, noteOut(record))
  }),

  route(contract.deleteNote, async ({ path, principal }, { store }) => {
    const id = path['note_id'] ?? ''
    const found = await store.findRecord({ kind, id })
    if (found === null || found.owner !== principal.organizationId) throw notFound(absent.note)
    await store.deleteRecord({ kind, id })
    return noContent
  }),
]

/** The page between two moments: ids tell them, so they bound where it begins, and where it ends. */
async function pageWithin(
  asked: { readonly low: number; readonly high: number; readonly page: PageRequest },
  list: (page: PageRequest) => Promise<Page<StoredRecord>>,
): Promise<Page<StoredRecord>> {
  const { backwards, iterator } = asked.page
  const low: string = idAtTime('note', asked.low)
  const high: string = idAtTime('note', asked.high)
  const [edge, isOutside] = backwards
    ? [low, (id: string) => id < low]
    : [high, (id: string) => id > high]
  const begins = iterator === null || isOutside(iterator) ? edge : iterator
  const { items, done } = await list({ ...asked.page, iterator: begins })
  const isWithin = ({ id }: StoredRecord) => id >= low && id < high
  const last = backwards ? items[0] : items.at(-1)
  if (done || last === undefined || !isWithin(last)) {
    return { items: items.filter(isWithin), done: true }
  }
  // What follows may be of another time.
  const next = await list({ ...asked.page, limit: 1, iterator: last.id })
  return { items: items.filter(isWithin), done: !next.items.some(isWithin) }
}

/** Those of the oldest moments go. Two who leave one at the same moment remove the same ones. */
async function makeRoom(store: Store, owner: string): Promise<void> {
  let kept = 0
  let page: Page<StoredRecord>
  let iterator: string | null = null
  do {
    page = await store.listRecords({
      ...{ kind, owner },
      page: { limit: limits.pageMax, order: 'descending', iterator, backwards: false },
    })
    const beyond = page.items.slice(Math.max(0, noteLimits.notesMax - kept))
    for (const { id } of beyond) await store.deleteRecord({ kind, id })
    kept += page.items.length
    iterator = page.items.at(-1)?.id ?? null
  } while (!page.done)
}

async function idOf(
  idOrUid: string,
  { organizationId }: Pick<Principal, 'organizationId'>,
  store: Store,
): Promise<string> {
  const found = await store.findApplication({ organizationId, idOrUid })
  if (found === null) throw notFound(absent.application)
  return found.id
}

function textOf(given: string): string {
  const text = checkText(given, 'text').trim()
  if (text === '') throw refuse('text', { en: 'say what happened', es: 'di qué pasó' })
  return text
}

function momentOf(given: string | undefined, now: number): number {
  if (given === undefined) return now
  const at = bodyTime(given, 'at')
  if (at > now + noteLimits.aheadMs) {
    throw refuse('at', { en: 'in the future', es: 'en el futuro' })
  }
  if (at <= now - noteLimits.keptMs) {
    throw refuse('at', { en: 'more than 90 days ago', es: 'hace más de 90 días' })
  }
  return at
}

function noteOut({ id, body }: StoredRecord): Type.Static<typeof contract.NoteOut> {
  const { text, at, applicationId, createdBy, createdAt } = body as unknown as NoteBody // written by this file only
  return {
    ...{ id, text, at: timeText(at), createdBy, createdAt: timeText(createdAt) },
    applicationId: applicationId === everywhere ? null : applicationId,
  }
}
