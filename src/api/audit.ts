/** The audit log over the API: lists, one entry, the stream of all, an endpoint's history. */

import type Type from 'typebox'
import * as contract from '../contract/audit.ts'
import type { AuditEntry } from '../domain/audit.ts'
import type { ApplicationId, AuditId, OrganizationId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Language } from '../i18n/translate.ts'
import type { AuditFilter } from '../store/port/audit.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import { revert } from './audit-revert.ts'
import { auditTitle } from './audit-titles.ts'
import { answer, endpointOf, notFound, type Route, route } from './call.ts'
import { csvLine } from './csv.ts'
import { listText, pageRequest } from './pagination.ts'
import type { Principal } from './principal.ts'
import { queryTime, timeText } from './times.ts'

type Filters = Omit<Type.Static<typeof contract.exportAudit.query>, 'format'>

export const auditRoutes: readonly Route[] = [
  route(contract.listAudit, async (call, { store }) => {
    const page = await store.listAudit({
      organizationId: call.principal.organizationId,
      filter: filterOf(call.query),
      page: pageRequest(call.query, { kind: 'audit', order: 'descending' }),
    })
    const render = (item: AuditEntry) => JSON.stringify(entryOut(item, call.language))
    return { status: 200, body: listText(page, { idOf: (item) => item.id, render }) }
  }),

  route(contract.exportAudit, (call, { store }) => {
    const { organizationId } = call.principal
    const filter = filterOf(call.query)
    const entries = allEntries(store, { organizationId, filter, language: call.language })
    const csv = call.query.format === 'csv'
    const type = csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
    const name = `audit-${timeText(call.now).slice(0, 10)}.${csv ? 'csv' : 'ndjson'}`
    const lines = csv ? csvLines(entries) : jsonLines(entries)
    return { status: 200, body: null, download: { type, name, lines } }
  }),

  route(contract.getAudit, async (call, { store }) => {
    const id = call.path['entry_id'] as AuditId // one of no such form finds nothing
    const { organizationId } = call.principal
    const found = await store.findAudit({ organizationId, id })
    if (found === null) throw notFound(absent.auditEntry)
    return answer(200, entryOut(found, call.language))
  }),

  route(contract.endpointHistory, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const page = await services.store.listAudit({
      organizationId: application.organizationId,
      filter: { ...anything, resourceKind: 'endpoint', resourceId: endpoint.id },
      page: pageRequest(call.query, { kind: 'audit', order: 'descending' }),
    })
    const render = (item: AuditEntry) =>
      JSON.stringify(seenBy(call.principal, entryOut(item, call.language)))
    return { status: 200, body: listText(page, { idOf: (item) => item.id, render }) }
  }),

  route(contract.revertEndpoint, revert),
]

const anything: AuditFilter = {
  actorKind: null,
  actorId: null,
  operation: null,
  resourceKind: null,
  resourceId: null,
  applicationId: null,
  after: null,
  before: null,
}

function filterOf(query: Filters): AuditFilter {
  return {
    actorKind: query.actorKind ?? null,
    actorId: query.actor ?? null,
    operation: query.operation ?? null,
    resourceKind: query.resourceKind ?? null,
    resourceId: query.resource ?? null,
    applicationId: (query.application as ApplicationId | undefined) ?? null, // one of no such form finds nothing
    after: queryTime(query.after, 'after'),
    before: queryTime(query.before, 'before'),
  }
}

type Out = Type.Static<typeof contract.AuditEntryOut>

function entryOut(entry: AuditEntry, language: Language): Out {
  const { organizationId: _, at, before, after, ...rest } = entry
  return {
    ...rest,
    at: timeText(at),
    title: auditTitle(entry.operation, language),
    before: before === null ? null : { ...before },
    after: after === null ? null : { ...after },
    changed: changedFields(before, after),
  }
}

/** Fields that tell when it was changed change always. */
const clocks = new Set(['updatedAt', 'version'])

function changedFields(before: AuditEntry['before'], after: AuditEntry['after']): string[] {
  if (before === null || after === null) return []
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter(
    (name) => !clocks.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  )
}

/** Who works at the organisation, and from where, is none of an application's business. */
function seenBy(principal: Principal, entry: Out): Out {
  if (principal.permissions.has('read-audit')) return entry
  const own = principal.actor.kind === 'portal' && entry.actor.kind === 'portal'
  const actor = own ? entry.actor : { kind: entry.actor.kind, id: null, name: null }
  return { ...entry, actor, address: null, requestId: null }
}

async function* allEntries(
  store: Store,
  input: {
    readonly organizationId: OrganizationId
    readonly filter: AuditFilter
    readonly language: Language
  },
): AsyncGenerator<Out> {
  const { language, ...chosen } = input
  let iterator: string | null = null
  for (;;) {
    const page: Awaited<ReturnType<Store['listAudit']>> = await store.listAudit({
      ...chosen,
      page: { limit: limits.pageMax, order: 'ascending', iterator, backwards: false },
    })
    for (const entry of page.items) yield entryOut(entry, language)
    iterator = page.items.at(-1)?.id ?? null
    if (page.done || iterator === null) return
  }
}

async function* jsonLines(entries: AsyncIterable<Out>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`
}

const columns = [
  'id',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'operation',
  'resourceKind',
  'resourceId',
  'applicationId',
  'outcome',
  'address',
  'requestId',
  'changed',
  'before',
  'after',
  'title',
]

async function* csvLines(entries: AsyncIterable<Out>): AsyncGenerator<string> {
  yield `${columns.join(',')}\r\n`
  for await (const entry of entries) {
    const { actor, resource } = entry
    const cells = [
      entry.id,
      entry.at,
      actor.kind,
      actor.id,
      actor.name,
      entry.operation,
      resource?.kind ?? null,
      resource?.id ?? null,
      entry.applicationId,
      entry.outcome,
      entry.address,
      entry.requestId,
      entry.changed.join(' '),
      entry.before === null ? null : JSON.stringify(entry.before),
      entry.after === null ? null : JSON.stringify(entry.after),
      entry.title,
    ]
    yield csvLine(cells)
  }
}
