import type { IdempotencyStore } from '../port/idempotency.ts'
import { type Database, statement } from './database.ts'

// A key that expired, or whose reservation ran out without an answer, is free again.
const reserveKey = statement(
  'reserve_key',
  `insert into idempotency_key (scope, key, request_hash, reserved_until, expires_at)
   values ($1, $2, $3, $5, $5)
   on conflict (scope, key) do update
   set request_hash = excluded.request_hash, reserved_until = excluded.reserved_until,
       expires_at = excluded.expires_at, status = null, body = null, message_id = null
   where idempotency_key.expires_at <= $4
   returning key`,
)
const selectKey = statement(
  'select_key',
  'select * from idempotency_key where scope = $1 and key = $2',
)
const completeKey = statement(
  'complete_key',
  `update idempotency_key
   set status = $3, body = $4, expires_at = $5, reserved_until = null
   where scope = $1 and key = $2`,
)
const releaseKey = statement(
  'release_key',
  'delete from idempotency_key where scope = $1 and key = $2 and status is null and message_id is null',
)

export function idempotencyStore(database: Database): IdempotencyStore {
  return {
    async reserveKey({ scope, key, requestHash, now, reservedUntil }) {
      const taken = await database.run(reserveKey, [scope, key, requestHash, now, reservedUntil])
      if (taken.length > 0) return { kind: 'reserved' }
      const [row] = await database.run(selectKey, [scope, key])
      if (row === undefined) return { kind: 'in_progress' } // released between the two statements
      if (row['request_hash'] !== requestHash) return { kind: 'mismatch' }
      if (row['status'] === null) return { kind: 'in_progress' }
      return {
        kind: 'answered',
        answer: { status: Number(row['status']), body: String(row['body']) },
      }
    },
    async completeKey({ scope, key, answer, expiresAt }) {
      await database.run(completeKey, [scope, key, answer.status, answer.body, expiresAt])
    },
    async releaseKey({ scope, key }) {
      await database.run(releaseKey, [scope, key])
    },
  }
}
