import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { silentLog } from '../../runtime/log.ts'
import { systemRandom } from '../../runtime/random.ts'
import { sealer } from '../../runtime/sealing.ts'
import { VirtualClock } from '../../runtime/virtual-clock.ts'
import { only, Scene } from '../conformance/scene.ts'
import { type Store, StoreRefused, StoreUnavailable } from '../store.ts'
import { runBatch } from './batch.ts'
import { Database } from './database.ts'
import { sqliteStore } from './index.ts'
import { networkDisk } from './network-disk.ts'
import { openDatabase } from './open.ts'
import { Reserve } from './reserve.ts'

const root = mkdtempSync(join(tmpdir(), 'posthorn-faults-'))
after(() => rmSync(root, { recursive: true, force: true }))
const clock = new VirtualClock()
const key = systemRandom.bytes(32)
let folders = 0
let programs = 0

function newPath(): string {
  const folder = join(root, String(++folders))
  mkdirSync(folder)
  return join(folder, 'store.db')
}

function storeAt(path: string, threads = false): Store {
  const seal = sealer({ keys: [key], random: systemRandom })
  return sqliteStore({ path, clock, log: silentLog, sealer: seal, threads })
}

async function refusal(store: Store): Promise<StoreRefused> {
  try {
    await store.open()
  } catch (error) {
    assert(error instanceof StoreRefused, String(error))
    assert.match(error.message, /^The database .+\.$/, 'one sentence or two for a person')
    return error
  }
  await store.close()
  assert.fail('the database was opened')
}

/** A whole database at that path, closed, with a setting in it. */
async function madeAt(path: string): Promise<Buffer> {
  const store = storeAt(path)
  await store.open()
  await store.writeSetting({ name: 'marker', value: 'x'.repeat(20_000) })
  await store.close()
  return readFileSync(path)
}

/** Runs a program of its own over the store; `ready` resolves with its first line of output. */
function program(path: string, body: string): { child: ChildProcess; lines: string[] } {
  const at = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const source = `
    const { sqliteStore } = await import(${at('./index.ts')})
    const { sealer } = await import(${at('../../runtime/sealing.ts')})
    const { systemRandom } = await import(${at('../../runtime/random.ts')})
    const { systemClock } = await import(${at('../../runtime/clock.ts')})
    const { silentLog } = await import(${at('../../runtime/log.ts')})
    const { Scene } = await import(${at('../conformance/scene.ts')})
    const store = sqliteStore({ path: ${JSON.stringify(path)}, clock: systemClock, log: silentLog,
      sealer: sealer({ keys: [new Uint8Array(32)], random: systemRandom }), threads: true })
    const say = (text) => process.stdout.write(text + '\\n')
    ${body}`
  const file = join(root, `program-${++programs}.mjs`)
  writeFileSync(file, source)
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    child.emit('line')
  })
  return { child, lines }
}

async function until(running: ReturnType<typeof program>, count: number): Promise<void> {
  while (running.lines.length < count) {
    const ended = once(running.child, 'exit').then(() => assert.fail('the program ended early'))
    await Promise.race([once(running.child, 'line'), ended])
  }
}

async function kill(running: ReturnType<typeof program>): Promise<void> {
  const ended = once(running.child, 'exit')
  running.child.kill('SIGKILL')
  await ended
}

for (const threads of [false, true]) {
  test(`a second process is refused until the first is gone, even by kill -9 (threads: ${threads})`, async () => {
    const path = newPath()
    const first = program(path, `await store.open(); say('open')`)
    await until(first, 1)
    assert.equal((await refusal(storeAt(path, threads))).code, 'in_use')
    await kill(first)
    const store = storeAt(path, threads)
    await store.open()
    await store.ping()
    assert.equal((await refusal(storeAt(path))).code, 'in_use', 'in this process too')
    await store.close()
    const again = storeAt(path)
    await again.open()
    await again.close()
  })
}

