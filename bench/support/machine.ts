import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** The unit of `utime` and `stime` in /proc: USER_HZ, 100 on every Linux that Node supports. */
const clockTickUs = 10_000
const pageBytes = 4096

/** CPU time that a process has used, all its threads together, in µs. 0 once it is gone. */
export function cpuUsOf(pid: number): number {
  const fields = statFields(pid)
  if (fields === null) return 0
  return (Number(fields[11]) + Number(fields[12])) * clockTickUs
}

/** The same by kind of thread: the main one, the store's, and V8's helpers (compiler, collector). */
export interface ThreadsCpuUs {
  readonly main: number
  readonly store: number
  readonly helpers: number
}

export function cpuUsByThread(pid: number): ThreadsCpuUs {
  const total = { main: 0, store: 0, helpers: 0 }
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const path = `/proc/${pid}/task/${task}`
    const fields = statFields(`${pid}/task/${task}`)
    if (fields === null) continue
    const name = readFileSync(`${path}/comm`, 'utf8')
    const kind =
      Number(task) === pid ? 'main' : name.startsWith('posthorn-store') ? 'store' : 'helpers'
    total[kind] += (Number(fields[11]) + Number(fields[12])) * clockTickUs
  }
  return total
}

/** The same for a process and everything below it, children that have ended included. */
export function cpuUsOfTree(root: number): number {
  let total = 0
  for (const pid of treeOf(root)) {
    const fields = statFields(pid)
    if (fields === null) continue
    total += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])
  }
  return total * clockTickUs
}

export function residentBytesOf(pid: number): number {
  return Number(statFields(pid)?.[21] ?? 0) * pageBytes
}

export function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

/** Fields of /proc/PID/stat after the command's name, which may hold spaces and parentheses. */
function statFields(pid: number | string): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const parent = Number(statFields(pid)?.[1] ?? 0)
    children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(children.get(pid) ?? [])) // grows while it is walked
  return tree
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  readonly node: string
  readonly commit: string
  readonly date: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    commit: commitHere(),
    date: new Date().toISOString(),
  }
}

function commitHere(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

/** Load average of the last minute: says how quiet the machine was. */
export function loadNow(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2))
}
