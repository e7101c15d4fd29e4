import type { Static } from 'typebox'
import type { Client } from '../client/client.ts'
import type { Application } from '../client/types.ts'
import type { CheckupOut } from '../contract/checkup.ts'
import { wantsType } from '../domain/type-rule.ts'
import { checkupOf, showCheckup } from './checkup.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { take } from './pages.ts'

/** Endpoints of an application that are tried. */
const endpointsMax = 10_000

type Checkup = Static<typeof CheckupOut>
type Check = Checkup['results'][number]['check']

/** What can go wrong on the way, by the words of the command, and the probe that rehearses it. */
const rehearsals: Readonly<Record<string, Check>> = {
  duplicate: 'duplicate',
  reorder: 'out_of_order',
  stale: 'old_timestamp',
  badsig: 'bad_signature',
}

/** `duplicate,reorder,stale,badsig`, or a failure that names what is none of them. */
export function chaosOf(given: string): readonly Check[] {
  return given.split(',').map((word) => {
    const check = rehearsals[word.trim()]
    if (check !== undefined) return check
    throw usageFailure({
      en: `"${word}" is not a fault to rehearse: duplicate, reorder, stale or badsig.`,
      es: `"${word}" no es un fallo que se pueda ensayar: duplicate, reorder, stale o badsig.`,
    })
  })
}

/**
 * Rehearses faults at every endpoint of the application that wants it, by the
 * server's check-up: flagged, not recorded. Exit 7 when an endpoint does what it must not.
 */
export async function rehearse(input: {
  readonly client: Client
  readonly app: Application
  readonly eventType: string
  /** JSON text of an object; null: the type's example. */
  readonly payload: string | null
  readonly checks: readonly Check[]
  readonly context: Context
}): Promise<ExitCode> {
  const { client, app, eventType, payload, context } = input
  const checks = new Set<Check>(['valid_event', ...input.checks])
  const endpoints = await take(endpointsMax, (query) => client.endpoints.list(app.id, query))
  const wanting = endpoints.filter(
    ({ disabled, filterTypes }) => !disabled && wantsType(filterTypes ?? null, eventType),
  )
  if (wanting.length === 0) {
    throw usageFailure({
      en: `No endpoint of this application takes ${eventType}.`,
      es: `Ningún endpoint de esta aplicación recibe ${eventType}.`,
    })
  }
  let failed = false
  for (const { id } of wanting) {
    if (context.terminal.stop.aborted) return exitCodes.interrupted
    const done = await checkupOf({
      ...{ client, app: app.id, endpoint: id },
      ...{ eventType, payload, context },
    })
    const results = done.results.filter(({ check }) => checks.has(check))
    const shown = { ...done, results }
    context.emit({ endpoint: id, url: done.url, eventType: done.eventType, results })
    showCheckup(shown, context)
    failed ||= results.some(({ state }) => state === 'fail')
  }
  return failed ? exitCodes.deliveryFailed : exitCodes.ok
}
