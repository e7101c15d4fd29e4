/** Runs once around the whole suite: one PostgreSQL for all files. */
import { type PostgresServer, sharedServerVariable, startPostgres } from './postgres.ts'

let server: PostgresServer | null = null

export async function globalSetup(): Promise<void> {
  server = await startPostgres()
  process.env[sharedServerVariable] = server.url('postgres')
}

export async function globalTeardown(): Promise<void> {
  await server?.remove()
}
