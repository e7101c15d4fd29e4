/**
 * G3: the power fails at any moment. The real server runs under a recorder of everything that it
 * writes and syncs; from that, images are made of what the disk may then hold, and each is opened:
 * it must be whole, and every event that had been answered with 2xx must be in it.
 */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { acknowledgement, Disk, type Entry, entriesOf } from './power/images.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { numberedEvent } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'
import { smallDisk } from './support/small-disk.ts'

const forms = {
  small: { events: 400, images: 40 },
  large: { events: 4_000, images: 500 },
} as const satisfies Record<Form, unknown>

/** So small that the log is copied back again and again (see `src/store/sqlite/open.ts`). */
const diskBytes = 64 * 2 ** 20
const producers = 16
const drainMs = 60_000
/** On a disk that forgets its syncs: to show that what is looked for would be found. */
const lyingImages = 25
const seed = 20_261_121

export const powerLoss: Experiment = {
  name: 'power-loss',
  sentence: 'no acknowledged event is missing from any disk that a power loss may leave (G3)',
  largeOnly: true, // needs a C compiler
  async run(form) {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-power-'))
    try {
      return await play(folder, form)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

async function play(folder: string, form: Form): Promise<Report> {
  const disk = join(folder, 'disk')
  const log = join(folder, 'log')
  mkdirSync(disk)
  const small = smallDisk(disk, diskBytes)
  if ('refused' in small) throw new Error(`power-loss needs a disk of its own: ${small.refused}`)
  const environment = {
    POSTHORN_DATA_DIR: join(disk, 'data'),
    LD_PRELOAD: compile(folder),
    POSTHORN_POWER_LOG: log,
    POSTHORN_POWER_FOLDER: disk,
  }
  return inScene({ node: { wrapper: small.wrapper, environment } }, async (scene) => {
    await produce(scene, log, forms[form].events)
    await scene.node.kill()
    return judge({
      log: readFileSync(log),
      database: join(disk, 'data', 'posthorn.db'),
      folder,
      form,
    })
  })
}

function compile(folder: string): string {
  const library = join(folder, 'recorder.so')
  const source = join(import.meta.dirname, 'power', 'recorder.c')
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl', '-lpthread'])
  return library
}

async function produce(scene: Scene, log: string, events: number): Promise<void> {
  const { applicationId } = await arrange(scene, ['/power'])
  const file = openSync(log, 'a')
  let next = 0
  const one = async (): Promise<void> => {
    while (next < events) {
      const body = numberedEvent(next++)
      const { status, text } = await scene.api.call('POST', `/api/v1/app/${applicationId}/msg`, {
        body,
      })
      if (status !== 202) throw new Error(`answered ${status}: ${text}`)
      writeSync(file, acknowledgement((JSON.parse(text) as { id: string }).id)) // a message has one
    }
  }
  await Promise.all(Array.from({ length: producers }, one))
  await scene.ledger.until(() => scene.ledger.arrivals.length >= events, drainMs)
  closeSync(file)
}

interface Recording {
  readonly log: Buffer
  readonly database: string
  readonly folder: string
  readonly form: Form
}

function judge(recording: Recording): Report {
  const { log, form } = recording
  const violations = new Violations()
  const entries = [...entriesOf(log)]
  const first = entries.findIndex(({ kind }) => kind === 'acknowledged')
  const chance = chanceFrom(seed)
  const cuts = Array.from({ length: forms[form].images }, () =>
    Math.floor(first + chance() * (entries.length - first)),
  )
  const honest = examine(recording, { entries, cuts, chance, disk: new Disk() })
  for (const sentence of honest.faults) violations.add(sentence)
  const lying = examine(recording, {
    entries,
    cuts: cuts.slice(0, lyingImages),
    chance,
    disk: new Disk((path) => path.endsWith('-wal')),
  })
  violations.expect(lying.faults.length > 0, 'a disk that forgets syncs was not noticed')
  return {
    name: powerLoss.name,
    form,
    facts: {
      images: forms[form].images,
      acknowledged: entries.filter(({ kind }) => kind === 'acknowledged').length,
      writes: entries.filter(({ kind }) => kind === 'write').length,
      syncs: entries.filter(({ kind }) => kind === 'sync').length,
      copiedBack: entries.filter((entry) => entry.kind === 'sync' && entry.path.endsWith('.db'))
        .length,
      damagedImages: honest.faults.length,
      lyingDiskImages: lyingImages,
      lyingDiskNoticed: lying.faults.length,
      seed,
    },
    violations: violations.list(),
  }
}

/** Walks once through the log and opens an image at each cut. One sentence a faulty image. */
function examine(
  { database, folder }: Recording,
  input: {
    readonly entries: readonly Entry[]
    readonly cuts: readonly number[]
    readonly chance: () => number
    readonly disk: Disk
  },
): { readonly faults: readonly string[] } {
  const cuts = input.cuts.toSorted((one, other) => one - other)
  const copy = join(folder, 'image.db')
  const faults: string[] = []
  const acknowledged: string[] = []
  for (const [at, entry] of input.entries.entries()) {
    for (; cuts[0] === at; cuts.shift()) {
      rmSync(`${copy}-shm`, { force: true })
      writeFileSync(copy, input.disk.image(database, input.chance))
      writeFileSync(`${copy}-wal`, input.disk.image(`${database}-wal`, input.chance))
      const fault = faultOf(copy, acknowledged)
      if (fault !== null) faults.push(`image at entry ${at}: ${fault}`)
    }
    if (entry.kind === 'acknowledged') acknowledged.push(entry.id)
    else input.disk.take(entry)
  }
  return { faults }
}

function faultOf(file: string, acknowledged: readonly string[]): string | null {
  let connection: DatabaseSync | null = null
  try {
    connection = new DatabaseSync(file)
    const integrity = connection.prepare('pragma integrity_check').get()?.['integrity_check']
    if (integrity !== 'ok') return `integrity: ${String(integrity)}`
    const rows = connection.prepare('select message_id as id from delivery').all()
    const present = new Set(rows.map(({ id }) => id))
    const stored = connection.prepare('select id from message').all()
    const without = stored.filter(({ id }) => !present.has(String(id))).length
    if (without > 0) return `${without} messages without their delivery`
    const missing = acknowledged.filter((id) => !present.has(id)).length
    return missing === 0 ? null : `${missing} acknowledged events are missing`
  } catch (error) {
    return `does not open: ${error instanceof Error ? error.message : String(error)}`
  } finally {
    connection?.close()
  }
}

/** A small generator with a seed, so that a faulty image can be made again. */
function chanceFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
