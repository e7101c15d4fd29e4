import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { monotonicMs } from './monotonic.ts'

export const benchApiKey = 'bench_key_0123456789abcdef0123456789abcdef'

export const command =
  process.env['BENCH_COMMAND'] ?? fileURLToPath(new URL('../../bin/posthorn.mjs', import.meta.url))
const readyTimeoutMs = 20_000
const healthPollMs = 10
const stopTimeoutMs = 30_000

export interface NodeOptions {
  /** Holds the database and the log; made when missing, kept over restarts. */
  readonly folder: string
  readonly port: number
  readonly environment?: Readonly<Record<string, string>>
  /** Before the script: `--cpu-prof`, ... */
  readonly execArgv?: readonly string[]
  /** In place of `bin/posthorn.mjs`. */
  readonly script?: string
  /** Runs the command under another one: `unshare -m sh -c …` gets it as its arguments. */
  readonly wrapper?: readonly string[]
}

/** One real server process, `bin/posthorn.mjs start`, on a data folder of its own. */
export class PosthornNode {
  readonly options: NodeOptions
  #process: ChildProcess | null = null

  constructor(options: NodeOptions) {
    this.options = options
    mkdirSync(options.folder, { recursive: true })
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  get running(): boolean {
    return this.#process !== null && this.#process.exitCode === null && !this.#process.killed
  }

  get logFile(): string {
    return join(this.options.folder, 'server.log')
  }

  get databaseFile(): string {
    return join(this.options.folder, 'data', 'posthorn.db')
  }

  /** Starts it and waits until it is healthy. Returns how long that took, in ms. */
  async start(): Promise<number> {
    const startedAt = monotonicMs()
    this.spawn()
    await this.ready()
    return monotonicMs() - startedAt
  }

  /** Starts it without waiting. */
  spawn(): void {
    const log = openSync(this.logFile, 'a')
    const [file = process.execPath, ...before] = [
      ...(this.options.wrapper ?? []),
      process.execPath,
      ...(this.options.execArgv ?? []),
      this.options.script ?? command,
      'start',
    ]
    this.#process = spawn(file, before, {
      stdio: ['ignore', log, log],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        POSTHORN_HOST: '127.0.0.1',
        POSTHORN_PORT: String(this.options.port),
        POSTHORN_DATA_DIR: join(this.options.folder, 'data'),
        POSTHORN_API_KEY: benchApiKey,
        POSTHORN_ALLOW_NETWORKS: '127.0.0.0/8',
        ...this.options.environment,
      },
    })
    closeSync(log)
  }

  /** Waits for health; throws with the log's tail when the process ends or stays silent. */
  async ready(): Promise<void> {
    const deadline = monotonicMs() + readyTimeoutMs
    while (monotonicMs() < deadline) {
      if (this.#process?.exitCode !== null) break
      if ((await statusOf(this.options.port, '/api/v1/health')) < 300) return
      await wait(healthPollMs)
    }
    throw new Error(`the server did not become healthy:\n${this.logTail()}`)
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Asks it to stop, and waits for its exit code (null: it had to be killed). */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  logTail(bytes = 4000): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').slice(-bytes) : ''
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const running = this.#process
    if (running === null || running.exitCode !== null || running.signalCode !== null) return null
    const gone = new Promise<number | null>((resolve) => running.once('exit', resolve))
    running.kill(signal)
    const timer = setTimeout(() => running.kill('SIGKILL'), stopTimeoutMs)
    const code = await gone
    clearTimeout(timer)
    this.#process = null
    return code
  }
}

/** HTTP status of a GET; 599 when nothing answers. */
function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(
      { port, host: '127.0.0.1', path, agent: false, timeout: 2_000 },
      (reply) => {
        reply.resume()
        resolve(reply.statusCode ?? 599)
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(599))
    asked.end()
  })
}

/** A port that was free a moment ago; kept over restarts, so that clients find the server again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
