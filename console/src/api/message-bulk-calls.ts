/** What is done to many messages: those named, or all that a list's filter matches. */
import { listDestinations, resend } from './calls.ts'
import { request } from './http.ts'
import type { Job } from './recovery-calls.ts'

/** What one call takes. */
const namedMax = 1_000
const atOnce = 4

const messages = (app: string): string => `/app/${encodeURIComponent(app)}/msg`

/** Drops the payloads of these; resolves with how many were there to drop. */
async function expunge(app: string, ids: readonly string[]): Promise<number> {
  let dropped = 0
  for (let from = 0; from < ids.length; from += namedMax) {
    const { results } = await request<{ results: Record<string, 'expunged' | 'not-found'> }>(
      `${messages(app)}/bulk-expunge`,
      { method: 'POST', body: { ids: ids.slice(from, from + namedMax) } },
    )
    dropped += Object.values(results).filter((one) => one === 'expunged').length
  }
  return dropped
}

interface Progress {
  readonly onDone: (count: number) => void
  readonly signal: AbortSignal
}

export async function expungeMessages(
  app: string,
  ids: readonly string[],
  progress: Progress,
): Promise<number> {
  const dropped = await expunge(app, ids)
  progress.onDone(dropped)
  return dropped
}

/** The same to everything that fits, as a job that goes on without the page. */
export const expungeMatching = (
  app: string,
  body: {
    readonly since: string
    readonly until?: string
    readonly eventTypes?: readonly string[]
    readonly tag?: string
  },
) => request<Job>(`${messages(app)}/expunge-all-contents`, { method: 'POST', body })

/** Sends each to every endpoint that it went to; resolves with the number of requests. */
export async function resendMessages(
  app: string,
  ids: readonly string[],
  { onDone, signal }: Progress,
): Promise<number> {
  let sent = 0
  const left = [...ids]
  const work = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined && !signal.aborted; id = left.shift()) {
      const { data } = await listDestinations(app, id)
      // One that was resent before is named once more for each time.
      const endpoints = new Set(data.flatMap((one) => (one.disabled ? [] : [one.id])))
      for (const endpoint of endpoints) {
        await resend(app, id, endpoint)
        onDone(++sent)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return sent
}