test('every write acknowledged before a kill -9 is there after it (I1, I8)', async () => {
  const path = newPath()
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < 4; round++) {
    const running = program(
      path,
      `await store.open()
      const scene = new Scene()
      await scene.clock.advance(${round} * 60_000)
      scene.store = store
      const application = await scene.application()
      const endpoint = await scene.endpoint(application)
      for (;;) {
        await Promise.all(Array.from({ length: 8 }, async () => {
          const { message, deliveries } = await scene.accept(application, [endpoint], { lease: scene.lease('t') })
          say([application.id, message.id, deliveries[0].id, 'accepted'].join(' '))
          const delivery = await scene.delivery(application.id, deliveries[0].id)
          await scene.record({ delivery, token: 't' }, { kind: 'succeeded' })
          say([application.id, message.id, deliveries[0].id, 'succeeded'].join(' '))
        }))
      }`,
    )
    await until(running, 40 + round * 37)
    await kill(running)
    for (const line of running.lines) {
      const [applicationId = '', messageId = '', deliveryId = '', state = ''] = line.split(' ')
      acknowledged.set(`${applicationId} ${messageId} ${deliveryId}`, state)
    }
  }
  const store = storeAt(path, true)
  await store.open()
  assert(acknowledged.size > 80)
  for (const [line, state] of acknowledged) {
    const [applicationId, idOrEventId, deliveryId] = line.split(' ') as [never, never, never] // ids as printed
    const message = await store.findMessage({ applicationId, idOrEventId, withPayload: true })
    assert.equal(Buffer.from(message?.payload ?? []).toString(), '{"amount": 1.0}')
    const delivery = await store.findDelivery({ applicationId, deliveryId })
    assert(delivery?.state === 'succeeded' || delivery?.state === 'sending')
    if (state === 'succeeded') assert.equal(delivery.state, 'succeeded')
  }
  await store.close()
  const check = new DatabaseSync(path, { readOnly: true })
  assert.equal(check.prepare('pragma integrity_check').get()?.['integrity_check'], 'ok')
  check.close()
})

test("another program's database is refused and not touched", async () => {
  const path = newPath()
  const other = new DatabaseSync(path)
  other.exec('create table theirs (a); insert into theirs values (1); pragma application_id = 7')
  other.close()
  const before = readFileSync(path)
  assert.equal((await refusal(storeAt(path))).code, 'not_ours')
  assert.deepEqual(readFileSync(path), before)
})

test('a database of a newer schema is refused and not touched', async () => {
  const path = newPath()
  await madeAt(path)
  const newer = new DatabaseSync(path)
  newer.exec('pragma user_version = 999')
  newer.close()
  const before = readFileSync(path)
  const error = await refusal(storeAt(path))
  assert.equal(error.code, 'newer_schema')
  assert.match(error.message, /999/)
  assert.deepEqual(readFileSync(path), before)
})

for (const [what, damage] of Object.entries({
  'its header': (path: string, size: number) => overwrite(path, 0, Math.min(100, size)),
  'a page in the middle': (path: string, size: number) => overwrite(path, 4096 * 3, size / 4),
  'its end': (path: string, size: number) => truncateSync(path, size - 8192),
})) {
  test(`a file damaged in ${what} is refused and not rewritten`, async () => {
    const path = newPath()
    const { length } = await madeAt(path)
    damage(path, length)
    const before = readFileSync(path)
    assert.equal((await refusal(storeAt(path))).code, 'damaged')
    assert.deepEqual(readFileSync(path), before)
  })
}

test('a text file in place of the database is refused and not touched', async () => {
  const path = newPath()
  writeFileSync(path, 'dear diary, '.repeat(1_000))
  assert.equal((await refusal(storeAt(path))).code, 'damaged')
  assert.match(readFileSync(path, 'utf8'), /^dear diary/)
})

test('a folder that cannot be written is refused', async () => {
  const path = newPath()
  await madeAt(path)
  // Root may write everywhere but below a file; others are stopped by the mode.
  const below = join(path, 'store.db')
  assert.equal((await refusal(storeAt(below))).code, 'read_only')
  if (process.getuid?.() !== 0) {
    chmodSync(join(path, '..'), 0o500)
    rmSync(`${path}.lock`, { force: true })
    assert.equal((await refusal(storeAt(path))).code, 'read_only')
    chmodSync(join(path, '..'), 0o700)
  }
})

