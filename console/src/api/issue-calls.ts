import type { IssueState } from '../../../src/domain/issue.ts'
import { path } from './calls.ts'
import { request } from './http.ts'

export interface Issue {
  readonly id: string
  readonly endpointId: string
  /** A class of errors, or of statuses: `tls_expired`, `5xx`. */
  readonly kind: string
  readonly answers: readonly string[]
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly state: IssueState
  readonly note: string
  readonly by: string | null
  readonly at: string | null
}

export interface Issues {
  readonly data: readonly Issue[]
  readonly open: number
  readonly countedSince: string
}

export const listIssues = (app: string) => request<Issues>(`${path('app', app)}/issue`)

export const issuePath = (app: string, issue: string): string => path('app', app, 'issue', issue)

export const patchIssue = (
  app: string,
  issue: string,
  body: { readonly state?: IssueState; readonly note?: string },
) => request<Issue>(issuePath(app, issue), { method: 'PATCH', body })
