import { existsSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { configFrom } from '../config.ts'
import type { Context } from './context.ts'
import { dataDirOf } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { bar, progressOn } from './progress.ts'
import type { CommandModule } from './run.ts'
import { formatDuration } from './text.ts'

/** `posthorn backup <file>`: a checked, consistent copy, also while the server runs. */
export const backup: CommandModule = {
  examples: [
    'posthorn backup backup.db',
    'posthorn backup /backups/posthorn-$(date +%F).db',
    'POSTHORN_DATA_DIR=/var/lib/posthorn posthorn backup backup.db --json',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .argument('<file>', t({ en: 'where to; must not exist', es: 'destino; no debe existir' }))
      .action(
        act(async ([file = '']) => {
          const to = resolve(context.terminal.cwd, file)
          const from = databasePath(context)
          if (existsSync(to)) throw exists(file)
          if (!isFolder(dirname(to))) throw noFolder(dirname(to))
          const began = context.terminal.clock.monotonic()
          const bytes = await copy(from, to, context)
          const tookMs = context.terminal.clock.monotonic() - began
          context.emit({ from, to, bytes, tookMs: Math.round(tookMs) })
          context.print(
            `${context.paint.green('✓')} ${to}   ${megabytes(bytes)}   ${formatDuration(tookMs)}`,
          )
          context.note(reminder(context))
          return exitCodes.ok
        }),
      )
  },
}

function databasePath(context: Context): string {
  const { databaseUrl } = configFrom(context.terminal.env)
  const path =
    databaseUrl === ''
      ? resolve(dataDirOf(context.terminal), 'posthorn.db')
      : resolve(context.terminal.cwd, databaseUrl.replace(/^sqlite:/, ''))
  if (!/^(sqlite:|$)/.test(databaseUrl)) {
    throw new CliFailure({
      exit: exitCodes.failed,
      code: 'unsupported',
      title: {
        en: 'This command copies the embedded database; PostgreSQL has its own tools.',
        es: 'Este comando copia la base de datos integrada; PostgreSQL tiene sus herramientas.',
      },
    })
  }
  if (!existsSync(path)) {
    throw new CliFailure({
      exit: exitCodes.notFound,
      code: 'no_such_file',
      title: { en: `There is no database at ${path}.`, es: `No hay base de datos en ${path}.` },
    })
  }
  return path
}

async function copy(from: string, to: string, context: Context): Promise<number> {
  const { copyDatabase } = await import('../store/sqlite/copy.ts')
  const name = basename(to)
  const progress = progressOn(context)
  await copyDatabase({
    from,
    to,
    clock: context.terminal.clock,
    onProgress: (share) => progress.tell(`${name} ${bar(share)}`, share),
  })
  progress.end()
  return statSync(to).size
}

function exists(file: string): CliFailure {
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'file_exists',
    title: { en: `${file} exists already.`, es: `${file} ya existe.` },
  })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function noFolder(path: string): CliFailure {
  return new CliFailure({
    exit: exitCodes.usage,
    code: 'no_such_file',
    title: { en: `There is no folder ${path}.`, es: `No existe la carpeta ${path}.` },
    fix: { en: `Make it first: mkdir -p ${path}`, es: `Créala antes: mkdir -p ${path}` },
  })
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** Without the key the sealed secrets in the copy cannot be read. */
function reminder({ t, paint }: Context): string {
  return paint.dim(
    t({
      en: 'Keep the file encryption-key of the data folder beside it: secrets cannot be read without.',
      es: 'Guarda con ella el archivo encryption-key de la carpeta de datos: sin él no se leen los secretos.',
    }),
  )
}
