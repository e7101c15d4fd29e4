import { existsSync, statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { configFrom } from '../config.ts'
import type { Context } from './context.ts'
import { dataDirOf } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { keysLine, onKeys, quittable } from './keyboard.ts'
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
          if (bytes === null) {
            context.note(
              context.t({ en: 'Stopped: no copy was kept.', es: 'Detenido: no queda copia.' }),
            )
            return exitCodes.interrupted
          }
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

/** Bytes of the copy; null: it was stopped. SQLite writes it in one go, so there is no pause to offer. */
async function copy(from: string, to: string, outer: Context): Promise<number | null> {
  const { copyDatabase } = await import('../store/sqlite/copy.ts')
  const { context, quit } = quittable(outer)
  const keys = [{ key: 'q', label: { en: 'stop', es: 'detiene' }, run: quit }]
  const release = onKeys(keys, context, () => context.note(`  ${keysLine(keys, context)}`))
  const { clock, stop } = context.terminal
  const name = basename(to)
  const progress = progressOn(context)
  try {
    const end = await copyDatabase({
      ...{ from, to, clock, stop },
      onProgress: (share) => progress.tell(`${name} ${bar(share)}`, share, { file: name }),
    })
    return end === 'stopped' ? null : statSync(to).size
  } finally {
    progress.end()
    release()
  }
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
