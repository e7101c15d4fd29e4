/**
 * Another profile brings other rules: required names and codes, closed catalogs, one event alone, no
 * URL twice. The endpoints that are there were saved under the old ones. They stay as they are and are
 * sent to in the new shape, but the next change of one that does not fit is refused. So a switch says
 * beforehand which these are, and is made only by who knows.
 */
import * as contract from '../../contract/profile-fit.ts'
import type { Application } from '../../domain/application.ts'
import type { Endpoint } from '../../domain/endpoint.ts'
import { type Issue, Problem } from '../../domain/errors.ts'
import { readScope } from '../../domain/scope.ts'
import { isTypeRule } from '../../domain/type-rule.ts'
import type { Language } from '../../i18n/translate.ts'
import { isProfile } from '../../profiles/profiles.ts'
import { answer, applicationOf, type Route, route, type Services } from '../call.ts'
import { checkHeaders } from '../header-rules.ts'
import { issuesIn } from '../problem.ts'
import { refuseQuery } from '../validate.ts'
import { checkIdentity, checkLimits, type RuleContext, targetOf } from './endpoint-rules.ts'
import {
  checkSubscription,
  type Rules,
  refuseMissing,
  rulesOf,
  subscribedNames,
} from './subscriptions.ts'
import { refuser } from './texts.ts'

const listedMax = 100
/** Endpoints judged before others have their turn. */
const judgedInARow = 200

interface Misfit {
  readonly endpoint: Endpoint
  readonly issues: readonly Issue[]
}
export interface ProfileFit {
  readonly endpointCount: number
  readonly misfitCount: number
  /** The oldest of them. */
  readonly misfits: readonly Misfit[]
}

type FitContext = {
  readonly services: Pick<Services, 'store'>
  readonly language: Language
}

export const profileFitRoutes: readonly Route[] = [
  route(contract.getProfileFit, async (call, services) => {
    const application = await applicationOf(call, services)
    const { profile } = call.query
    if (!isProfile(profile)) {
      throw refuseQuery('profile', {
        en: 'there is no profile of that name',
        es: 'no existe un perfil con ese nombre',
      })
    }
    const { language } = call
    const fit = await profileFit(application, profile, { services, language })
    return answer(200, {
      profile,
      currentProfile: application.profile,
      endpointCount: fit.endpointCount,
      misfitCount: fit.misfitCount,
      misfits: fit.misfits.map(({ endpoint, issues }) => ({
        ...{ id: endpoint.id, uid: endpoint.uid, url: endpoint.url },
        name: textOf(endpoint.attributes['name']),
        reasons: issuesIn(issues, language).map(({ loc, msg, type }) => ({
          ...{ msg, type },
          field: loc.slice(1).join('.'),
        })),
      })),
    })
  }),
]

/** Refuses a switch that endpoints do not fit, unless the caller says that it is known. */
export async function checkSwitch(
  application: Application,
  profile: string | undefined,
  context: FitContext & { readonly force: boolean },
): Promise<void> {
  if (profile === undefined || profile === application.profile || context.force) return
  const { misfitCount, endpointCount } = await profileFit(application, profile, context)
  if (misfitCount === 0) return
  throw new Problem({
    status: 409,
    code: 'profile_misfit',
    detail: {
      en: `${misfitCount} of ${endpointCount} endpoints break rules of the profile ${profile}; GET /app/${application.id}/profile-fit?profile=${profile} says which. With force=true the profile is changed all the same: they stay as they are.`,
      es: `${misfitCount} de ${endpointCount} endpoints incumplen reglas del perfil ${profile}; GET /app/${application.id}/profile-fit?profile=${profile} dice cuáles. Con force=true el perfil se cambia de todos modos: quedan como están.`,
    },
  })
}

/** Judges every endpoint as if it were saved, oldest first, under the rules of that profile. */
async function profileFit(
  application: Application,
  profile: string,
  { services, language }: FitContext,
): Promise<ProfileFit> {
  const rules = await rulesOf({ profile })
  const view = await services.store.loadApplicationView(application.id)
  const endpoints = (view?.endpoints ?? [])
    .filter(({ transport }) => transport === 'http') // `posthorn listen` makes its own
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  const names = new Set(endpoints.flatMap(({ eventTypes }) => eventTypes ?? []))
  const missing = await services.store.missingEventTypes({
    organizationId: application.organizationId,
    names: [...names].filter((name) => !isTypeRule(name)),
  })
  const context = { rules, refuse: refuser(language), found: null, missing: new Set(missing) }
  const [targets, codes] = [new Set<string>(), new Set<string>()]
  const misfits: Misfit[] = []
  let misfitCount = 0
  for (const [count, endpoint] of endpoints.entries()) {
    const issues = faultsOf(endpoint, { ...context, siblings: { count, targets, codes } })
    targets.add(targetOf(endpoint.url))
    codes.add(textOf(endpoint.attributes['code']) ?? '')
    if (issues.length > 0) misfitCount += 1
    if (issues.length > 0 && misfits.length < listedMax) misfits.push({ endpoint, issues })
    if (count % judgedInARow === judgedInARow - 1) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { endpointCount: endpoints.length, misfitCount, misfits }
}

/** One reason of each kind. */
function faultsOf(
  endpoint: Endpoint,
  context: RuleContext &
    Pick<Parameters<typeof checkIdentity>[2], 'siblings'> & {
      readonly missing: ReadonlySet<string>
    },
): readonly Issue[] {
  const { rules, siblings } = context
  const { attributes, headers } = endpoint
  const checks = [
    () => checkLimits(endpoint, siblings, context),
    () => checkIdentity(attributes, {}, context),
    () => checkSubscribed(endpoint, context),
    () => checkHeaders(headers, { allowed: rules.profile.replaceableHeaders }),
  ]
  return checks.flatMap((check) => {
    try {
      check()
      return []
    } catch (refused) {
      if (refused instanceof Problem && refused.issues !== null) return refused.issues
      throw refused
    }
  })
}

function checkSubscribed(
  { eventTypes, attributes }: Endpoint,
  {
    rules,
    refuse,
    missing,
  }: Pick<RuleContext, 'refuse'> & {
    readonly rules: Rules
    readonly missing: ReadonlySet<string>
  },
): void {
  const context = textOf(attributes['context'])
  const names =
    eventTypes === null ? null : subscribedNames(eventTypes, rules, refuse, context ?? undefined)
  checkSubscription(
    {
      ...{ eventTypes: names, context },
      trigger: textOf(attributes['trigger']),
      scope: readScope(attributes['scope']),
    },
    { eventTypes: true, scope: true },
    { rules, refuse },
  )
  refuseMissing(names?.filter((name) => missing.has(name)) ?? [], rules, refuse)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
