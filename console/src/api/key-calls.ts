/** API keys: made, listed, revoked. */
import { request } from './http.ts'
import type { List } from './model.ts'

export type ApiKeyRole = 'admin' | 'sender' | 'reader'

export interface ApiKeyOut {
  readonly id: string
  readonly name: string
  /** custom: what its scopes say. */
  readonly role: ApiKeyRole | 'custom'
  /** All that it may do. */
  readonly scopes: readonly string[]
  /** What its token begins with: enough to find it in a file of settings. */
  readonly prefix: string
  readonly applicationId: string | null
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly lastUsedFrom: { readonly address: string; readonly userAgent: string | null } | null
  readonly createdAt: string
}

export interface ApiKeyCreated extends ApiKeyOut {
  /** The key itself; no other answer has it. */
  readonly token: string
}

export const listApiKeys = () => request<List<ApiKeyOut>>('/api-key', { query: { limit: 250 } })

/** With a role or scopes, one of the two. */
export interface ApiKeyIn {
  readonly name: string
  readonly role?: ApiKeyRole
  readonly scopes?: readonly string[]
  readonly applicationId?: string
  readonly expiresAt?: string
}
export const createApiKey = (body: ApiKeyIn) =>
  request<ApiKeyCreated>('/api-key', { method: 'POST', body })
export const rollApiKey = (id: string, gracePeriodSeconds: number) =>
  request<ApiKeyCreated>(`/api-key/${encodeURIComponent(id)}/roll`, {
    method: 'POST',
    body: { gracePeriodSeconds },
  })
export const revokeApiKey = (id: string) =>
  request<void>(`/api-key/${encodeURIComponent(id)}`, { method: 'DELETE' })
