/** The audit log over the API: lists, one entry, the stream of all, an endpoint's history. */

import type Type from 'typebox'
import * as contract from '../contract/audit.ts'
import type { AuditEntry } from '../domain/audit.ts'
import type { ApplicationId, AuditId, OrganizationId } from '../domain/ids.ts'
import { limits } from '../domain/limits.ts'
import type { Language } from '../i18n/translate.ts'
import type { AuditFilter } from '../store/port/audit.ts'
import type { PageRequest } from '../store/port/page.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import { revert } from './audit-revert.ts'
import { auditTitle } from './audit-titles.ts'
import { answer, endpointOf, notFound, type Route, route } from './call.ts'
import { csvLine } from './csv.ts'
import { fileOf, isCsv, partOf, placeOf } from './export-parts.ts'
import { listText, pageRequest } from './pagination.ts'
import type { Principal } from './principal.ts'
import { queryTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

type Filters = Omit<Type.Static<typeof contract.listAudit.query>, 'limit' | 'iterator' | 'order'>

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

  route(contract.exportAudit, async (call, { store, world }) => {
    const chosen = {
      organizationId: call.principal.organizationId,
      filter: filterOf(call.query),
    }
    const csv = isCsv(call.query)
    const line = (entry: AuditEntry): string => {
      const out = entryOut(entry, call.language)
      return csv ? csvLine(cellsOf(out)) : `${JSON.stringify(out)}\n`
    }
    if (call.query.part === true) {
      const part = await partOf<AuditEntry>({
        ...placeOf(call.query, 'audit'),
        clock: world.clock,
        read: async (iterator) => {
          const page = await store.listAudit({ ...chosen, page: oldestFirst(iterator) })
          return { ...page, scannedTo: page.items.at(-1)?.id ?? null }
        },
        ...{ idOf: ({ id }) => id, line },
      })
      return fileOf(call, { part, heading, name: 'audit' })
    }
    if (call.query.iterator !== undefined) throw refuse('iterator', onlyWithPart)
    const type = csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
    const name = `audit-${timeText(call.now).slice(0, 10)}.${csv ? 'csv' : 'ndjson'}`
    const lines = allLines(store, { ...chosen, line, heading: csv ? heading : null })
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

const onlyWithPart = { en: 'goes with `part=true`', es: 'va con `part=true`' }

function oldestFirst(iterator: string | null): PageRequest {
  return { limit: limits.pageMax, order: 'ascending', iterator, backwards: false }
}

async function* allLines(
  store: Store,
  input: {
    readonly organizationId: OrganizationId
    readonly filter: AuditFilter
    readonly heading: string | null
    readonly line: (entry: AuditEntry) => string
  },
): AsyncGenerator<string> {
  const { line, heading: first, ...chosen } = input
  if (first !== null) yield first
  let iterator: string | null = null
  for (;;) {
    const page: Awaited<ReturnType<Store['listAudit']>> = await store.listAudit({
      ...chosen,
      page: oldestFirst(iterator),
    })
    for (const entry of page.items) yield line(entry)
    iterator = page.items.at(-1)?.id ?? null
    if (page.done || iterator === null) return
  }
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

const heading = `${columns.join(',')}\r\n`

function cellsOf(entry: Out): readonly (string | null)[] {
  const { actor, resource } = entry
  return [
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
}
