/**
 * The migrations, as files: `0007_name.sql` expands (adds what older nodes need not know), and
 * `0008_name.contract.sql` takes away what only older nodes use. One whose statements are
 * `create index concurrently` runs outside of a transaction. A released file is never edited.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { statementsOf } from '../statements.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  readonly phase: 'expand' | 'contract'
  readonly statements: readonly string[]
}

const folder = new URL('./migrations/', import.meta.url)

export function migrations(): readonly Migration[] {
  known ??= readdirSync(folder)
    .filter((name) => /^\d{4}_\w+(\.contract)?\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name,
      phase: name.endsWith('.contract.sql') ? 'contract' : 'expand',
      statements: statementsOf(readFileSync(new URL(name, folder), 'utf8')),
    }))
  return known
}
let known: readonly Migration[] | null = null

/** The newest schema of a list: what a program that has it knows. */
export function newestOf(list: readonly Migration[]): number {
  return list.at(-1)?.version ?? 0
}

/** `create index concurrently [if not exists] NAME`: the name; null for any other statement. */
export function concurrentIndex(statement: string): string | null {
  const pattern = /^create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?(\w+)/i
  return pattern.exec(statement)?.[1] ?? null
}
