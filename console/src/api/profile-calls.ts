/** Calls of the profiles and catalogs: how a system's own views look and what they do. */

import type { ErrorClass } from '../../../src/domain/outcome.ts'
import type { DeliveryPolicy } from '../../../src/domain/policy.ts'
import type { Step } from '../../../src/domain/steps.ts'
import type {
  Column,
  FormField,
  ProfileLimits,
  ProfileRules,
  ProfileWords,
} from '../../../src/profiles/profile.ts'
import { request } from './http.ts'
import type { Authentication, List, Tls } from './model.ts'

export interface Words {
  readonly en: string
  readonly es: string
}

export interface ProfileOut {
  readonly name: string
  readonly label: Words
  readonly catalog: string | null
  /** In force where an endpoint sets nothing else. */
  readonly policy: DeliveryPolicy
  readonly signature: string
  readonly authentications: readonly string[]
  readonly limits: ProfileLimits
  readonly rules: ProfileRules
  readonly logUnit: 'attempt' | 'delivery'
  readonly words: ProfileWords | null
  readonly form: readonly FormField[]
  readonly list: {
    readonly columns: readonly Column[]
    readonly showsDisabled: boolean
    readonly pageSize: number
    readonly masterSwitch?: true
    readonly eventsBelow?: true
  }
}

export interface CatalogOut {
  readonly name: string
  readonly profile: string
  readonly label: Words
  readonly description: Words
  readonly eventCount: number
  readonly groups: readonly { readonly name: string; readonly label: Words }[]
  readonly contexts: readonly {
    readonly name: string
    readonly label: Words
    readonly scope: string
    /** A webhook made there names at least one id. */
    readonly required?: boolean
  }[]
  readonly scopes: readonly { readonly name: string; readonly label: Words }[]
  readonly triggers: readonly {
    readonly name: string
    readonly label: Words
    readonly events: readonly string[]
    readonly scopes: readonly string[]
    readonly documented: boolean
  }[]
}

export interface CatalogEventOut {
  readonly name: string
  readonly group: string
  readonly label: Words
  readonly description: Words
  readonly deprecated: boolean
  readonly example: unknown
}

export interface WebhookOut {
  readonly id: string
  readonly url: string
  readonly description: string
  readonly active: boolean
  readonly eventTypes: readonly string[] | null
  readonly name?: string | null
  readonly code?: string | null
  readonly integration?: string
  readonly hidden?: boolean
  readonly notificationType?: string
  readonly trigger?: string | null
  readonly context?: string | null
  readonly scope?: Readonly<Record<string, readonly string[]>> | null
  readonly authentication?: Readonly<Record<string, unknown>> | null
  readonly summary?: SummaryOut
  readonly createdAt: string
  readonly updatedAt: string
}

export interface SummaryOut {
  readonly requests: number
  readonly successRate: string | null
  readonly level: 'error' | 'warning' | 'success' | null
  readonly runCount: number
  readonly lastFailedAt: string | null
}

export interface TestOut {
  readonly succeeded: boolean
  readonly results: readonly TestResult[]
}

export interface TestResult {
  readonly eventType: string
  readonly succeeded: boolean
  readonly url: string
  readonly responseStatusCode: number | null
  /** Where a redirect leads; null: it was none. */
  readonly redirectTo: string | null
  readonly response: string
  readonly error: string | null
  readonly errorClass: ErrorClass | null
  readonly durationMs: number
  readonly remoteAddress: string | null
  readonly certificateExpiresAt: string | null
  readonly steps: readonly Step[]
}

export interface LogRowOut {
  readonly id: string
  readonly result: 'SUCCESS' | 'FAILED'
  readonly eventType: string
  readonly executedAt: string
  readonly status: number | null
  readonly retry: number
  readonly durationMs: number
  readonly messageId: string
}

export interface LogEntryOut extends LogRowOut {
  readonly trigger: unknown
  readonly response: string
  readonly requestHeaders: Readonly<Record<string, string>>
}

const segment = encodeURIComponent

export const getProfile = (name: string) => request<ProfileOut>(`/profile/${segment(name)}`)
export const listCatalogs = () => request<{ data: readonly CatalogOut[] }>('/catalog')
export const getCatalog = (name: string, context?: string) =>
  request<{ catalog: CatalogOut; events: readonly CatalogEventOut[] }>(
    `/catalog/${segment(name)}`,
    { query: { context } },
  )
export const installCatalog = (name: string) =>
  request<{ created: number; updated: number; total: number }>(
    `/catalog/${segment(name)}/install`,
    { method: 'POST' },
  )

export const listWebhooks = (
  app: string,
  query: {
    readonly show_disabled?: boolean
    readonly show_hidden?: boolean
    readonly search?: string
    readonly page?: number
  },
) =>
  request<{ data: readonly WebhookOut[]; total: number; page: number; pageSize: number }>(
    `/app/${segment(app)}/webhook`,
    { query: { with_summary: true, ...query } },
  )
export const changeWebhooks = (
  app: string,
  action: 'activate' | 'deactivate' | 'delete',
  ids: readonly string[],
) =>
  request<{ changed: readonly string[] }>(`/app/${segment(app)}/webhook/change`, {
    method: 'POST',
    body: { action, ids },
  })
export const suggestCode = (app: string, name: string) =>
  request<{ code: string }>(`/app/${segment(app)}/webhook/code`, { query: { name } })
export const endpointSummary = (app: string, endpoint: string) =>
  request<SummaryOut>(`/app/${segment(app)}/endpoint/${segment(endpoint)}/summary`)
/** `ifMatch`: the `updatedAt` that was read; a 409 when somebody changed it since. */
export const saveWebhook = (app: string, id: string | null, body: object, ifMatch?: string) =>
  request<{ id: string; url: string; updatedAt: string }>(
    `/app/${segment(app)}/endpoint${id === null ? '' : `/${segment(id)}`}`,
    {
      ...{ method: id === null ? 'POST' : 'PATCH', body },
      ...(ifMatch === undefined ? {} : { ifMatch }),
    },
  )
export const testEndpoint = (app: string, endpoint: string, body: object = {}) =>
  request<TestOut>(`/app/${segment(app)}/endpoint/${segment(endpoint)}/test`, {
    method: 'POST',
    body,
  })
export const testUnsaved = (
  app: string,
  body: {
    readonly url: string
    readonly eventTypes?: readonly string[]
    readonly headers?: Readonly<Record<string, string>>
    readonly authentication?: Authentication
    readonly tls?: Tls
  },
) => request<TestOut>(`/app/${segment(app)}/endpoint-test`, { method: 'POST', body })
/** As many as Logto's own page of recent requests. */
const logPageSize = 20
export const listLog = (
  app: string,
  endpoint: string,
  page: { readonly iterator: string | null; readonly event_types: readonly string[] },
) =>
  request<List<LogRowOut>>(`/app/${segment(app)}/endpoint/${segment(endpoint)}/log`, {
    query: { ...page, limit: logPageSize },
  })
export const getLogEntry = (app: string, endpoint: string, row: LogRowOut) =>
  request<LogEntryOut>(
    `/app/${segment(app)}/endpoint/${segment(endpoint)}/log/${segment(row.id)}`,
    { query: { msg_id: row.messageId } },
  )
