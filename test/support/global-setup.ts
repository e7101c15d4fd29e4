/**
 * Runs once around the whole suite: one PostgreSQL for all files, and the console built before the
 * browser tests ask for it, so that two of them do not build it into each other's files.
 */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type PostgresServer, sharedServerVariable, startPostgres } from './postgres.ts'
import { seenFile } from './seen-operations.ts'

/** Each test file is a process: what Node compiled for one is kept for the others, half of their start. */
const compiledBefore = join(import.meta.dirname, '../../node_modules/.cache/posthorn-tests')

let server: PostgresServer | null = null

export async function globalSetup(): Promise<void> {
  rmSync(seenFile, { force: true })
  const script = join(import.meta.dirname, '../../scripts/build-console.ts')
  execFileSync(process.execPath, [script, '--if-stale'], { stdio: 'inherit' })
  server = await startPostgres()
  process.env[sharedServerVariable] = server.url('postgres')
  process.env['NODE_COMPILE_CACHE'] = compiledBefore
}

export async function globalTeardown(): Promise<void> {
  await server?.remove()
}
