import { resolve } from 'node:path'
import { configFrom } from '../config.ts'
import { jsonLog } from '../runtime/log.ts'
import { type Context, dataDirOf } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import type { CommandModule } from './run.ts'

/** `posthorn migrate`: brings the schema up to date, as a start would, without starting. */
export const migrate: CommandModule = {
  examples: [
    'posthorn migrate --dry-run',
    'POSTHORN_DATABASE_URL=postgres://posthorn@db/posthorn posthorn migrate',
    'posthorn migrate --dry-run --json',
  ],
  define(command, context, act) {
    command
      .option(
        '--dry-run',
        context.t({
          en: 'show what is to be done, with its statements',
          es: 'muestra lo pendiente, con sus sentencias',
        }),
      )
      .action(
        act(async (_args, { dryRun }) => {
          const schema = await schemaOf(context)
          try {
            return dryRun === true ? await show(schema, context) : await bring(schema, context)
          } finally {
            await schema.close()
          }
        }),
      )
  },
}

interface Pending {
  readonly name: string
  readonly phase: 'expand' | 'contract'
  readonly statements: readonly string[]
}

interface Schema {
  pending(): Promise<readonly Pending[]>
  /** Not null: a migration waits for these older nodes. */
  run(): Promise<{ readonly migration: string; readonly nodes: readonly string[] } | null>
  close(): Promise<void>
}

async function schemaOf({ terminal }: Context): Promise<Schema> {
  const { databaseUrl } = configFrom(terminal.env)
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) {
    const { openUpgrade } = await import('../store/postgres/upgrade.ts')
    const { clock } = terminal
    const log = jsonLog({ clock, level: 'error', write: (line) => terminal.err(line) })
    const { postgresUrl } = await import('../stores.ts')
    return openUpgrade({ url: postgresUrl(databaseUrl), clock, log })
  }
  const path =
    databaseUrl === ''
      ? resolve(dataDirOf(terminal), 'posthorn.db')
      : resolve(terminal.cwd, databaseUrl.replace(/^sqlite:/, ''))
  return embedded(path)
}

/** One process has it, so what takes away something needs to wait for nobody. */
async function embedded(path: string): Promise<Schema> {
  const { pendingMigrations, schemaOfFile } = await import('../store/sqlite/migrate.ts')
  const { openDatabase } = await import('../store/sqlite/open.ts')
  return {
    pending: async () =>
      pendingMigrations(schemaOfFile(path)).map((each) => ({ ...each, phase: 'expand' })),
    async run() {
      openDatabase(path).close()
      return null
    },
    close: async () => {},
  }
}

async function show(schema: Schema, context: Context): Promise<ExitCode> {
  const pending = await schema.pending()
  for (const { name, phase, statements } of pending) {
    context.emit({ name, phase, statements })
    context.print(`-- ${name} (${phase})`)
    for (const statement of statements) context.print(`${statement};`)
    context.print()
  }
  context.note(
    pending.length === 0
      ? context.t({ en: 'The schema is up to date.', es: 'El esquema está al día.' })
      : context.t({
          en: `${pending.length} pending. Nothing was written.`,
          es: `${pending.length} pendientes. No se escribió nada.`,
        }),
  )
  return exitCodes.ok
}

async function bring(schema: Schema, context: Context): Promise<ExitCode> {
  const before = await schema.pending()
  const waiting = await schema.run()
  if (waiting !== null) throw stillNeeded(waiting)
  const done = before.map(({ name }) => name)
  context.emit({ done })
  for (const name of done) context.print(`${context.paint.green('✓')} ${name}`)
  if (done.length === 0) {
    context.print(context.t({ en: 'The schema is up to date.', es: 'El esquema está al día.' }))
  }
  return exitCodes.ok
}

function stillNeeded({
  migration,
  nodes,
}: {
  readonly migration: string
  readonly nodes: readonly string[]
}): CliFailure {
  const names = nodes.join(', ')
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'in_use',
    title: {
      en: `${migration} takes away what older nodes still use: ${names}.`,
      es: `${migration} quita algo que nodos anteriores todavía usan: ${names}.`,
    },
    why: {
      en: 'They would fail with it. Everything before it is done.',
      es: 'Fallarían con ello. Todo lo anterior está hecho.',
    },
    fix: {
      en: 'Stop or upgrade these nodes, then run posthorn migrate again.',
      es: 'Detén o actualiza esos nodos y ejecuta posthorn migrate otra vez.',
    },
  })
}
