import { PassThrough, Readable } from 'node:stream'
import type { ExitCode } from '../../src/cli/exit-codes.ts'
import { run } from '../../src/cli/run.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { systemRandom } from '../../src/runtime/random.ts'

/** A keyboard at which each key is read as it is pressed. */
export function keyboard(): PassThrough & { raw: boolean } {
  return Object.assign(new PassThrough(), {
    isTTY: true,
    raw: false,
    setRawMode(on: boolean) {
      this.raw = on
    },
  })
}

export interface Ran {
  readonly exit: ExitCode
  readonly out: string
  readonly err: string
  /** The lines of `--json`, parsed. */
  readonly json: readonly unknown[]
}

/** Runs one command line in this process, without a terminal, and gives back what it printed. */
export async function posthorn(
  args: readonly string[],
  input: {
    readonly env?: Readonly<Record<string, string>>
    readonly cwd?: string
    readonly stdin?: string
    readonly stop?: AbortSignal
    /** What is printed goes to a person's terminal. */
    readonly outIsTty?: true
    /** A person's keyboard: what is written to it is typed. */
    readonly keys?: Readable
    /** Called with everything printed so far, each time something is. */
    readonly onOut?: (out: string) => void
    readonly onErr?: (err: string) => void
  } = {},
): Promise<Ran> {
  let out = ''
  let err = ''
  const exit = await run(args, {
    env: input.env ?? {},
    cwd: input.cwd ?? '/',
    stdin: input.keys ?? Readable.from(input.stdin === undefined ? [] : [Buffer.from(input.stdin)]),
    out(text) {
      out += text
      input.onOut?.(out)
    },
    err(text) {
      err += text
      input.onErr?.(err)
    },
    outIsTty: input.outIsTty ?? false,
    errIsTty: input.keys !== undefined,
    columns: 80,
    clock: systemClock,
    random: systemRandom,
    stop: input.stop ?? new AbortController().signal,
  })
  const lines = args.includes('--json') ? out.split('\n').filter((line) => line !== '') : []
  return { exit, out, err, json: lines.map((line): unknown => JSON.parse(line)) }
}
