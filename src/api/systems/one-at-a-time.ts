/**
 * Runs what changes an application's webhooks one after another on this node, so that a check (the
 * 20th webhook, a free code, a free URL) and the write that follows are not overtaken. Nodes do not
 * know of each other: what they may both have let in is looked at again (see `confirmCreated`).
 */
import type { ApplicationId } from '../../domain/ids.ts'

const last = new Map<ApplicationId, Promise<unknown>>()

export function oneAtATime<Result>(
  applicationId: ApplicationId,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = last.get(applicationId) ?? Promise.resolve()
  const mine = before.then(work, work)
  last.set(applicationId, mine)
  const forget = (): void => {
    if (last.get(applicationId) === mine) last.delete(applicationId)
  }
  mine.then(forget, forget)
  return mine
}
