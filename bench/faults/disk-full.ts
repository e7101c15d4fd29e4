/**
 * G4: the disk is full. No false 2xx, no request whose outcome cannot be stored, and everything
 * goes on within 5 s after there is space again.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { monotonicMs } from '../support/monotonic.ts'
import { Books } from './support/books.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { numberedEvent } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'
import { Filler, smallDisk } from './support/small-disk.ts'

const forms = {
  small: { rounds: 1, producers: 8, fullMs: 1_500 },
  large: { rounds: 5, producers: 16, fullMs: 3_000 },
} as const satisfies Record<Form, unknown>

const diskBytes = 6 * 2 ** 20
const leftBytes = 64 * 1024
const path = '/full'
const recoveryMaxMs = 5_000
const drainMs = 30_000
const fillMaxMs = 20_000
const refusalsWanted = 20

export const diskFull: Experiment = {
  name: 'disk-full',
  sentence: 'a full disk makes no false 2xx and no unrecorded request, and heals by itself (G4)',
  async run(form) {
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-disk-'))
    try {
      const disk = smallDisk(folder, diskBytes)
      if ('refused' in disk) throw new Error(`disk-full needs a small disk: ${disk.refused}`)
      const environment = { POSTHORN_DATA_DIR: join(folder, 'data') }
      return await inScene({ node: { wrapper: disk.wrapper, environment } }, (scene) =>
        play(scene, folder, form),
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

interface Tally {
  readonly accepted: Set<string>
  readonly statuses: Map<number, number>
  /** Of the present round. */
  refusals: number
  lastAcceptedAt: number
}

async function play(scene: Scene, folder: string, form: Form): Promise<Report> {
  const { rounds, producers, fullMs } = forms[form]
  const { node, ledger } = scene
  const { applicationId } = await arrange(scene, [path])
  const filler = new Filler(node.pid, folder)
  const violations = new Violations()
  const tally: Tally = {
    accepted: new Set(),
    statuses: new Map(),
    refusals: 0,
    lastAcceptedAt: 0,
  }
  let producing = true
  const load = Array.from({ length: producers }, (_, at) =>
    produce(scene, applicationId, tally, at, () => producing),
  )

  const recoveries: number[] = []
  let arrivedWhileFull = 0
  for (let round = 0; round < rounds; round++) {
    tally.refusals = 0
    const acceptedBefore = tally.accepted.size
    await until(() => tally.accepted.size > acceptedBefore + 100, fillMaxMs)
    filler.fillAllBut(leftBytes)
    const refused = await until(() => tally.refusals >= refusalsWanted, fillMaxMs)
    violations.expect(refused, `the disk was full and only ${tally.refusals} posts were refused`)
    const arrived = ledger.arrivals.length
    await wait(fullMs)
    arrivedWhileFull += ledger.arrivals.length - arrived
    const releasedAt = monotonicMs()
    filler.release()
    await until(() => tally.lastAcceptedAt > releasedAt, recoveryMaxMs * 2)
    recoveries.push(tally.lastAcceptedAt - releasedAt)
  }
  producing = false
  await Promise.all(load)
  await ledger.until(() => [...tally.accepted].every((id) => ledger.count(path, id) > 0), drainMs)
  const file = join(`/proc/${node.pid}/root`, folder, 'data', 'posthorn.db')
  const recordedNow = (): number => recordedIn(file, join(scene.folder, 'copy.db'))
  const settled = await until(() => recordedNow() >= ledger.arrivals.length, drainMs)
  const recorded = recordedNow()

  const lost = [...tally.accepted].filter((id) => ledger.count(path, id) === 0)
  violations.expect(lost.length === 0, `${lost.length} accepted events never came`)
  violations.expect(
    settled && recorded === ledger.arrivals.length,
    `the receiver saw ${ledger.arrivals.length} requests, ${recorded} were recorded`,
  )
  const slowest = Math.max(...recoveries)
  violations.expect(slowest > 0 && slowest <= recoveryMaxMs, `recovery took ${slowest} ms`)
  return {
    name: diskFull.name,
    form,
    facts: {
      rounds,
      accepted: tally.accepted.size,
      statuses: [...tally.statuses].map(([status, count]) => `${status}: ${count}`).join(', '),
      arrivedWhileFull,
      requestsSeen: ledger.arrivals.length,
      attemptsRecorded: recorded,
      duplicates: ledger.arrivals.length - ledger.distinct,
      slowestRecoveryMs: Math.round(slowest),
    },
    violations: violations.list(),
  }
}

async function produce(
  scene: Scene,
  applicationId: string,
  tally: Tally,
  producer: number,
  goOn: () => boolean,
): Promise<void> {
  for (let number = 0; goOn(); number++) {
    const { status, text } = await scene.api.call('POST', `/api/v1/app/${applicationId}/msg`, {
      body: numberedEvent(number),
      idempotencyKey: `producer-${producer}-${number}`,
    })
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1)
    if (status >= 200 && status < 300) {
      tally.accepted.add((JSON.parse(text) as { id: string }).id) // a message has one
      tally.lastAcceptedAt = monotonicMs()
      await wait(4)
    } else {
      tally.refusals += 1
      await wait(20)
    }
  }
}

/** SQLite does not follow /proc/PID/root, so a copy is read; nothing is written by then. */
function recordedIn(file: string, copy: string): number {
  copyFileSync(file, copy)
  copyFileSync(`${file}-wal`, `${copy}-wal`)
  rmSync(`${copy}-shm`, { force: true })
  const books = new Books(copy)
  try {
    return books.answeredAttempts()
  } finally {
    books.close()
  }
}

async function until(isMet: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = monotonicMs() + withinMs
  while (!isMet()) {
    if (monotonicMs() > deadline) return false
    await wait(20)
  }
  return true
}
