/** Notes on the time axis of charts. */
import { request } from './http.ts'
import type { List } from './model.ts'

export interface Note {
  readonly id: string
  readonly text: string
  readonly at: string
  readonly createdBy: string | null
}

/** As many as one answer has, the newest: a chart has no room for more. */
const notesMax = 250

export const listNotes = (query: {
  readonly app_id: string
  readonly since: string
  readonly until?: string
}) => request<List<Note>>('/note', { query: { ...query, limit: notesMax } })
export const createNote = (body: {
  readonly text: string
  readonly at?: string
  readonly applicationId?: string
}) => request<Note>('/note', { method: 'POST', body })
export const deleteNote = (id: string) =>
  request<void>(`/note/${encodeURIComponent(id)}`, { method: 'DELETE' })
