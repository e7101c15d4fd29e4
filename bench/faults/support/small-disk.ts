import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A disk of a few megabytes for one process: a tmpfs in a mount namespace of its own. Its files
 * are reached from outside through /proc/PID/root.
 */
export interface SmallDisk {
  /** Goes before the server's command. */
  readonly wrapper: readonly string[]
}

/** Null with the reason when this machine does not let us mount. */
export function smallDisk(folder: string, bytes: number): SmallDisk | { readonly refused: string } {
  const script = `mount -t tmpfs -o size=${bytes} tmpfs "$0" && exec "$@"`
  for (const unshare of [
    ['unshare', '--mount'],
    ['unshare', '--mount', '--map-root-user'],
  ]) {
    const wrapper = [...unshare, 'sh', '-c', script, folder]
    try {
      const [command = '', ...args] = [...wrapper, 'true']
      execFileSync(command, args, { stdio: 'pipe' })
      return { wrapper }
    } catch {
      // Tried with fewer rights next; the caller is told when both are refused.
    }
  }
  return { refused: 'no mount namespace is permitted here' }
}

/** Takes up the space that the process has left, and gives it back. */
export class Filler {
  readonly #file: string
  readonly #root: string

  constructor(pid: number, folder: string) {
    this.#root = `/proc/${pid}/root${folder}`
    this.#file = join(this.#root, 'filler')
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#root)
    return Number(bavail) * Number(bsize)
  }

  fillAllBut(bytes: number): void {
    const size = Math.max(0, this.freeBytes() - bytes)
    try {
      writeFileSync(this.#file, Buffer.alloc(size))
    } catch (error) {
      // The process took what was left while we wrote: it is as full as can be.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error // Node sets a code
    }
  }

  release(): void {
    rmSync(this.#file, { force: true })
  }
}
