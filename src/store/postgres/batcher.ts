/**
 * Group commit: inputs that arrive while a flush is under way share the next one. Few flushes run
 * side by side, each on a connection of its own, so that the wait for one commit does not idle the
 * others. A batch that fails for a reason of one input is run again one by one, so that nobody
 * suffers for a neighbour.
 */
import { StoreUnavailable } from '../store.ts'

export interface Batcher<Input, Result> {
  /** Resolves with the input's own result once its batch has committed. */
  add(input: Input): Promise<Result>
  /** Waits until nothing is queued or under way. */
  drain(): Promise<void>
}

export interface BatchLimits {
  readonly rowsMax: number
  readonly bytesMax: number
  /** Flushes under way at once. */
  readonly parallel: number
  /** Inputs that may wait; beyond it `overloaded`. */
  readonly queueMax: number
}

interface Waiting<Input, Result> {
  readonly input: Input
  readonly resolve: (result: Result) => void
  readonly reject: (cause: unknown) => void
}

export function batcher<Input, Result>(
  flush: (inputs: readonly Input[]) => Promise<readonly Result[]>,
  sizeOf: (input: Input) => number,
  limits: BatchLimits,
): Batcher<Input, Result> {
  let queue: Waiting<Input, Result>[] = []
  let running = 0
  let scheduled = false
  let drained: (() => void)[] = []

  const take = (): readonly Waiting<Input, Result>[] => {
    let bytes = 0
    let count = 0
    while (count < queue.length && count < limits.rowsMax && bytes < limits.bytesMax) {
      const next = queue[count]
      if (next === undefined) break
      bytes += sizeOf(next.input)
      count++
    }
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    return batch
  }

  const settle = async (batch: readonly Waiting<Input, Result>[]): Promise<void> => {
    try {
      const results = await flush(batch.map((each) => each.input))
      batch.forEach((each, index) => {
        each.resolve(results[index] as Result) // flush returns one result for each input
      })
    } catch (cause) {
      if (batch.length > 1 && !(cause instanceof StoreUnavailable)) {
        for (const each of batch) await settle([each])
      } else {
        for (const each of batch) each.reject(cause)
      }
    }
  }

  const pump = (): void => {
    scheduled = false
    while (running < limits.parallel && queue.length > 0) {
      running++
      void settle(take()).finally(() => {
        running--
        pump()
      })
    }
    if (running === 0 && queue.length === 0) {
      for (const resolve of drained) resolve()
      drained = []
    }
  }

  return {
    add(input) {
      if (queue.length >= limits.queueMax) {
        return Promise.reject(
          new StoreUnavailable('overloaded', 'Too many statements wait for the database.'),
        )
      }
      return new Promise((resolve, reject) => {
        queue.push({ input, resolve, reject })
        if (scheduled || running >= limits.parallel) return
        scheduled = true
        setImmediate(pump)
      })
    },
    drain() {
      if (running === 0 && queue.length === 0) return Promise.resolve()
      return new Promise((resolve) => drained.push(resolve))
    },
  }
}
