import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
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

/**
 * A small disk that several processes share one after the other, as a database server does that is
 * started again. A process that sleeps holds it.
 */
export interface HeldDisk {
  readonly pid: number
  readonly folder: string
  /** Goes before a command that is to see the disk; it runs as a user that is not root. */
  readonly wrapper: readonly string[]
  release(): Promise<void>
}

const nobody = '65534'

/** Root mounts and then runs commands as nobody; others mount in a user namespace of their own. */
export async function holdSmallDisk(
  folder: string,
  bytes: number,
): Promise<HeldDisk | { readonly refused: string }> {
  const isRoot = process.getuid?.() === 0
  const owner = isRoot ? `,uid=${nobody},gid=${nobody}` : ''
  const script = `mount -t tmpfs -o size=${bytes},mode=755${owner} tmpfs "$0" && echo held && exec sleep infinity`
  const unshare = ['--mount', ...(isRoot ? [] : ['--map-root-user'])]
  const holder = spawn('unshare', [...unshare, 'sh', '-c', script, folder], { stdio: 'pipe' })
  holder.on('error', () => undefined) // no such command: no word comes from it
  const isHeld = await Promise.race([
    once(holder.stdout, 'data').then(() => true),
    once(holder, 'close').then(() => false),
  ])
  const { pid } = holder
  if (!isHeld || pid === undefined) {
    return { refused: 'a small disk needs root, or user namespaces that may mount' }
  }
  const asRoot = ['--mount', 'setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
  const asUser = ['--preserve-credentials', '--user', '--mount', 'unshare', '--map-user=1000', '--']
  return {
    pid,
    folder,
    wrapper: ['nsenter', `--target=${pid}`, ...(isRoot ? asRoot : asUser)],
    async release() {
      const gone = once(holder, 'close')
      holder.kill()
      await gone
    },
  }
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
