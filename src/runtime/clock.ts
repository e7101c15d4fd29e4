/** Time as the rest of the code sees it. Only this folder reads the machine's clock. */
export interface Clock {
  /** Wall time in ms since 1970; may jump. For records and schedules. */
  now(): number
  /** Monotonic ms from an arbitrary start. For deadlines and durations. */
  monotonic(): number
  /** Calls `run` once after `delayMs`. The timer does not keep the process alive by itself. */
  setTimer(delayMs: number, run: () => void): Timer
}

export interface Timer {
  /** Does nothing once it has fired. */
  cancel(): void
}

const timerMaxMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, run) {
    const handle = setTimeout(run, Math.min(Math.max(delayMs, 0), timerMaxMs))
    handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
}

/** A promise that resolves after `delayMs` of that clock. */
export function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(delayMs, resolve))
}
