/**
 * One process of Posthorn in the simulation: the real accept path and the real engine, between a
 * clock, a store and a network that this node reaches only through its gate.
 *
 * - Crashed: nothing comes back through the gate any more; whatever awaits, awaits for ever.
 * - Paused (SIGSTOP): what comes back waits; time goes on. After it, answers come before timers, as
 *   in Node's event loop.
 */
import type { Config } from '../../src/config.ts'
import { createEngine, type Engine } from '../../src/delivery/engine.ts'
import { prepare } from '../../src/delivery/prepare.ts'
import { createSigner } from '../../src/delivery/signer.ts'
import type { ApplicationId } from '../../src/domain/ids.ts'
import { type Acceptor, acceptor } from '../../src/intake/accept.ts'
import { type ApplicationViews, applicationViews } from '../../src/intake/application-views.ts'
import { type ViewRefresher, viewRefresher } from '../../src/intake/view-refresher.ts'
import type { World } from '../../src/posthorn.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { idSource } from '../../src/runtime/id-source.ts'
import { silentLog } from '../../src/runtime/log.ts'
import type { SeenApplication, WorkHint } from '../../src/store/port/cluster.ts'
import { type Store, StoreUnavailable } from '../../src/store/store.ts'
import type { Kernel } from './kernel.ts'
import type { Network } from './network.ts'
import type { Truth } from './truth.ts'

export interface StoreFaults {
  /** Probability that a call does nothing and is refused. */
  refuse: number
  /** Probability that a write commits and its answer is lost. */
  loseReply: number
  /** Probability that a call takes long. */
  slow: number
  /** While true everything is refused. */
  down: boolean
}

export interface NodeDeps {
  readonly kernel: Kernel
  readonly name: string
  readonly store: Store
  readonly faults: StoreFaults
  readonly truth: Truth
  readonly network: Network
  readonly config: Config
  /** One process owns the database: leases of earlier lives are released at start. */
  readonly embedded: boolean
  /** Carries a hint to the other nodes, or loses it. */
  readonly tell: (from: string, hint: WorkHint) => void
}

const signer = createSigner()
const context = { signer, userAgent: 'Posthorn/simulation', installationId: null }

type StoreCall = Exclude<keyof Store, 'open' | 'close' | 'backup' | 'tellWork'>

export class SimNode {
  readonly name: string
  readonly engine: Engine
  readonly accept: Acceptor
  readonly views: ApplicationViews
  /** Where another node changes settings too. */
  readonly #refresher: ViewRefresher | null
  readonly clock: Clock
  crashed = false
  /** Stops taking requests: a graceful stop is under way. */
  closing = false
  #pausedUntil = 0
  #cameBack: (() => void)[] = []
  readonly #deps: NodeDeps

