import type { Static } from 'typebox'
import type { Client } from '../client/client.ts'
import type { Application } from '../client/types.ts'
import type { CheckupOut } from '../contract/checkup.ts'
import { checkupOf, showCheckup } from './checkup.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'

type Checkup = Static<typeof CheckupOut>
type Check = Checkup['results'][number]['check']

/** What can go wrong on the way, by the words of the command, and the probe that rehearses it. */
const rehearsals: Readonly<Record<string, Check>> = {
  duplicate: 'duplicate',
  stale: 'old_timestamp',
  badsig: 'bad_signature',
}

/** `duplicate,stale,badsig`, or a failure that names what is none of them. */
export function chaosOf(given: string): readonly Check[] {
  return given.split(',').map((word) => {
    const check = rehearsals[word.trim()]
    if (check !== undefined) return check
    throw usageFailure({
      en: `"${word}" is not a fault to rehearse: duplicate, stale or badsig.`,
      es: `"${word}" no es un fallo que se pueda ensayar: duplicate, stale o badsig.`,
    })
  })
}

/**
 * Rehearses faults with the type's example at every endpoint of the application that wants it, by the
 * server's check-up: flagged, not recorded. Exit 7 when an endpoint does what it must not.
 */
export async function rehearse(input: {
  readonly client: Client
  readonly app: Application
  readonly eventType: string
  readonly checks: readonly Check[]
  readonly context: Context
}): Promise<ExitCode> {
  const { client, app, eventType, context } = input
  const checks = new Set<Check>(['valid_event', ...input.checks])
  const endpoints = await everyEndpoint(client, app.id)
  const wanting = endpoints.filter(
    ({ disabled, filterTypes }) => !disabled && (filterTypes?.includes(eventType) ?? true),
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
    const done = await checkupOf({ client, app: app.id, endpoint: id, eventType, context })
    const results = done.results.filter(({ check }) => checks.has(check))
    const shown = { ...done, results }
    context.emit({ endpoint: id, url: done.url, eventType: done.eventType, results })
    showCheckup(shown, context)
    failed ||= results.some(({ state }) => state === 'fail')
  }
  return failed ? exitCodes.deliveryFailed : exitCodes.ok
}

interface Listed {
  readonly id: string
  readonly disabled?: boolean
  readonly filterTypes?: readonly string[] | null
}

async function everyEndpoint(client: Client, app: string): Promise<readonly Listed[]> {
  const all: Listed[] = []
  const path = `/app/${encodeURIComponent(app)}/endpoint`
  for (let iterator: string | null = null; ; ) {
    const query: string = iterator === null ? '' : `&iterator=${encodeURIComponent(iterator)}`
    const page: { data: Listed[]; done: boolean; iterator: string | null } = await client.call(
      'GET',
      `${path}?limit=250${query}`,
    )
    all.push(...page.data)
    if (page.done || page.iterator === null) return all
    iterator = page.iterator
  }
}
