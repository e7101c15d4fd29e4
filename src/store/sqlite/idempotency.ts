import type { IdempotencyStore } from '../port/idempotency.ts'
import type { Database } from './database.ts'

type Input<Name extends keyof IdempotencyStore> = Parameters<IdempotencyStore[Name]>[0]

const reserve = `
  insert into idempotency_key (scope, key, request_hash, expires_at)
  values (?, ?, ?, ?)
  on conflict (scope, key) do update
  set request_hash = excluded.request_hash, message_id = null, status = null, body = null,
    expires_at = excluded.expires_at
  where expires_at <= ?`

const select = `
  select request_hash, status, body
  from idempotency_key
  where scope = ? and key = ?`

const complete = `
  update idempotency_key
  set status = ?, body = ?, expires_at = ?
  where scope = ? and key = ?`

const release = `
  delete from idempotency_key
  where scope = ? and key = ? and status is null and message_id is null`

interface Row {
  readonly request_hash: string
  readonly status: number | null
  readonly body: string | null
}

export function reserveKey(
  db: Database,
  input: Input<'reserveKey'>,
): Awaited<ReturnType<IdempotencyStore['reserveKey']>> {
  const { scope, key, requestHash, now, reservedUntil } = input
  if (db.run(reserve, scope, key, requestHash, reservedUntil, now) === 1) {
    return { kind: 'reserved' }
  }
  const row = db.row<Row>(select, scope, key)
  if (row === undefined) throw new Error('a key that refused is not there')
  if (row.request_hash !== requestHash) return { kind: 'mismatch' }
  if (row.status === null) return { kind: 'in_progress' }
  return { kind: 'answered', answer: { status: row.status, body: row.body ?? '' } }
}

export function completeKey(db: Database, input: Input<'completeKey'>): void {
  const { scope, key, answer, expiresAt } = input
  db.run(complete, answer.status, answer.body, expiresAt, scope, key)
}

export function releaseKey(db: Database, input: Input<'releaseKey'>): void {
  db.run(release, input.scope, input.key)
}
