/** The same done to many endpoints by a job of the server. */
import { path } from './calls.ts'
import type { EndpointChange } from './endpoint-change-calls.ts'
import { request } from './http.ts'
import type { List } from './model.ts'
import type { Job } from './recovery-calls.ts'

export const changePath = (app: string): string => `${path('app', app, 'endpoint')}/change-all`
export const testPath = (app: string): string => `${path('app', app, 'endpoint')}/test-all`

export const startChange = (app: string, body: EndpointChange) =>
  request<Job>(changePath(app), { method: 'POST', body })
export const startTest = (app: string, body: { readonly ids: readonly string[] }) =>
  request<Job>(testPath(app), { method: 'POST', body })

export const endpointJobKinds = ['endpoint.change', 'endpoint.test'] as const

/** The last ones of all applications, newest first. */
export async function listEndpointJobs(): Promise<readonly Job[]> {
  const lists = await Promise.all(
    endpointJobKinds.map((task) =>
      request<List<Job>>('/background-task', { query: { limit: 50, task } }),
    ),
  )
  const jobs = lists.flatMap(({ data }) => data)
  return jobs.sort((one, other) => (one.id < other.id ? 1 : -1))
}
