import { startReceiver } from '../support/arena.ts'
import { Child } from '../support/child.ts'

export interface BareRun {
  readonly perSecond: number
  readonly cpuUs: number
  readonly receiverCpuUs: number
}

const connections = 64
const warmUp = 10_000

/** The bare undici loop against the same receiver: the reference of every share. */
export async function runBare(input: {
  readonly count: number
  readonly payloadBytes: number
  readonly runs: number
}): Promise<readonly BareRun[]> {
  const { receiver, origin } = await startReceiver({})
  const bare = await Child.start('bare.ts', {
    origin,
    connections,
    payloadBytes: input.payloadBytes,
  })
  const runs: BareRun[] = []
  try {
    await bare.ask({ kind: 'go', count: Math.min(warmUp, input.count), group: 'warm' }, 'done')
    for (let run = 0; run < input.runs; run++) {
      const before = { bare: bare.cpuUs(), receiver: receiver.cpuUs() }
      const done = await bare.ask({ kind: 'go', count: input.count, group: `run${run}` }, 'done')
      if (Number(done['failed']) > 0)
        throw new Error(`the bare loop failed ${done['failed']} times`)
      runs.push({
        perSecond: (input.count / (Number(done['endedAt']) - Number(done['startedAt']))) * 1000,
        cpuUs: (bare.cpuUs() - before.bare) / input.count,
        receiverCpuUs: (receiver.cpuUs() - before.receiver) / input.count,
      })
      await receiver.ask({ kind: 'forget' }, 'forgotten')
    }
  } finally {
    await bare.stop()
    await receiver.stop()
  }
  return runs
}
