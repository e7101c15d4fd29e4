/** Test events: made-up data sent now, the answer shown, nothing counted and nothing logged. */

import * as contract from '../../contract/webhook.ts'
import type { Application } from '../../domain/application.ts'
import { storedIn } from '../../domain/attempt-sentences.ts'
import { type Endpoint, plainEndpoint } from '../../domain/endpoint.ts'
import { Problem, problems } from '../../domain/errors.ts'
import type { Message } from '../../domain/message.ts'
import { type Answered, isCanceledByCode, type Outcome } from '../../domain/outcome.ts'
import { newestSchema } from '../../domain/schema/versions.ts'
import { generatedSecretBytes, generateSecret } from '../../domain/secret.ts'
import { alike } from '../../domain/sentence.ts'
import { type Step, stepsOf } from '../../domain/steps.ts'
import type { Language } from '../../i18n/translate.ts'
import { profileOf } from '../../profiles/profiles.ts'
import {
  type Answer,
  answer,
  applicationOf,
  conflict,
  type Direct,
  endpointOf,
  type Route,
  route,
  type Services,
} from '../call.ts'
import { checkOutboundUrl } from '../fields.ts'
import { checkHeaders } from '../header-rules.ts'
import { sampleTypes } from '../sample-types.ts'
import { timeText } from '../times.ts'
import { withTls } from '../tls-rules.ts'
import { authenticate } from './settings.ts'
import { rulesOf, subscribedNames } from './subscriptions.ts'
import { refuser, ruleText } from './texts.ts'

/** Requests of one test that are open at once. */
export const atOnce = 10

export const testRoutes: readonly Route[] = [
  route(contract.testEndpoint, async (call, services) => {
    const { application, endpoint } = await endpointOf(call, services)
    const { url, headers, eventTypes } = call.body
    const asked: Endpoint = {
      ...endpoint,
      url: url === undefined ? endpoint.url : checkOutboundUrl(url, services),
      headers: headers === undefined ? endpoint.headers : checked(headers, application),
    }
    return test(asked, eventTypes, {
      application,
      services,
      language: call.language,
      now: call.now,
    })
  }),

  route(contract.testUnsavedEndpoint, async (call, services) => {
    const application = await applicationOf(call, services)
    const { language, now } = call
    if (profileOf(application.profile).rules.test === 'saved') {
      throw conflict(alike(ruleText(language, 'testSaved')))
    }
    const { url, headers, eventTypes, authentication, tls } = call.body
    const endpoint = unsaved(application, services, now)
    const asked: Endpoint = {
      ...endpoint,
      url: checkOutboundUrl(url, services),
      headers: headers === undefined ? {} : checked(headers, application),
    }
    const proof = authenticate(asked, authentication, {
      context: { found: null, services, language },
      refuse: refuser(language),
    })
    const proven = withTls(authenticated(asked, proof), tls, ['tls'])
    return test(proven, eventTypes, { application, services, language, now })
  }),
]

/** The endpoint as it would be saved with that proof of who sends. */
function authenticated(
  endpoint: Endpoint,
  { authentication, credentials }: ReturnType<typeof authenticate>,
): Endpoint {
  if (authentication === undefined || credentials === undefined) return endpoint
  return { ...endpoint, attributes: { ...endpoint.attributes, authentication }, credentials }
}

export interface TestContext {
  readonly application: Application
  readonly services: Services
  readonly language: Language
  readonly now: number
}

async function test(...input: Parameters<typeof testResults>): Promise<Answer> {
  const results = await testResults(...input)
  return answer(200, { succeeded: results.every(({ succeeded }) => succeeded), results })
}

