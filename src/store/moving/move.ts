/**
 * Moving house: everything from one store into another, in three steps that can each be cut off
 * and begun again. Copy, table by table, with the progress in the commit of the rows; compare both
 * sides by count and digest of every table, each read anew; open the target to nodes. The source
 * is only read.
 */
import { SealError, type Sealer } from '../../runtime/sealing.ts'
import { StoreRefused } from '../store.ts'
import { TableDigest } from './digest.ts'
import { type Mapping, mappings, movedTables } from './mapping.ts'
import type { Cursor, MoveSource, MoveTarget, Progress, Row, TargetTable } from './port.ts'

export interface MoveStep {
  readonly step: 'copy' | 'verify'
  readonly table: string
  readonly rows: number
  readonly of: number
}

export interface MovedTable {
  readonly table: string
  readonly rows: number
  readonly digest: string
}

export interface Moving {
  readonly source: MoveSource
  readonly target: MoveTarget
  readonly sealer: Sealer
  readonly stop: AbortSignal
  readonly onProgress: (step: MoveStep) => void
}

/** What would be copied, after every check that can be made without writing. */
export async function planMove(
  moving: Pick<Moving, 'source' | 'target' | 'sealer'>,
): Promise<{ readonly resumed: boolean; readonly tables: Readonly<Record<string, number>> }> {
  tryKey(moving)
  const progress = await moving.target.check()
  refuseOtherSource(progress, moving.source)
  const { source } = moving
  return {
    resumed: progress !== null,
    tables: Object.fromEntries(
      movedTables(source.tables).map(({ name }) => [name, source.count(name)]),
    ),
  }
}

/** Null: told to stop; the same call goes on where this one ended. */
export async function moveData(moving: Moving): Promise<readonly MovedTable[] | null> {
  const { source, target } = moving
  tryKey(moving)
  const known = await target.check()
  refuseOtherSource(known, source)
  const begun: Progress = known ?? { state: 'copying', source: source.path, tables: {} }
  await target.prepare({ since: source.oldestMessageAt(), progress: begun })
  const plan = mappings(source.tables, await target.tables())
  const progress = await copyTables(moving, plan, begun)
  if (progress === null) return null
  const moved = await verify(moving, plan)
  if (moved === null) return null
  await target.finish({ ...progress, state: 'done' })
  return moved
}

/** Secrets travel sealed: the new place must have the key of the old. */
function tryKey({ source, sealer }: Pick<Moving, 'source' | 'sealer'>): void {
  const secret = source.sealedSecret()
  if (secret === null) return
  try {
    sealer.open(secret.sealed, secret.place)
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause
    throw new StoreRefused(
      'wrong_key',
      {
        en: "The encryption key does not open the secrets of the database: give its own in POSTHORN_ENCRYPTION_KEY (the file encryption-key of the old server's data folder).",
        es: 'La clave de cifrado no abre los secretos de la base de datos: da la suya en POSTHORN_ENCRYPTION_KEY (el archivo encryption-key de la carpeta de datos del servidor anterior).',
      },
      { cause },
    )
  }
}

function refuseOtherSource(progress: Progress | null, source: MoveSource): void {
  if (progress === null || progress.source === source.path) return
  throw new StoreRefused('not_empty', {
    en: `The target holds a part of ${progress.source}: finish that move, or give this one an empty database.`,
    es: `El destino tiene una parte de ${progress.source}: termina ese traslado, o da a este una base vacía.`,
  })
}

async function copyTables(
  moving: Moving,
  plan: readonly Mapping[],
  begun: Progress,
): Promise<Progress | null> {
  let progress = begun
  for (const mapping of plan) {
    const { name } = mapping.source
    const of = moving.source.count(name)
    let { after, rows } = progress.tables[name] ?? { after: null as Cursor | null, rows: 0 }
    for (;;) {
      if (moving.stop.aborted) return null
      const batch = moving.source.read(name, after)
      if (batch.rows.length === 0) break
      after = batch.cursor
      rows += batch.rows.length
      const to = { ...progress, tables: { ...progress.tables, [name]: { after, rows } } }
      await moving.target.write({ rows: placed(mapping, batch.rows), from: progress, to })
      progress = to
      moving.onProgress({ step: 'copy', table: name, rows, of })
    }
  }
  return progress
}

function placed(mapping: Mapping, rows: readonly Row[]): ReadonlyMap<TargetTable, readonly Row[]> {
  const byTable = new Map<TargetTable, Row[]>()
  for (const [table, row] of rows.flatMap(mapping.place)) {
    const there = byTable.get(table)
    if (there === undefined) byTable.set(table, [row])
    else there.push(row)
  }
  return byTable
}

async function verify(
  moving: Moving,
  plan: readonly Mapping[],
): Promise<readonly MovedTable[] | null> {
  const { source, target, stop, onProgress } = moving
  const expected = await digestSource(moving, plan)
  if (expected === null) return null
  const moved: MovedTable[] = []
  for (const [table, { rows, value }] of expected) {
    if (stop.aborted) return null
    const found = new TableDigest(table)
    await target.scan(table, (chunk) => {
      for (const row of chunk) found.add(row)
      onProgress({ step: 'verify', table: table.name, rows: found.rows, of: rows })
    })
    if (found.rows !== rows || found.value !== value) {
      throw new StoreRefused('not_verified', {
        en: `The table ${table.name} is not the same on both sides (${rows} rows in ${source.path}, ${found.rows} in the target): something wrote to one of them during the move. Give the move an empty database and run it again.`,
        es: `La tabla ${table.name} no es igual en los dos lados (${rows} filas en ${source.path}, ${found.rows} en el destino): algo escribió en uno de ellos durante el traslado. Dale una base vacía y ejecútalo de nuevo.`,
      })
    }
    moved.push({ table: table.name, rows, digest: value })
  }
  return moved
}

async function digestSource(
  { source, target, stop }: Moving,
  plan: readonly Mapping[],
): Promise<ReadonlyMap<TargetTable, TableDigest> | null> {
  const tables = await target.tables()
  const byName = new Map(
    tables.map((table) => [table.name, { table, digest: new TableDigest(table) }]),
  )
  for (const mapping of plan) {
    for (let after: Cursor | null = null; ; ) {
      if (stop.aborted) return null
      const batch = source.read(mapping.source.name, after)
      if (batch.rows.length === 0) break
      after = batch.cursor
      for (const [{ name }, row] of batch.rows.flatMap(mapping.place)) {
        byName.get(name)?.digest.add(row)
      }
      await yieldToEvents()
    }
  }
  return new Map([...byName.values()].map(({ table, digest }) => [table, digest]))
}

/** Reading is synchronous: without it, Ctrl-C would be heard at the end. */
function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
