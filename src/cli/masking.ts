import type { Client } from '../client/client.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'

/** `posthorn masking`: which members of payloads the roles support, auditor and reader do not see. */
export const masking: CommandModule = {
  examples: [
    'posthorn masking',
    "posthorn masking add data.customer.email 'data.cards[*].number'",
    'posthorn masking rm data.customer.email',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list the paths', es: 'lista las rutas' }))
      .action(
        act(async () => {
          show(await read(await context.client()), context)
          return exitCodes.ok
        }),
      )
    command
      .command('add <paths...>')
      .description(t({ en: 'mask these too', es: 'enmascara también estas' }))
      .action(
        act(async ([given = '']) => {
          const client = await context.client()
          show(await write(client, [...(await read(client)), ...given.split(' ')]), context)
          return exitCodes.ok
        }),
      )
    command
      .command('rm <paths...>')
      .description(t({ en: 'show these again', es: 'vuelve a mostrar estas' }))
      .action(
        act(async ([given = '']) => {
          const client = await context.client()
          const shown = new Set(given.split(' '))
          const before = await read(client)
          const unknown = [...shown].filter((path) => !before.includes(path))
          for (const path of unknown) {
            context.note(t({ en: `${path} is not masked.`, es: `${path} no está enmascarada.` }))
          }
          if (unknown.length === shown.size) return exitCodes.notFound
          const left = before.filter((path) => !shown.has(path))
          show(await write(client, left), context)
          return exitCodes.ok
        }),
      )
  },
}

async function read(client: Client): Promise<readonly string[]> {
  return (await client.request('v1.masking.get')).paths
}

async function write(client: Client, paths: readonly string[]): Promise<readonly string[]> {
  return (await client.request('v1.masking.set', { body: { paths: [...paths] } })).paths
}

function show(paths: readonly string[], context: Context): void {
  context.emit({ paths })
  for (const path of paths) context.print(path)
  if (paths.length > 0) return
  context.note(
    context.t({
      en: 'Nothing is masked: every role sees whole payloads.',
      es: 'No hay nada enmascarado: todos los roles ven los payloads enteros.',
    }),
  )
}
