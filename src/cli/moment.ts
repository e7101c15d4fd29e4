import type { Context } from './context.ts'
import { parseDuration } from './text.ts'

/** `3h` is so long ago; anything with a dash is a time. */
export function momentOf(value: unknown, { terminal }: Context): string {
  const text = String(value)
  if (text.includes('-')) return text // the server reads it, and says what is wrong with it
  return new Date(terminal.clock.now() - parseDuration(text)).toISOString()
}
