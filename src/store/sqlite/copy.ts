import { fork } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import type { Clock } from '../../runtime/clock.ts'

const pollMs = 200

/**
 * A consistent copy of a database file that another process may have open and be writing to. It is
 * checked, and moved to its place only when it is whole. `onProgress` gets the share done, 0 to 1,
 * by the size of what has been written. `'stopped'` when `stop` came first: nothing is left of it then.
 */
export async function copyDatabase(input: {
  readonly from: string
  readonly to: string
  readonly clock: Clock
  readonly stop: AbortSignal
  readonly onProgress: (share: number) => void
}): Promise<'copied' | 'stopped'> {
  const { from, to, clock, stop, onProgress } = input
  const whole = Math.max(statSync(from).size, 1)
  const look = (): void => {
    onProgress(Math.min(sizeOf(`${to}.partial`) / whole, 1))
    timer = clock.setTimer(pollMs, look)
  }
  let timer = clock.setTimer(pollMs, look)
  try {
    if ((await copied(from, to, stop)) === 'stopped') {
      for (const end of ['', '-journal']) rmSync(`${to}.partial${end}`, { force: true })
      return 'stopped'
    }
    onProgress(1)
    return 'copied'
  } finally {
    timer.cancel()
  }
}

/** By a process of its own: SQLite writes in one call, which nothing else can break off. */
function copied(from: string, to: string, stop: AbortSignal): Promise<'copied' | 'stopped'> {
  return new Promise((resolve, reject) => {
    // The child is the same file compiled or not, so its extension is this file's.
    const child = fork(
      new URL(`./copy-worker${extname(import.meta.filename)}`, import.meta.url),
      [from, to],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    const kill = (): void => {
      child.kill('SIGKILL')
    }
    let why = ''
    child.once('message', (message) => {
      why = String(message)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      stop.removeEventListener('abort', kill)
      if (code === 0) resolve('copied')
      else if (stop.aborted) resolve('stopped')
      else reject(new Error(why === '' ? `The copy stopped with code ${code}.` : why))
    })
    stop.addEventListener('abort', kill, { once: true })
    if (stop.aborted) kill()
  })
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
