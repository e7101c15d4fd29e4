/** What a start on PostgreSQL refuses: one sentence, exit code 1, nothing written. */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../support/postgres.ts'
import { posthorn as command } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-refusals-'))
let server: PostgresServer

before(async () => {
  chmodSync(folder, 0o755)
  const rules = join(folder, 'pg_hba.conf')
  const asked = ['keeper', 'limited', 'single', 'guest'].map(
    (user) => `host all ${user} 127.0.0.1/32 scram-sha-256`,
  )
  const barred = 'host all barred 127.0.0.1/32 reject'
  writeFileSync(rules, [...asked, barred, 'host all postgres 127.0.0.1/32 trust', ''].join('\n'))
  server = await startPostgres({ settings: [`hba_file=${rules}`] })
  await query(
    'postgres',
    `create role keeper login password 'right';
     create role limited login password 'right' connection limit 0;
     create role single login password 'right' connection limit 1;
     create role guest login password 'right';
     create role barred login;`,
  )
  for (const name of ['mine', 'foreign_one', 'off', 'lent']) {
    await query('postgres', `create database ${name} owner keeper`)
  }
  await query('postgres', 'create database alone owner single')
  await query('foreign_one', 'create table invoices (id int)')
  await query('off', 'alter database off set synchronous_commit = off')
  await query(
    'lent',
    'revoke create on schema public from public; grant usage on schema public to guest',
  )
})
after(async () => {
  await server.remove()
  rmSync(folder, { recursive: true })
})

async function query(database: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url(database) })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

function start(databaseUrl: string, dataDir = folder) {
  const env = { POSTHORN_DATABASE_URL: databaseUrl, POSTHORN_DATA_DIR: dataDir, POSTHORN_PORT: '0' }
  return command(['start'], { env })
}

function as(user: string, database: string, password = 'right'): string {
  return `postgres://${user}:${password}@127.0.0.1:${server.port}/${database}`
}

async function refuses(url: string, sentence: RegExp): Promise<void> {
  const { exit, err, out } = await start(url)
  assert.notEqual(exit, 0, url)
  assert.match(err, sentence)
  assert.doesNotMatch(err, /\n {4}at /, 'a person set this: no stack')
  assert.doesNotMatch(err + out, /right/, 'the password is not repeated')
}

test('an address where nothing is, or something else, is told as such', async () => {
  await refuses('postgres://127.0.0.1:1/none', /Nothing listens at that address/)
  await refuses('postgres://nowhere.invalid/none', /host name (is not known|cannot be looked up)/)
  await refuses('postgres://keeper:p#w@127.0.0.1/none', /POSTHORN_DATABASE_URL/)
  const other = await listening((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  })
  await refuses(other.url, /No PostgreSQL answers at that address/)
  await other.close()
})

test('what can be no database is refused before a key is made for it', async () => {
  const dataDir = join(folder, 'untouched')
  for (const url of [
    'postgres//127.0.0.1/none',
    'mysql://127.0.0.1/none',
    'postgres://a:p#w@b/c',
  ]) {
    assert.notEqual((await start(url, dataDir)).exit, 0, url)
    assert.equal(existsSync(dataDir), false, url)
  }
})

test('a wrong password, user or database name is told as such', async () => {
  await refuses(as('keeper', 'mine', 'wrong'), /password is not accepted/)
  await refuses(as('barred', 'mine'), /user may not log in/)
  await refuses(as('keeper', 'absent'), /database does not exist/)
})

test('missing rights and too few connections are told as such', async () => {
  await refuses(as('guest', 'lent'), /user may not create tables.*not_granted/s)
  await refuses(as('limited', 'mine'), /takes no further connections.*few_connections/s)
  // Migrations need a second one, and the first of them would not: nothing may be half done.
  await refuses(as('single', 'alone'), /takes no further connections.*few_connections/s)
  assert.deepEqual(await tablesOf('alone'), [])
  assert.deepEqual(await tablesOf('lent'), [])
  assert.deepEqual(await tablesOf('mine'), [])
})

test("another program's database is left as it is", async () => {
  await refuses(as('keeper', 'foreign_one'), /tables of another program \(invoices\)/)
  assert.deepEqual(await tablesOf('foreign_one'), ['invoices'])
  await refuses(
    `${as('keeper', 'mine')}?options=-csearch_path%3Dabsent`,
    /search_path names no schema/,
  )
})

test('a server that may lose commits is refused, and one that is too old', async () => {
  await refuses(as('keeper', 'off'), /synchronous_commit is off/)
  assert.deepEqual(await tablesOf('off'), [])
  const old = await listening(oldServer)
  await refuses(old.url, /The server is PostgreSQL 13: Posthorn needs 14 or newer/)
  await old.close()
})

test('fsync off is warned of, and the node starts', async () => {
  const stop = new AbortController()
  const env = {
    POSTHORN_DATABASE_URL: as('keeper', 'mine'),
    POSTHORN_DATA_DIR: folder,
    POSTHORN_PORT: '0',
    POSTHORN_LOG_LEVEL: 'warn',
  }
  const { exit, err } = await command(['start'], {
    env,
    stop: stop.signal,
    onOut: () => stop.abort(),
  })
  assert.equal(exit, 0, err)
  assert.match(err, /"store\.unsafe_settings".*fsync full_page_writes/)
})

async function tablesOf(database: string): Promise<readonly unknown[]> {
  const rows = await query(database, `select tablename from pg_tables where schemaname = 'public'`)
  return rows.map(({ tablename }) => tablename)
}

type OnSocket = Parameters<typeof createServer>[1] & object

async function listening(onSocket: OnSocket): Promise<{ url: string; close(): Promise<void> }> {
  const made: Server = createServer((socket) => {
    socket.on('error', () => undefined) // the client leaves as it likes
    onSocket(socket)
  })
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  const address = made.address()
  assert(typeof address === 'object' && address !== null)
  return {
    url: `postgres://keeper:right@127.0.0.1:${address.port}/none`,
    close: () => new Promise((resolve) => made.close(() => resolve())),
  }
}

/** As much of the protocol as a version question needs: nobody packages PostgreSQL 13 for npm. */
const oldServer: OnSocket = (socket) => {
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const int16 = (value: number): Buffer => {
    const bytes = Buffer.alloc(2)
    bytes.writeInt16BE(value)
    return bytes
  }
  const ready = message('Z', Buffer.from('I'))
  const row: readonly (readonly [name: string, value: string])[] = [
    ['version', '130014'],
    ['commit', 'on'],
    ['standby', 'f'],
    ['schema', 'public'],
  ]
  const describe = row.map(([name]) => {
    const rest = Buffer.alloc(18)
    rest.writeInt32BE(name === 'version' ? 23 : 25, 6)
    return Buffer.concat([Buffer.from(`${name}\0`), rest])
  })
  const values = row.map(([, value]) => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(value.length)
    return Buffer.concat([length, Buffer.from(value)])
  })
  let greeted = false
  socket.on('data', (data: Buffer) => {
    if (!greeted) {
      greeted = true
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]))
    } else if (data.includes('server_version_num')) {
      const answer = [
        message('T', Buffer.concat([int16(row.length), ...describe])),
        message('D', Buffer.concat([int16(row.length), ...values])),
        message('C', Buffer.from('SELECT 1\0')),
      ]
      socket.write(Buffer.concat([...answer, ready]))
    } else if (data[0] === 0x58) socket.end()
    else socket.write(Buffer.concat([message('C', Buffer.from('SET\0')), ready]))
  })
}
