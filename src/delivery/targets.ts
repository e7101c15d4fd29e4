/**
 * Where a delivery goes, by the current view: to an open endpoint, to one that takes nothing now
 * (disabled, paused, application off: the delivery waits), or to one that is gone.
 */

import type { Delivery } from '../domain/delivery.ts'
import type { Endpoint, EndpointHealth } from '../domain/endpoint.ts'
import { circuitOf } from '../domain/endpoint-health.ts'
import type { EndpointId } from '../domain/ids.ts'
import type { ApplicationViews } from '../intake/application-views.ts'
import type { EndpointLine } from './endpoint-line.ts'
import type { Target } from './work.ts'

/** The part of `ApplicationViews` (intake) that sending needs. */
export type Views = Pick<ApplicationViews, 'get' | 'invalidate'> & {
  /** Where others change settings too: whether what `get` gave may still be gone by. */
  areFresh?(): boolean
}

export type Reach =
  | {
      readonly kind: 'open' | 'closed'
      readonly target: Target
      readonly storedHealth: EndpointHealth | undefined
    }
  | { readonly kind: 'gone' }

const gone: Reach = { kind: 'gone' }

export class Targets {
  readonly #views: Views
  /** Endpoints that we are disabling, with their last edit, until that is recorded. */
  readonly #disabled = new Map<EndpointId, number>()

  constructor(views: Views) {
    this.#views = views
  }

  async reach(delivery: Pick<Delivery, 'applicationId' | 'endpointId'>): Promise<Reach> {
    const view = await this.#views.get(delivery.applicationId)
    const endpoint = view?.endpoint(delivery.endpointId)
    if (view === null || endpoint === undefined) return gone
    const { application } = view
    const open =
      application.enabled &&
      endpoint.disabledAt === null &&
      endpoint.pausedAt === null &&
      !this.#isStale(endpoint)
    return {
      kind: open ? 'open' : 'closed',
      target: { application, endpoint, policy: view.policy(endpoint) },
      storedHealth: view.health.get(endpoint.id),
    }
  }

  /** We are disabling it; the view does not know yet. */
  disabled(endpoint: Endpoint): void {
    this.#disabled.set(endpoint.id, endpoint.updatedAt)
  }

  /** The store has disabled the endpoint, or refused to (a lost lease): it knows better now. */
  changed(endpoint: Endpoint): void {
    this.#disabled.delete(endpoint.id)
    this.#views.invalidate(endpoint.applicationId)
  }

  #isStale({ id, updatedAt }: Endpoint): boolean {
    return this.#disabled.size > 0 && this.#disabled.get(id) === updatedAt
  }
}

/** Whether what waits in memory for the endpoint is better given back: it will not go out soon. */
export function waitsLong(line: EndpointLine, now: number): boolean {
  const { openUntil } = line.health
  return circuitOf(line.health, now) === 'open' && (openUntil ?? 0) - now > worthWaitingMs
}

const worthWaitingMs = 5_000
