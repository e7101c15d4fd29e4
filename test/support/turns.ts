/** How long the event loop was held up, by what this thread computed: other work on the machine does not count. */

/** The longest turn of the loop while `run` is under way, in ms of this thread's processor time. */
export async function longestTurnMs(run: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let before = process.threadCpuUsage()
  let done = false
  const turn = (): void => {
    longest = Math.max(longest, cpuMs(before))
    before = process.threadCpuUsage()
    if (!done) setImmediate(turn)
  }
  setImmediate(turn)
  try {
    await run()
  } finally {
    done = true
  }
  return Math.max(longest, cpuMs(before))
}

/** Processor time of this thread since, in ms. */
export function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}
