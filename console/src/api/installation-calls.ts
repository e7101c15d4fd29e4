import { request } from './http.ts'

export type SettingSection =
  | 'environment'
  | 'delivery'
  | 'signing'
  | 'retention'
  | 'network'
  | 'portal'

export interface Setting {
  readonly name: string
  readonly section: SettingSection
  readonly variable: string
  readonly value: unknown
  readonly fallback: unknown
  readonly source: 'environment' | 'stored' | 'default'
  /** In the language of the page. */
  readonly description: string
}

export interface InstallationSettings {
  readonly updatedAt: string | null
  readonly locked: boolean
  readonly data: readonly Setting[]
}

const path = '/installation/settings'

export const getSettings = () => request<InstallationSettings>(path)

export const patchSettings = (body: Readonly<Record<string, unknown>>, ifMatch: string | null) =>
  request<InstallationSettings>(path, {
    method: 'PATCH',
    body,
    ...(ifMatch === null ? {} : { ifMatch }),
  })

/** Addresses that deliveries come from, as the operator publishes them. */
export const getEgress = () => request<{ readonly addresses: readonly string[] }>('/egress')

export const getEnvironment = () =>
  request<{ readonly environment: 'test' | 'live'; readonly otherUrl: string | null }>(
    '/environment',
  )
