/** What Posthorn changes of its own accord, for the history of the endpoint. */
import { systemActor } from '../domain/audit.ts'
import type { FinishedAttempt } from '../intake/operational-events.ts'
import type { IdSource } from '../runtime/id-source.ts'
import type { Log } from '../runtime/log.ts'
import type { AuditStore } from '../store/port/audit.ts'
import { endpointState, fingerprints } from './audit-state.ts'

/**
 * An entry for an endpoint that the attempt switched off. It follows the commit of the attempt: one
 * that is lost with its node is missing from the log, and the endpoint's own fields still tell. Never
 * rejects.
 */
export async function noteDisabled(
  deps: {
    readonly store: AuditStore
    readonly ids: IdSource
    readonly log: Log
    readonly jwtSecret: string
  },
  { application, endpoint, effect, attempt }: FinishedAttempt,
): Promise<void> {
  if (effect.disable === undefined || endpoint.disabledAt !== null) return
  const fingerprint = fingerprints(deps.jwtSecret)
  const { at, reason } = effect.disable
  const after = { ...endpoint, disabledAt: at, disabledReason: reason, updatedAt: at }
  try {
    await deps.store.appendAudit({
      id: deps.ids.next('audit'),
      organizationId: application.organizationId,
      applicationId: application.id,
      at,
      actor: systemActor,
      operation: 'system.endpoint.disable',
      resource: { kind: 'endpoint', id: endpoint.id },
      outcome: 'done',
      before: endpointState(endpoint, fingerprint),
      after: endpointState(after, fingerprint),
      address: null,
      requestId: attempt.id,
    })
  } catch (error) {
    deps.log.warn('audit.lost', { endpointId: endpoint.id, why: String(error) })
  }
}
