import type { Terminal } from './terminal.ts'

/** Waits, or less when the command is told to stop. Unlike the clock's timers it holds the process. */
export function pause(ms: number, terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    const hold = setInterval(() => {}, 60_000)
    const timer = terminal.clock.setTimer(ms, done)
    terminal.stop.addEventListener('abort', done, { once: true })
    function done(): void {
      clearInterval(hold)
      timer.cancel()
      terminal.stop.removeEventListener('abort', done)
      resolve()
    }
    if (terminal.stop.aborted) done()
  })
}
