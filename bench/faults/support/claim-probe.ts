/**
 * A thread that claims as nodes do and times it, with a lease of a millisecond, so that it takes
 * nothing from them. Its own thread: what is measured is not how long the receiver and the load, which
 * share the experiment's, kept an answer waiting.
 */
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { systemClock } from '../../../src/runtime/clock.ts'
import { silentLog } from '../../../src/runtime/log.ts'
import { systemRandom } from '../../../src/runtime/random.ts'
import { sealer } from '../../../src/runtime/sealing.ts'
import { postgresStore } from '../../../src/store/postgres/index.ts'
import { monotonicMs } from '../../support/monotonic.ts'
import { type Latencies, latenciesOf } from '../../support/statistics.ts'

interface Order {
  readonly url: string
  readonly forMs: number
}

const probeEveryMs = 50

/** Claims every 50 ms for that long. */
export async function probeClaims(order: Order): Promise<Latencies> {
  const worker = new Worker(new URL(import.meta.url), { workerData: order })
  const [samples] = (await once(worker, 'message')) as [readonly number[]] // what `claimFor` found
  await worker.terminate()
  return latenciesOf(samples)
}

async function claimFor({ url, forMs }: Order): Promise<readonly number[]> {
  const world = { clock: systemClock, log: silentLog, node: 'probe' }
  const seal = sealer({ keys: [Buffer.alloc(32, 9)], random: systemRandom })
  const store = postgresStore({ ...world, url, sealer: seal, poolMax: 1 })
  const claim = (): Promise<unknown> => {
    const now = Date.now()
    return store.claimDue({
      ...{ now, leaseUntil: now + 1, token: 'probe', limit: 500, perEndpoint: 100 },
      ...{ bytesMax: 1_000_000, afterEndpointId: null, except: [] },
    })
  }
  const samples: number[] = []
  try {
    await claim() // connects and plans
    const until = monotonicMs() + forMs
    while (monotonicMs() < until) {
      const begun = monotonicMs()
      await claim()
      samples.push(monotonicMs() - begun)
      await wait(probeEveryMs)
    }
  } finally {
    await store.close()
  }
  return samples
}

if (!isMainThread) parentPort?.postMessage(await claimFor(workerData as Order)) // `probeClaims` gives it
