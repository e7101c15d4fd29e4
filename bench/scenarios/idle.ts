import { setTimeout as wait } from 'node:timers/promises'
import { createApplications, inArena } from '../support/arena.ts'
import { cpuUsOf, residentBytesOf } from '../support/machine.ts'

export interface IdleResult {
  readonly seconds: number
  /** Share of one core; the target is under 0.01. */
  readonly cpuShare: number
  /** Reads of the database a second; null when the server does not tell. */
  readonly queriesPerSecond: number | null
  readonly residentMb: number
}

const settleMs = 5_000

/** A server with endpoints and nothing to do. */
export async function runIdle(input: { readonly seconds: number }): Promise<IdleResult> {
  return inArena({}, async (arena) => {
    await createApplications(arena, { count: 16, behaviour: 'ok', group: 'idle' })
    await wait(settleMs)
    const before = { cpu: cpuUsOf(arena.node.pid), queries: await queries(arena.api) }
    await wait(input.seconds * 1000)
    const after = { cpu: cpuUsOf(arena.node.pid), queries: await queries(arena.api) }
    return {
      seconds: input.seconds,
      cpuShare: (after.cpu - before.cpu) / (input.seconds * 1e6),
      queriesPerSecond:
        before.queries === null || after.queries === null
          ? null
          : (after.queries - before.queries) / input.seconds,
      residentMb: residentBytesOf(arena.node.pid) / 2 ** 20,
    }
  })
}

/** Sum of the counters named `posthorn_store_…_total` of /metrics. */
async function queries(api: {
  call(method: 'GET', path: string): Promise<{ status: number; text: string }>
}): Promise<number | null> {
  const { status, text } = await api.call('GET', '/metrics')
  if (status !== 200) return null
  const values = [...text.matchAll(/^posthorn_store_\w*total(?:\{[^}]*\})? (\S+)$/gm)]
  if (values.length === 0) return null
  return values.reduce((sum, [, value]) => sum + Number(value), 0)
}
