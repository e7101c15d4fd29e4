/**
 * A row opened in a tab of its own. The session of a portal, and an API key, live in one tab's storage,
 * which a new tab does not get: it asks for it by a name, and a tab that has it answers, for as long as
 * that one is open and signed in. A portal's tabs have a name each, which the address carries; a
 * console's share one. Only pages of this very origin hear a broadcast; a name is no secret, opens
 * nothing elsewhere, and ends with the tab.
 */
/** Tabs answer at once, but one in the background of a busy machine may take its time. */
const answerMs = 3_000
/** So long where it is known that a tab is there to answer. */
const knownAnswerMs = 20_000

interface Asked {
  readonly ask: string
}
interface Lent {
  readonly lend: string
  readonly token: string
}

export interface Tabs {
  /** Answers tabs that ask by that name. */
  lend(name: string, token: string): void
  /** The session has ended: nobody gets it any more. */
  stop(): void
  /** The session of another tab; null when nobody answers. */
  borrow(name: string): Promise<string | null>
}

export const portalTabs = tabs('posthorn.portal')
export const consoleTabs = tabs('posthorn.console')

export function newTabName(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('-')
}

function tabs(channelName: string): Tabs {
  let lending: BroadcastChannel | null = null
  let unsay = (): void => {}
  const sign = (name: string): string => `${channelName}.${name}`
  function stop(): void {
    lending?.close()
    lending = null
    unsay()
  }
  return {
    lend(name, token) {
      stop()
      lending = channel(channelName)
      unsay = saying(sign(name))
      lending?.addEventListener('message', ({ data }: MessageEvent<Partial<Asked>>) => {
        if (data.ask === name) lending?.postMessage({ lend: name, token } satisfies Lent)
      })
    },
    stop,
    async borrow(name) {
      const said = await isSaid(sign(name))
      const open = said === false ? null : channel(channelName)
      if (open === null) return null
      try {
        return await new Promise((resolve) => {
          open.addEventListener('message', ({ data }: MessageEvent<Partial<Lent>>) => {
            if (data.lend === name && typeof data.token === 'string') resolve(data.token)
          })
          open.postMessage({ ask: name } satisfies Asked)
          window.setTimeout(() => resolve(null), said === true ? knownAnswerMs : answerMs)
        })
      } finally {
        open.close()
      }
    },
  }
}

/** Says to the tabs of this origin that this one is there, by a lock that all may hold. */
function saying(name: string): () => void {
  const { locks } = navigator as { locks?: LockManager } // absent where the page is not secure
  const said = Promise.withResolvers<void>()
  locks?.request(name, { mode: 'shared' }, () => said.promise).catch(() => {}) // refused: see below
  return said.resolve
}

/** Whether a tab says so; null where that cannot be known. */
async function isSaid(name: string): Promise<boolean | null> {
  const { locks } = navigator as { locks?: LockManager } // as above
  try {
    const there = await locks?.query()
    if (there === undefined) return null
    return [...(there.held ?? []), ...(there.pending ?? [])].some((lock) => lock.name === name)
  } catch {
    return null // a frame without storage is refused locks too
  }
}

/** Null where the browser gives the frame of another site none. */
function channel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name)
  } catch {
    return null
  }
}
