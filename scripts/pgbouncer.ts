/**
 * `node scripts/pgbouncer.ts [SERVER_URL]`: the store's conformance suite through PgBouncer in
 * transaction mode, with named statements and without. Needs PgBouncer on the machine; without a
 * URL it starts a PostgreSQL of its own. Ends with 1 when the suite fails.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pgbouncerVersion, startPgBouncer } from '../test/support/pgbouncer.ts'
import { sharedServerVariable, startPostgres } from '../test/support/postgres.ts'

/** From this version on PgBouncer follows named statements from server to server. */
const namesFrom = [1, 21]

const version = pgbouncerVersion()
if (version === null) throw new Error('there is no pgbouncer on this machine')
const [given] = process.argv.slice(2)
const server = given === undefined ? await startPostgres() : null
const direct = given ?? server?.url('postgres') ?? ''
const [major = 0, minor = 0] = version.split('.').map(Number)
const [fromMajor = 0, fromMinor = 0] = namesFrom
const followsNames = major > fromMajor || (major === fromMajor && minor >= fromMinor)
const pooler = await startPgBouncer(direct, followsNames ? ['max_prepared_statements = 200'] : [])
try {
  for (const query of ['', '?prepare=off']) {
    const file = new URL('../src/store/postgres/postgres.test.ts', import.meta.url).pathname
    const child = spawn(process.execPath, ['--test', '--test-reporter=dot', file], {
      env: { ...process.env, [sharedServerVariable]: pooler.url(direct) + query },
      stdio: 'inherit',
    })
    const [code] = await once(child, 'exit')
    process.stdout.write(`${JSON.stringify({ pgbouncer: version, query, passed: code === 0 })}\n`)
    if (code !== 0) process.exitCode = 1
  }
} finally {
  await pooler.stop()
  await server?.remove()
}