test('a full disk refuses writes, loses nothing and takes them again when space returns', async () => {
  const path = newPath()
  const db = openDatabase(path)
  const pages = Number(db.connection.prepare('pragma page_count').get()?.['page_count'])
  const write = (name: string, bytes: number) =>
    only(
      runBatch(db, [
        { name: 'writeSetting', input: { name, value: 'x'.repeat(bytes) } },
        { name: 'ping', input: { now: 1 } },
      ]).slice(0, 1),
    )
  assert('value' in write('before', 10))
  db.connection.exec(`pragma max_page_count = ${pages + 2}`)
  const refused = write('big', 100_000)
  assert('error' in refused && refused.error instanceof StoreUnavailable)
  assert.equal(refused.error.code, 'full')
  assert.equal(db.failure, null)
  db.connection.exec('pragma max_page_count = 100000')
  assert('value' in write('big', 100_000))
  db.close()
  const store = storeAt(path)
  await store.open()
  assert.equal(await store.readSetting('before'), 'x'.repeat(10))
  assert.equal((await store.readSetting('big'))?.length, 100_000)
  await store.close()
})

test('on a full disk what finishes something uses the reserve, and nothing new is taken', () => {
  const file = openDatabase(newPath())
  const pages = Number(file.connection.prepare('pragma page_count').get()?.['page_count'])
  const limit = (most: number) => file.connection.exec(`pragma max_page_count = ${most}`)
  let held = true
  const reserve = {
    restore: () => held,
    spend() {
      if (!held) return false
      held = false
      limit(pages + 40)
      return true
    },
  }
  const db = new Database(file.connection, null, reserve)
  const big = { name: 'big', value: 'x'.repeat(100_000) }
  const batch = [
    { name: 'writeSetting' as const, input: big },
    { name: 'sweepRecords' as const, input: { now: 1, limit: 10 } },
  ]
  limit(pages + 2)
  for (let round = 0; round < 2; round++) {
    const [added, swept] = runBatch(db, batch)
    assert(added !== undefined && 'error' in added && added.error instanceof StoreUnavailable)
    assert.equal(added.error.code, 'full')
    assert(swept !== undefined && 'value' in swept, 'the reserve served it')
    assert.equal(held, false)
  }
  held = true // space came back
  assert('value' in only(runBatch(db, batch.slice(0, 1))))
  file.close()
})

test('the reserve is a file that is given up once and comes back with the space', () => {
  const path = `${newPath()}.reserve`
  const reserve = new Reserve(path)
  const { size, mode } = statSync(path)
  assert(size >= 256 * 1024 && size <= 8 * 1024 * 1024)
  assert.equal(mode & 0o777, 0o600)
  assert.equal(reserve.spend(), true)
  assert.equal(existsSync(path), false)
  assert.equal(reserve.spend(), false)
  assert.equal(reserve.restore(), true)
  assert.equal(statSync(path).size, size)
  assert.equal(new Reserve(path).restore(), true, 'a later start finds it')
})

test('after a failed fsync nothing is written any more', () => {
  let commits = 0
  const connection = {
    isTransaction: false,
    prepare: () => ({ run: () => ({ changes: 1 }) }),
    exec(sql: string) {
      if (sql === 'commit' && commits++ === 1) {
        throw Object.assign(new Error('disk I/O error'), { errcode: 1034 }) // SQLITE_IOERR_FSYNC
      }
    },
  } as unknown as DatabaseSync // only what a batch uses
  const db = new Database(connection)
  const ping = () => only(runBatch(db, [{ name: 'ping', input: { now: 1 } }]))
  assert('value' in ping())
  for (let n = 0; n < 2; n++) {
    const reply = ping()
    assert('error' in reply && reply.error instanceof StoreUnavailable)
    assert.equal(reply.error.code, 'io')
  }
  assert.equal(commits, 2, 'no further commit was tried')
})

