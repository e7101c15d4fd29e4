/** The systems' fields of an endpoint: reading them from a body under the rules, and showing them. */

import type Type from 'typebox'
import type { AuthenticationIn, settingsIn, settingsOut } from '../../contract/endpoint-settings.ts'
import type { Application } from '../../domain/application.ts'
import { isTotpKey, keepsSecret, readAuthentication } from '../../domain/authentication.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { readScope, type ScopeFilter } from '../../domain/scope.ts'
import { alike } from '../../domain/sentence.ts'
import { isTypeRule } from '../../domain/type-rule.ts'
import type { Language } from '../../i18n/translate.ts'
import { profileOf } from '../../profiles/profiles.ts'
import { conflict, type Services } from '../call.ts'
import { checkHeaders } from '../header-rules.ts'
import { withTls } from '../tls-rules.ts'
import { checkIdentity, checkLimits, type Siblings, siblingsFrom } from './endpoint-rules.ts'
import { textSecret } from './signing-key.ts'
import { checkSubscription, type Rules, refuseMissing, rulesOf } from './subscriptions.ts'
import { type Refuse, refuser, ruleText } from './texts.ts'

type Fields<Schemas> = {
  [Name in keyof Schemas]?: Schemas[Name] extends Type.TSchema ? Type.Static<Schemas[Name]> : never
}
export type SettingsBody = Fields<typeof settingsIn> & {
  readonly secret?: string | null
  readonly eventTypes?: readonly string[] | null
  readonly filterTypes?: readonly string[] | null
}
export type Attributes = Readonly<Record<string, unknown>>

export interface SettingsContext {
  readonly application: Application
  readonly services: Pick<Services, 'store' | 'urlPolicy' | 'world'>
  readonly language: Language
  readonly now: number
  /** The endpoint as it was; null for a new one. */
  readonly found: Endpoint | null
}

/**
 * The endpoint with the body's settings, checked under the profile's rules. What the body leaves
 * out stays as it was.
 */
export async function applySettings(
  endpoint: Endpoint,
  body: SettingsBody,
  context: SettingsContext,
): Promise<Endpoint> {
  const { found } = context
  const rules = await rulesOf(context.application)
  const refuse = refuser(context.language)
  const asksForCode = typeof body.code === 'string'
  const siblings = await siblingsOf(endpoint, rules, { ...context, asksForCode })
  checkLimits(endpoint, siblings, { rules, refuse, found })
  const before: Attributes = found?.attributes ?? {}
  const attributes: Record<string, unknown> = {
    ...before,
    ...checkIdentity(before, body, { rules, refuse, found, siblings }),
    ...plainSettings(body, context.now),
  }
  const subscription = checkSubscription(
    {
      eventTypes: endpoint.eventTypes,
      trigger: pick(body.trigger, before['trigger']),
      context: pick(body.context, before['context']),
      scope: body.scope === undefined ? readScope(before['scope']) : (body.scope ?? null),
    },
    {
      eventTypes: ((body.eventTypes ?? body.filterTypes)?.length ?? 0) > 0,
      scope: body.scope !== undefined,
    },
    { rules, refuse },
  )
  if (body.trigger !== undefined) {
    await checkExist(subscription.eventTypes, context, { rules, refuse })
  }
  set(attributes, 'trigger', subscription.trigger)
  set(attributes, 'context', subscription.context)
  set(attributes, 'scope', subscription.scope)
  const authenticated = authenticate(endpoint, body.authentication, { context, refuse })
  set(attributes, 'authentication', authenticated.authentication ?? before['authentication'])
  if (body.authentication === null) delete attributes['authentication']
  const { credentials: _, ...rest } = endpoint
  const key =
    found === null && body.secret == null ? textSecret(context.application, context.services) : null
  const settled: Endpoint = {
    ...rest,
    ...(key === null ? {} : { secrets: [{ key, createdAt: context.now, expiresAt: null }] }),
    eventTypes: subscription.eventTypes,
    attributes,
    ...(authenticated.credentials === undefined ? {} : { credentials: authenticated.credentials }),
  }
  return withTls(settled, body.tls, ['tls'])
}

function pick(given: string | null | undefined, before: unknown): string | null {
  if (given !== undefined) return given
  return typeof before === 'string' ? before : null
}

function set(attributes: Record<string, unknown>, name: string, value: unknown): void {
  if (value === null || value === undefined) delete attributes[name]
  else attributes[name] = value
}

/** The application's other endpoints, when a rule needs to know them. */
async function siblingsOf(
  endpoint: Endpoint,
  { profile }: Rules,
  {
    services,
    application,
    asksForCode,
  }: Pick<SettingsContext, 'services' | 'application'> & { readonly asksForCode: boolean },
): Promise<Siblings> {
  const { endpointsMax, sameUrlTwice } = profile.limits
  const needsCode = profile.rules.codeRequired || asksForCode
  if (endpointsMax === null && sameUrlTwice && !needsCode) return siblingsFrom([])
  const view = await services.store.loadApplicationView(application.id)
  return siblingsFrom((view?.endpoints ?? []).filter((other) => other.id !== endpoint.id))
}

/**
 * Looks again after an endpoint was created: two nodes may both have found room at the same moment.
 * Who sees that gives way, so that no limit is ever passed; at worst both do and are asked again.
 */
