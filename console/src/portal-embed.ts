/**
 * The portal's half of the conversation with the page around it (`embed.js` is the other). The
 * browser shows the portal only to origins that `frame-ancestors` allows, so whoever frames it is
 * one of them: the first message of the parent says which, and answers go there alone.
 */
import { dress, setGrows } from './portal-look.ts'

type Message = Readonly<Record<string, unknown>>

let host: string | null = null
let latest: Message | null = null
let toPortal = (message: Message): void => {
  latest = message
}
let ended = false

export function listenToHost(): void {
  if (window.parent === window) return
  addEventListener('message', (event: MessageEvent<unknown>) => {
    const { source, origin, data } = event
    if (source !== window.parent || typeof data !== 'object' || data === null) return
    const message = data as Message // any object will do
    if (message['type'] !== 'posthorn:look') {
      if (origin === host) toPortal(message)
      return
    }
    const first = host === null
    host = origin
    dress(message)
    document.documentElement.dataset['grows'] = String(message['grows'] === true)
    setGrows(message['grows'] === true)
    if (first) tellHost({ type: 'posthorn:ready' })
    if (ended) tellHost({ type: 'posthorn:ended' })
    tellHeight()
  })
  const root = document.getElementById('root')
  if (root !== null) new ResizeObserver(tellHeight).observe(root)
}

/** The session is over; the page around may give the portal another link. */
export function tellEnded(): void {
  ended = true
  tellHost({ type: 'posthorn:ended' })
}

function tellHeight(): void {
  const root = document.getElementById('root')
  if (root === null || document.documentElement.dataset['grows'] !== 'true') return
  tellHost({ type: 'posthorn:height', height: root.scrollHeight })
}

/** Other words of the page around than how the portal is to look; the last one before, too. */
export function hearHost(run: (message: Message) => void): void {
  toPortal = run
  if (latest !== null) run(latest)
}

export function tellHost(message: object): void {
  if (host !== null && window.parent !== window) window.parent.postMessage(message, host)
}
