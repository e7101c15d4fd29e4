import * as contract from '../contract/endpoint.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint, SigningSecret } from '../domain/endpoint.ts'
import { Problem, problems } from '../domain/errors.ts'
import { isSensitive } from '../domain/header-rule.ts'
import { limits } from '../domain/limits.ts'
import {
  generatedSecretBytes,
  generateSecret,
  parseSecret,
  verificationKey,
} from '../domain/secret.ts'
import { signatureKindOf } from '../profiles/profile.ts'
import { profileOf } from '../profiles/profiles.ts'
import {
  answer,
  type Call,
  endpointOf,
  noContent,
  type Route,
  route,
  type Services,
} from './call.ts'
import { announceChange, type ChangedEndpoint, changeEndpoint } from './endpoint-changes.ts'
import { checkHeaders } from './header-rules.ts'
import { readsRotatedSecret } from './sdk.ts'
import { raiseSelfEvent } from './systems/self-events.ts'
import { broughtSecret, textKey, textSecret } from './systems/signing-key.ts'
import { queryTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const statsRangeMs = 28 * dayMs
const statsSlackMs = 5 * 60_000

export const endpointSecretRoutes: readonly Route[] = [
  route(contract.getEndpointSecret, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const [current] = endpoint.secrets
    const key = current === undefined ? '' : verificationKey(current.key)
    const signingKey = textKey(current?.key ?? '', application)
    const ends = endpoint.secrets.flatMap(({ expiresAt }) =>
      expiresAt !== null && expiresAt > call.now ? [expiresAt] : [],
    )
    return answer(200, {
      key,
      ...(signingKey === null ? {} : { signingKey }),
      ...(current === undefined ? {} : { createdAt: timeText(current.createdAt) }),
      ...(ends.length === 0 ? {} : { previousUntil: timeText(Math.max(...ends)) }),
    })
  }),

  route(contract.rotateEndpointSecret, async (call, services) => {
    const askedMs = graceSecondsOf(call.body, services) * 1000
    const changed = await changeEndpoint(call, services, ({ application, endpoint }) => {
      const brought = call.body.key == null ? null : broughtSecret(call.body.key, application)
      const made = brought === null ? textSecret(application, services) : null
      const key = made ?? newSecret(brought, services, 'key')
      // That signature has room for one key: the old one ends at once.
      const signature = signatureKindOf(endpoint, profileOf(application.profile))
      const graceMs = signature === 'logto-hmac' ? 0 : askedMs
      return { ...endpoint, secrets: rotated(endpoint.secrets, { key, graceMs, now: call.now }) }
    })
    await told(changed, services, call.now)
    const [current] = changed.after.secrets
    const isRead = readsRotatedSecret(call) && call.principal.permissions.has('read-secret')
    if (!isRead || current === undefined) return noContent
    return answer(200, { key: verificationKey(current.key) })
  }),

  route(contract.getEndpointHeaders, async (call, services) => {
    const { endpoint } = await endpointOf(call, services)
    // A key may lie in a header of any name: who may not see secrets sees names alone.
    const mayShow = call.principal.permissions.has('read-secret')
    const isHidden = (name: string): boolean => !mayShow || isSensitive(name)
    const shown = Object.entries(endpoint.headers).filter(([name]) => !isHidden(name))
    const sensitive = Object.keys(endpoint.headers).filter(isHidden)
    return answer(200, { headers: Object.fromEntries(shown), sensitive })
  }),

  route(contract.updateEndpointHeaders, async (call, services) => {
    const changed = await changeEndpoint(call, services, ({ application, endpoint }) => ({
      ...endpoint,
      headers: checkHeaders(call.body.headers, headerOptions(application)),
    }))
    await raiseSelfEvent('updated', changed.after, { ...changed, services, now: call.now })
    return noContent
  }),

  route(contract.patchEndpointHeaders, async (call, services) => {
    const changes = call.body.headers ?? {}
    const changed = await changeEndpoint(call, services, ({ application, endpoint }) => {
      const options = headerOptions(application)
      checkHeaders(Object.fromEntries(Object.entries(changes).filter(isSet)), options)
      const merged = merge(endpoint.headers, changes, call.body.deleteHeaders ?? [])
      return { ...endpoint, headers: checkHeaders(merged, options) }
    })
    await raiseSelfEvent('updated', changed.after, { ...changed, services, now: call.now })
    return noContent
  }),

  route(contract.getEndpointStats, async (call, services) =>
    answer(200, await statsOf(call, services, 1)),
  ),

  route(contract.getEndpointAttemptStats, async (call, services) => {
    const { success, fail, canceled } = await statsOf(call, services, hourMs)
    return answer(200, { success, fail, canceled })
  }),
]