/** Sends made-up data of each type. Throws what keeps it from being tested at all. */
export async function testResults(
  endpoint: Endpoint,
  asked: readonly string[] | undefined,
  context: TestContext,
): Promise<readonly Awaited<ReturnType<typeof testOne>>[]> {
  const { application, services, language } = context
  if (profileOf(application.profile).rules.test === 'none') {
    throw conflict(alike(ruleText(language, 'testNone')))
  }
  const { direct } = services
  if (direct == null) throw new Problem(problems.unavailable)
  const refuse = refuser(language)
  const wanted =
    asked ?? (await sampleTypes(endpoint.eventTypes ?? [], application, services.store))
  const names = [...subscribedNames(wanted, await rulesOf(application), refuse)]
  if (names.length === 0) throw refuse('eventTypes', 'testEvents')
  const results: Awaited<ReturnType<typeof testOne>>[] = []
  for (let at = 0; at < names.length; at += atOnce) {
    const some = names
      .slice(at, at + atOnce)
      .map((name) => testOne(name, endpoint, direct, context))
    results.push(...(await Promise.all(some)))
  }
  return results
}

async function testOne(
  eventType: string,
  endpoint: Endpoint,
  direct: Direct,
  { application, services, language, now }: TestContext,
) {
  const message: Message = {
    id: services.ids.next('message'),
    applicationId: application.id,
    eventType,
    eventId: null,
    channels: null,
    tags: null,
    payload: Buffer.from(JSON.stringify(await sampleOf(eventType, application, services))),
    contentType: 'application/json',
    createdAt: now,
    deliverAt: null,
    payloadExpiresAt: now,
    attributes: { test: true },
  }
  const { outcome, succeeded, url } = await direct.send({ application, endpoint, message })
  const answered = outcome.kind === 'answered'
  const { testNeedsBody } = profileOf(application.profile).rules
  const empty = testNeedsBody && answered && outcome.body.length === 0
  return {
    eventType,
    succeeded: succeeded && !empty,
    url,
    responseStatusCode: answered ? outcome.status : null,
    redirectTo: answered ? redirectOf(outcome, endpoint.url) : null,
    response: answered ? Buffer.from(outcome.body).toString('utf8') : '',
    error: empty ? ruleText(language, 'testEmpty') : answered ? null : storedIn(language, outcome),
    errorClass: answered ? null : outcome.errorClass,
    durationMs: Math.round(outcome.timings.totalMs),
    remoteAddress: outcome.remoteAddress,
    certificateExpiresAt: answered ? certificateEnd(outcome) : null,
    steps:
      isDialled(endpoint) && !isCanceledByCode(outcome)
        ? wayOf(outcome, { url: endpoint.url, succeeded })
        : [],
  }
}

function redirectOf({ status, headers }: Answered, url: string): string | null {
  const location = headers['location']
  if (status < 300 || status > 399 || location === undefined) return null
  return URL.parse(location, url)?.href ?? null
}

function certificateEnd({ connection }: Answered): string | null {
  const ends = connection?.tls?.certificate?.expiresAt
  return ends === undefined ? null : timeText(ends)
}

function isDialled({ transport, url }: Endpoint): boolean {
  return transport === 'http' && /^https?:/i.test(url)
}

function wayOf(
  outcome: Outcome,
  { url, succeeded }: { readonly url: string; readonly succeeded: boolean },
): readonly Step[] {
  const steps = stepsOf(outcome, { secure: /^https:/i.test(url), succeeded })
  return steps.map(({ durationMs, ...step }) => {
    return { ...step, durationMs: durationMs === null ? null : Math.round(durationMs) }
  })
}

/** The event type's first example; without one a body that says what it is. */
export async function sampleOf(
  eventType: string,
  application: Application,
  services: Pick<Services, 'store'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { organizationId } = application
  const found = await services.store.findEventType({ organizationId, name: eventType })
  const schema = newestSchema(found?.schemas)
  const examples: unknown = Reflect.get(Object(schema), 'examples')
  const first: unknown = Array.isArray(examples) ? examples[0] : null
  return typeof first === 'object' && first !== null
    ? { ...first }
    : { type: eventType, test: true }
}

function checked(headers: Endpoint['headers'], application: Application): Endpoint['headers'] {
  return checkHeaders(headers, { allowed: profileOf(application.profile).replaceableHeaders })
}

function unsaved(application: Application, services: Services, now: number): Endpoint {
  const key = generateSecret('hmac', services.world.random.bytes(generatedSecretBytes))
  const id = services.ids.next('endpoint')
  return {
    ...plainEndpoint({ id, applicationId: application.id, url: '', now }),
    secrets: [{ key, createdAt: now, expiresAt: null }],
  }
}
