import type { Clock } from './clock.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** Fields are ids, counts, milliseconds and codes: never bodies, headers, secrets or full URLs. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** One wide line per unit of work: `log.info('attempt.finished', {...})`. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields, cause?: unknown): void
}

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/** JSON lines. `write` gets whole lines; the cause of an error is reduced to name, message, stack. */
export function jsonLog(input: {
  readonly clock: Clock
  readonly level: LogLevel
  readonly write: (line: string) => void
}): Log {
  const emit = (level: LogLevel, event: string, fields?: LogFields, cause?: unknown): void => {
    if (ranks[level] < ranks[input.level]) return
    const time = new Date(input.clock.now()).toISOString()
    const error = cause === undefined ? {} : { error: describeCause(cause) }
    input.write(`${JSON.stringify({ time, level, event, ...fields, ...error })}\n`)
  }
  return {
    debug: (event, fields) => emit('debug', event, fields),
    info: (event, fields) => emit('info', event, fields),
    warn: (event, fields) => emit('warn', event, fields),
    error: (event, fields, cause) => emit('error', event, fields, cause),
  }
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause)
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