export async function confirmCreated(
  created: Endpoint,
  context: Omit<SettingsContext, 'found'>,
): Promise<void> {
  const rules = await rulesOf(context.application)
  const code = created.attributes['code']
  const asksForCode = typeof code === 'string'
  const siblings = await siblingsOf(created, rules, { ...context, asksForCode })
  const refuse = refuser(context.language)
  try {
    checkLimits(created, siblings, { rules, refuse, found: null })
    if (typeof code === 'string' && siblings.codes.has(code)) throw refuse('code', 'codeTaken')
  } catch (refusal) {
    await context.services.store.deleteEndpoint({
      applicationId: created.applicationId,
      endpointId: created.id,
      now: context.now,
    })
    throw refusal
  }
}

/** Settings without a rule but their schema's. */
function plainSettings(body: SettingsBody, now: number): Attributes {
  return {
    ...(body.hidden === undefined ? {} : { hidden: body.hidden }),
    ...(body.signature === undefined ? {} : { signature: body.signature }),
    ...(body.payload === undefined ? {} : { payload: body.payload }),
    ...(body.notificationType === undefined ? {} : { notificationType: body.notificationType }),
    ...(body.runCount === undefined ? {} : { runCount: body.runCount, runCountSince: now }),
  }
}

async function checkExist(
  names: readonly string[] | null,
  { services, application }: SettingsContext,
  { rules, refuse }: { readonly rules: Rules; readonly refuse: Refuse },
): Promise<void> {
  if (names === null) return
  const { organizationId } = application
  const missing = await services.store.missingEventTypes({
    organizationId,
    names: names.filter((name) => !isTypeRule(name)),
  })
  refuseMissing(missing, rules, refuse)
}

type AuthenticationBody = Type.Static<typeof AuthenticationIn> | null | undefined

interface AuthenticationContext {
  readonly context: Pick<SettingsContext, 'found' | 'language'> & {
    readonly services: Pick<Services, 'urlPolicy'>
  }
  readonly refuse: Refuse
}

/** The settings to keep, and the secret apart from them. */
export function authenticate(
  endpoint: Endpoint,
  given: AuthenticationBody,
  { context, refuse }: AuthenticationContext,
): {
  readonly authentication?: Attributes
  readonly credentials?: NonNullable<Endpoint['credentials']>
} {
  const before = endpoint.credentials
  if (given === undefined) return before === undefined ? {} : { credentials: before }
  const { secret: _, ...others } = before ?? {}
  if (given === null) return Object.keys(others).length === 0 ? {} : { credentials: others }
  const { secret, ...authentication } = given
  const field = ['authentication', 'secret']
  if (given.kind === 'oauth2') {
    const verdict = context.services.urlPolicy.check(given.tokenUrl, context.language)
    if (!verdict.ok) {
      throw refuse(['authentication', 'tokenUrl'], 'tokenUrl', { reason: verdict.reason })
    }
  }
  const stored = context.found?.attributes['authentication']
  const kept = secret ?? (keepsSecret(stored, given) ? before?.['secret'] : undefined)
  if (kept === undefined) {
    const moved =
      readAuthentication(stored)?.kind === given.kind && before?.['secret'] !== undefined
    throw refuse(field, moved ? 'secretElsewhere' : 'secretRequired')
  }
  if (given.kind === 'totp' && !isTotpKey(kept)) throw refuse(field, 'totpKey')
  if (given.kind !== 'totp' && !/^[\x20-\x7e]+$/.test(kept)) throw refuse(field, 'secretForm')
  if ('name' in given && given.placement !== 'query') {
    checkHeaders({ [given.name]: 'x' }, { at: ['authentication', 'name'] })
  }
  return { authentication, credentials: { ...others, secret: kept } }
}

/** Refuses to delete where the profile only deactivates. */
export function checkDeletable(application: Application, language: Language): void {
  if (profileOf(application.profile).rules.deletable) return
  throw conflict(alike(ruleText(language, 'notDeletable')))
}

/** The settings as the API shows them: never a secret. Empty where nothing was ever set. */
export function settingsView(
  endpoint: Endpoint,
  application: Pick<Application, 'profile'>,
): Fields<typeof settingsOut> {
  const { attributes } = endpoint
  if (application.profile === 'standard' && Object.keys(attributes).length === 0) return {}
  const profile = profileOf(application.profile)
  const text = (name: string): string | null =>
    typeof attributes[name] === 'string' ? attributes[name] : null
  return {
    name: text('name'),
    code: text('code'),
    integration: text('integration') ?? 'manual',
    hidden: attributes['hidden'] === true,
    notificationType: text('notificationType') ?? 'REST',
    trigger: text('trigger'),
    context: text('context'),
    scope: scopeView(readScope(attributes['scope'])),
    authentication: authenticationView(endpoint),
    signature: text('signature') ?? profile.signature,
    payload: text('payload') ?? profile.rules.payload,
  }
}

function scopeView(scope: ScopeFilter | null): Record<string, string[]> | null {
  if (scope === null) return null
  return Object.fromEntries(Object.entries(scope).map(([kind, ids]) => [kind, [...ids]]))
}

function authenticationView({ attributes, credentials }: Endpoint): Record<string, unknown> | null {
  const settings = attributes['authentication']
  if (typeof settings !== 'object' || settings === null) return null
  return { ...settings, hasSecret: credentials?.['secret'] !== undefined }
}
