/**
 * Tries an endpoint out: flagged requests through the real delivery path, judged one by one.
 * Nothing is stored, and nothing counts in the endpoint's health.
 */
import * as contract from '../contract/checkup.ts'
import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { Message } from '../domain/message.ts'
import type { Outcome } from '../domain/outcome.ts'
import { generatedSecretBytes, generateSecret } from '../domain/secret.ts'
import { type ExplainedCode, explanationOf } from '../i18n/explanations.ts'
import type { Language } from '../i18n/translate.ts'
import { signatureKindOf } from '../profiles/profile.ts'
import { profileOf } from '../profiles/profiles.ts'
import { answer, type Direct, endpointOf, type Route, route, type Services } from './call.ts'
import { type RateLimiter, rateLimiter } from './rate-limit.ts'
import { sampleTypes } from './sample-types.ts'
import { sampleOf } from './systems/test-events.ts'
import { timeText } from './times.ts'

/** Requests of a check-up carry it, with what they try. */
export const checkupHeader = 'posthorn-checkup'
const unknownType = 'posthorn.checkup.unknown-type'
const oldMs = 10 * 60_000
/** So much older is the older of two events that come in the wrong order. */
const momentMs = 1_000
const slowMs = 5_000
const certificateDaysMs = 14 * 86_400_000
const excerptLength = 500
const perMinute = 6

export const checkupRoutes: readonly Route[] = [
  route(contract.checkupEndpoint, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const { direct } = services
    const payload = call.body.payload ?? null
    if (payload !== null && !call.principal.permissions.has('send')) {
      throw new Problem(problems.forbidden)
    }
    if (direct == null) throw new Problem(problems.unavailable)
    const retryAfterSeconds = limiterOf(services).take(endpoint.id)
    if (retryAfterSeconds > 0) throw new Problem(problems.tooManyRequests, { retryAfterSeconds })
    const [wanted] = await sampleTypes(endpoint.eventTypes ?? [], application, services.store)
    const eventType = call.body.eventType ?? wanted ?? 'posthorn.checkup'
    const { now } = call
    const context = { application, endpoint, eventType, payload, direct, services, now }
    const probes = await probeAll(context)
    const results = judge(probes, endpoint, call.now)
    return answer(200, {
      verdict: worst(results),
      checkedAt: timeText(call.now),
      url: probes.valid.url,
      eventType,
      requests: Object.values(probes).filter((probe) => probe !== null).length,
      results: results.map((result) => shown(result, call.language)),
    })
  }),
]

const limiters = new WeakMap<Services['views'], RateLimiter>() // the same for every call

function limiterOf(services: Services): RateLimiter {
  const known = limiters.get(services.views)
  if (known !== undefined) return known
  const made = rateLimiter(services.world.clock, perMinute / 60, perMinute)
  limiters.set(services.views, made)
  return made
}

interface Context {
  readonly application: Application
  readonly endpoint: Endpoint
  readonly eventType: string
  /** Null: the type's example. */
  readonly payload: Readonly<Record<string, unknown>> | null
  readonly direct: Direct
  readonly services: Services
  readonly now: number
}

type Probe = Awaited<ReturnType<Direct['send']>>

interface Probes {
  readonly valid: Probe
  readonly duplicate: Probe | null
  /** Of two events made moments apart; this one is sent first. */
  readonly newer: Probe | null
  readonly older: Probe | null
  readonly badSignature: Probe | null
  readonly oldTimestamp: Probe | null
  readonly unknownType: Probe | null
}

const untriedProbes: Omit<Probes, 'valid'> = {
  duplicate: null,
  newer: null,
  older: null,
  badSignature: null,
  oldTimestamp: null,
  unknownType: null,
}

/** One after the other: the receiver sees them in this order. Only the first when it is refused. */
async function probeAll(context: Context): Promise<Probes> {
  const { application, endpoint, eventType, services, now } = context
  const sample = context.payload ?? (await sampleOf(eventType, application, services))
  const message = messageOf(context, eventType, sample)
  const valid = await send('valid_event', message, context)
  if (!valid.succeeded) return { ...untriedProbes, valid }
  const kind = signatureKindOf(endpoint, profileOf(application.profile))
  const duplicate = await send('duplicate', message, context)
  const fresh = () => messageOf(context, eventType, sample)
  const earlier = { ...fresh(), createdAt: now - momentMs }
  const newer = await send('out_of_order', fresh(), context) // its id is the later one
  const older = await send('out_of_order', earlier, context)
  const key = generateSecret('hmac', services.world.random.bytes(generatedSecretBytes))
  const forged = { ...endpoint, secrets: [{ key, createdAt: now, expiresAt: null }] }
  const badSignature =
    kind === 'none' ? null : await send('bad_signature', fresh(), { ...context, endpoint: forged })
  const oldTimestamp =
    kind === 'standard-webhooks'
      ? await send('old_timestamp', fresh(), context, services.world.clock.now() - oldMs)
      : null
  const unknown = messageOf(context, unknownType, { ...sample, posthornCheckup: true })
  return {
    valid,
    duplicate,
    newer,
    older,
    badSignature,
    oldTimestamp,
    unknownType: await send('unknown_type', unknown, context),
  }
}

function send(
  check: string,
  message: Message,
  { application, endpoint, direct }: Context,
  signedAt?: number,
): Promise<Probe> {
  const headers = { ...endpoint.headers, [checkupHeader]: check }
  return direct.send({
    application,
    endpoint: { ...endpoint, headers },
    message,
    ...(signedAt === undefined ? {} : { signedAt }),
  })
}

