/**
 * A statement that writes all that it was given, or nothing: its last word is a cast that fails
 * unless every condition holds, and with it goes all that it wrote.
 */
import { sqlState } from './driver-errors.ts'

/** What the server's log says of it; any text that is no number. */
const sentence = 'posthorn does this batch again step by step'
/** Of two keys or rows of one batch that are the same: `on conflict` may touch a row once. */
const twice = '21000'
const noNumber = '22P02'

/** The end of the statement. Not one condition alone may be constant: it would be cast beforehand. */
export function allOrNothing(...conditions: readonly string[]): string {
  return `select (case when ${conditions.join(' and ')} then '1' else '${sentence}' end)::int`
}

/** Whether the error says that nothing was written because not all could be. */
export function isNothing(cause: unknown): boolean {
  const code = sqlState(cause)
  return code === noNumber || code === twice || code === '23505'
}
