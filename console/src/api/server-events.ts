/**
 * A stream of the server's events. It connects again by itself and goes on behind the last event it
 * got, so that nothing is missed. Browsers' own event source cannot send the token, hence the
 * reading here.
 */
import { basePath, credentials } from './http.ts'

/** `refused`: there is no stream to be had here; somebody else must ask from time to time. */
export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'refused'

export interface StreamListener<Data> {
  /** `tries`: how often it was tried in vain since it last stood. */
  readonly onState: (state: StreamState, tries: number) => void
  readonly onData: (data: Data) => void
  /** Something may have been missed: look at everything anew. */
  readonly onGap: () => void
}

/** Browsers allow six connections to a host over HTTP/1.1, for all tabs: these many may be streams. */
const streamsMax = 3
const firstWaitMs = 500
const waitMaxMs = 10_000
/** A stream that says nothing for so long is dead: the server's heart beats every 15 s. */
const silenceMs = 40_000
/** Until the first byte: a proxy that holds streams back is found out by it. */
const openingMs = 8_000
const refusedPauseMs = 60_000
const slotPauseMs = 5_000

/**
 * Opens the stream of that path of the API and keeps it open until the returned function is called.
 * The contract says what its data are.
 */
export function openStream<Data>(path: string, listener: StreamListener<Data>): () => void {
  const closed = new AbortController()
  void keepOpen(path, listener, closed.signal)
  return () => closed.abort()
}

interface Place {
  cursor: string | null
}

async function keepOpen<Data>(
  path: string,
  listener: StreamListener<Data>,
  closed: AbortSignal,
): Promise<void> {
  const place: Place = { cursor: null }
  let waitMs = firstWaitMs
  let wasLive = false
  let tries = 0
  listener.onState('connecting', tries)
  while (!closed.aborted) {
    const end = await inSlot(() =>
      readOnce<Data>(path, {
        place,
        closed,
        onLive() {
          waitMs = firstWaitMs
          tries = 0
          listener.onState('live', tries)
          if (wasLive) listener.onGap()
          wasLive = true
        },
        onData: listener.onData,
      }),
    )
    if (closed.aborted) return
    if (end === 'lost_place') {
      place.cursor = null
      listener.onGap()
      continue
    }
    if (end === 'closed') listener.onGap()
    if (end === 'no_slot') {
      listener.onState('refused', tries)
      await pause(slotPauseMs, closed)
      continue
    }
    const refused = end === 'refused' || end === 'closed'
    tries += 1
    listener.onState(refused ? 'refused' : wasLive ? 'reconnecting' : 'connecting', tries)
    await pause(refused ? refusedPauseMs : waitMs, closed)
    waitMs = Math.min(waitMs * 2, waitMaxMs)
  }
}

/** Runs while one of the few places for streams is free; other tabs may hold them. */
async function inSlot<End>(run: () => Promise<End>): Promise<End | 'no_slot'> {
  const { locks } = navigator as { locks?: LockManager } // absent where the page is not secure
  if (locks === undefined) return run()
  for (let slot = 0; slot < streamsMax; slot++) {
    let begun = false
    try {
      const end = await locks.request(`posthorn.stream.${slot}`, { ifAvailable: true }, (lock) => {
        begun = lock !== null
        return begun ? run() : null
      })
      if (end !== null) return end
    } catch (error) {
      if (begun) throw error
      return run() // a frame without storage is refused locks too
    }
  }
  return 'no_slot'
}

/** One connection, until it ends; `closed`: the server said that it may no longer be read. */
async function readOnce<Data>(
  path: string,
  input: {
    readonly place: Place
    readonly closed: AbortSignal
    readonly onLive: () => void
    readonly onData: (data: Data) => void
  },
): Promise<'ended' | 'refused' | 'closed' | 'lost_place'> {
  const { place, closed } = input
  const connection = new AbortController()
  const stop = (): void => connection.abort()
  closed.addEventListener('abort', stop, { once: true })
  let watchdog = window.setTimeout(stop, openingMs)

  try {
    const response = await fetch(`${basePath}${path}`, {
      headers: {
        accept: 'text/event-stream',
        ...credentials(),
        ...(place.cursor === null ? {} : { 'last-event-id': place.cursor }),
      },
      signal: connection.signal,
      credentials: 'same-origin',
      cache: 'no-store',
    })
    if (response.status === 422 && place.cursor !== null) return 'lost_place'
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
    if (!isStream || response.body === null) {
      return response.status >= 500 || response.status === 429 ? 'ended' : 'refused'
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    let live = false
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return 'ended'
      clearTimeout(watchdog)
      watchdog = window.setTimeout(stop, silenceMs)
      if (!live) input.onLive()
      live = true
      const blocks = (text + value).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) if (take(block, input) === 'closed') return 'closed'
    }
  } catch {
    return 'ended' // no answer, or cut off: it is tried again
  } finally {
    clearTimeout(watchdog)
    closed.removeEventListener('abort', stop)
    connection.abort()
  }
}

/**
 * One event: `id:` moves the place, `data:` is what happened. `ready` and `closed` are about the
 * stream itself: their data are none of what it carries.
 */
function take<Data>(
  block: string,
  input: { readonly place: Place; readonly onData: (data: Data) => void },
): 'closed' | 'open' {
  let name = ''
  let data = ''
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) input.place.cursor = line.slice(4)
    else if (line.startsWith('event: ')) name = line.slice(7)
    else if (line.startsWith('data: ')) data += line.slice(6)
  }
  if (name === 'closed') return 'closed'
  if (data !== '' && name !== 'ready') input.onData(JSON.parse(data) as Data) // the contract's type
  return 'open'
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      window.removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = window.setTimeout(done, ms)
    window.addEventListener('online', done, { once: true })
    signal.addEventListener('abort', done, { once: true })
  })
}
