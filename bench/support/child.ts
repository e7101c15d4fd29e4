import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuUsOf } from './machine.ts'

/** What a child says: one `kind`, and plain data. */
export interface Note {
  readonly kind: string
  readonly [name: string]: unknown
}

/**
 * One process of a measurement (a producer, the receiver, the bare loop). It gets its options in a
 * file, says `ready`, and talks in notes from then on. Its death ends every wait.
 */
export class Child {
  readonly pid: number
  readonly #process: ChildProcess
  readonly #notes: Note[] = []
  readonly #waiting: { kind: string; resolve: (note: Note) => void; reject: (e: Error) => void }[] =
    []
  #ended: Error | null = null

  private constructor(child: ChildProcess, name: string) {
    this.#process = child
    this.pid = child.pid ?? 0
    child.on('message', (note: Note) => this.#arrived(note))
    child.on('exit', (code, signal) => {
      this.#ended = new Error(`${name} ended with ${signal ?? code}`)
      for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#ended)
    })
  }

  /** `file` is relative to `bench/processes/`. */
  static async start(
    file: string,
    options: unknown,
    execArgv: readonly string[] = [],
  ): Promise<Child> {
    const path = new URL(`../processes/${file}`, import.meta.url)
    // In a file: ten thousand applications are more than an argument takes.
    const folder = mkdtempSync(join(tmpdir(), 'posthorn-bench-child-'))
    const given = join(folder, 'options.json')
    writeFileSync(given, JSON.stringify(options))
    try {
      const forked = fork(path, [given], { execArgv: [...execArgv], serialization: 'advanced' })
      const child = new Child(forked, file)
      await child.next('ready')
      return child
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  tell(note: Note): void {
    this.#process.send(note)
  }

  /** The next note of that kind; notes that came before anyone waited are kept. */
  next(kind: string): Promise<Note> {
    const at = this.#notes.findIndex((note) => note.kind === kind)
    const [kept] = at < 0 ? [] : this.#notes.splice(at, 1)
    if (kept !== undefined) return Promise.resolve(kept)
    if (this.#ended !== null) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => this.#waiting.push({ kind, resolve, reject }))
  }

  ask(note: Note, answer: string): Promise<Note> {
    const reply = this.next(answer)
    this.tell(note)
    return reply
  }

  cpuUs(): number {
    return cpuUsOf(this.pid)
  }

  async stop(): Promise<void> {
    if (this.#ended !== null) return
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.kill('SIGTERM')
    await gone
  }

  #arrived(note: Note): void {
    const at = this.#waiting.findIndex((waiter) => waiter.kind === note.kind)
    const [waiter] = at < 0 ? [] : this.#waiting.splice(at, 1)
    if (waiter === undefined) this.#notes.push(note)
    else waiter.resolve(note)
  }
}

/** The other side: options of this process, and its two directions. */
export function parentOf<Options>(): {
  readonly options: Options
  readonly say: (note: Note) => void
  readonly hear: (kind: string, run: (note: Note) => void) => void
} {
  process.on('disconnect', () => process.exit(0)) // never outlives the measurement
  return {
    options: JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Options, // written by `Child.start`
    say: (note) => process.send?.(note),
    hear: (kind, run) => {
      process.on('message', (note: Note) => {
        if (note.kind === kind) run(note)
      })
    },
  }
}