  constructor(deps: NodeDeps) {
    this.#deps = deps
    this.name = deps.name
    const { kernel } = deps
    this.clock = {
      now: () => kernel.now,
      monotonic: () => kernel.clock.monotonic(),
      setTimer: (delayMs, run) => this.#setTimer(delayMs, run),
    }
    const world: World = { clock: this.clock, random: kernel.random, log: silentLog }
    const ids = idSource(this.clock, kernel.random)
    const store = this.#faultyStore()
    this.views = applicationViews({ store })
    this.#refresher = deps.embedded
      ? null
      : viewRefresher({
          ...world,
          views: this.views,
          store: { changedApplications: (seen) => this.#changedApplications(seen) },
        })
    this.engine = createEngine({
      world,
      store,
      views: this.#refresher?.views ?? this.views,
      ids,
      makeRequest(input) {
        const made = prepare(context, input)
        if (made === 'payload_gone') return made
        const { delivery } = input.claim
        const mark = [
          ['sim-delivery', delivery.id],
          ['sim-attempt', input.attemptId],
          ['sim-number', String(delivery.attemptCount + 1)],
        ] as const
        deps.truth.starts(deps.name, delivery.endpointId, delivery.applicationId, input.attemptId)
        return {
          ...made,
          request: { ...made.request, headers: [...made.request.headers, ...mark] },
        }
      },
      transportOf: () => deps.network.transportOf(this),
      limits: deps.config,
    })
    this.accept = acceptor({
      world,
      store,
      views: this.views,
      ids,
      dispatch: this.engine,
      idempotencyMs: () => 3_600_000,
    })
  }

  async start(): Promise<void> {
    await this.#refresher?.start()
    await this.engine.start()
  }

  crash(): void {
    this.crashed = true
    this.#deps.truth.crashed(this.name)
    this.#deps.kernel.trace(`${this.name} crash`)
  }

  pause(ms: number): void {
    const { kernel, truth } = this.#deps
    if (this.crashed) return
    kernel.trace(`${this.name} pause ${ms.toFixed(0)}`)
    truth.paused(this.name)
    this.#pausedUntil = Math.max(this.#pausedUntil, this.clock.monotonic() + ms)
    kernel.after(ms + 0.001, () => this.#resume())
  }

  get isPaused(): boolean {
    return this.clock.monotonic() < this.#pausedUntil
  }

  /** Comes back into the process: now, when the pause is over, or never. */
  enter(run: () => void): void {
    if (this.crashed) return
    if (this.isPaused) this.#cameBack.push(run)
    else run()
  }

  #resume(): void {
    if (this.isPaused || this.crashed) return
    this.#deps.kernel.trace(`${this.name} resume`)
    this.#deps.truth.resumed(this.name)
    const cameBack = this.#cameBack
    this.#cameBack = []
    for (const run of cameBack) run()
  }

  #setTimer(delayMs: number, run: () => void) {
    const { kernel } = this.#deps
    let canceled = false
    const fire = (): void => {
      if (canceled || this.crashed) return
      if (!this.isPaused) run()
      // Answers that came in meanwhile are looked at before timers.
      else kernel.after(this.#pausedUntil - this.clock.monotonic() + 0.01, fire)
    }
    const timer = kernel.clock.setTimer(delayMs, fire)
    return {
      cancel() {
        canceled = true
        timer.cancel()
      },
    }
  }

  /** Draws no chance, so that seeds keep what they meant before nodes compared their settings. */
  #changedApplications(seen: readonly SeenApplication[]): Promise<readonly ApplicationId[]> {
    const { kernel, store, faults } = this.#deps
    return new Promise((resolve, reject) => {
      kernel.after(1, async () => {
        const views = await Promise.all(
          seen.map(({ applicationId }) => store.loadApplicationView(applicationId)),
        )
        const changed = seen.filter(
          ({ configVersion }, at) => views[at]?.application.configVersion !== configVersion,
        )
        const isAway = faults.down
        kernel.after(1, () => {
          this.enter(() => {
            if (isAway) reject(new StoreUnavailable('disconnected', 'simulated'))
            else resolve(changed.map(({ applicationId }) => applicationId))
          })
        })
      })
    })
  }

  #faultyStore(): Store {
    const { store, tell } = this.#deps
    const names = Object.keys(store) as StoreCall[] // all but these four are reached
    const methods = names.map((name) => [name, (input: unknown) => this.#call(name, input)])
    const tellWork: Store['tellWork'] = (hint) => tell(this.name, hint)
    return { ...Object.fromEntries(methods), tellWork } as Store // one method for each of the store's
  }

  #call(name: StoreCall, input: unknown): Promise<unknown> {
    const { kernel, store, faults, truth, embedded } = this.#deps
    if (name === 'releaseLeasesOfDeadNodes' && !embedded) return Promise.resolve(0)
    const refuse = faults.down || kernel.chance(faults.refuse)
    const lose = kernel.chance(faults.loseReply) && name !== 'loadApplicationView'
    const booting = name === 'releaseLeasesOfDeadNodes' && faults.slow > 0
    const slowMs = kernel.chance(booting ? 0.7 : faults.slow) ? kernel.between(50, 3_000) : 0
    const [beforeMs, afterMs] = [kernel.between(0.1, 1.5), kernel.between(0.1, 1.5)]
    const slowFirst = kernel.chance(0.5)
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        truth.storeFault()
        kernel.after(afterMs, () => {
          this.enter(() => reject(new StoreUnavailable('disconnected', 'simulated')))
        })
      }
      // A request that has left the process is executed even if the process dies meanwhile.
      kernel.after(beforeMs + (slowFirst ? slowMs : 0), () => {
        // An embedded store dies with its process.
        if (embedded && this.crashed) return
        if (refuse || faults.down) return fail()
        const operation = store[name] as unknown as (input: unknown) => Promise<unknown> // paired by the caller
        operation(input).then(
          (result) => {
            truth.committed(this.name, name, input, result)
            if (lose) return fail()
            const backMs = afterMs + (slowFirst ? 0 : slowMs)
            kernel.after(backMs, () => this.enter(() => resolve(result)))
          },
          (cause) => kernel.after(afterMs, () => this.enter(() => reject(cause))),
        )
      })
    })
  }
}
