import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../runtime/clock.ts'

const pollMs = 200

/**
 * A consistent copy of a database file that another process may have open and be writing to. It is
 * checked, and moved to its place only when it is whole. `onProgress` gets the share done, 0 to 1,
 * by the size of what has been written.
 */
export async function copyDatabase(input: {
  readonly from: string
  readonly to: string
  readonly clock: Clock
  readonly onProgress: (share: number) => void
}): Promise<void> {
  const { from, to, clock, onProgress } = input
  const whole = Math.max(statSync(from).size, 1)
  // The worker is the same file compiled or not, so its extension is this file's.
  const worker = new Worker(
    new URL(`./copy-worker${extname(import.meta.filename)}`, import.meta.url),
    { workerData: { from, to } },
  )
  const look = (): void => {
    onProgress(Math.min(sizeOf(`${to}.partial`) / whole, 1))
    timer = clock.setTimer(pollMs, look)
  }
  let timer = clock.setTimer(pollMs, look)
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject)
      worker.once('exit', (code) => {
        if (code === 0) resolve()
        else reject(new Error(`The copy stopped with code ${code}.`))
      })
    })
    onProgress(1)
  } finally {
    timer.cancel()
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
