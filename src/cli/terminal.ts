import type { Readable } from 'node:stream'
import type { Clock } from '../runtime/clock.ts'
import type { Random } from '../runtime/random.ts'

/** What a command sees of the process it runs in; tests hand in their own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdin: Readable
  /** The answer. */
  out(text: string): void
  /** Progress, hints and failures. */
  err(text: string): void
  readonly outIsTty: boolean
  readonly errIsTty: boolean
  readonly columns: number
  readonly clock: Clock
  readonly random: Random
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly stop: AbortSignal
}