function graceSecondsOf(
  { gracePeriodSeconds }: { readonly gracePeriodSeconds?: number | null },
  { config }: Services,
): number {
  return gracePeriodSeconds ?? config.rollOverlapHours * 3_600
}

/** Says to whom it matters that the secret was replaced. */
async function told(changed: ChangedEndpoint, services: Services, now: number): Promise<void> {
  await raiseSelfEvent('updated', changed.after, { ...changed, services, now })
  await announceChange(changed.before, changed.after, { ...changed, services, now })
}

/** Counts attempts in the asked range, widened to whole steps. */
async function statsOf(
  call: Call<{ readonly since?: string; readonly until?: string }, unknown>,
  services: Services,
  stepMs: number,
) {
  const { application, endpoint } = await endpointOf(call, services)
  const until = queryTime(call.query.until, 'until') ?? call.now
  const since = queryTime(call.query.since, 'since') ?? until - statsRangeMs
  if (until > call.now + statsSlackMs) {
    throw new Problem(problems.invalidRange, {
      detail: { en: '`until` is in the future.', es: '`until` está en el futuro.' },
    })
  }
  if (until - since > statsRangeMs + statsSlackMs || since > until) {
    throw new Problem(problems.invalidRange, {
      detail: {
        en: 'The range is at most 28 days.',
        es: 'El intervalo es de 28 días como máximo.',
      },
    })
  }
  const { exhausted: _, ...counted } = await services.store.endpointStats({
    applicationId: application.id,
    endpointId: endpoint.id,
    since: Math.floor(since / stepMs) * stepMs,
    until: Math.ceil(until / stepMs) * stepMs,
  })
  return counted
}

function headerOptions(application: Application): Parameters<typeof checkHeaders>[1] {
  return { allowed: profileOf(application.profile).replaceableHeaders }
}

/** A secret as given (checked), or a new one. */
export function newSecret(
  given: string | null | undefined,
  services: Pick<Services, 'world'>,
  field = 'secret',
): string {
  if (given === null || given === undefined) {
    return generateSecret('hmac', services.world.random.bytes(generatedSecretBytes))
  }
  const parsed = parseSecret(given)
  if (!parsed.ok) throw refuse(field, parsed.reason, 'value_error.jsondecode')
  return parsed.secret
}

/** The new secret first; the old ones sign beside it until they expire. */
function rotated(
  secrets: readonly SigningSecret[],
  input: { readonly key: string; readonly graceMs: number; readonly now: number },
): readonly SigningSecret[] {
  const { key, graceMs, now } = input
  const old = secrets
    .map((secret) => ({ ...secret, expiresAt: secret.expiresAt ?? now + graceMs }))
    .filter((secret) => secret.expiresAt > now && secret.key !== key)
  if (old.length > limits.liveSecretsMax) {
    const first = Math.min(...old.map((secret) => secret.expiresAt))
    throw new Problem(problems.limitReached, {
      detail: {
        en: `At most ${limits.liveSecretsMax} old secrets may still sign. The next expires at ${timeText(first)}.`,
        es: `Como máximo ${limits.liveSecretsMax} secretos anteriores pueden seguir firmando. El próximo vence el ${timeText(first)}.`,
      },
    })
  }
  return [{ key, createdAt: now, expiresAt: null }, ...old]
}

function isSet(entry: [string, string | null]): entry is [string, string] {
  return entry[1] !== null
}

/** Names are one whatever their case: a new spelling replaces the old. */
function merge(
  headers: Endpoint['headers'],
  changes: Readonly<Record<string, string | null>>,
  removed: readonly string[],
): Readonly<Record<string, string>> {
  const merged = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), { name, value }]),
  )
  for (const name of removed) merged.delete(name.toLowerCase())
  for (const [name, value] of Object.entries(changes)) {
    merged.delete(name.toLowerCase())
    if (value !== null) merged.set(name.toLowerCase(), { name, value })
  }
  return Object.fromEntries([...merged.values()].map(({ name, value }) => [name, value]))
}
