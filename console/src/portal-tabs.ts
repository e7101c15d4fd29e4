/**
 * A row of the portal opened in a tab of its own. The session lives in one tab's storage, which a new
 * tab does not get: it asks for it by a name that its address carries, and the tab that it came from
 * answers, for as long as that one is open and has a session. Only pages of this very origin hear a
 * broadcast; the name is no secret, opens nothing elsewhere, and ends with the tab.
 */
const channelName = 'posthorn.portal'
/** Tabs answer at once, but one in the background of a busy machine may take its time. */
const answerMs = 3_000

interface Asked {
  readonly ask: string
}
interface Lent {
  readonly lend: string
  readonly token: string
}

let lending: BroadcastChannel | null = null

export function newTabName(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('-')
}

/** Answers tabs that were opened from this one. */
export function lendSession(name: string, token: string): void {
  stopLending()
  lending = channel()
  lending?.addEventListener('message', ({ data }: MessageEvent<Partial<Asked>>) => {
    if (data.ask === name) lending?.postMessage({ lend: name, token } satisfies Lent)
  })
}

/** The session has ended: nobody gets it any more. */
export function stopLending(): void {
  lending?.close()
  lending = null
}

/** The session of the tab that this one was opened from; null when nobody answers. */
export async function borrowSession(name: string): Promise<string | null> {
  const open = channel()
  if (open === null) return null
  try {
    return await new Promise((resolve) => {
      open.addEventListener('message', ({ data }: MessageEvent<Partial<Lent>>) => {
        if (data.lend === name && typeof data.token === 'string') resolve(data.token)
      })
      open.postMessage({ ask: name } satisfies Asked)
      window.setTimeout(() => resolve(null), answerMs)
    })
  } finally {
    open.close()
  }
}

/** Null where the browser gives the frame of another site none. */
function channel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel(channelName)
  } catch {
    return null
  }
}
