/** How the endpoints of a list do. */
import type { EndpointOut } from '../api/model.ts'
import { type Activity, endpointActivity } from '../api/summary-calls.ts'
import { useByHundreds } from './by-hundreds.ts'

/** Beyond so many the columns stay empty: nobody reads further down than they search. */
export const activityMax = 1_000

export type ActivityById = ReadonlyMap<string, Activity>

export function useActivity(application: string, endpoints: readonly EndpointOut[]): ActivityById {
  return useByHundreds({
    queryKey: ['endpoints', application, 'activity'],
    ids: endpoints.slice(0, activityMax).map(({ id }) => id),
    ask: (ids) => endpointActivity(application, ids),
    idOf,
  })
}

const idOf = ({ endpointId }: Activity): string => endpointId
