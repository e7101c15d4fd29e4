import { ApiError } from '../api/http.ts'

/** How long a server that does not answer is asked again, and how often. */
const patienceMs = 60_000
const askAgainMs = 1_000

export interface Patience {
  readonly signal: AbortSignal
  /** That nobody answered last. */
  readonly tell: (change: { readonly waiting: true }) => void
}

/** The answer; asks again while the server starts anew or is overloaded. */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { signal, tell }: Patience,
): Promise<Answer> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (signal.aborted || !isPassing(error) || Date.now() > until) throw error
    }
    tell({ waiting: true })
    await new Promise((resolve) => setTimeout(resolve, askAgainMs))
    signal.throwIfAborted()
  }
}

function isPassing(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
  )
}
