import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GroupReport } from '../processes/receiver.ts'
import { startDatabase, startReceiver } from '../support/arena.ts'
import { Child } from '../support/child.ts'
import { cpuUsOfTree } from '../support/machine.ts'
import { freePort } from '../support/node.ts'

export const rivalNames = ['bullmq', 'pg-boss', 'graphile-worker'] as const
export type RivalName = (typeof rivalNames)[number]

export interface RivalRun {
  readonly rival: RivalName
  readonly client: 'undici' | 'fetch'
  readonly perSecond: number
  /** CPU µs for one delivery, by process. */
  readonly producerCpuUs: number
  readonly workerCpuUs: number
  readonly databaseCpuUs: number
}

interface PeerInput {
  readonly events: number
  readonly runs: number
  readonly payloadBytes: number
}

const bulk = 500
const warmUp = 2_000

/** The store of a rival: where it is, which process it is, and how to take it down. */
interface Backing {
  readonly url: string
  readonly pid: number
  remove(): Promise<void>
}

/** Throws with what to install when the rivals or Redis are missing. */
export async function runRival(
  rival: RivalName,
  client: 'undici' | 'fetch',
  input: PeerInput,
): Promise<readonly RivalRun[]> {
  if (!existsSync(new URL('../node_modules', import.meta.url))) {
    throw new Error('the rivals are not installed: npm ci --prefix bench')
  }
  const backing = rival === 'bullmq' ? await startRedis() : await startPostgresBacking()
  const { receiver, origin } = await startReceiver({})
  const options = {
    rival,
    client,
    origin,
    bulk,
    url: backing.url,
    payloadBytes: input.payloadBytes,
  }
  const producer = await Child.start('../rivals/process.mjs', { ...options, role: 'producer' })
  const worker = await Child.start('../rivals/process.mjs', { ...options, role: 'worker' })
  const runs: RivalRun[] = []
  try {
    await oneRun({ producer, receiver, count: Math.min(warmUp, input.events), run: 'warm' })
    for (let run = 0; run < input.runs; run++) {
      const before = [producer.cpuUs(), worker.cpuUs(), cpuUsOfTree(backing.pid)] as const
      const elapsedMs = await oneRun({ producer, receiver, count: input.events, run: `run${run}` })
      const each = (now: number, then: number): number => (now - then) / input.events
      runs.push({
        rival,
        client,
        perSecond: (input.events / elapsedMs) * 1000,
        producerCpuUs: each(producer.cpuUs(), before[0]),
        workerCpuUs: each(worker.cpuUs(), before[1]),
        databaseCpuUs: each(cpuUsOfTree(backing.pid), before[2]),
      })
    }
  } finally {
    await producer.stop()
    await worker.stop()
    await receiver.stop()
    await backing.remove()
  }
  return runs
}

/** From the first enqueue to the last arrival, in ms. */
async function oneRun(input: {
  readonly producer: Child
  readonly receiver: Child
  readonly count: number
  readonly run: string
}): Promise<number> {
  await input.receiver.ask({ kind: 'forget' }, 'forgotten')
  const expectation = { kind: 'expect', group: 'rival', count: input.count }
  const reached = input.receiver.ask(expectation, 'reached')
  const done = await input.producer.ask({ kind: 'go', count: input.count, run: input.run }, 'done')
  const { at } = await reached
  const { report } = await input.receiver.ask({ kind: 'report', group: 'rival' }, 'report')
  const { wrongSignatures } = report as GroupReport // the only thing that `report` carries
  if (wrongSignatures > 0) throw new Error(`${wrongSignatures} wrong signatures`)
  return Number(at) - Number(done['startedAt'])
}

async function startRedis(): Promise<Backing> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-redis-'))
  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const child = spawn('redis-server', [
    ...settings,
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
  ])
  await saying(child, 'Ready to accept connections')
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async remove() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function saying(child: ChildProcess, sentence: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', () =>
      reject(new Error('redis-server is not installed (apt-get install redis-server)')),
    )
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes(sentence)) resolve()
    })
  })
}

/** The same PostgreSQL that Posthorn is given. */
async function startPostgresBacking(): Promise<Backing> {
  const server = await startDatabase()
  return {
    url: server.url('postgres'),
    pid: server.process.pid ?? 0,
    remove: () => server.remove(),
  }
}
