/** What happens in an application, shared by everything on the page that wants to know. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type Change, openChangeStream } from '../api/change-stream.ts'
import type { StreamState } from '../api/server-events.ts'

interface Listener {
  readonly onChange: (change: Change) => void
  readonly onGap: () => void
  readonly onState: (state: StreamState, tries: number) => void
}

/** One connection for each application that somebody listens to. */
interface Hub {
  readonly listeners: Set<Listener>
  state: StreamState
  tries: number
  close: () => void
}
const hubs = new Map<string, Hub>()
/** A page that is left for another keeps the stream that both want. */
const lingerMs = 1_000

function listen(application: string, listener: Listener): () => void {
  const hub = hubs.get(application) ?? openHub(application)
  hub.listeners.add(listener)
  listener.onState(hub.state, hub.tries)
  return () => {
    hub.listeners.delete(listener)
    window.setTimeout(() => {
      if (hub.listeners.size > 0 || hubs.get(application) !== hub) return
      hubs.delete(application)
      hub.close()
    }, lingerMs)
  }
}

/** A page that nobody looks at lets go of its stream; it comes back with the reader. */
function openHub(application: string): Hub {
  const hub: Hub = { listeners: new Set(), state: 'connecting', tries: 0, close: () => {} }
  hubs.set(application, hub)
  let closeStream: (() => void) | null = null
  const open = (): void => {
    closeStream ??= openChangeStream(application, {
      onState(state, tries) {
        hub.state = state
        hub.tries = tries
        for (const each of hub.listeners) each.onState(state, tries)
      },
      onData(change) {
        for (const each of hub.listeners) each.onChange(change)
      },
      onGap() {
        for (const each of hub.listeners) each.onGap()
      },
    })
  }
  const onVisibility = (): void => {
    if (document.hidden) {
      closeStream?.()
      closeStream = null
    } else if (closeStream === null) {
      open()
      for (const each of hub.listeners) each.onGap()
    }
  }
  document.addEventListener('visibilitychange', onVisibility)
  hub.close = () => {
    document.removeEventListener('visibilitychange', onVisibility)
    closeStream?.()
  }
  open()
  return hub
}

/** Listens while `enabled`. What is called may change from render to render. */
export function useChanges(input: {
  readonly application: string
  readonly enabled: boolean
  readonly onChange: (change: Change) => void
  readonly onGap: () => void
}): { readonly state: StreamState; readonly tries: number } {
  const { application, enabled } = input
  const [stream, setStream] = useState({ state: 'connecting' as StreamState, tries: 0 })
  const latest = useRef(input)
  latest.current = input
  useEffect(() => {
    if (!enabled) return
    return listen(application, {
      onChange: (change) => latest.current.onChange(change),
      onGap: () => latest.current.onGap(),
      onState: (state, tries) => setStream({ state, tries }),
    })
  }, [application, enabled])
  return stream
}

const refreshMs = 700

/** Asks the queries of `key` anew after something happened that `concerns` them. */
export function useLiveQueries(input: {
  readonly application: string
  readonly keys: readonly (readonly unknown[])[]
  readonly concerns?: (change: Change) => boolean
  /** At most so often, however much happens. */
  readonly everyMs?: number
}): StreamState {
  const client = useQueryClient()
  const timer = useRef(0)
  const { application, keys, concerns, everyMs = refreshMs } = input
  const soon = (): void => {
    if (timer.current !== 0) return
    timer.current = window.setTimeout(() => {
      timer.current = 0
      for (const queryKey of keys) void client.invalidateQueries({ queryKey })
    }, everyMs)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  return useChanges({
    application,
    enabled: application !== '',
    onChange: (change) => {
      if (concerns === undefined || concerns(change)) soon()
    },
    onGap: soon,
  }).state
}
