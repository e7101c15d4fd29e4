import type { Clock } from '../../runtime/clock.ts'
import type { Log } from '../../runtime/log.ts'
import { openDatabase } from './database.ts'
import { migrate, pendingMigrations, type Waiting } from './migrate.ts'
import { type Migration, migrations } from './migrations.ts'
import { refusal } from './server-check.ts'

/** The schema alone, without a node. Both reject with `StoreRefused`. */
export interface Upgrade {
  /** What is to be done, without doing it. */
  pending(): Promise<readonly Migration[]>
  /** Does it. A contract that older nodes still need the old form of waits for them. */
  run(): Promise<Waiting | null>
  close(): Promise<void>
}

export function openUpgrade(input: {
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** Default all; a test plays what is not written yet. */
  readonly list?: readonly Migration[]
}): Upgrade {
  const database = openDatabase({ ...input, node: 'migrate', poolMax: 2 })
  const { list = migrations() } = input
  const told = async <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((cause: unknown) => {
      throw refusal(cause) ?? cause
    })
  return {
    pending: () => told(pendingMigrations(database, list)),
    run: () => told(migrate(database, { list })),
    close: () => database.close(),
  }
}
