import { type Arena, createApplications, type Database, inArena } from '../support/arena.ts'
import type { Child } from '../support/child.ts'
import {
  cpuUsByThread,
  cpuUsOf,
  cpuUsOfTree,
  residentBytesOf,
  type ThreadsCpuUs,
} from '../support/machine.ts'
import { withProducer } from '../support/producing.ts'
import { type Flow, flow } from '../support/stream.ts'

export interface ThroughputInput {
  readonly events: number
  readonly runs: number
  readonly payloadBytes: number
  readonly eventsPerRequest: number
  /** Of the producer, each with one request outstanding; batches use 8. */
  readonly connections: number
  readonly database?: Database
  /** On PostgreSQL; the producer's connections take them in turn. */
  readonly nodes?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly execArgv?: readonly string[]
}

export interface ThroughputRun {
  readonly perSecond: number
  readonly acceptedPerSecond: number
  /** CPU µs for one delivery, by process. */
  readonly serverCpuUs: number
  readonly serverThreadsCpuUs: ThreadsCpuUs
  readonly producerCpuUs: number
  readonly receiverCpuUs: number
  /** 0 with the embedded store. */
  readonly databaseCpuUs: number
  readonly duplicates: number
  readonly verified: number
  readonly residentMb: number
}

const applications = 16
const connectionsBatch = 8
const warmUpEvents = 5_000
export const group = 'flow'

/** Closed loop: as many events as the server takes, one delivery each. Null: no batch path. */
export async function runThroughput(
  input: ThroughputInput,
): Promise<readonly ThroughputRun[] | null> {
  return inArena(
    {
      database: input.database ?? 'sqlite',
      ...(input.nodes !== undefined && { nodes: input.nodes }),
      environment: input.environment ?? {},
      execArgv: input.execArgv ?? [],
    },
    async (arena) => {
      const applicationIds = await createApplications(arena, {
        count: applications,
        behaviour: 'ok',
        group,
      })
      if (input.eventsPerRequest > 1 && !(await takesBatches(arena, applicationIds[0] ?? ''))) {
        return null
      }
      const options = {
        port: arena.node.options.port,
        otherPorts: arena.others.map((each) => each.options.port),
        applicationIds,
        connections: input.eventsPerRequest > 1 ? connectionsBatch : input.connections,
        eventsPerRequest: input.eventsPerRequest,
        payloadBytes: input.payloadBytes,
      }
      return withProducer(options, async (producer) => {
        const ends = { producer, receiver: arena.receiver, group }
        await flow({ ...ends, events: Math.min(warmUpEvents, input.events) })
        const runs: ThroughputRun[] = []
        for (let run = 0; run < input.runs; run++) {
          runs.push(await measured(arena, producer, () => flow({ ...ends, events: input.events })))
        }
        return runs
      })
    },
  )
}

async function measured(
  arena: Arena,
  producer: Child,
  run: () => Promise<Flow>,
): Promise<ThroughputRun> {
  const databaseCpu = (): number =>
    arena.databasePid === null ? 0 : cpuUsOfTree(arena.databasePid)
  const nodes = [arena.node, ...arena.others]
  const serverCpu = (): number => nodes.reduce((sum, node) => sum + cpuUsOf(node.pid), 0)
  const before = {
    database: databaseCpu(),
    server: serverCpu(),
    threads: cpuUsByThread(arena.node.pid),
    producer: producer.cpuUs(),
    receiver: arena.receiver.cpuUs(),
  }
  const result = await run()
  const each = (now: number, then: number): number => (now - then) / result.events
  const threads = cpuUsByThread(arena.node.pid)
  return {
    serverThreadsCpuUs: {
      main: each(threads.main, before.threads.main),
      store: each(threads.store, before.threads.store),
      helpers: each(threads.helpers, before.threads.helpers),
    },
    perSecond: result.perSecond,
    acceptedPerSecond: result.acceptedPerSecond,
    serverCpuUs: each(serverCpu(), before.server),
    producerCpuUs: each(producer.cpuUs(), before.producer),
    receiverCpuUs: each(arena.receiver.cpuUs(), before.receiver),
    databaseCpuUs: each(databaseCpu(), before.database),
    duplicates: result.group.requests - result.group.distinct,
    verified: result.group.verified,
    residentMb: residentBytesOf(arena.node.pid) / 2 ** 20,
  }
}

async function takesBatches(arena: Arena, applicationId: string): Promise<boolean> {
  const { status } = await arena.api.call('POST', `/api/v1/app/${applicationId}/msg/batch`, {
    body: '{"messages":[]}',
  })
  return status !== 404 && status !== 405 && status !== 501
}
