import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { readData } from './payload.ts'
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
        context.terminal.out(`${JSON.stringify(exported, null, context.globals.json ? 0 : 2)}\n`)
        return exitCodes.ok
      }),
    )
  command
    .command('import <file>')
    .description(t({ en: 'an export or OpenAPI', es: 'una exportación u OpenAPI' }))
    .option(
      '--dry-run',
      t({ en: 'OpenAPI: say what would change', es: 'OpenAPI: di qué cambiaría' }),
    )
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
            ? await importOpenApi(client, text, options)
            : await importExport(client, exported, options)
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

async function importExport(
  client: Client,
  eventTypes: readonly Named[],
  options: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  if (options['dryRun'] === true || options['replaceAll'] === true) {
    throw usageFailure({
      en: 'An export is added to what is there: --dry-run and --replace-all are for OpenAPI.',
      es: 'Una exportación se suma a lo que hay: --dry-run y --replace-all son para OpenAPI.',
    })
  }
  for (let at = 0; at < eventTypes.length; at += typesAtOnce) {
    const body = { eventTypes: eventTypes.slice(at, at + typesAtOnce) }
    await client.call('POST', '/environment/import', { body })
  }
  return eventTypes.map(({ name }) => name)
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
