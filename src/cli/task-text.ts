/** What is said of a job of the server: how far it is, how it went, and how it ended. */
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { bar } from './progress.ts'
import { formatDuration, table } from './text.ts'

type Fate = 'changed' | 'unchanged' | 'refused' | 'gone' | 'succeeded' | 'failed'

export interface Task {
  readonly id: string
  readonly status: 'running' | 'finished' | 'failed'
  readonly task: string
  readonly data: {
    readonly done: number
    readonly seen: number
    readonly total?: number | null
    readonly skipped?: number
    readonly succeeded?: number
    readonly failing?: number
    readonly rate?: number | null
    readonly paused?: boolean
    readonly canceled?: boolean
    readonly stopped?: readonly { readonly endpointId: string; readonly reason: string }[]
    readonly createdAt?: string
    /** Of work on endpoints: how many came to what, and which. */
    readonly tally?: Readonly<Partial<Record<Fate, number>>>
    readonly results?: readonly {
      readonly id: string
      readonly name: string
      readonly fate: Fate
      readonly why?: string
      readonly status?: number | null
    }[]
  }
}

/** More are counted only. */
const resultsShown = 20

const reasons: Readonly<Record<string, Both>> = {
  probe_failed: { en: 'the probe failed', es: 'la prueba falló' },
  probe_unanswered: { en: 'the probe got no answer', es: 'la prueba no tuvo respuesta' },
  too_many_failures: { en: 'too many failed', es: 'fallaron demasiadas' },
}

const fates: Readonly<Record<Fate, Both>> = {
  changed: { en: 'changed', es: 'cambiados' },
  unchanged: { en: 'so already', es: 'ya estaban así' },
  refused: { en: 'refused', es: 'rechazados' },
  gone: { en: 'gone', es: 'ya no están' },
  succeeded: { en: 'succeeded', es: 'bien' },
  failed: { en: 'failed', es: 'con fallo' },
}

/** `███████░░░ 68 %  254/374   ✓ 250  ✗ 4   20/s   6 s` */
export function progressLine(task: Task, context: Context): string {
  const { id, status, data } = task
  const { t, paint } = context
  const { total = null, succeeded, failing = 0, skipped = 0, rate = null, tally } = data
  const done = dealtWith(task)
  const parts = [total === null ? String(done) : `${bar(shareOf(task) ?? 1)}  ${done}/${total}`]
  if (succeeded !== undefined) {
    parts.push(`${paint.green('✓')} ${succeeded}  ${paint.red('✗')} ${failing}`)
  }
  for (const [fate, count] of Object.entries(tally ?? {})) {
    parts.push(`${t(fates[fate as Fate] ?? { en: fate, es: fate })} ${count}`) // a newer server may know more
  }
  if (skipped > 0) parts.push(t({ en: `left out ${skipped}`, es: `omitidas ${skipped}` }))
  if (rate !== null && status === 'running') {
    parts.push(`${rate}/s`)
    if (total !== null) parts.push(formatDuration(((total - done) / rate) * 1_000))
  }
  if (data.paused === true) parts.push(paint.yellow(t({ en: 'paused', es: 'en pausa' })))
  if (data.canceled === true) parts.push(paint.yellow(t({ en: 'canceled', es: 'cancelada' })))
  for (const { endpointId, reason } of data.stopped ?? []) {
    parts.push(paint.red(`${endpointId}: ${t(reasons[reason] ?? { en: reason, es: reason })}`))
  }
  return `${id}  ${parts.join('   ')}`
}

/** What did not go well, with why. Nothing of other jobs. */
export function showResults({ data }: Task, { print, paint, t }: Context): void {
  const bad = (data.results ?? []).filter(({ fate }) => fate === 'refused' || fate === 'failed')
  const rows = bad
    .slice(0, resultsShown)
    .map(({ id, name, status, why }) => [
      paint.red('✗'),
      id,
      name,
      [status, why].filter((one) => one != null).join('  '),
    ])
  for (const line of table(rows)) print(`  ${line}`)
  const more = bad.length - rows.length
  if (more > 0) print(`  ${t({ en: `and ${more} more: --json`, es: `y ${more} más: --json` })}`)
}

/** The same for programs. */
export function factsOf(task: Task): Readonly<Record<string, unknown>> {
  const { total = null, paused = false, tally } = task.data
  const facts = { task: task.id, done: dealtWith(task), total, paused }
  return tally === undefined ? facts : { ...facts, tally }
}

/** Of work on endpoints whatever was looked at counts. */
function dealtWith({ data }: Task): number {
  return data.tally === undefined ? data.done : data.seen
}

/** Null: it is not known. */
export function shareOf(task: Task): number | null {
  const { total = null } = task.data
  if (total === null) return null
  return total === 0 ? 1 : dealtWith(task) / total
}

export function exitOf({ status, data }: Task): ExitCode {
  if (status === 'failed') return exitCodes.failed
  const { failing = 0, stopped = [], tally = {} } = data
  const whole = failing === 0 && stopped.length === 0
  const well = (tally.refused ?? 0) + (tally.failed ?? 0) === 0
  return whole && well ? exitCodes.ok : exitCodes.partlyDone
}
