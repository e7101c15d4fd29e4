import { type Sealer, sealedWith } from '../../runtime/sealing.ts'
import type { SealingStore } from '../port/sealing.ts'
import { type Database, patient, type Row } from './database.ts'
import { binding } from './rows.ts'

const countSealed = patient(
  'count_sealed',
  `select substr(secrets, 4, 8) as key, count(*) as endpoints
   from endpoint
   where deleted_at is null
   group by 1`,
)
const listSealed = patient(
  'list_sealed',
  `select application_id, id, secrets, headers, credentials
   from endpoint
   where (application_id, id) > ($1, $2) and deleted_at is null
   order by application_id, id
   limit $3`,
)
const replaceSealed = patient(
  'replace_sealed',
  `update endpoint
   set secrets = $3, headers = $4, credentials = $5
   where application_id = $1 and id = $2 and secrets = $6 and headers = $7
     and credentials is not distinct from $8
   returning id`,
)

export function sealingStore(database: Database, sealer: Sealer): SealingStore {
  return {
    async sealingState() {
      const rows = await database.run(countSealed)
      const endpoints = rows.map((row) => [String(row['key']), Number(row['endpoints'])])
      const [current] = sealer.keyIds
      return { current, configured: sealer.keyIds, endpoints: Object.fromEntries(endpoints) }
    },

    async sealAnew({ cursor, limit }) {
      const [applicationId = '', id = ''] = cursor?.split('/') ?? []
      const rows = await database.run(listSealed, [applicationId, id, limit])
      let done = 0
      for (const row of rows) {
        if (sealedWith(String(row['secrets'])) === sealer.keyIds[0]) continue
        done += (await database.run(replaceSealed, valuesOf(row, sealer))).length
      }
      const last = rows.at(-1)
      const over = rows.length < limit || last === undefined
      const place = over ? null : `${last['application_id']}/${last['id']}`
      return { cursor: place, seen: rows.length, done }
    },
  }
}

function valuesOf(row: Row, sealer: Sealer): readonly unknown[] {
  const [applicationId, id] = [String(row['application_id']), String(row['id'])]
  const anew = (field: 'secrets' | 'headers' | 'credentials'): string | null => {
    const sealed = row[field]
    if (sealed === null) return null
    const place = binding(applicationId, id, field)
    return sealer.seal(sealer.open(String(sealed), place), place)
  }
  const fresh = [anew('secrets'), anew('headers'), anew('credentials')]
  return [applicationId, id, ...fresh, row['secrets'], row['headers'], row['credentials']]
}
