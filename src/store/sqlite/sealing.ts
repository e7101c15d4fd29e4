import type { ApplicationId, EndpointId } from '../../domain/ids.ts'
import { type Sealer, sealedWith } from '../../runtime/sealing.ts'
import type { SealingStep } from '../port/sealing.ts'
import type { Database } from './database.ts'
import { sealedFor } from './endpoints.ts'

const count = `
  select substr(secrets, 4, 8) as key, count(*) as endpoints
  from endpoint
  where deleted_at is null
  group by 1`

const selectAfter = `
  select application_id, id, secrets, headers, credentials
  from endpoint
  where (application_id, id) > (?, ?) and deleted_at is null
  order by application_id, id
  limit ?`

const replace = `
  update endpoint
  set secrets = ?, headers = ?, credentials = ?
  where application_id = ? and id = ? and secrets = ? and headers = ? and credentials is ?`

/** What is sealed of an endpoint. */
export interface SealedColumns {
  readonly application_id: ApplicationId
  readonly id: EndpointId
  readonly secrets: string
  readonly headers: string
  readonly credentials: string | null
}

export function countSealed(db: Database): Readonly<Record<string, number>> {
  const rows = db.rows<{ readonly key: string; readonly endpoints: number }>(count)
  return Object.fromEntries(rows.map(({ key, endpoints }) => [key, endpoints]))
}

export function listSealed(
  db: Database,
  input: { readonly cursor: string | null; readonly limit: number },
): readonly SealedColumns[] {
  const [applicationId = '', id = ''] = input.cursor?.split('/') ?? []
  return db.rows<SealedColumns>(selectAfter, applicationId, id, input.limit)
}

/** How many were still as they were read. */
export function replaceSealed(
  db: Database,
  pairs: readonly { readonly from: SealedColumns; readonly to: SealedColumns }[],
): number {
  let replaced = 0
  for (const { from, to } of pairs) {
    const values = [to.secrets, to.headers, to.credentials, from.application_id, from.id]
    replaced += db.run(replace, ...values, from.secrets, from.headers, from.credentials)
  }
  return replaced
}

/** One page: read, sealed anew in this thread, which has the keys, and put back. */
export async function sealPage(
  sealer: Sealer,
  limit: number,
  rows: readonly SealedColumns[],
  put: (
    pairs: readonly { readonly from: SealedColumns; readonly to: SealedColumns }[],
  ) => Promise<number>,
): Promise<SealingStep> {
  const old = rows.filter(({ secrets }) => sealedWith(secrets) !== sealer.keyIds[0])
  const done =
    old.length === 0 ? 0 : await put(old.map((from) => ({ from, to: sealedAnew(from, sealer) })))
  const last = rows.at(-1)
  const over = rows.length < limit || last === undefined
  return { cursor: over ? null : `${last.application_id}/${last.id}`, seen: rows.length, done }
}

function sealedAnew(row: SealedColumns, sealer: Sealer): SealedColumns {
  const key = { id: row.id, applicationId: row.application_id }
  const anew = (sealed: string, field: string): string => {
    const place = sealedFor(key, field)
    return sealer.seal(sealer.open(sealed, place), place)
  }
  return {
    ...row,
    secrets: anew(row.secrets, 'secrets'),
    headers: anew(row.headers, 'headers'),
    credentials: row.credentials === null ? null : anew(row.credentials, 'credentials'),
  }
}
