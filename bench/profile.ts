/**
 * `node bench/profile.ts FILE.cpuprofile…`: where a profile's time went, by area and by function,
 * in percent of the samples that were not idle.
 */
import { readFileSync } from 'node:fs'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const shown = 45

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
  const areas = new Map<string, number>()
  const functions = new Map<string, number>()
  let busy = 0
  for (const [at, id] of profile.samples.entries()) {
    const frame = frames.get(id)
    const us = profile.timeDeltas[at] ?? 0
    if (frame === undefined || frame.functionName === '(idle)') continue
    busy += us
    add(areas, areaOf(frame.url, frame.functionName), us)
    const place = `${frame.url.replace(/^.*\/(?=(?:src|node_modules)\/)/, '')}:${frame.lineNumber + 1}`
    add(functions, `${frame.functionName || '(anonymous)'}  ${frame.url === '' ? '' : place}`, us)
  }
  process.stdout.write(`${file}: ${(busy / 1e6).toFixed(1)} s busy\n`)
  table('by area', areas, busy)
  table('by function', functions, busy)
}
