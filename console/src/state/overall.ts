/** What the URL of a list of all applications asks for beside the filters that each list has. */
import type { ApplicationNamed, OverallDelivery } from '../api/overall-calls.ts'
import { shellQuoted } from '../components/copy-as.tsx'
import type { EndpointShown } from './data.ts'
import { listOf, type Search } from './search.ts'

/** `app=acme,globex`: by id or uid. */
export function applicationsIn(search: Search): { readonly app_id?: readonly string[] } {
  const named = listOf(search['app'])
  return named.length === 0 ? {} : { app_id: named }
}

/** The same on the command line. */
export function applicationFlags(search: Search): string {
  const named = listOf(search['app'])
  return named.length === 0 ? '--all-apps' : `--all-apps --app ${shellQuoted(named.join(','))}`
}

export function applicationPath({ id, uid }: ApplicationNamed): string {
  return `/app/${encodeURIComponent(uid ?? id)}`
}

/** The endpoints of such rows, as lists of one application know theirs. */
export function endpointsIn(rows: readonly OverallDelivery[]): ReadonlyMap<string, EndpointShown> {
  return new Map(
    rows.flatMap(({ endpointId, endpoint }) =>
      endpoint === null ? [] : [[endpointId, { ...endpoint, metadata: {}, description: '' }]],
    ),
  )
}
