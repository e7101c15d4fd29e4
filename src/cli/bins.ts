import type { Captured, InspectorBin } from '../client/types.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { signatureWords } from './signature.ts'
import { oneLine, table } from './text.ts'

/** `posthorn bins`: receivers that keep what comes and answer as they are told. */
export const bins: CommandModule = {
  examples: [
    'posthorn bins requests demo',
    `posthorn bins set flaky --script '500, 500, 200'`,
    `posthorn bins set slow --script '429 retry-after 30, 200 delay 20s'`,
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list', es: 'lista' }))
      .action(
        act(async () => {
          showBins((await (await context.client()).bins.list()).data, context)
          return exitCodes.ok
        }),
      )
    command
      .command('get <bin>')
      .description(t({ en: 'one, with its script', es: 'uno, con su guion' }))
      .action(
        act(async ([bin = '']) => {
          showBins([await (await context.client()).bins.get(bin)], context)
          return exitCodes.ok
        }),
      )
    command
      .command('set <bin>')
      .description(t({ en: 'create or change one', es: 'crea o cambia uno' }))
      .option('--script <text>', t({ en: 'what it answers', es: 'qué responde' }))
      .option('--secret <whsec_…...>', t({ en: 'secrets to verify', es: 'secretos de firma' }))
      .option('--note <text>', t({ en: 'a note', es: 'una nota' }))
      .action(
        act(async ([bin = ''], options) => {
          const { script, secret, note } = options
          const body = { script, secrets: secret, note }
          showBins([await (await context.client()).bins.put(bin, body)], context)
          return exitCodes.ok
        }),
      )
    command
      .command('requests [bin]')
      .description(t({ en: 'what came, newest first', es: 'lo que llegó, lo nuevo primero' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '20')
      .action(
        act(async ([bin = ''], options) => {
          const client = await context.client()
          const name = bin === '' ? 'demo' : bin
          const kept = await take(limitOf(options), (query) => client.bins.requests(name, query))
          showRequests(kept, context)
          return exitCodes.ok
        }),
      )
    command
      .command('rm <bin>')
      .description(t({ en: 'delete one with its requests', es: 'elimina uno y sus solicitudes' }))
      .option(yesOption.flags, t(yesOption.text))
      .action(
        act(async ([bin = ''], options) => {
          const question = { en: `Delete ${bin}?`, es: `¿Eliminar ${bin}?` }
          if (!(await confirmed(question, options, context))) return exitCodes.failed
          await (await context.client()).bins.delete(bin)
          context.emit({ deleted: bin })
          context.print(t({ en: `Deleted ${bin}.`, es: `Se eliminó ${bin}.` }))
          return exitCodes.ok
        }),
      )
  },
}

function showBins(found: readonly InspectorBin[], context: Context): void {
  for (const bin of found) context.emit(bin)
  const rows = found.map((bin) => [
    bin.name,
    context.serverUrl + bin.path,
    context.t({ en: `${bin.requestCount} requests`, es: `${bin.requestCount} solicitudes` }),
    oneLine(bin.script.replaceAll('\n', '; '), 60),
  ])
  for (const line of table(rows)) context.print(line)
}

function showRequests(kept: readonly Captured[], context: Context): void {
  for (const request of kept) context.emit(request)
  const rows = kept.map((request) => [
    request.id,
    context.paint.dim(request.receivedAt),
    `${request.method} ${request.path}`,
    `→ ${request.answer.status}`,
    context.t(signatureWords(request.signature.state)),
    oneLine(request.body ?? '', 50),
  ])
  for (const line of table(rows)) context.print(line)
}
