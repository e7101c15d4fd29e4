/**
 * What a page of the lists of all applications costs: a thousand applications (`--applications`) with an
 * endpoint each and 100,000 deliveries (`--deliveries`) over a day, in turn; of every thousand one failed and
 * one waits. Prints how long a page of 50 takes, the newest, one half way down and with filters, in ms, on the
 * embedded database or on PostgreSQL.
 *
 *   node bench/overall.ts [--applications 1000] [--deliveries 100000] [--postgres]
 */
import { parseArgs } from 'node:util'
import { type ApplicationId, type EndpointId, idAtTime } from '../src/domain/ids.ts'
import { limits } from '../src/domain/limits.ts'
import { everything, firstPage, Scene } from '../src/store/conformance/scene.ts'
import type { Store } from '../src/store/store.ts'
import { onPostgres, onSqlite, time } from './support/filled.ts'

const { values: options } = parseArgs({
  options: {
    applications: { type: 'string', default: '1000' },
    deliveries: { type: 'string', default: '100000' },
    postgres: { type: 'boolean', default: false },
  },
})
const applications = Number(options.applications)
const deliveries = Number(options.deliveries)
const [dayMs, perInsert] = [86_400_000, 20_000]
const payload = JSON.stringify({ id: 'o_91', text: 'x'.repeat(400) })
const scene = new Scene()

interface Made {
  readonly id: ApplicationId
  readonly endpointId: EndpointId
}

interface Row {
  readonly app: string
  readonly endpoint: string
  readonly id: string
  readonly at: number
  readonly state: 'succeeded' | 'failed' | 'pending'
}

function rows(from: number, made: readonly Made[]): readonly Row[] {
  return Array.from({ length: Math.min(perInsert, deliveries - from) }, (_, n) => {
    const at = Math.floor(scene.now - ((deliveries - from - n) / deliveries) * dayMs)
    const id = `${idAtTime('message', at).slice(4, 14)}${String(from + n).padStart(17, '0')}`
    // Coprime with round numbers of applications, so that what fails is of all of them.
    const kind = (from + n) % 997
    const { id: app, endpointId: endpoint } = made[(from + n) % made.length] ?? {
      id: '',
      endpointId: '',
    }
    return {
      app,
      endpoint,
      id,
      at,
      state: kind === 0 ? 'failed' : kind === 1 ? 'pending' : 'succeeded',
    }
  })
}

const filled = {
  scene,
  async make(): Promise<readonly Made[]> {
    const made: Made[] = []
    for (let n = 0; n < applications; n++) {
      const { id } = await scene.application({ name: `Customer ${n}` })
      made.push({ id, endpointId: (await scene.endpoint({ id })).id })
    }
    return made
  },
  measure: (store: Store, made: readonly Made[]) => measure(store, made),
}

if (options.postgres) {
  await onPostgres({
    ...filled,
    async fill(client, made) {
      for (let from = 0; from < deliveries; from += perInsert) {
        const some = JSON.stringify(rows(from, made))
        const each =
          'json_to_recordset($1) as r(app text, endpoint text, id text, at bigint, state text)'
        await client.query(
          `insert into message (application_id, id, event_type, content_type, created_at,
             payload_expires_at, attributes, payload)
           select r.app, 'msg_' || r.id, 'order.paid', 'application/json', r.at, $2, '{}', $3 from ${each}`,
          [some, scene.now + 30 * dayMs, Buffer.from(payload)],
        )
        const columns =
          'application_id, id, endpoint_id, message_id, state, trigger, attempt_count, created_at, updated_at'
        const values = `r.app, 'dlv_' || r.id, r.endpoint, 'msg_' || r.id, r.state, 'scheduled', 1, r.at, r.at`
        await client.query(
          `insert into delivery (${columns}) select ${values} from ${each} where r.state <> 'pending'`,
          [some],
        )
        await client.query(
          `insert into open_delivery (${columns}) select ${values} from ${each} where r.state = 'pending'`,
          [some],
        )
      }
    },
  })
} else {
  await onSqlite({
    ...filled,
    fill(db, made) {
      const message = db.prepare(
        `insert into message (application_id, id, event_type, created_at, payload_expires_at, payload)
         select value ->> 'app', 'msg_' || (value ->> 'id'), 'order.paid', value ->> 'at', ?, cast(? as blob)
         from json_each(?)`,
      )
      const delivery = db.prepare(
        `insert into delivery (application_id, id, endpoint_id, message_id, state, trigger,
           attempt_count, event_type, created_at, updated_at)
         select value ->> 'app', 'dlv_' || (value ->> 'id'), value ->> 'endpoint', 'msg_' || (value ->> 'id'),
           case value ->> 'state' when 'failed' then 3 when 'pending' then 0 else 2 end,
           0, 1, 'order.paid', value ->> 'at', value ->> 'at'
         from json_each(?)`,
      )
      for (let from = 0; from < deliveries; from += perInsert) {
        const some = JSON.stringify(rows(from, made))
        message.run(scene.now + 30 * dayMs, payload, some)
        delivery.run(some)
      }
      for (const source of ['message', 'delivery']) {
        db.exec(`insert into ${source}_list select application_id, id, seq from ${source} order by 1, 2;
          update list_progress set seq = (select max(seq) from ${source}) where source = '${source}'`)
      }
    },
  })
}

async function measure(store: Store, made: readonly Made[]): Promise<void> {
  const common = {
    ...{ organizationId: scene.organizationId, applicationIds: null, filter: everything },
    ...{ page: firstPage, rowsMax: limits.overallRowsMax, now: scene.now },
  }
  type Asked = Partial<Parameters<Store['listOverallDeliveries']>[0]>
  const page = (asked: Asked) => async () =>
    (await store.listOverallDeliveries({ ...common, states: null, ...asked })).items.length
  const middle = { ...firstPage, iterator: idAtTime('delivery', scene.now - dayMs / 2) }
  const none = { ...everything, eventTypes: ['none'] }
  await time('deliveries, newest', page({}))
  await time('deliveries, half way down', page({ page: middle }))
  await time('deliveries, failed', page({ states: ['failed'] }))
  await time('deliveries, failed or waiting', page({ states: ['failed', 'pending'] }))
  await time(
    `deliveries, of a type without any (${limits.overallRowsMax} rows looked at)`,
    page({ filter: none }),
  )
  const few = made.slice(0, 20).map(({ id }) => id)
  await time('deliveries, of 20 applications', page({ applicationIds: few }))
  await time(
    'deliveries, of 20 applications, failed',
    page({ applicationIds: few, states: ['failed'] }),
  )
  await time('messages, newest', async () => (await store.listOverallMessages(common)).items.length)
  await time(
    'messages, of a type without any',
    async () => (await store.listOverallMessages({ ...common, filter: none })).items.length,
  )
}
