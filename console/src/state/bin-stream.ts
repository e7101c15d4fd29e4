import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { CapturedOut, List } from '../api/model.ts'
import { openStream, type StreamState } from '../api/server-events.ts'

/** As many as `listCaptured` asks for. */
const keptMax = 100

/**
 * Requests of a bin as they arrive, put before those that are listed. A page that nobody looks at
 * lets go of the stream. Says how fresh the list is; where there is no stream, somebody else must
 * ask from time to time.
 */
export function useBinStream(bin: string, on: boolean): StreamState {
  const client = useQueryClient()
  const [state, setState] = useState<StreamState>('connecting')
  useEffect(() => {
    if (!on) return
    const key = ['bins', bin, 'requests']
    const lookAnew = (): void => void client.invalidateQueries({ queryKey: ['bins', bin] })
    let close: (() => void) | null = null
    const open = (): void => {
      close ??= openStream<CapturedOut>(`/inspector/bin/${encodeURIComponent(bin)}/stream`, {
        onState(next) {
          setState(next)
          if (next === 'live') lookAnew() // what came before the stream stood
        },
        onData(captured) {
          client.setQueryData<List<CapturedOut>>(key, (list) =>
            list === undefined ? list : { ...list, data: withFirst(list.data, captured) },
          )
          // An answer on its way may be older than this: it is asked for anew.
          if (client.isFetching({ queryKey: key }) > 0) lookAnew()
        },
        onGap: lookAnew,
      })
    }
    const onVisibility = (): void => {
      if (!document.hidden) open()
      else {
        close?.()
        close = null
        setState('connecting')
      }
    }
    onVisibility()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      close?.()
    }
  }, [bin, on, client])
  return state
}

/** Newest first, each once: a stream that resumes may say one again that was listed meanwhile. */
function withFirst(listed: readonly CapturedOut[], captured: CapturedOut): readonly CapturedOut[] {
  const others = listed.filter(({ id }) => id !== captured.id)
  const later = others.filter(({ id }) => id > captured.id)
  return [...later, captured, ...others.slice(later.length)].slice(0, keptMax)
}
