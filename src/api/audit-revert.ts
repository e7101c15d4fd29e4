/** Takes one change of an endpoint back: its fields become what they were before it. */

import type Type from 'typebox'
import type * as contract from '../contract/audit.ts'
import type { AuditState } from '../domain/audit.ts'
import { keepsSecret } from '../domain/authentication.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { isId } from '../domain/ids.ts'
import { tlsKeyCredential } from '../domain/tls-profile.ts'
import { isTypeRule } from '../domain/type-rule.ts'
import { endpointState, fingerprints, hidesParts, shownUrl } from './audit-state.ts'
import { type Answer, answer, type Call, conflict, type Services } from './call.ts'
import { announceChange, changeEndpoint } from './endpoint-changes.ts'
import { endpointOut } from './endpoints.ts'
import { checkOutboundUrl } from './fields.ts'
import { refuse } from './validate.ts'

type Body = Type.Static<typeof contract.revertEndpoint.body>

/** Fields that come back as the log has them. What it has as fingerprints only stays as it is. */
const restored = [
  'uid',
  'description',
  'version',
  'eventTypes',
  'channels',
  'metadata',
  'throttleRate',
  'policy',
  'attributes',
  'disabledAt',
  'disabledReason',
  'pausedAt',
] as const satisfies readonly (keyof Endpoint)[]
const hidden = ['secrets', 'headers', 'credentials'] as const

export async function revert(call: Call<unknown, Body>, services: Services): Promise<Answer> {
  const fingerprint = fingerprints(services.keys.jwtSecret)
  let kept: readonly string[] = []
  const changed = await changeEndpoint(call, services, async ({ application, endpoint }) => {
    const { before, after } = await entryOf(call, endpoint, services)
    const current = endpointState(endpoint, fingerprint)
    if (call.body.force !== true && differing(current, after).length > 0) {
      throw conflict({
        en: 'The endpoint was changed since: look at it, or revert with `force`.',
        es: 'El endpoint cambió desde entonces: revísalo, o revierte con `force`.',
      })
    }
    const url = formerUrl(before, endpoint, shownUrl(endpoint.url, fingerprint))
    const differ = differing(current, before).filter((name) => hidden.some((each) => each === name))
    kept = url === null ? [...differ, 'url'] : differ
    const former: Endpoint = {
      ...endpoint,
      ...(Object.fromEntries(restored.map((name) => [name, before[name]])) as Partial<Endpoint>), // what `endpointState` wrote
      url: url === null ? endpoint.url : checkedUrl(url, services),
      attributes: formerAttributes({ before, current, endpoint }),
    }
    await checkTypes(former, application.organizationId, services)
    return former
  })
  const { application, before, after } = changed
  await announceChange(before, after, { application, services, now: call.now })
  return answer(200, { endpoint: endpointOut(after, application, services), kept })
}

async function entryOf(
  call: Call<unknown, Body>,
  endpoint: Endpoint,
  services: Services,
): Promise<{ readonly before: AuditState; readonly after: AuditState }> {
  const id = call.body.entry
  const { organizationId } = call.principal
  const entry = isId('audit', id) ? await services.store.findAudit({ organizationId, id }) : null
  const { kind, id: resourceId } = entry?.resource ?? { kind: '', id: '' }
  if (entry === null || kind !== 'endpoint' || resourceId !== endpoint.id) {
    throw refuse('entry', {
      en: 'this is no entry of the history of this endpoint',
      es: 'no es una entrada del historial de este endpoint',
    })
  }
  const { before, after } = entry
  if (before === null || after === null || 'tooLarge' in before || 'tooLarge' in after) {
    throw refuse('entry', {
      en: 'this entry has no former state to go back to',
      es: 'esta entrada no tiene un estado anterior al que volver',
    })
  }
  return { before, after }
}

/**
 * The attributes as they were, but for settings that go with a secret that is another by now: a client's
 * secret is not sent to a server that it was not given for, and a certificate keeps its key.
 */
function formerAttributes(of: {
  readonly before: AuditState
  readonly current: AuditState
  readonly endpoint: Endpoint
}): Endpoint['attributes'] {
  const { before, current, endpoint } = of
  const former = Object(before['attributes']) as Endpoint['attributes'] // what `endpointState` wrote
  const same = (secret: string): boolean =>
    Object(before['credentials'])[secret] === Object(current['credentials'])[secret]
  const movesSecret =
    !same('secret') && !keepsSecret(endpoint.attributes['authentication'], former['authentication'])
  const losesKey = !same(tlsKeyCredential) && Object(former['tls']).certificate != null
  const staying = [
    ...(former['authentication'] !== undefined && movesSecret ? ['authentication'] : []),
    ...(losesKey ? ['tls'] : []),
  ]
  const stays = ([name]: readonly [string, unknown]): boolean => staying.includes(name)
  return Object.fromEntries([
    ...Object.entries(former).filter((one) => !stays(one)),
    ...Object.entries(endpoint.attributes).filter(stays),
  ])
}

/** Null: the log does not know all of it, and it was another. */
function formerUrl(before: AuditState, endpoint: Endpoint, shown: string): string | null {
  const former = String(before['url'])
  if (former === shown) return endpoint.url
  return hidesParts(former) ? null : former
}

/** The rules may have become stricter since. */
function checkedUrl(url: string, services: Services): string {
  return checkOutboundUrl(url, services, 'entry')
}

async function checkTypes(
  endpoint: Endpoint,
  organizationId: Call<unknown, Body>['principal']['organizationId'],
  services: Services,
): Promise<void> {
  const names = (endpoint.eventTypes ?? []).filter((name) => !isTypeRule(name))
  const missing = await services.store.missingEventTypes({ organizationId, names })
  if (missing.length === 0) return
  throw refuse('entry', {
    en: `these event types do not exist: ${missing.slice(0, 5).join(', ')}`,
    es: `estos tipos de evento no existen: ${missing.slice(0, 5).join(', ')}`,
  })
}

function differing(one: AuditState, other: AuditState): string[] {
  const names = [...restored, ...hidden, 'url']
  return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
}
