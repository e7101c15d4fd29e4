/** What `posthorn recover` says: the preview, the progress, and the end. */
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { bar } from './progress.ts'
import { formatDuration, table } from './text.ts'

export interface Preview {
  readonly matching: number
  readonly alreadyDelivered: number
  readonly onTheWay: number
  readonly toSend: number
  readonly oldest: string | null
  readonly newest: string | null
  readonly endpoints: readonly { readonly endpointId: string; readonly matching: number }[]
  readonly eventTypes: readonly { readonly name: string; readonly count: number }[]
  readonly complete: boolean
}

export interface Recovery {
  readonly id: string
  readonly status: 'running' | 'finished' | 'failed'
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
  }
}

const eventTypesShown = 10

export function showPreview(
  preview: Preview,
  { skip, context }: { readonly skip: boolean; readonly context: Context },
): void {
  const { t, print, paint } = context
  context.emit(preview)
  const more = preview.complete ? '' : '+'
  const { matching, alreadyDelivered, onTheWay } = preview
  const count = skip ? preview.toSend : matching
  print(
    t({
      en: `${matching}${more} match, ${alreadyDelivered} arrived since, ${onTheWay} are on their way.`,
      es: `${matching}${more} coinciden, ${alreadyDelivered} ya llegaron, ${onTheWay} van en camino.`,
    }),
  )
  if (preview.oldest !== null) print(paint.dim(`${preview.oldest} … ${preview.newest}`))
  const rows = [
    ...preview.endpoints.map((each) => [each.endpointId, String(each.matching)]),
    ...preview.eventTypes.slice(0, eventTypesShown).map((each) => [each.name, String(each.count)]),
  ]
  for (const line of table(rows)) print(`  ${line}`)
  print(
    t({
      en: `${count}${more} would be sent again. Nothing was sent: add --go.`,
      es: `Se reenviarían ${count}${more}. No se envió nada: agrega --go.`,
    }),
  )
}

export interface Missing {
  readonly missing: number
  readonly seen: number
  readonly oldest: string | null
  readonly newest: string | null
  readonly eventTypes: readonly { readonly name: string; readonly count: number }[]
  readonly complete: boolean
}

/** What an endpoint never got. */
export function showMissing(found: Missing, context: Context): void {
  const { t, print, paint } = context
  context.emit(found)
  const more = found.complete ? '' : '+'
  const { missing, seen, oldest, newest } = found
  if (oldest !== null) print(paint.dim(`${oldest} … ${newest}`))
  const rows = found.eventTypes.slice(0, eventTypesShown)
  for (const line of table(rows.map((each) => [each.name, String(each.count)]))) print(`  ${line}`)
  print(
    t({
      en: `${missing}${more} of ${seen}${more} messages were never sent to it. Nothing was sent: add --go.`,
      es: `${missing}${more} de ${seen}${more} mensajes nunca se le enviaron. No se envió nada: agrega --go.`,
    }),
  )
}

const reasons: Readonly<Record<string, Both>> = {
  probe_failed: { en: 'the probe failed', es: 'la prueba falló' },
  probe_unanswered: { en: 'the probe got no answer', es: 'la prueba no tuvo respuesta' },
  too_many_failures: { en: 'too many failed', es: 'fallaron demasiadas' },
}

/** `███████░░░ 68 %  254/374   ✓ 250  ✗ 4   20/s   6 s` */
export function progressLine({ id, status, data }: Recovery, context: Context): string {
  const { t, paint } = context
  const { done, total = null, succeeded, failing = 0, skipped = 0, rate = null } = data
  const parts = [total === null ? String(done) : `${bar(shareOf(done, total))}  ${done}/${total}`]
  if (succeeded !== undefined) {
    parts.push(`${paint.green('✓')} ${succeeded}  ${paint.red('✗')} ${failing}`)
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

export function shareOf(done: number, total: number): number {
  return total === 0 ? 1 : done / total
}

export function exitOf({ status, data }: Recovery): ExitCode {
  if (status === 'failed') return exitCodes.failed
  const whole = (data.failing ?? 0) === 0 && (data.stopped ?? []).length === 0
  return whole ? exitCodes.ok : exitCodes.partlyDone
}
