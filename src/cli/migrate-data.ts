import { dirname, join, resolve } from 'node:path'
import { configFrom } from '../config.ts'
import { jsonLog } from '../runtime/log.ts'
import { type Sealer, sealer } from '../runtime/sealing.ts'
import type { MovedTable, MoveStep, Moving } from '../store/moving/move.ts'
import type { MoveSource, MoveTarget } from '../store/moving/port.ts'
import { type Context, dataDirOf } from './context.ts'
import { readText } from './data-folder.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, table } from './text.ts'

/**
 * `posthorn migrate-data`: everything of an embedded database into an empty PostgreSQL, compared
 * table by table. Cut off, the same command goes on where it ended.
 */
export const migrateData: CommandModule = {
  examples: [
    'posthorn migrate-data --from sqlite:.posthorn/posthorn.db --to postgres://posthorn@db/posthorn --dry-run',
    'posthorn migrate-data --from sqlite:.posthorn/posthorn.db --to postgres://posthorn@db/posthorn',
    'posthorn migrate-data --from sqlite:/data/posthorn.db --to "$NEW_DATABASE_URL" --json',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .requiredOption(
        '--from <url>',
        t({ en: 'the embedded database: sqlite:PATH', es: 'la base integrada: sqlite:RUTA' }),
      )
      .requiredOption(
        '--to <url>',
        t({ en: 'an empty one: postgres://…', es: 'una vacía: postgres://…' }),
      )
      .option('--dry-run', t({ en: 'only check and count', es: 'solo comprueba y cuenta' }))
      .action(act((_args, options) => migrate(options, context)))
  },
}

async function migrate(
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<ExitCode> {
  const { terminal } = context
  const path = sourcePath(String(options['from']), context)
  const url = targetUrl(String(options['to']))
  const seal = await keyFor(path, context)
  const [{ openMoveSource }, { openMoveTarget }] = await Promise.all([
    import('../store/sqlite/move-source.ts'),
    import('../store/postgres/move-target.ts'),
  ])
  const { clock } = terminal
  const log = jsonLog({ clock, level: 'error', write: (line) => terminal.err(line) })
  const source = openMoveSource(path)
  const target = openMoveTarget({ url, clock, log })
  try {
    return options['dryRun'] === true
      ? await plan({ source, target, sealer: seal }, context)
      : await move({ source, target, sealer: seal }, context)
  } finally {
    source.close()
    await target.close()
  }
}

function sourcePath(from: string, { terminal }: Context): string {
  if (/^sqlite:./.test(from)) return resolve(terminal.cwd, from.slice('sqlite:'.length))
  throw usageFailure({
    en: `--from is sqlite:PATH, not ${from}`,
    es: `--from es sqlite:RUTA, no ${from}`,
  })
}

/** What was given is not repeated: it may hold a password. */
function targetUrl(to: string): string {
  if (/^postgres(ql)?:\/\//.test(to) && URL.canParse(to)) return to
  throw usageFailure({
    en: '--to is postgres://USER:PASSWORD@HOST/DATABASE',
    es: '--to es postgres://USUARIO:CLAVE@SERVIDOR/BASE',
  })
}

/** The key of the server that is left: as given, or from its data folder. Never a new one. */
async function keyFor(path: string, { terminal }: Context): Promise<Sealer> {
  const { keyRing } = await import('../stores.ts')
  const { encryptionKey } = configFrom(terminal.env)
  const folders = [dirname(path), dataDirOf(terminal)]
  const kept = folders.map((folder) => readText(join(folder, 'encryption-key')))
  const key = encryptionKey ?? kept.find((text) => text !== null)
  if (key !== undefined) return sealer({ keys: keyRing(key), random: terminal.random })
  throw new CliFailure({
    exit: exitCodes.failed,
    code: 'wrong_key',
    title: { en: 'There is no encryption key.', es: 'No hay clave de cifrado.' },
  })
}

type Databases = {
  readonly source: MoveSource
  readonly target: MoveTarget
  readonly sealer: Sealer
}

async function plan(databases: Databases, context: Context): Promise<ExitCode> {
  const { planMove } = await import('../store/moving/move.ts')
  const { tables, resumed } = await planMove(databases)
  context.emit({ dryRun: true, resumed, tables })
  const rows = Object.entries(tables).map(([name, count]) => [name, String(count)])
  for (const line of table(rows)) context.print(line)
  context.print(
    context.t({
      en: 'Nothing was written. The same command without --dry-run copies these rows.',
      es: 'No se escribió nada. El mismo comando sin --dry-run copia estas filas.',
    }),
  )
  return exitCodes.ok
}

async function move(databases: Databases, context: Context): Promise<ExitCode> {
  const { moveData } = await import('../store/moving/move.ts')
  const { clock, stop } = context.terminal
  const began = clock.monotonic()
  const moving: Moving = { ...databases, stop, onProgress: progressTo(context) }
  const moved = await moveData(moving)
  const tookMs = Math.round(clock.monotonic() - began)
  if (moved === null) return interrupted(context)
  context.emit({ moved: true, tables: moved, tookMs })
  if (!context.globals.json) summary(moved, tookMs, context)
  return exitCodes.ok
}

/** A line for each tenth of a table, or one object. */
function progressTo(context: Context): Moving['onProgress'] {
  const said = new Map<string, number>()
  return (step: MoveStep) => {
    const tenths = step.of === 0 ? 10 : Math.floor((step.rows / step.of) * 10)
    const name = `${step.step} ${step.table}`
    if (said.get(name) === tenths) return
    said.set(name, tenths)
    context.emit(step)
    const bar = '█'.repeat(tenths) + '░'.repeat(Math.max(0, 10 - tenths))
    const verb =
      step.step === 'copy'
        ? context.t({ en: 'copy   ', es: 'copia  ' })
        : context.t({ en: 'compare', es: 'compara' })
    context.note(`${verb} ${step.table.padEnd(20)} ${bar} ${step.rows}/${step.of}`)
  }
}

function interrupted(context: Context): ExitCode {
  context.emit({ moved: false, interrupted: true })
  context.note(
    context.t({
      en: 'Stopped. The same command goes on where this one ended; no node starts on the target until it has.',
      es: 'Detenido. El mismo comando continúa donde este terminó; ningún nodo arranca en el destino hasta entonces.',
    }),
  )
  return exitCodes.interrupted
}

function summary(moved: readonly MovedTable[], tookMs: number, context: Context): void {
  const { t, paint } = context
  for (const line of table(
    moved.map(({ table: name, rows, digest }) => [name, String(rows), digest.slice(0, 16)]),
  )) {
    context.print(line)
  }
  const rows = moved.reduce((sum, each) => sum + each.rows, 0)
  const took = formatDuration(tookMs)
  const equal = t({
    en: `${rows} rows copied, count and digest of every table equal on both sides   ${took}`,
    es: `${rows} filas copiadas, número y resumen de cada tabla iguales en ambos lados   ${took}`,
  })
  context.print(`${paint.green('✓')} ${equal}`)
  context.print(
    t({
      en: 'Now start nodes with the new POSTHORN_DATABASE_URL and the same POSTHORN_API_KEY, POSTHORN_JWT_SECRET and POSTHORN_ENCRYPTION_KEY. Do not start the old database again: what was pending would be sent twice.',
      es: 'Ahora arranca los nodos con la nueva POSTHORN_DATABASE_URL y las mismas POSTHORN_API_KEY, POSTHORN_JWT_SECRET y POSTHORN_ENCRYPTION_KEY. No arranques de nuevo la base anterior: lo pendiente se enviaría dos veces.',
    }),
  )
}
