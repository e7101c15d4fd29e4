import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { holding } from './holding.ts'
import { readData } from './payload.ts'
import { bar, progressOn } from './progress.ts'
import type { Act } from './run.ts'

/** Event types of one request: a body has bounds on its bytes and members. */
const typesAtOnce = 100

/** `posthorn events export` and `import`: event types from one installation or document to another. */
export function transferCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('export')
    .description(t({ en: 'all of them, as JSON', es: 'todos, como JSON' }))
    .action(
      act(async () => {
        const client = await context.client()
        const exported = await client.call<object>('POST', '/environment/export')
        context.write(`${JSON.stringify(exported, null, context.globals.json ? 0 : 2)}\n`)
        return exitCodes.ok
      }),
    )
  command
    .command('import <file>')
    .description(
      t({
        en: 'an export, OpenAPI, AsyncAPI or a list',
        es: 'una exportación, OpenAPI, AsyncAPI o una lista',
      }),
    )
    .option('--dry-run', t({ en: 'say what would change', es: 'di qué cambiaría' }))
    .option(
      '--replace-all',
      t({ en: 'OpenAPI: archive the others', es: 'OpenAPI: archiva los demás' }),
    )
    .action(
      act(async ([file = ''], options) => {
        const text = await readData(file === '-' ? file : `@${file}`, context)
        const client = await context.client()
        const exported = exportOf(text)
        const names =
          exported === null
            ? await importText(client, text, options)
            : await importExport(client, exported, { options, context })
        if (names === null) return exitCodes.interrupted
        for (const name of names) context.emit({ name })
        const count = names.length
        context.print(
          options['dryRun'] === true
            ? t({ en: `${count} would change.`, es: `${count} cambiarían.` })
            : t({ en: `${count} event types imported.`, es: `${count} tipos importados.` }),
        )
        return exitCodes.ok
      }),
    )
}

interface Named {
  readonly name: string
}

/** The event types of an export of ours; null: it is something else, such as OpenAPI. */
function exportOf(text: string): readonly Named[] | null {
  try {
    const { eventTypes } = Object(JSON.parse(text)) as { readonly eventTypes?: unknown } // looked at below
    return Array.isArray(eventTypes) ? eventTypes : null
  } catch {
    return null // YAML, which the server reads
  }
}

/** Their names; null: it was stopped before the last. */
async function importExport(
  client: Client,
  eventTypes: readonly Named[],
  {
    options,
    context,
  }: { readonly options: Readonly<Record<string, unknown>>; readonly context: Context },
): Promise<readonly string[] | null> {
  if (options['dryRun'] === true || options['replaceAll'] === true) {
    throw usageFailure({
      en: 'An export is added to what is there: --dry-run and --replace-all are for documents.',
      es: 'Una exportación se suma a lo que hay: --dry-run y --replace-all son para documentos.',
    })
  }
  const hold = holding(context, { keys: eventTypes.length > typesAtOnce })
  const progress = progressOn(context)
  try {
    for (let at = 0; at < eventTypes.length; at += typesAtOnce) {
      if (!(await hold.mayGoOn(progress))) return stopped(at, eventTypes.length, context)
      const body = { eventTypes: eventTypes.slice(at, at + typesAtOnce) }
      await client.call('POST', '/environment/import', { body })
      const done = Math.min(at + typesAtOnce, eventTypes.length)
      const share = done / eventTypes.length
      const facts = { done, total: eventTypes.length }
      if (eventTypes.length > typesAtOnce) {
        progress.tell(`${bar(share)}  ${done}/${eventTypes.length}`, share, facts)
      }
    }
    return eventTypes.map(({ name }) => name)
  } finally {
    progress.end()
    hold.release()
  }
}

/** What is there already is written again to the same end. */
function stopped(done: number, total: number, { note, t }: Context): null {
  note(
    t({
      en: `Stopped after ${done} of ${total}. The same command imports all of them again, to the same end.`,
      es: `Detenido tras ${done} de ${total}. El mismo comando los importa todos otra vez, con el mismo resultado.`,
    }),
  )
  return null
}

/** What OpenAPI alone says: with it all other types may be archived, and schemas are replaced. */
const openApi = /["']?(openapi|swagger)["']?\s*:/

/** OpenAPI as Svix's import takes it; anything else is told apart by the server. */
async function importText(
  client: Client,
  text: string,
  options: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  if (openApi.test(text)) return importOpenApi(client, text, options)
  const { dryRun = false, replaceAll = false } = options
  if (replaceAll === true) {
    throw usageFailure({
      en: '--replace-all is for OpenAPI.',
      es: '--replace-all es para OpenAPI.',
    })
  }
  const { data } = await client.call<{
    readonly data: readonly { readonly name: string; readonly change: string }[]
  }>('POST', '/event-type/import', { body: { text, dryRun } })
  return data.filter(({ change }) => change !== 'same').map(({ name }) => name)
}

async function importOpenApi(
  client: Client,
  specRaw: string,
  options: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const { dryRun = false, replaceAll = false } = options
  const body = { specRaw, dryRun, replaceAll }
  const { data } = await client.call<{ readonly data: { readonly modified: readonly string[] } }>(
    'POST',
    '/event-type/import/openapi',
    { body },
  )
  return data.modified
}