function messageOf(
  { application, services, now }: Context,
  eventType: string,
  payload: Readonly<Record<string, unknown>>,
): Message {
  return {
    id: services.ids.next('message'),
    applicationId: application.id,
    eventType,
    eventId: null,
    channels: null,
    tags: null,
    payload: Buffer.from(JSON.stringify(payload)),
    contentType: 'application/json',
    createdAt: now,
    deliverAt: null,
    payloadExpiresAt: now,
    attributes: { test: true },
  }
}

interface Judged {
  readonly check: string
  readonly state: 'pass' | 'warn' | 'fail' | 'skipped'
  readonly code: ExplainedCode | null
  readonly probe: Probe | null
}

function judge(probes: Probes, endpoint: Endpoint, now: number): readonly Judged[] {
  const { valid, duplicate } = probes
  const redirected = statusOf(valid) >= 300 && statusOf(valid) < 400
  const reached = valid.outcome.kind === 'answered'
  const untried = (check: string, code: ExplainedCode): Judged => ({
    check,
    state: 'skipped',
    code,
    probe: null,
  })
  const result = (check: string, probe: Probe, fault: Fault | null): Judged => ({
    check,
    state: fault?.[0] ?? 'pass',
    code: fault?.[1] ?? null,
    probe,
  })
  const whenTried = (check: string, probe: Probe | null, fault: (probe: Probe) => Fault | null) =>
    probe === null
      ? untried(check, valid.succeeded ? 'checkup_not_signed' : 'checkup_not_reached')
      : result(check, probe, fault(probe))
  return [
    result('reachable', valid, reached ? null : ['fail', valid.outcome.errorClass]),
    result('https', valid, isPlain(endpoint.url) ? ['warn', 'checkup_plain_http'] : null),
    certificateResult(valid, now),
    reached
      ? result('no_redirect', valid, redirected ? ['fail', 'checkup_redirect'] : null)
      : untried('no_redirect', 'checkup_not_reached'),
    result('valid_event', valid, valid.succeeded ? null : ['fail', 'checkup_event_refused']),
    whenTried('duplicate', duplicate, (probe) =>
      probe.succeeded ? null : ['fail', 'checkup_duplicate_refused'],
    ),
    whenTried(
      'out_of_order',
      probes.newer?.succeeded === false ? probes.newer : probes.older,
      (probe) => (probe.succeeded ? null : ['warn', 'checkup_out_of_order_refused']),
    ),
    whenTried('bad_signature', probes.badSignature, badSignatureFault),
    whenTried('old_timestamp', probes.oldTimestamp, (probe) =>
      isRefusal(probe) ? null : ['warn', 'checkup_old_timestamp_accepted'],
    ),
    whenTried('unknown_type', probes.unknownType, (probe) =>
      probe.succeeded ? null : ['warn', 'checkup_unknown_type_refused'],
    ),
    reached
      ? result('speed', slowest(probes), isSlow(slowest(probes)) ? ['warn', 'checkup_slow'] : null)
      : untried('speed', 'checkup_not_reached'),
  ]
}

function certificateResult(valid: Probe, now: number): Judged {
  const { outcome } = valid
  const told = outcome.kind === 'answered' ? outcome.connection?.tls?.certificate : null
  const ends = told?.expiresAt ?? null
  const check = 'certificate'
  if (ends === null) return { check, state: 'skipped', code: 'checkup_no_certificate', probe: null }
  return ends - now < certificateDaysMs
    ? { check, state: 'warn', code: 'checkup_certificate_ends', probe: valid }
    : { check, state: 'pass', code: null, probe: valid }
}

type Fault = readonly ['warn' | 'fail', ExplainedCode]

function badSignatureFault(probe: Probe): Fault | null {
  if (probe.succeeded) return ['fail', 'checkup_bad_signature_accepted']
  return isRefusal(probe) ? null : ['warn', 'checkup_bad_signature_failed']
}

function isRefusal(probe: Probe): boolean {
  return !probe.succeeded && statusOf(probe) >= 400 && statusOf(probe) < 500
}

function statusOf({ outcome }: Probe): number {
  return outcome.kind === 'answered' ? outcome.status : 0
}

function isPlain(url: string): boolean {
  return !url.startsWith('https:')
}

function slowest(probes: Probes): Probe {
  const tried = Object.values(probes).filter((probe): probe is Probe => probe !== null)
  return tried.reduce((slow, probe) => (durationOf(probe) > durationOf(slow) ? probe : slow))
}

function isSlow(probe: Probe): boolean {
  return durationOf(probe) > slowMs
}

function durationOf({ outcome }: { readonly outcome: Outcome }): number {
  return Math.round(outcome.timings.totalMs)
}

function worst(results: readonly Judged[]): 'pass' | 'warn' | 'fail' {
  if (results.some(({ state }) => state === 'fail')) return 'fail'
  return results.some(({ state }) => state === 'warn') ? 'warn' : 'pass'
}

function shown({ check, state, code, probe }: Judged, language: Language) {
  const outcome = probe?.outcome
  return {
    check,
    state,
    finding: code === null ? null : { code, ...explanationOf(code, language) },
    responseStatusCode: outcome?.kind === 'answered' ? outcome.status : null,
    response:
      outcome?.kind === 'answered'
        ? Buffer.from(outcome.body).toString('utf8').slice(0, excerptLength)
        : null,
    durationMs: probe === null ? null : durationOf(probe),
  }
}
