import { type Arena, createApplications, type Database, inArena } from '../support/arena.ts'
import { copyHistory } from '../support/history.ts'
import { residentBytesOf } from '../support/machine.ts'
import { withProducer } from '../support/producing.ts'
import { spreadOf } from '../support/statistics.ts'
import { flow } from '../support/stream.ts'

/** Throughput to healthy endpoints before and after something has grown, on one server. */
export interface GrowthResult {
  readonly size: number
  readonly emptyPerSecond: number
  readonly grownPerSecond: number
  /** grown ÷ empty; the target is 0.9 or more. */
  readonly share: number
  readonly residentMb: number
}

interface GrowthInput {
  readonly size: number
  readonly events: number
  readonly runs: number
  readonly payloadBytes: number
  readonly database?: Database
}

const healthyApplications = 16
const group = 'healthy'

async function beforeAndAfter(
  input: GrowthInput,
  grow: (arena: Arena, healthy: readonly string[]) => Promise<readonly string[]>,
): Promise<GrowthResult> {
  return inArena({ database: input.database ?? 'sqlite' }, async (arena) => {
    const healthy = await createApplications(arena, {
      count: healthyApplications,
      behaviour: 'ok',
      group,
    })
    const emptyPerSecond = await healthyRate(arena, healthy, input)
    const targets = await grow(arena, healthy)
    const grownPerSecond = await healthyRate(arena, targets, input)
    return {
      size: input.size,
      emptyPerSecond,
      grownPerSecond,
      share: grownPerSecond / emptyPerSecond,
      residentMb: residentBytesOf(arena.node.pid) / 2 ** 20,
    }
  })
}

async function healthyRate(
  arena: Arena,
  applicationIds: readonly string[],
  input: GrowthInput,
): Promise<number> {
  const options = {
    port: arena.node.options.port,
    applicationIds,
    connections: 64,
    eventsPerRequest: 1,
    payloadBytes: input.payloadBytes,
  }
  return withProducer(options, async (producer) => {
    const ends = { producer, receiver: arena.receiver, group }
    await flow({ ...ends, events: Math.min(2_000, input.events) })
    const rates: number[] = []
    for (let run = 0; run < input.runs; run++) {
      rates.push((await flow({ ...ends, events: input.events })).perSecond)
    }
    return spreadOf(rates).median
  })
}

/** More than these are copied from what the server made (`history.ts`). */
const madeMax = 300_000

/** `size` attempts are stored before the second measurement; the server itself makes the first of them. */
export function runStoredAttempts(input: GrowthInput): Promise<GrowthResult> {
  const since = Date.now()
  return beforeAndAfter(input, async (arena, healthy) => {
    const events = Math.min(madeMax, input.size)
    await healthyRate(arena, healthy, { ...input, events, runs: 1 })
    if (input.size > madeMax) await copyHistory(arena.stored, { since, size: input.size })
    return healthy
  })
}

/** `size` applications with an endpoint each; the events then go to all of them in turn. */
export function runManyEndpoints(input: GrowthInput): Promise<GrowthResult> {
  return beforeAndAfter(input, async (arena) => {
    const parts = 16
    const made = await Promise.all(
      Array.from({ length: parts }, () =>
        createApplications(arena, {
          count: Math.ceil(input.size / parts),
          behaviour: 'ok',
          group,
        }),
      ),
    )
    return made.flat()
  })
}

/** `size` deliveries wait for endpoints that answer nothing but 500. */
export function runDeadBacklog(input: GrowthInput): Promise<GrowthResult> {
  return beforeAndAfter(input, async (arena, healthy) => {
    const dead = await createApplications(arena, { count: 8, behaviour: 'fail', group: 'dead' })
    const options = {
      port: arena.node.options.port,
      applicationIds: dead,
      connections: 64,
      eventsPerRequest: 1,
      payloadBytes: input.payloadBytes,
    }
    await withProducer(options, (producer) =>
      producer.ask({ kind: 'go', events: input.size, perSecond: 0 }, 'done'),
    )
    return healthy
  })
}
