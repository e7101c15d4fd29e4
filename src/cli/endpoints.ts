import type { Command } from 'commander'
import type { Endpoint, EndpointInput } from '../client/types.ts'
import { applicationOf, withApplication } from './application.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { changeCommand, endpointFilters, endpointQuery } from './endpoints-change.ts'
import { exitCodes } from './exit-codes.ts'
import { endpointOf } from './named.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { parseDuration, table } from './text.ts'
import { sharedViewOption, withView } from './views.ts'

/** `posthorn endpoints`: URLs with their filters, secrets and state. */
export const endpoints: CommandModule = {
  examples: [
    'posthorn endpoints --app acme',
    `posthorn endpoints create https://example.com/hook --events order.created,order.paid`,
    'posthorn endpoints update ep_… --paused true',
    'posthorn endpoints create https://example.com/hook --name Tasks --trigger create-edit-delete-task --scope workflow=w1',
  ],
  define(command, context, act) {
    readCommands(command, context, act)
    writeCommands(command, context, act)
    changeCommand(command, context, act)
    secretCommands(command, context, act)
  },
}

function readCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  sharedViewOption(
    endpointFilters(withApplication(command.command('ls', { isDefault: true }), context), context),
    context,
  )
    .description(t({ en: 'list', es: 'lista' }))
    .option('--limit <count>', t({ en: 'how many', es: 'cuántos' }), '50')
    .action(
      act(async (_args, given) => {
        const client = await context.client()
        const options = await withView(given, 'endpoints', context)
        const { id } = await applicationOf(options, client, context)
        const found = await take(limitOf(options), (page) =>
          client.endpoints.list(id, { ...page, ...endpointQuery(options) }),
        )
        show(found, context)
        return exitCodes.ok
      }),
    )
  withApplication(command.command('get <endpoint>'), context)
    .description(t({ en: 'one, by id, uid, name or host', es: 'uno, por id, uid, nombre o host' }))
    .action(
      act(async ([given = ''], options) => {
        const { client, id, endpoint } = await endpointOf(given, options, context)
        show([await client.endpoints.get(id, endpoint)], context)
        return exitCodes.ok
      }),
    )
}

function writeCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  settingOptions(command.command('create <url>'), context)
    .description(t({ en: 'create one', es: 'crea uno' }))
    .option('--secret <whsec_…>', t({ en: 'signing secret', es: 'secreto de firma' }))
    .action(
      act(async ([url = ''], options) => {
        const client = await context.client()
        const { id } = await applicationOf(options, client, context)
        const { secret } = options
        const given = typeof secret === 'string' ? { secret } : {}
        show(
          [await client.endpoints.create(id, { url, ...given, ...settingsOf(options) })],
          context,
        )
        return exitCodes.ok
      }),
    )
  settingOptions(command.command('update <endpoint>'), context)
    .description(t({ en: 'change one', es: 'cambia uno' }))
    .option('--url-to <url>', t({ en: 'new URL', es: 'URL nueva' }))
    .action(
      act(async ([given = ''], options) => {
        const { client, id, endpoint } = await endpointOf(given, options, context)
        const { urlTo } = options
        const url = typeof urlTo === 'string' ? { url: urlTo } : {}
        const changes = { ...url, ...settingsOf(options) }
        show([await client.endpoints.patch(id, endpoint, changes)], context)
        return exitCodes.ok
      }),
    )
  withApplication(command.command('retry <endpoint>'), context)
    .description(t({ en: 'try waiting retries now', es: 'hace ya los reintentos que esperan' }))
    .action(
      act(async ([given = ''], options) => {
        const { client, id, endpoint } = await endpointOf(given, options, context)
        const { moved } = await client.endpoints.retryNow(id, endpoint)
        context.emit({ moved })
        context.print(
          t({ en: `${moved} deliveries are tried now.`, es: `${moved} entregas se intentan ya.` }),
        )
        return exitCodes.ok
      }),
    )
  withApplication(command.command('rm <endpoint>'), context)
    .description(t({ en: 'delete one', es: 'elimina uno' }))
    .option(yesOption.flags, t(yesOption.text))
    .action(
      act(async ([given = ''], options) => {
        const { client, id, endpoint } = await endpointOf(given, options, context)
        const question = { en: `Delete ${endpoint}?`, es: `¿Eliminar ${endpoint}?` }
        if (!(await confirmed(question, options, context))) return exitCodes.failed
        await client.endpoints.delete(id, endpoint)
        context.emit({ deleted: endpoint })
        context.print(t({ en: `Deleted ${endpoint}.`, es: `Se eliminó ${endpoint}.` }))
        return exitCodes.ok
      }),
    )
}

function secretCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  withApplication(command.command('secret <endpoint>'), context)
    .description(t({ en: 'show the signing secret', es: 'muestra el secreto de firma' }))
    .action(
      act(async ([given = ''], options) => {
        const { client, id, endpoint } = await endpointOf(given, options, context)
        const key = await client.endpoints.secret(id, endpoint)
        context.emit({ key })
        context.print(key)
        return exitCodes.ok
      }),
    )
  withApplication(command.command('roll <endpoint>'), context)
    .description(t({ en: 'make a new signing secret', es: 'rota el secreto de firma' }))
    .option('--grace <duration>', t({ en: 'the old one signs on', es: 'el anterior sigue' }), '1d')
    .action(
      act(async ([given = ''], options) => {
        const { client, id, endpoint } = await endpointOf(given, options, context)
        const graceSeconds = Math.round(parseDuration(String(options['grace'])) / 1000)
        await client.endpoints.rotate(id, endpoint, graceSeconds)
        const key = await client.endpoints.secret(id, endpoint)
        context.emit({ key })
        context.print(key)
        return exitCodes.ok
      }),
    )
}

function settingOptions(command: Command, context: Context): Command {
  const { t } = context
  return withApplication(command, context)
    .option(
      '--events <names>',
      t({
        en: 'event types by commas; order.* takes a group',
        es: 'tipos por comas; order.* toma un grupo',
      }),
    )
    .option('--name <name>', t({ en: 'what people call it', es: 'cómo se llama' }))
    .option('--trigger <name>', t({ en: "a catalog's trigger", es: 'un disparador del catálogo' }))
    .option('--context <name>', t({ en: "a catalog's context", es: 'un contexto del catálogo' }))
    .option(
      '--scope <limits>',
      t({
        en: 'only these: site=1,2;realm=5 (empty: all)',
        es: 'solo estos: site=1,2;realm=5 (vacío: todos)',
      }),
    )
    .option('--channels <names>', t({ en: 'channels, by commas', es: 'canales, por comas' }))
    .option('--uid <uid>', t({ en: 'your own id for it', es: 'tu propio id' }))
    .option('--description <text>', t({ en: 'a note', es: 'una nota' }))
    .option('--rate <per second>', t({ en: 'at most so many a second', es: 'máximo por segundo' }))
    .option('--ordered', t({ en: 'strictly in order', es: 'en orden estricto' }))
    .option('--paused <true|false>', t({ en: 'hold deliveries', es: 'retiene las entregas' }))
    .option('--disabled <true|false>', t({ en: 'switch off', es: 'deshabilita' }))
}

function settingsOf(options: Readonly<Record<string, unknown>>): Partial<EndpointInput> {
  const names = (value: unknown): string[] => String(value).split(',').filter(Boolean)
  const { events, channels, uid, description, rate, ordered, paused, disabled } = options
  const { name, trigger, context, scope } = options
  return {
    ...(name === undefined ? {} : { name: String(name) }),
    ...(trigger === undefined ? {} : { trigger: String(trigger) }),
    ...(context === undefined ? {} : { context: String(context) }),
    ...(scope === undefined ? {} : { scope: scopeOf(String(scope)) }),
    ...(events === undefined ? {} : { eventTypes: names(events) }),
    ...(channels === undefined ? {} : { channels: names(channels) }),
    ...(uid === undefined ? {} : { uid: String(uid) }),
    ...(description === undefined ? {} : { description: String(description) }),
    ...(rate === undefined ? {} : { throttleRate: Number(rate) }),
    ...(ordered === true ? { ordering: 'fifo' as const } : {}),
    ...(paused === undefined ? {} : { paused: paused === 'true' }),
    ...(disabled === undefined ? {} : { disabled: disabled === 'true' }),
  }
}

/** `site=1,2;realm=5`; what is no kind with its ids is left for the server to refuse. */
function scopeOf(text: string): Record<string, string[]> {
  const limits = text.split(';').filter((limit) => limit.trim() !== '')
  return Object.fromEntries(
    limits.map((limit) => {
      const [kind = '', ids = ''] = limit.split(/=(.*)/s)
      return [kind.trim(), ids.split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()]))]
    }),
  )
}

function show(found: readonly Endpoint[], context: Context): void {
  for (const endpoint of found) context.emit(endpoint)
  const rows = found.map((endpoint) => [
    endpoint.id,
    endpoint.url,
    (endpoint.eventTypes ?? ['*']).join(','),
    stateOf(endpoint, context),
  ])
  for (const line of table(rows)) context.print(line)
}

function stateOf(endpoint: Endpoint, { t, paint }: Context): string {
  if (endpoint.disabled) {
    const text = t({ en: 'disabled', es: 'deshabilitado' })
    return paint.red(
      endpoint.disabledReason === null ? text : `${text} (${endpoint.disabledReason})`,
    )
  }
  return endpoint.paused ? paint.yellow(t({ en: 'paused', es: 'en pausa' })) : ''
}
