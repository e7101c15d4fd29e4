import type { ErrorClass } from '../../../src/domain/outcome.ts'
import { request } from './http.ts'
import type { AuditEntry, EndpointOut, List } from './model.ts'

interface Outcomes {
  readonly succeeded: number
  readonly failed: number
}
interface Latency {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

export interface Usage {
  readonly since: string
  readonly until: string
  readonly sliceMs: number
  readonly complete: boolean
  readonly total: Outcomes & Latency
  readonly slices: readonly (Outcomes & Latency & { readonly from: string })[]
  readonly endpoints: readonly (Outcomes & Latency & { readonly endpointId: string })[]
  readonly eventTypes: readonly (Outcomes & { readonly name: string })[]
  readonly errors: readonly {
    readonly responseStatusCode: number
    readonly errorClass: ErrorClass | null
    readonly count: number
  }[]
}

export const getUsage = (
  app: string,
  query: { readonly since: string; readonly until?: string; readonly endpoint_id?: string },
  signal?: AbortSignal,
) =>
  request<Usage>(`/app/${encodeURIComponent(app)}/statistics`, {
    query,
    ...(signal && { signal }),
  })

const endpointPath = (app: string, endpoint: string): string =>
  `/app/${encodeURIComponent(app)}/endpoint/${encodeURIComponent(endpoint)}`

export const endpointHistory = (app: string, endpoint: string, iterator?: string | null) =>
  request<List<AuditEntry>>(`${endpointPath(app, endpoint)}/history`, {
    query: { limit: 50, iterator },
  })
/** Of all endpoints of an application; operators only. */
export const listEndpointChanges = (applicationId: string, after: string) =>
  request<List<AuditEntry>>('/audit', {
    query: { application: applicationId, resourceKind: 'endpoint', after, limit: 50 },
  })
export const revertEndpoint = (app: string, endpoint: string, entry: string, force: boolean) =>
  request<{ readonly endpoint: EndpointOut; readonly kept: readonly string[] }>(
    `${endpointPath(app, endpoint)}/revert`,
    { method: 'POST', body: { entry, force } },
  )
