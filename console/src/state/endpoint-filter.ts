/** What the URL of the list of endpoints asks for, and how the server and the command line are asked for it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { allOf, listEndpoints } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { shellQuoted } from '../components/copy-as.tsx'
import type { Count } from '../components/counted-empty.tsx'
import { listOf, type Search } from './search.ts'

/** What narrows the list, as the URL names it; disabled ones are hidden besides. */
export const endpointFilters = ['state', 'type', 'label', 'q'] as const

/** As the list, its export and a change of many take it. */
export function endpointQueryOf(search: Search) {
  const { q } = search
  const [state, types, labels] = [search['state'], search['type'], search['label']].map(listOf)
  return {
    ...(q === undefined ? {} : { q: q.slice(0, 256) }),
    ...(state === undefined || state.length === 0 ? {} : { state }),
    ...(types === undefined || types.length === 0 ? {} : { event_types: types }),
    ...(labels === undefined || labels.length === 0 ? {} : { label: labels }),
  }
}

/** The same list on the command line, which hides none. */
export function endpointsCommand(search: Search, application: string): string {
  const { q, state, type, label } = search
  return [
    `posthorn endpoints ls --app ${application}`,
    ...(state === undefined ? [] : [`--state ${shellQuoted(state)}`]),
    ...(type === undefined ? [] : [`--type ${shellQuoted(type)}`]),
    ...(label === undefined ? [] : [`--label ${shellQuoted(label)}`]),
    ...(q === undefined ? [] : [`--text ${shellQuoted(q)}`]),
  ].join(' ')
}

/** Disabled ones are shown when they are asked for. */
export function showsDisabled(search: Search): boolean {
  return search['disabled'] === 'show' || listOf(search['state']).includes('disabled')
}

/** Ids of those that fit, as the server says; null: nothing narrows the list. Undefined: not known yet. */
export function useFittingEndpoints(application: string, search: Search) {
  const query = endpointQueryOf(search)
  const narrowed = Object.keys(query).length > 0
  const found = useQuery({
    queryKey: ['endpoints', application, 'found', query],
    queryFn: () => allOf((iterator) => listEndpoints(application, { ...query, iterator })),
    enabled: narrowed,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  })
  return {
    ids: narrowed ? found.data && new Set(found.data.map(({ id }) => id)) : null,
    error: narrowed ? found.error : null,
    retry: () => void found.refetch(),
  }
}

/** How many a list with that URL would have. */
export async function countEndpoints(application: string, search: Search): Promise<Count> {
  const page = await listEndpoints(application, endpointQueryOf(search))
  const shown = (endpoint: EndpointOut): boolean => showsDisabled(search) || !endpoint.disabled
  return { total: page.data.filter(shown).length, partial: !page.done }
}

/** The labels that endpoints have, as the filter names them. */
export function labelsOf(endpoints: readonly EndpointOut[]): readonly string[] {
  const labels = endpoints.flatMap(({ metadata }) =>
    Object.entries(metadata).flatMap(([name, value]) =>
      name === 'name' || `${name}${value}`.includes(',') ? [] : [`${name}:${value}`],
    ),
  )
  return [...new Set(labels)].sort()
}
