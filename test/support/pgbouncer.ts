/** PgBouncer in transaction mode in front of a test server, where the machine has one. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pooler {
  /** The same database through the pooler. */
  url(direct: string): string
  stop(): Promise<void>
}

const nobody = 65_534
const startTimeoutMs = 60_000

/** `1.18.0`; null where there is none. */
export function pgbouncerVersion(): string | null {
  const { stdout } = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' })
  return /PgBouncer (\S+)/.exec(stdout ?? '')?.[1] ?? null
}

/** Few server connections, so that clients really share them. */
export async function startPgBouncer(
  server: string,
  settings: readonly string[] = [],
): Promise<Pooler> {
  const { hostname, port } = new URL(server)
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-pgbouncer-'))
  chmodSync(folder, 0o755)
  const own = await freePort()
  const lines = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 5',
    'max_client_conn = 200',
    ...settings,
  ]
  const file = join(folder, 'pgbouncer.ini')
  // With `auth_type = any` everybody is who the database line says.
  writeFileSync(file, `${lines.join('\n').replace(`port=${port}`, `port=${port} user=postgres`)}\n`)
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const child = spawn('pgbouncer', [file], { ...user, stdio: ['ignore', 'ignore', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    const fail = (): void => reject(new Error(`PgBouncer did not start:\n${said}`))
    const timer = setTimeout(fail, startTimeoutMs)
    child.once('error', fail)
    child.once('exit', fail)
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!/process up/.test(said)) return
      clearTimeout(timer)
      resolve()
    })
  })
  return {
    url(direct) {
      const url = new URL(direct)
      url.port = String(own)
      url.username = 'postgres'
      return url.href
    },
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
