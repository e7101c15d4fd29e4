import type { Command } from 'commander'
import type { Static } from 'typebox'
import type { Page } from '../client/types.ts'
import type { InviteOut, UserOut } from '../contract/user.ts'
import { userRoles } from '../domain/user.ts'
import { confirmed, yesOption } from './confirm.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { limitOf, take } from './pages.ts'
import type { Act, CommandModule } from './run.ts'
import { table } from './text.ts'

type User = Static<typeof UserOut>
type Invite = Static<typeof InviteOut>

/** `posthorn users`: people who sign in to the console. The first owner is made here. */
export const users: CommandModule = {
  examples: [
    'posthorn users add ana@example.com --role owner',
    'posthorn users',
    'posthorn users invite usr_…',
  ],
  define(command, context, act) {
    readCommands(command, context, act)
    writeCommands(command, context, act)
  },
}

function readCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('ls', { isDefault: true })
    .description(t({ en: 'list', es: 'lista' }))
    .option('--limit <count>', t({ en: 'how many', es: 'cuántos' }), '50')
    .action(
      act(async (_args, options) => {
        const client = await context.client()
        const found = await take(limitOf(options), (query) =>
          client.call<Page<User>>('GET', '/user', { query }),
        )
        show(found, context)
        return exitCodes.ok
      }),
    )
}

function writeCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  command
    .command('add <email>')
    .description(
      t({
        en: 'add one, with a link to choose a password',
        es: 'agrega uno, con un enlace para elegir contraseña',
      }),
    )
    .option('--role <role>', userRoles.join(', '), 'reader')
    .option('--name <name>', t({ en: 'name', es: 'nombre' }))
    .action(
      act(async ([email = ''], { role, name }) => {
        const client = await context.client()
        const body = { email, role, ...(typeof name === 'string' ? { name } : {}) }
        const made = await client.call<{ user: User; invite: Invite }>('POST', '/user', { body })
        context.emit(made)
        context.print(made.invite.url)
        context.note(linkNote(made.invite, context))
        return exitCodes.ok
      }),
    )
  command
    .command('invite <user>')
    .description(
      t({ en: 'another link, for a lost password', es: 'otro enlace, si se perdió la contraseña' }),
    )
    .action(
      act(async ([user = '']) => {
        const client = await context.client()
        const invite = await client.call<Invite>('POST', `/user/${encodeURIComponent(user)}/invite`)
        context.emit(invite)
        context.print(invite.url)
        context.note(linkNote(invite, context))
        return exitCodes.ok
      }),
    )
  command
    .command('update <user>')
    .description(t({ en: 'change one', es: 'cambia uno' }))
    .option('--role <role>', userRoles.join(', '))
    .option('--disabled <boolean>', 'true, false')
    .action(
      act(async ([user = ''], { role, disabled }) => {
        const client = await context.client()
        const body = {
          ...(typeof role === 'string' ? { role } : {}),
          ...(disabled === undefined ? {} : { disabled: disabled === 'true' }),
        }
        show(
          [await client.call<User>('PATCH', `/user/${encodeURIComponent(user)}`, { body })],
          context,
        )
        return exitCodes.ok
      }),
    )
  command
    .command('rm <user>')
    .description(t({ en: 'remove one', es: 'elimina uno' }))
    .option(yesOption.flags, t(yesOption.text))
    .action(
      act(async ([user = ''], options) => {
        const question = { en: `Remove ${user}?`, es: `¿Eliminar ${user}?` }
        if (!(await confirmed(question, options, context))) return exitCodes.ok
        const client = await context.client()
        await client.call('DELETE', `/user/${encodeURIComponent(user)}`)
        return exitCodes.ok
      }),
    )
}

function linkNote({ expiresAt }: Invite, { t }: Context): string {
  const until = expiresAt.slice(0, 16).replace('T', ' ')
  return t({
    en: `The link opens once, until ${until} UTC.`,
    es: `El enlace se abre una vez, hasta ${until} UTC.`,
  })
}

function show(found: readonly User[], context: Context): void {
  const { t, paint } = context
  for (const user of found) context.emit(user)
  const headings = [
    { en: 'USER', es: 'USUARIO' },
    { en: 'EMAIL', es: 'CORREO' },
    { en: 'ROLE', es: 'ROL' },
    { en: 'STATE', es: 'ESTADO' },
    { en: 'LAST SIGN-IN', es: 'ÚLTIMO ACCESO' },
  ].map((text) => paint.dim(t(text)))
  const rows = found.map((user) => [
    user.id,
    user.email,
    user.role,
    stateOf(user, context),
    user.lastSignInAt?.slice(0, 16).replace('T', ' ') ?? '',
  ])
  for (const line of table([headings, ...rows])) context.print(line)
}

function stateOf(user: User, { t, paint }: Context): string {
  if (user.disabled) return paint.red(t({ en: 'locked out', es: 'bloqueado' }))
  if (user.hasPassword) return paint.green(t({ en: 'active', es: 'activo' }))
  return user.invitedUntil === null
    ? t({ en: 'link has ended', es: 'enlace vencido' })
    : t({ en: 'invited', es: 'invitado' })
}
