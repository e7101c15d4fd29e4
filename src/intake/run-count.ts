/**
 * How often an endpoint was sent to, and when that failed last, also after retention removed the
 * attempts. What was counted so far is kept in a small record; only what came later is counted
 * anew. A count that was set by hand begins anew at that moment.
 */
import type { Endpoint } from '../domain/endpoint.ts'
import type { AttemptStore } from '../store/port/attempts.ts'
import type { EndpointStore } from '../store/port/endpoints.ts'
import type { RecordStore, StoredRecord } from '../store/port/records.ts'

export interface Runs {
  /** Attempts that count as sent: tests and attempts without an answer do not. */
  readonly count: number
  readonly lastFailedAt: number | null
}

type Reads = Pick<AttemptStore, 'endpointStats' | 'listEndpointAttempts'>
type Stores = Reads & RecordStore & Pick<EndpointStore, 'findEndpoint'>

const kind = 'run-count'
/** Often enough for the shortest retention, which is a day. */
const keptEveryMs = 3_600_000
/** An attempt is recorded at most this long after its time; younger ones are not kept yet. */
const settledAfterMs = 600_000
/** Ids are by the millisecond, and `until` must take in what was sent this very moment. */
const thisMomentMs = 1_000
const keptAtOnce = 100

interface Kept extends Runs {
  /** Since when the endpoint's count runs: a record of an earlier beginning is void. */
  readonly since: number
  /** Up to when it is counted. */
  readonly until: number
}

/** Starts keeping the endpoint's count. Safe to repeat. */
export async function keepRunCount(
  store: Pick<RecordStore, 'insertRecord'>,
  endpoint: Endpoint,
): Promise<void> {
  const kept = beginning(endpoint)
  await store.insertRecord({
    kind,
    id: endpoint.id,
    owner: endpoint.applicationId,
    version: 1,
    dueAt: kept.until + keptEveryMs,
    expiresAt: null,
    body: { ...kept },
  })
}

/** The endpoint's count at `now`; as far as retention reaches where it is not kept. */
export async function runsOf(
  store: Reads & Pick<RecordStore, 'findRecord'>,
  endpoint: Endpoint,
  now: number,
): Promise<Runs> {
  const kept = keptOf(await store.findRecord({ kind, id: endpoint.id }), endpoint)
  return countedUntil(kept, { store, endpoint, until: now + thisMomentMs })
}

/** Counts what is settled of every endpoint that is due, before retention removes it. */
export async function keepDueRunCounts(store: Stores, now: number): Promise<void> {
  for (;;) {
    const due = await store.listDueRecords({ kind, now, limit: keptAtOnce })
    for (const record of due) await keepOne(record, store, now)
    if (due.length < keptAtOnce) return
  }
}

async function keepOne(record: StoredRecord, store: Stores, now: number): Promise<void> {
  const key = { applicationId: record.owner as Endpoint['applicationId'], idOrUid: record.id } // as it was put
  const endpoint = await store.findEndpoint(key)
  if (endpoint === null) {
    await store.deleteRecord({ kind, id: record.id })
    return
  }
  const before = keptOf(record, endpoint)
  const until = Math.max(before.until, now - settledAfterMs)
  const runs = await countedUntil(before, { store, endpoint, until })
  const body = { ...runs, since: before.since, until }
  // Another node may have been first: then its count stands.
  await store.replaceRecord({
    record: { ...record, dueAt: now + keptEveryMs, body },
    expectedVersion: record.version,
  })
}

async function countedUntil(
  kept: Kept,
  span: { readonly store: Reads; readonly endpoint: Endpoint; readonly until: number },
): Promise<Runs> {
  const { store, endpoint, until } = span
  const key = { applicationId: endpoint.applicationId, endpointId: endpoint.id }
  const stats = await store.endpointStats({ ...key, since: kept.until, until })
  return {
    count: kept.count + stats.success,
    lastFailedAt: stats.fail === 0 ? kept.lastFailedAt : await lastFailure(key, store, until),
  }
}

async function lastFailure(
  key: Pick<Endpoint, 'applicationId'> & { readonly endpointId: Endpoint['id'] },
  store: Reads,
  now: number,
): Promise<number | null> {
  const none = { before: null, after: null, eventTypes: null, channel: null, tag: null }
  const page = await store.listEndpointAttempts({
    ...key,
    filter: { ...none, succeeded: false, statusCodeClass: null },
    page: { limit: 1, order: 'descending', iterator: null, backwards: false },
    withContent: false,
    now,
  })
  return page.items[0]?.createdAt ?? null
}

function beginning({ attributes, createdAt }: Endpoint): Kept {
  const setAt = attributes['runCountSince']
  const since = typeof setAt === 'number' ? setAt : createdAt
  return { since, until: since, count: 0, lastFailedAt: null }
}

function keptOf(record: StoredRecord | null, endpoint: Endpoint): Kept {
  const first = beginning(endpoint)
  const { since, until, count, lastFailedAt } = record?.body ?? {}
  if (since !== first.since || typeof until !== 'number' || typeof count !== 'number') return first
  return {
    since,
    until,
    count,
    lastFailedAt: typeof lastFailedAt === 'number' ? lastFailedAt : null,
  }
}