test('an operation that throws does not undo those that shared its commit', () => {
  const db = openDatabase(':memory:')
  const setting = (name: string) => ({ name: 'writeSetting' as const, input: { name, value: '1' } })
  const broken = { name: 'writeSetting' as const, input: { name: 'bad', value: null } }
  const replies = runBatch(db, [setting('a'), broken, setting('b')])
  assert.deepEqual(
    replies.map((reply) => 'error' in reply),
    [false, true, false],
  )
  const stored = db.rows<{ name: string }>('select name from setting order by name')
  assert.deepEqual(
    stored.map((row) => row.name),
    ['a', 'b'],
  )
  db.close()
})

test('after close everything is refused, and closing again does nothing', async () => {
  for (const threads of [false, true]) {
    const store = storeAt(newPath(), threads)
    await store.open()
    const written = store.writeSetting({ name: 'a', value: '1' })
    await store.close()
    await written
    await store.close()
    const closed = (error: unknown) => error instanceof StoreUnavailable && error.code === 'closed'
    await assert.rejects(store.ping(), closed)
    await assert.rejects(store.readSetting('a'), closed)
  }
})

test('secrets are sealed in the file, and another key says what is wrong', async () => {
  const path = newPath()
  const store = storeAt(path)
  await store.open()
  const scene = new Scene()
  scene.store = store
  const application = await scene.application()
  const endpoint = await scene.endpoint(application, {
    secrets: [{ key: 'whsec_visible', createdAt: 0, expiresAt: null }],
    headers: { authorization: 'Bearer-visible' },
  })
  await store.close()
  const bytes = readFileSync(path, 'latin1')
  assert(!bytes.includes('whsec_visible') && !bytes.includes('Bearer-visible'))
  const other = sealer({ keys: [systemRandom.bytes(32)], random: systemRandom })
  const locked = sqliteStore({ path, clock, log: silentLog, sealer: other, threads: false })
  await locked.open()
  const find = { applicationId: application.id, idOrUid: endpoint.id }
  await assert.rejects(locked.findEndpoint(find), /POSTHORN_ENCRYPTION_KEY/)
  await locked.close()
})

for (const threads of [false, true]) {
  test(`a backup made while writing is whole (threads: ${threads})`, async () => {
    const path = newPath()
    const store = storeAt(path, threads)
    await store.open()
    let written = 0
    let going = true
    const writing = (async () => {
      while (going) {
        await store.writeSetting({ name: `n${written}`, value: String(written) })
        written++
      }
    })()
    const copy = join(path, '..', 'copy.db')
    while (written < 5) await store.ping()
    await store.backup({ toPath: copy })
    going = false
    await writing
    await store.close()
    assert(!existsSync(`${copy}.partial`))
    assert(statSync(copy).size > 0)
    const restored = storeAt(copy)
    await restored.open()
    assert.equal(await restored.readSetting('n4'), '4')
    await restored.close()
  })
}

test('a backup to where nothing can be written says so', async () => {
  const store = storeAt(newPath())
  await store.open()
  const toPath = join(root, 'missing', 'copy.db')
  await assert.rejects(store.backup({ toPath }), StoreUnavailable)
  await store.close()
})

function overwrite(path: string, from: number, length: number): void {
  const handle = openSync(path, 'r+')
  writeSync(handle, Buffer.alloc(Math.floor(length), 0xa5), 0, Math.floor(length), from)
  closeSync(handle)
}

test('a folder on a network file system is warned of', async () => {
  assert.equal(
    networkDisk('/data', () => 0x6969),
    'NFS',
  )
  assert.equal(
    networkDisk('/data', () => 0xff534d42 | 0),
    'CIFS',
    'as a signed number too',
  )
  assert.equal(
    networkDisk('/data', () => 0xef53),
    null,
    'ext4',
  )
  assert.equal(networkDisk('/not/made/yet'), null)
})
