import { createApplications, type Database, inArena } from '../support/arena.ts'
import { withProducer } from '../support/producing.ts'
import { type Latencies, latenciesOf } from '../support/statistics.ts'
import { flow } from '../support/stream.ts'

export interface LatencyRun {
  readonly perSecond: number
  /** From the moment the event was due to be written to the receiver's first byte. */
  readonly toFirstByte: Latencies
  /** From the same moment to the producer's 202. */
  readonly toAnswer: Latencies
}

const applications = 16
const group = 'latency'
const connections = 64

/**
 * Open loop at a fixed rate. Time counts from when an event was due, so that a server that stalls
 * is not spared the events that would have come meanwhile. It includes the accept itself.
 */
export async function runLatency(input: {
  readonly perSecond: number
  readonly seconds: number
  readonly runs: number
  readonly payloadBytes: number
  readonly database?: Database
}): Promise<readonly LatencyRun[]> {
  return inArena({ latencies: true, database: input.database ?? 'sqlite' }, async (arena) => {
    const applicationIds = await createApplications(arena, {
      count: applications,
      behaviour: 'ok',
      group,
    })
    const options = {
      port: arena.node.options.port,
      applicationIds,
      connections,
      eventsPerRequest: 1,
      payloadBytes: input.payloadBytes,
    }
    return withProducer(options, async (producer) => {
      const ends = { producer, receiver: arena.receiver, group }
      const events = Math.round(input.perSecond * input.seconds)
      await flow({ ...ends, events: Math.min(events, 5_000), perSecond: input.perSecond })
      const runs: LatencyRun[] = []
      for (let run = 0; run < input.runs; run++) {
        const result = await flow({ ...ends, events, perSecond: input.perSecond })
        runs.push({
          perSecond: result.perSecond,
          toFirstByte: latenciesOf(result.group.latenciesMs),
          toAnswer: latenciesOf(result.producer.acceptMs),
        })
      }
      return runs
    })
  })
}
