/** What every import makes of what it reads. */
import type Type from 'typebox'
import type { EventTypeIn } from '../contract/event-type.ts'

export type Description = Type.Static<typeof EventTypeIn>

/** Event types of one import. */
export const importMax = 5_000

/** A heading that an event type may have. */
export function groupOf(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9\-_. ]/g, '-').slice(0, 256)
}
