/** One change to many endpoints. */
import { path } from './calls.ts'
import { request } from './http.ts'

export interface EndpointChange {
  readonly action:
    | 'pause'
    | 'resume'
    | 'enable'
    | 'disable'
    | 'delete'
    | 'add-event-types'
    | 'remove-event-types'
  readonly eventTypes?: readonly string[]
  readonly ids: readonly string[]
}

interface Part {
  readonly changed: readonly string[]
  readonly refused: readonly { readonly id: string; readonly code: string }[]
  readonly iterator: string | null
  readonly done: boolean
}

/** As many as the operation takes by id. */
const idsMax = 1_000

/** Part by part; those that their own rules protect are told. */
export async function changeEndpoints(
  app: string,
  { ids, ...change }: EndpointChange,
): Promise<Pick<Part, 'changed' | 'refused'>> {
  const changed: string[] = []
  const refused: Part['refused'][number][] = []
  for (let from = 0; from < ids.length; from += idsMax) {
    const some = ids.slice(from, from + idsMax)
    for (let iterator: string | null = null; ; ) {
      const part: Part = await request<Part>(`${path('app', app, 'endpoint')}/change`, {
        method: 'POST',
        body: { ...change, ids: some, ...(iterator === null ? {} : { iterator }) },
      })
      changed.push(...part.changed)
      refused.push(...part.refused)
      iterator = part.iterator
      if (part.done || iterator === null) break
    }
  }
  return { changed, refused }
}
