/** The schemas that the experiment of upgrades plays: this one, and the one after it. */
import { type Migration, migrations } from '../../../src/store/postgres/migrations.ts'
import { contract, expand, index } from '../../../test/support/next-release.ts'

export type Release = 'this' | 'next' | 'contracted'

export function migrationsOf(release: Release): readonly Migration[] {
  const list = { this: [], next: [expand, index], contracted: [expand, index, contract] }[release]
  return [...migrations(), ...list]
}

/** A place to be killed at: before that statement; the last one of each is before its commit. */
export interface Point {
  readonly migration: string
  readonly index: number
}
