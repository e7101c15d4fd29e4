import type Type from 'typebox'
import type { CatalogEventOut, CatalogOut, InstalledOut } from '../contract/catalog.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'
import { oneLine, table } from './text.ts'

interface CatalogList {
  readonly data: readonly Type.Static<typeof CatalogOut>[]
}
interface CatalogDetail {
  readonly events: readonly Type.Static<typeof CatalogEventOut>[]
}
type Installed = Type.Static<typeof InstalledOut>

/** `posthorn catalog`: sets of event types that one call installs. */
export const catalog: CommandModule = {
  examples: ['posthorn catalog', 'posthorn catalog install logto', 'posthorn catalog get modyo'],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'what can be installed', es: 'lo que se puede instalar' }))
      .action(
        act(async () => {
          const client = await context.client()
          const { data } = await client.call<CatalogList>('GET', '/catalog')
          for (const found of data) context.emit(found)
          const rows = data.map(({ name, eventCount, description }) => [
            name,
            context.paint.dim(String(eventCount)),
            oneLine(t(description), 70),
          ])
          for (const line of table(rows)) context.print(line)
          return exitCodes.ok
        }),
      )
    command
      .command('get <name>')
      .description(t({ en: 'its event types', es: 'sus tipos de evento' }))
      .option(
        '--context <name>',
        t({ en: 'only those of a context', es: 'solo los de un contexto' }),
      )
      .action(
        act(async ([name = ''], options) => {
          const chosen = options['context']
          const found = await (await context.client()).call<CatalogDetail>('GET', pathOf(name), {
            query: typeof chosen === 'string' ? { context: chosen } : {},
          })
          showEvents(found, context)
          return exitCodes.ok
        }),
      )
    command
      .command('install <name>')
      .description(t({ en: 'create or refresh its event types', es: 'crea o renueva sus tipos' }))
      .action(
        act(async ([name = '']) => {
          const client = await context.client()
          const path = `${pathOf(name)}/install`
          const installed = await client.call<Installed>('POST', path)
          context.emit(installed)
          const { created, updated } = installed
          context.print(
            t({
              en: `Installed ${name}: ${created} created, ${updated} refreshed.`,
              es: `Se instaló ${name}: ${created} creados, ${updated} renovados.`,
            }),
          )
          return exitCodes.ok
        }),
      )
  },
}

function pathOf(name: string): string {
  return `/catalog/${encodeURIComponent(name)}`
}

function showEvents({ events }: CatalogDetail, context: Context): void {
  for (const event of events) context.emit(event)
  const rows = events.map(({ name, group, label }) => [
    name,
    context.paint.dim(group),
    oneLine(context.t(label), 70),
  ])
  for (const line of table(rows)) context.print(line)
}
