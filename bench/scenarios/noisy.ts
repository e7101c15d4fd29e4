import { createApplications, inArena } from '../support/arena.ts'
import { withProducer } from '../support/producing.ts'
import { type Latencies, latenciesOf } from '../support/statistics.ts'
import { flow } from '../support/stream.ts'

export interface NoisyResult {
  readonly quietPerSecond: number
  readonly noisyPerSecond: number
  readonly alone: Latencies
  readonly beside: Latencies
  /** p99 beside the noisy application ÷ p99 alone; the target is 1.2 or less. */
  readonly p99Share: number
}

const noisyEndpoints = 20

/**
 * A quiet application alone, then beside one whose endpoints never answer. One delivery to such an
 * endpoint takes the whole attempt timeout, so `noisyPerSecond` is far above twice its capacity.
 */
export async function runNoisyNeighbour(input: {
  readonly quietPerSecond: number
  readonly noisyPerSecond: number
  readonly seconds: number
  readonly payloadBytes: number
}): Promise<NoisyResult> {
  const environment = { POSTHORN_ATTEMPT_TIMEOUT_MS: '5000' }
  return inArena({ latencies: true, environment }, async (arena) => {
    const quietIds = await createApplications(arena, { count: 1, behaviour: 'ok', group: 'quiet' })
    const [noisyId = ''] = await createApplications(arena, {
      count: 1,
      behaviour: 'hang',
      group: 'noisy',
    })
    for (let at = 1; at < noisyEndpoints; at++) {
      await arena.api.createEndpoint(noisyId, `${arena.receiverOrigin}/hang/noisy/${at}`)
    }
    const common = {
      port: arena.node.options.port,
      connections: 16,
      eventsPerRequest: 1,
      payloadBytes: input.payloadBytes,
    }
    return withProducer({ ...common, applicationIds: quietIds }, async (quiet) => {
      const measure = async (): Promise<Latencies> => {
        const result = await flow({
          producer: quiet,
          receiver: arena.receiver,
          group: 'quiet',
          events: input.quietPerSecond * input.seconds,
          perSecond: input.quietPerSecond,
        })
        return latenciesOf(result.group.latenciesMs)
      }
      await measure() // warm-up
      const alone = await measure()
      // Started only now: the server drops connections that nothing was sent on for a while.
      return withProducer({ ...common, applicationIds: [noisyId] }, async (noisy) => {
        const events = input.noisyPerSecond * (input.seconds + 2)
        noisy.tell({ kind: 'go', events, perSecond: input.noisyPerSecond })
        const beside = await measure()
        await noisy.next('done')
        return {
          quietPerSecond: input.quietPerSecond,
          noisyPerSecond: input.noisyPerSecond,
          alone,
          beside,
          p99Share: beside.p99Ms / alone.p99Ms,
        }
      })
    })
  })
}
