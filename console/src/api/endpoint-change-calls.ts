/** One change to several endpoints. */
import { path } from './calls.ts'
import { request } from './http.ts'

export interface EndpointChange {
  readonly action:
    | 'pause'
    | 'resume'
    | 'enable'
    | 'disable'
    | 'delete'
    | 'add-event-types'
    | 'remove-event-types'
  readonly eventTypes?: readonly string[]
  readonly ids: readonly string[]
}

interface Changed {
  readonly changed: readonly string[]
  readonly refused: readonly { readonly id: string; readonly code: string }[]
}

/** As many as are changed for one answer; more are left to a job. */
export const partMax = 50

/** Those that their own rules protect are told. */
export const changeEndpoints = (app: string, body: EndpointChange) =>
  request<Changed>(`${path('app', app, 'endpoint')}/change`, { method: 'POST', body })
