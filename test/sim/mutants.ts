/**
 * Whether the simulation can fail: seeds a bug, runs seeds until one is violated, and says which bugs
 * nobody noticed. Each mutant has a thread of its own, whose loader edits one source file.
 *
 *   node test/sim/mutants.ts [--seeds 200] [--only TEXT] [--workers 2]
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Mutation, mutations } from './mutations.ts'

export interface Caught {
  readonly name: string
  /** Seeds run until the first violation; null when none was violated. */
  readonly after: number | null
  readonly violation: string
}

const source = join(import.meta.dirname, '../../src')

/** Runs one mutant against seeds 1, 2, … up to `seeds`. Rejects when its text is not in its file. */
export function runMutant(mutation: Mutation, seeds: number): Promise<Caught> {
  const path = join(source, mutation.file)
  const parts = readFileSync(path, 'utf8').split(mutation.find)
  if (parts.length !== 2) {
    const found = `${parts.length - 1} times`
    return Promise.reject(new Error(`"${mutation.name}": its text is in ${path} ${found}`))
  }
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, { workerData: { mutation, seeds } })
    worker.once('message', resolve)
    worker.once('error', (error: Error) => {
      // A mutant that crashes is noticed too.
      resolve({ name: mutation.name, after: 0, violation: `threw ${error.message}` })
    })
    worker.once('exit', () => reject(new Error(`"${mutation.name}" ended without a word`)))
  })
}

async function seekViolation(mutation: Mutation, seeds: number): Promise<Caught> {
  const url = pathToFileURL(join(source, mutation.file)).href
  registerHooks({
    load(loaded, context, next) {
      const result = next(loaded, context)
      if (loaded !== url) return result
      const text = readFileSync(join(source, mutation.file), 'utf8')
      return { ...result, source: text.replace(mutation.find, () => mutation.replace) }
    },
  })
  const { runSeed } = await import('./scenario.ts')
  for (let seed = 1; seed <= seeds; seed++) {
    const { violation } = await runSeed(seed)
    if (violation !== null) return { name: mutation.name, after: seed, violation }
  }
  return { name: mutation.name, after: null, violation: '' }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      only: { type: 'string', default: '' },
      workers: { type: 'string', default: '2' },
    },
  })
  const left = mutations.filter((mutation) => mutation.name.includes(values.only))
  const missed: string[] = []
  const total = left.length
  const next = async (): Promise<void> => {
    for (let mutation = left.shift(); mutation !== undefined; mutation = left.shift()) {
      const { name, after, violation } = await runMutant(mutation, Number(values.seeds))
      if (after === null) missed.push(name)
      const said = after === null ? 'MISSED' : `caught by seed ${after}: ${violation}`
      console.log(`${name}: ${said.slice(0, 110)}`)
    }
  }
  await Promise.all(Array.from({ length: Number(values.workers) }, next))
  const caught = total - missed.length
  console.log(`${caught} of ${total} mutants caught (${((100 * caught) / total).toFixed(0)} %)`)
  for (const name of missed) console.log(`missed: ${name}`)
}

if (isMainThread) {
  if (process.argv[1] === import.meta.filename) await main()
} else if (workerData !== null && typeof workerData === 'object' && 'mutation' in workerData) {
  const { mutation, seeds } = workerData as { mutation: Mutation; seeds: number } // from `runMutant`
  parentPort?.postMessage(await seekViolation(mutation, seeds))
}
