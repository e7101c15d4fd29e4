/** Calls about people: the audit log, users, their sessions. */
import { currentToken, request, urlOf } from './http.ts'
import type { List } from './model.ts'

export const actorKinds = [
  'user',
  'key',
  'token',
  'portal',
  'console',
  'system',
  'anonymous',
] as const
export type ActorKind = (typeof actorKinds)[number]

export interface AuditOut {
  readonly id: string
  readonly at: string
  readonly actor: {
    readonly kind: ActorKind
    readonly id: string | null
    readonly name: string | null
  }
  readonly operation: string
  readonly resource: { readonly kind: string; readonly id: string } | null
  readonly applicationId: string | null
  readonly outcome: 'done' | 'refused'
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly changed: readonly string[]
  readonly address: string | null
  readonly requestId: string | null
}

export interface AuditQuery {
  readonly actorKind?: string | undefined
  readonly operation?: string | undefined
  readonly resource?: string | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

export const listAudit = (
  query: AuditQuery & { readonly iterator: string | null; readonly limit: number },
  signal?: AbortSignal,
) => request<List<AuditOut>>('/audit', { query: { ...query }, ...(signal && { signal }) })

/** The whole log that matches, as a file. */
export async function exportAudit(query: AuditQuery, format: 'ndjson' | 'csv'): Promise<Blob> {
  const response = await fetch(urlOf('/audit/export', { ...query, format }), {
    headers: { authorization: `Bearer ${currentToken()}` },
    cache: 'no-store',
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return response.blob()
}
