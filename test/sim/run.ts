/**
 * The large form of the simulation.
 *
 *   node test/sim/run.ts --seeds 10000 [--from 1] [--workers 2]
 *   node test/sim/run.ts --seed 1234 --trace
 */
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { runSeed } from './scenario.ts'

interface Share {
  readonly from: number
  readonly to: number
  readonly step: number
}
type Report =
  | { readonly kind: 'violation'; readonly seed: number; readonly violation: string }
  | { readonly kind: 'done'; readonly seeds: number; readonly steps: number; readonly ms: number }

if (isMainThread) await main()
else await work(workerData as Share) // handed over by `main`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
    },
  })
  if (values.seed !== undefined) {
    const result = await runSeed(Number(values.seed), { keepTrace: values.trace })
    for (const line of result.trace ?? []) console.log(line)
    console.log(`seed ${result.seed} hash ${result.hash} ${result.violation ?? 'no violation'}`)
    process.exitCode = result.violation === null ? 0 : 1
    return
  }
  const from = Number(values.from)
  const share = { from, to: from + Number(values.seeds), step: Number(values.workers) }
  process.exitCode = (await runAll(share)) === 0 ? 0 : 1
}

/** Runs all seeds over the workers; returns how many were violated. */
async function runAll({ from, to, step }: Share): Promise<number> {
  const began = performance.now()
  let violated = 0
  const totals = { seeds: 0, steps: 0, virtualMs: 0 }
  const workers = Array.from({ length: step }, (_, at) => {
    const worker = new Worker(import.meta.filename, {
      workerData: { from: from + at, to, step } satisfies Share,
    })
    return new Promise<void>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('exit', () => resolve())
      worker.on('message', (report: Report) => {
        if (report.kind === 'done') {
          totals.seeds += report.seeds
          totals.steps += report.steps
          totals.virtualMs += report.ms
          return
        }
        violated++
        console.log(`seed ${report.seed}: ${report.violation}`)
        console.log(`  replay: node test/sim/run.ts --seed ${report.seed} --trace`)
      })
    })
  })
  await Promise.all(workers)
  const seconds = (performance.now() - began) / 1000
  const hours = (totals.virtualMs / 3_600_000).toFixed(0)
  console.log(
    `${totals.seeds} seeds, ${totals.steps} steps, ${hours} simulated hours, ${violated} violated, ` +
      `${seconds.toFixed(0)} s, ${(totals.seeds / seconds).toFixed(0)} seeds/s`,
  )
  return violated
}

async function work({ from, to, step }: Share): Promise<void> {
  let [seeds, steps, ms] = [0, 0, 0]
  for (let seed = from; seed < to; seed += step) {
    const result = await runSeed(seed)
    seeds++
    steps += result.steps
    ms += result.virtualMs
    if (result.violation !== null) {
      report({ kind: 'violation', seed, violation: result.violation })
    }
  }
  report({ kind: 'done', seeds, steps, ms })
}

function report(message: Report): void {
  parentPort?.postMessage(message)
}
