/**
 * `node bench/profile.ts FILE.cpuprofile…`: where a profile's time went, by area and by function,
 * in percent of the samples that were not idle.
 */
import { readFileSync } from 'node:fs'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly children?: readonly number[]
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const shown = 70

function areaOf(url: string, name: string): string {
  if (name === '(garbage collector)') return '(gc)'
  if (name === '(program)') return '(program)'
  if (url === '') return '(native)'
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (dependency !== undefined) return dependency
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  return /\/(src\/[^/]+(?:\/[^/]+)?)/.exec(url)?.[1] ?? url
}

function add(totals: Map<string, number>, name: string, us: number): void {
  totals.set(name, (totals.get(name) ?? 0) + us)
}

/** Time in a function and in all that it called; a recursion counts once. */
function inclusive(
  profile: CpuProfile,
  self: ReadonlyMap<number, number>,
  nameOf: (id: number) => string,
): ReadonlyMap<string, number> {
  const children = new Map(profile.nodes.map((node) => [node.id, node.children ?? []]))
  const totals = new Map<string, number>()
  const above = new Set<string>()
  const walk = (id: number): number => {
    const name = nameOf(id)
    const outermost = !above.has(name)
    above.add(name)
    let us = self.get(id) ?? 0
    for (const child of children.get(id) ?? []) us += walk(child)
    if (outermost) {
      above.delete(name)
      add(totals, name, us)
    }
    return us
  }
  walk(profile.nodes[0]?.id ?? 0)
  return totals
}

function table(title: string, totals: ReadonlyMap<string, number>, all: number): void {
  process.stdout.write(`\n${title}\n`)
  const rows = [...totals].sort(([, a], [, b]) => b - a).slice(0, shown)
  for (const [name, us] of rows) {
    process.stdout.write(`${((us / all) * 100).toFixed(1).padStart(6)} %  ${name}\n`)
  }
}

for (const file of process.argv.slice(2)) {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile // as V8 writes it
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]))
  const nameOf = (id: number): string => {
    const frame = frames.get(id)
    if (frame === undefined) return '(unknown)'
    const place = frame.url.replace(/^.*\/(?=(?:src|node_modules)\/)/, '')
    return `${frame.functionName || '(anonymous)'}  ${place === '' ? '' : `${place}:${frame.lineNumber + 1}`}`
  }
  const areas = new Map<string, number>()
  const functions = new Map<string, number>()
  const self = new Map<number, number>()
  let busy = 0
  for (const [at, id] of profile.samples.entries()) {
    const frame = frames.get(id)
    const us = profile.timeDeltas[at] ?? 0
    if (frame === undefined || frame.functionName === '(idle)') continue
    busy += us
    self.set(id, (self.get(id) ?? 0) + us)
    add(areas, areaOf(frame.url, frame.functionName), us)
    add(functions, nameOf(id), us)
  }
  process.stdout.write(`${file}: ${(busy / 1e6).toFixed(1)} s busy\n`)
  table('by area', areas, busy)
  table('by function', functions, busy)
  table('by function, with what it called', inclusive(profile, self, nameOf), busy)
}
