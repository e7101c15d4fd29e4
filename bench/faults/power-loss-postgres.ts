/**
 * G3 on PostgreSQL: the power fails at any moment, and of the database's log everything is gone that was
 * not flushed by then. A server is restored from what is left: every event that had been answered with
 * 2xx must be in it, with its delivery.
 */
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import {
  type BaseCopy,
  baseCopyOf,
  type PostgresServer,
  startPostgres,
  startRestored,
} from '../../test/support/postgres.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { numberedEvent } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { events: 150, images: 2 },
  large: { events: 4_000, images: 40 },
} as const satisfies Record<Form, unknown>

const producers = 16
const restoreMaxMs = 60_000

export const powerLossPostgres: Experiment = {
  name: 'power-loss-postgres',
  sentence:
    'no acknowledged event is missing from what a PostgreSQL without power had flushed (G3)',
  async run(form) {
    // Nothing of the log is reused while it is needed.
    const settings = ['wal_keep_size=4GB', 'max_wal_size=8GB']
    const database = await startPostgres({ durable: true, settings })
    const environment = { POSTHORN_DATABASE_URL: database.url('postgres') }
    try {
      return await inScene({ node: { environment } }, (scene) => play(scene, database, form))
    } finally {
      await database.remove()
    }
  },
}

/** A moment at which the power may have failed. */
interface Cut {
  /** How far the log was flushed. */
  readonly lsn: string
  readonly acknowledged: readonly string[]
}

async function play(scene: Scene, database: PostgresServer, form: Form): Promise<Report> {
  const { applicationId } = await arrange(scene, ['/power'])
  const base = await baseCopyOf(database)
  try {
    const cuts = await cutsUnderLoad(scene, { ...forms[form], applicationId, database })
    await scene.node.kill()
    await database.stop('immediate')
    await base.takeLog()
    return await judge({ cuts, base, form })
  } finally {
    base.remove()
  }
}

async function cutsUnderLoad(
  scene: Scene,
  input: {
    readonly events: number
    readonly images: number
    readonly applicationId: string
    readonly database: PostgresServer
  },
): Promise<readonly Cut[]> {
  const client = new pg.Client({ connectionString: input.database.url('postgres') })
  await client.connect()
  const path = `/api/v1/app/${input.applicationId}/msg`
  const acknowledged: string[] = []
  const cuts: Cut[] = []
  let next = 0
  let cutting: Promise<void> | null = null
  const cut = async (): Promise<void> => {
    const before = [...acknowledged] // answered before the log is asked how far it is flushed
    const { rows } = await client.query('select pg_current_wal_flush_lsn()::text as lsn')
    cuts.push({ lsn: rows[0].lsn, acknowledged: before })
    cutting = null
  }
  const one = async (): Promise<void> => {
    while (next < input.events) {
      const { status, text } = await scene.api.call('POST', path, { body: numberedEvent(next++) })
      if (status !== 202) throw new Error(`answered ${status}: ${text}`)
      acknowledged.push((JSON.parse(text) as { id: string }).id) // a message has one
      const due = ((cuts.length + 1) * input.events) / (input.images + 1)
      if (acknowledged.length >= due && cuts.length < input.images) cutting ??= cut()
    }
  }
  try {
    await Promise.all(Array.from({ length: producers }, one))
    await cutting
  } finally {
    await client.end()
  }
  return cuts
}

async function judge(input: {
  readonly cuts: readonly Cut[]
  readonly base: BaseCopy
  readonly form: Form
}): Promise<Report> {
  const { cuts, form } = input
  const violations = new Violations()
  let noticed = 0
  for (const [at, { lsn, acknowledged }] of cuts.entries()) {
    const present = await restored(input.base, lsn)
    const missing = acknowledged.filter((id) => !present.has(id)).length
    violations.expect(missing === 0, `image ${at}: ${missing} acknowledged events are missing`)
    // What was answered after this moment: to show that what is missing would be noticed.
    const later = cuts[at + 1]?.acknowledged ?? []
    if (later.some((id) => !present.has(id))) noticed++
  }
  violations.expect(cuts.length === forms[form].images, `${cuts.length} images`)
  violations.expect(noticed > 0, 'an earlier image was not told from a later one')
  return {
    name: powerLossPostgres.name,
    form,
    facts: {
      images: cuts.length,
      acknowledged: cuts.at(-1)?.acknowledged.length ?? 0,
      earlierImagesNoticed: noticed,
    },
    violations: violations.list(),
  }
}

/** Messages that have their delivery, in a server that was restored up to that place of the log. */
async function restored(base: BaseCopy, lsn: string): Promise<ReadonlySet<string>> {
  const server = await startRestored(base, lsn)
  const client = new pg.Client({ connectionString: server.url('postgres') })
  try {
    await client.connect()
    const until = monotonicMs() + restoreMaxMs
    for (;;) {
      const { rows } = await client.query('select pg_get_wal_replay_pause_state() as state')
      if (rows[0].state === 'paused') break
      if (monotonicMs() > until) throw new Error('the log was not replayed')
      await wait(20)
    }
    const { rows } = await client.query(
      `select m.id from message m
       where exists (select from open_delivery d where d.message_id = m.id)
         or exists (select from delivery d where d.message_id = m.id)`,
    )
    return new Set(rows.map(({ id }) => String(id)))
  } finally {
    await client.end()
    await server.remove()
  }
}
