/** What a profile asks of an endpoint itself and of its neighbours: name, code, URL, number, headers. */
import { isCode, suggestCode } from '../../domain/code.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { checkText } from '../fields.ts'
import type { Attributes, SettingsBody } from './settings.ts'
import type { Rules } from './subscriptions.ts'
import type { Refuse } from './texts.ts'

/** What the rules ask of an application's other endpoints. */
export interface Siblings {
  readonly count: number
  /** Their URLs, as far as they reach the receiver. */
  readonly targets: ReadonlySet<string>
  readonly codes: ReadonlySet<string>
}

export function siblingsFrom(endpoints: readonly Endpoint[]): Siblings {
  return {
    count: endpoints.length,
    targets: new Set(endpoints.map(({ url }) => targetOf(url))),
    codes: codesOf(endpoints),
  }
}

export interface RuleContext {
  readonly rules: Rules
  readonly refuse: Refuse
  /** The endpoint as it was; null: it is judged as a new one is. */
  readonly found: Endpoint | null
}

export function checkLimits(
  endpoint: Endpoint,
  siblings: Siblings,
  { rules, refuse, found }: RuleContext,
): void {
  const { endpointsMax, sameUrlTwice } = rules.profile.limits
  if (found === null && endpointsMax !== null && siblings.count >= endpointsMax) {
    throw refuse('url', 'endpointsMax', { count: endpointsMax })
  }
  if (!sameUrlTwice && siblings.targets.has(targetOf(endpoint.url))) {
    throw refuse('url', 'urlTaken')
  }
  if (!rules.profile.rules.headerValueRequired) return
  const empty = Object.entries(endpoint.headers).find(([, value]) => value === '')
  if (empty !== undefined) throw refuse(['headers', empty[0]], 'headerValue')
}

/** What of a URL reaches the receiver: not its fragment, and an empty query is none. */
export function targetOf(url: string): string {
  return url.replace(/#.*$/, '').replace(/\?$/, '')
}

/** Name, code and integration: what a webhook is called. */
export function checkIdentity(
  before: Attributes,
  body: SettingsBody,
  context: RuleContext & { readonly siblings: Siblings },
): Attributes {
  const { rules, refuse, found, siblings } = context
  const { nameLengthMin } = rules.profile.limits
  const name = body.name === undefined ? before['name'] : body.name
  const given = typeof name === 'string' ? checkText(name, 'name') : ''
  const asked = found === null || body.name !== undefined
  if (asked && [...given.trim()].length < nameLengthMin) {
    throw refuse('name', 'nameRequired', { count: nameLengthMin })
  }
  if (typeof body.integration === 'string' && [...body.integration.trim()].length < 2) {
    throw refuse('integration', 'integrationShort')
  }
  if (typeof body.notificationType === 'string' && body.notificationType !== 'REST') {
    throw refuse('notificationType', 'notificationType')
  }
  const code = codeOf(before['code'], given, body.code, { rules, refuse, found, siblings })
  return {
    ...(given === '' ? {} : { name: given }),
    ...(code === null ? {} : { code }),
    ...(typeof body.integration === 'string' ? { integration: body.integration } : {}),
  }
}

function codeOf(
  before: unknown,
  name: string,
  asked: string | null | undefined,
  { rules, refuse, siblings }: RuleContext & { readonly siblings: Siblings },
): string | null {
  if (typeof before === 'string') {
    if (asked !== undefined && asked !== before) throw refuse('code', 'codeFixed')
    return before
  }
  const taken = siblings.codes
  if (asked === undefined || asked === null) {
    if (!rules.profile.rules.codeRequired) return null
    const suggested = freeCode(name, taken)
    if (suggested === '') throw refuse('code', 'codeRequired')
    return suggested
  }
  if (!isCode(asked)) throw refuse('code', 'codeForm')
  if (taken.has(asked)) throw refuse('code', 'codeTaken')
  return asked
}

export function codesOf(endpoints: readonly Endpoint[]): ReadonlySet<string> {
  return new Set(endpoints.map((endpoint) => String(endpoint.attributes['code'] ?? '')))
}

/** The name's code, with a number behind it when it is taken. */
export function freeCode(name: string, taken: ReadonlySet<string>): string {
  const code = suggestCode(name)
  if (code === '' || !taken.has(code)) return code
  for (let number = 2; ; number++) {
    const next = `${code.slice(0, 58)}_${number}`
    if (!taken.has(next)) return next
  }
}
