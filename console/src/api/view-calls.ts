/** Views of lists that everybody sees. */
import type { ViewList } from '../../../src/domain/saved-view.ts'
import { request } from './http.ts'
import type { List } from './model.ts'

export interface SharedView {
  readonly id: string
  readonly name: string
  readonly list: ViewList
  /** What the URL asks for. */
  readonly query: string
  readonly applicationId: string | null
  readonly createdBy: string | null
  readonly updatedAt: string
}

export const listViews = (list: ViewList) =>
  request<List<SharedView>>('/view', { query: { list, limit: 250 } })
export const createView = (body: {
  readonly name: string
  readonly list: ViewList
  readonly query: string
  readonly applicationId?: string
}) => request<SharedView>('/view', { method: 'POST', body })
/** 409 when somebody changed it since it was read. */
export const patchView = (
  { id, updatedAt }: SharedView,
  body: { readonly name?: string; readonly query?: string },
) =>
  request<SharedView>(`/view/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body,
    ifMatch: updatedAt,
  })
export const deleteView = (id: string) =>
  request<void>(`/view/${encodeURIComponent(id)}`, { method: 'DELETE' })
