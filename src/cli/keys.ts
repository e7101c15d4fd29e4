import type { Command } from 'commander'
import type { OutputOf } from '../client/request.ts'
import {
  isPermission,
  type Permission,
  permissionNames,
  permissions,
} from '../domain/permission.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { keyNamed } from './named.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { listOf } from './sought.ts'
import { parseDuration, table } from './text.ts'

type Key = OutputOf<'v1.api-key.list'>['data'][number]

const roles = ['admin', 'sender', 'reader'] as const

/** `posthorn keys`: named API keys with a role, for one application or all, until they end. */
export const keys: CommandModule = {
  examples: [
    'posthorn keys',
    'posthorn keys create "Order service" --role sender --app acme --expires 90d',
    'posthorn keys create "Deploy check" --scope read --scope read-audit',
    'posthorn keys roll key_… --grace 1h',
    'posthorn keys rm key_… --yes',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list', es: 'lista' }))
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '50')
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const found = await take(limitOf(options), ({ limit, iterator }) =>
            client.request('v1.api-key.list', {
              query: {
                limit: Number(limit),
                ...(iterator === undefined ? {} : { iterator: String(iterator) }),
              },
            }),
          )
          show(found, context)
          return exitCodes.ok
        }),
      )
    command
      .command('create <name>')
      .description(
        t({
          en: 'make one, a sender unless told otherwise; it is shown this once',
          es: 'crea una, de sender si no se indica otra cosa; se muestra una vez',
        }),
      )
      .option('--role <role>', roles.join(', '))
      .option('--scope <permission...>', permissionNames.join(', '))
      .option('--app <id|uid>', t({ en: 'for this application only', es: 'solo esta aplicación' }))
      .option('--expires <duration>', t({ en: 'until then; none: for ever', es: 'hasta entonces' }))
      .action(
        act(async ([name = ''], options) => {
          const client = await context.client()
          const { app, expires } = options
          const made = await client.request('v1.api-key.create', {
            body: {
              name,
              ...rightsOf(options),
              ...(typeof app === 'string' ? { applicationId: app } : {}),
              ...(typeof expires === 'string' ? { expiresAt: endOf(expires, context) } : {}),
            },
          })
          context.emit(made)
          context.note(`${made.id}   ${made.name}   ${rightsText(made)}`)
          context.print(made.token)
          return exitCodes.ok
        }),
      )
    scopesCommand(command, context, act)
    rollCommand(command, context, act)
    command
      .command('rm <key>')
      .option(yesOption.flags, t(yesOption.text))
      .description(t({ en: 'revoke one, at once', es: 'revoca una, al momento' }))
      .action(
        act(async ([given = ''], options) => {
          const client = await context.client()
          const key = await keyNamed(given, client)
          const question = {
            en: `Revoke ${key}? What uses it is refused from now on.`,
            es: `¿Revocar ${key}? Lo que la use se rechaza desde ahora.`,
          }
          if (!(await confirmed(question, options, context))) return exitCodes.failed
          await client.request('v1.api-key.revoke', { path: { key_id: key } })
          return exitCodes.ok
        }),
      )
  },
}

function scopesCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('scopes')
    .description(t({ en: 'the permissions that there are', es: 'los permisos que hay' }))
    .action(
      act(async () => {
        for (const name of permissionNames) {
          context.emit({
            name,
            group: permissions[name].group,
            description: t(permissions[name].sentence),
          })
        }
        const rows = permissionNames.map((name) => [name, t(permissions[name].sentence)])
        for (const line of table(rows)) context.print(line)
        return exitCodes.ok
      }),
    )
}

function rollCommand(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('roll <key>')
    .option(
      '--grace <duration>',
      t({ en: 'so long the old one still works', es: 'cuánto sirve aún la anterior' }),
      '1d',
    )
    .option(yesOption.flags, t(yesOption.text))
    .description(
      t({
        en: 'make one like it, shown this once; the old one ends',
        es: 'crea una igual, que se muestra una vez; la anterior termina',
      }),
    )
    .action(
      act(async ([given = ''], options) => {
        const client = await context.client()
        const key = await keyNamed(given, client)
        const graceMs = parseDuration(String(options['grace']))
        const question = {
          en: `End ${key} at once? What uses it is refused until it has the new one.`,
          es: `¿Terminar ${key} al momento? Lo que la use se rechaza hasta que tenga la nueva.`,
        }
        if (graceMs === 0 && !(await confirmed(question, options, context))) {
          return exitCodes.failed
        }
        const made = await client.request('v1.api-key.roll', {
          path: { key_id: key },
          body: { gracePeriodSeconds: Math.round(graceMs / 1_000) },
        })
        context.emit(made)
        context.note(`${made.id}   ${made.name}   ${rightsText(made)}`)
        context.print(made.token)
        return exitCodes.ok
      }),
    )
}

/** As a role, or as the permissions that were named: commas and repeated options are the same. */
function rightsOf({ role, scope }: Readonly<Record<string, unknown>>) {
  if (scope === undefined) return { role: roleNamed(role ?? 'sender') }
  if (role !== undefined) {
    throw usageFailure({
      en: 'Give --role or --scope, one of the two.',
      es: 'Indica --role o --scope, uno de los dos.',
    })
  }
  return { scopes: [scope].flat().flatMap(listOf).map(permissionNamed) }
}

function permissionNamed(name: string): Permission {
  if (isPermission(name)) return name
  const names = permissionNames.join(', ')
  throw usageFailure({
    en: `There is no permission "${name}": ${names}.`,
    es: `No existe el permiso "${name}": ${names}.`,
  })
}

function rightsText({ role, scopes }: Pick<Key, 'role' | 'scopes'>): string {
  return role === 'custom' ? scopes.join(',') : role
}

function roleNamed(value: unknown): (typeof roles)[number] {
  const found = roles.find((role) => role === value)
  if (found !== undefined) return found
  throw usageFailure({
    en: `There is no role "${String(value)}": ${roles.join(', ')}.`,
    es: `No existe el rol "${String(value)}": ${roles.join(', ')}.`,
  })
}

function endOf(expires: string, { terminal }: Context): string {
  return new Date(terminal.clock.now() + parseDuration(expires)).toISOString()
}

function show(found: readonly Key[], context: Context): void {
  for (const key of found) context.emit(key)
  const rows = found.map(
    ({ id, name, role, scopes, applicationId, expiresAt, lastUsedAt, lastUsedFrom }) => [
      id,
      name,
      rightsText({ role, scopes }),
      applicationId ?? '*',
      expiresAt ?? '-',
      context.paint.dim(lastUsedAt ?? '-'),
      context.paint.dim(lastUsedFrom?.address ?? '-'),
    ],
  )
  for (const line of table(rows)) context.print(line)
}
