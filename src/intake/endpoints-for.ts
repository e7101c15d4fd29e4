/**
 * Which endpoints an event goes to. Filters are the only rule that can cost real time, so that
 * others get their turn between them once they have cost enough.
 */
import type { Endpoint } from '../domain/endpoint.ts'
import { filterLimits } from '../domain/filter.ts'
import { filterMiss } from '../domain/filter-match.ts'
import { wantsChannels, wantsScope } from '../domain/matching.ts'
import { profileOf } from '../profiles/profiles.ts'
import type { EventInput } from './accept.ts'
import type { IndexedView } from './application-views.ts'

/** A promise only where filters cost more than one filter may. */
export function endpointsFor(
  event: EventInput,
  view: IndexedView,
): readonly Endpoint[] | Promise<readonly Endpoint[]> {
  const only = event.onlyEndpoint
  const payload = readOnce(event)
  const { withholds } = profileOf(view.application.profile)
  if (withholds?.(event.eventType, payload()) === true) return []
  const wanted = view.candidates(event.eventType).filter((endpoint) => {
    if (only !== undefined && endpoint.id !== only) return false
    if (endpoint.id === event.exceptEndpoint) return false
    if (!wantsChannels(endpoint, event.channels)) return false
    return wantsScope(endpoint, event.attributes)
  })
  const unfiltered = wanted.every((endpoint) => view.filter(endpoint) === null)
  return unfiltered ? wanted : fitting(wanted, view, payload())
}

function fitting(
  endpoints: readonly Endpoint[],
  view: IndexedView,
  payload: unknown,
): readonly Endpoint[] | Promise<readonly Endpoint[]> {
  const found: Endpoint[] = []
  let spent = 0
  /** Goes on from there; gives the place where it stopped to let others have a turn. */
  const judge = (from: number): number => {
    for (const [at, endpoint] of endpoints.slice(from).entries()) {
      const filter = view.filter(endpoint)
      const work = { left: filterLimits.workMax }
      if (filter === null || filterMiss(filter, payload, work) === null) found.push(endpoint)
      spent += filterLimits.workMax - work.left
      if (spent > filterLimits.workMax) return from + at + 1
    }
    return endpoints.length
  }
  const first = judge(0)
  return first === endpoints.length ? found : judgeRest(first)

  async function judgeRest(from: number): Promise<readonly Endpoint[]> {
    for (let next = from; next < endpoints.length; next = judge(next)) {
      spent = 0
      await new Promise((resolve) => setImmediate(resolve))
    }
    return found
  }
}

/** The payload as a value, read when the first filter asks; undefined when it is no JSON. */
function readOnce(event: Pick<EventInput, 'payload'>): () => unknown {
  let read: { readonly value: unknown } | null = null
  return () => {
    read ??= { value: payloadValue(event.payload) }
    return read.value
  }
}

export function payloadValue(payload: Uint8Array | null): unknown {
  if (payload === null) return undefined
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch {
    return undefined
  }
}
