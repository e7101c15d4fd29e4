/**
 * What the list of endpoints costs on PostgreSQL: one application with a million attempts over 23
 * hours, half of them one endpoint's and the rest spread over 49. Prints how long the activity of all
 * 50 takes, and the statistics of a day, in ms.
 *
 *   node bench/activity.ts [--attempts 1000000]
 */
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { type ApplicationId, type EndpointId, idAtTime } from '../src/domain/ids.ts'
import { Scene } from '../src/store/conformance/scene.ts'
import type { Store } from '../src/store/store.ts'
import { onPostgres, time } from './support/filled.ts'

const { values: options } = parseArgs({
  options: { attempts: { type: 'string', default: '1000000' } },
})
const attempts = Number(options.attempts)
const [endpointCount, hours, perInsert] = [50, 23, 20_000]
const hourMs = 3_600_000
const scene = new Scene()
const until = scene.now

interface Made {
  readonly applicationId: ApplicationId
  readonly endpointIds: readonly EndpointId[]
}

await onPostgres({
  scene,
  async make() {
    const { id: applicationId } = await scene.application()
    const endpointIds: EndpointId[] = []
    for (let n = 0; n < endpointCount; n++) {
      endpointIds.push((await scene.endpoint({ id: applicationId })).id)
    }
    return { applicationId, endpointIds }
  },
  async fill(client, made, store) {
    for (let from = 0; from < attempts; from += perInsert) await insert(client, made, from)
    const counting = performance.now()
    while ((await store.countAttempts()) === 'more');
    console.log(`counted ${attempts} in ${((performance.now() - counting) / 1000).toFixed(2)} s`)
  },
  measure,
})

async function measure(store: Store, { applicationId, endpointIds }: Made): Promise<void> {
  const day = { applicationId, since: until - 24 * hourMs, until: until + 1_000 }
  await time('activity of 50 endpoints', async () => {
    const activity = await store.endpointActivity({
      ...{ applicationId, endpointIds, since: day.since, until, sliceMs: hourMs },
      ...{ rowsMax: 100, waitingMax: 10_000, lastSince: until - 90 * 24 * hourMs },
    })
    return activity.reduce((sum, { slices }) => sum + slices.reduce((n, s) => n + s.count, 0), 0)
  })
  for (const [name, endpointId] of [
    ['the large endpoint', endpointIds[0]],
    ['another', endpointIds[1]],
  ] as const) {
    if (endpointId === undefined) throw new Error('no endpoint')
    await time(`statistics of a day, ${name}`, async () => {
      const { success, fail } = await store.endpointStats({ ...day, endpointId })
      return success + fail
    })
  }
}

async function insert(client: pg.Client, made: Made, from: number): Promise<void> {
  const ids = Array.from({ length: perInsert }, (_, n) => {
    const at = until - ((attempts - from - n) / attempts) * hours * hourMs
    return `${idAtTime('attempt', at).slice(0, 14)}${String(from + n).padStart(19, '0')}`
  })
  const owners = ids.map(
    (_, n) => made.endpointIds[n % 2 === 0 ? 0 : 1 + (n % (endpointCount - 1))],
  )
  await client.query(
    `insert into attempt (application_id, id, endpoint_id, message_id, delivery_id, event_type,
       trigger, number, succeeded, url, response_status, response_body, response_truncated,
       duration_ms, request_headers, response_headers, timings, created_at)
     select $1, a.id, a.endpoint_id, 'msg_' || substr(a.id, 7), 'dlv_' || substr(a.id, 7), 'a.b',
       'scheduled', 1, true, 'https://receiver.example/', 200, 'ok', false, 12,
       repeat('h', 300), repeat('r', 100), '{}', $4
     from unnest($2::text[], $3::text[]) as a(id, endpoint_id)`,
    [made.applicationId, ids, owners, until],
  )
}
