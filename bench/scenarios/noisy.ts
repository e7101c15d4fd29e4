import { createApplications, inArena } from '../support/arena.ts'
import { withProducer } from '../support/producing.ts'
import { type Latencies, latenciesOf, type Spread, spreadOf } from '../support/statistics.ts'
import { flow } from '../support/stream.ts'

export interface NoisyResult {
  readonly quietPerSecond: number
  readonly noisyPerSecond: number
  /** Each the middle one of its rounds by p99. */
  readonly alone: Latencies
  readonly beside: Latencies
  readonly aloneP99Ms: Spread
  readonly besideP99Ms: Spread
  /** p99 beside the noisy application ÷ p99 alone, medians; the target is 1.2 or less. */
  readonly p99Share: number
}

const noisyEndpoints = 20
const attemptTimeoutMs = 5_000
const inFlightPerApplicationMax = 128
/** Events a second that an application whose endpoints all hang gets rid of. */
const noisyCapacity = inFlightPerApplicationMax / (attemptTimeoutMs / 1_000) / noisyEndpoints

/**
 * A quiet application alone, then beside one whose endpoints never answer: each delivery keeps a
 * slot for the whole attempt timeout. `noisyPerSecond` null feeds that one twice its capacity.
 */
export async function runNoisyNeighbour(input: {
  readonly quietPerSecond: number
  readonly noisyPerSecond: number | null
  readonly seconds: number
  readonly runs: number
  readonly payloadBytes: number
}): Promise<NoisyResult> {
  const noisyPerSecond = input.noisyPerSecond ?? Math.ceil(2 * noisyCapacity)
  const environment = {
    POSTHORN_ATTEMPT_TIMEOUT_MS: String(attemptTimeoutMs),
    POSTHORN_IN_FLIGHT_PER_APPLICATION_MAX: String(inFlightPerApplicationMax),
  }
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
      const rounds = async (): Promise<readonly Latencies[]> => {
        const each: Latencies[] = []
        while (each.length < input.runs) each.push(await measure())
        return each.sort((a, b) => a.p99Ms - b.p99Ms)
      }
      await measure() // warm-up
      const alone = await rounds()
      // Started only now: the server drops connections that nothing was sent on for a while.
      return withProducer({ ...common, applicationIds: [noisyId] }, async (noisy) => {
        const events = noisyPerSecond * (input.seconds + 2) * (input.runs + 1)
        const fed = noisy.ask({ kind: 'go', events, perSecond: noisyPerSecond }, 'done')
        await measure() // until its slots are taken
        const beside = await rounds()
        await fed
        const [aloneP99Ms, besideP99Ms] = [p99Of(alone), p99Of(beside)]
        return {
          quietPerSecond: input.quietPerSecond,
          noisyPerSecond,
          alone: middleOf(alone),
          beside: middleOf(beside),
          aloneP99Ms,
          besideP99Ms,
          p99Share: besideP99Ms.median / aloneP99Ms.median,
        }
      })
    })
  })
}

function p99Of(rounds: readonly Latencies[]): Spread {
  return spreadOf(rounds.map(({ p99Ms }) => p99Ms))
}

function middleOf(rounds: readonly Latencies[]): Latencies {
  return rounds[rounds.length >> 1] as Latencies // one round at least
}
