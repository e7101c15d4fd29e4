/**
 * Signing in with OpenID Connect. The page asks where to go, the browser goes there and comes back
 * to a page of ours, and that page hands over what the provider sent along. Both calls come from our
 * own page (see `session-cookie.ts`), so the flow's cookie is as strict as the session's; the session
 * is opened by the same code as after a password.
 */
import * as contract from '../../contract/user.ts'
import { nobody } from '../../domain/audit.ts'
import { Problem, problems } from '../../domain/errors.ts'
import { type Answer, answer, type Call, type Route, route, type Services } from '../call.ts'
import type { User } from '../people.ts'
import { addressGroup, type RateLimiter, rateLimiter } from '../rate-limit.ts'
import { cookieNamed, flowCookie, flowCookieName } from '../session-cookie.ts'
import { admit, note } from '../sign-in.ts'
import { type Arrival, arrive } from './arrival.ts'
import { type Flow, flowOf, newFlow } from './flow.ts'
import type { OpenIdProvider } from './provider.ts'
import { type OpenIdRefusalCode, openIdProblem } from './refusals.ts'

/** For each client address: an office behind one of them comes in together. */
const stepsBurst = 40
const stepsPerSecond = 1

export const openIdRoutes: readonly Route[] = [
  route(contract.openIdStart, async (call, services) => {
    const provider = providerOf(services)
    limitSteps(call, services)
    const { jwtSecret } = services.keys
    const { flow, token } = newFlow({ jwtSecret, random: services.world.random }, call.now)
    const url = await provider.authorizationUrl(flow)
    if (typeof url !== 'string') throw openIdProblem(url.code)
    return {
      ...answer(200, { url }),
      headers: { 'set-cookie': flowCookie(token, call.pageOrigin) },
    }
  }),

  route(contract.openIdFinish, finish),
]

async function finish(
  call: Call<unknown, { readonly returned: string }>,
  services: Services,
): Promise<Answer> {
  const provider = providerOf(services)
  limitSteps(call, services)
  const refuse = async (code: OpenIdRefusalCode, user: User | null = null): Promise<never> => {
    const { id: operation } = contract.openIdFinish
    await note(call, services, { operation, actor: nobody, outcome: 'refused', user })
    services.world.log.info('session.refused', { code, user: user?.id ?? null })
    throw openIdProblem(code)
  }
  const returned = new URLSearchParams(call.body.returned)
  const flow = flowOfCall(call, services)
  if (flow === null || returned.get('state') !== flow.state) return refuse('openid_ended')
  if (!(await takeFlow(flow, services))) return refuse('openid_ended')
  const vouched = await provider.exchange(returned, flow)
  if ('code' in vouched) return refuse(vouched.code)
  const arrival = await arrive(vouched, {
    store: services.store,
    organizationId: services.keys.defaultOrganizationId,
    config: services.config,
    newUser: (about) => ({
      ...about,
      id: services.ids.next('user'),
      organizationId: services.keys.defaultOrganizationId,
      disabled: false,
      passwordHash: null,
      invite: null,
      generation: 1,
      lastSignInAt: null,
      createdAt: call.now,
    }),
  })
  if (arrival.kind === 'refused') return refuse(arrival.code, arrival.user)
  await noteChange(arrival, call, services)
  const { found, user } = arrival
  const { version } = found
  const admitted = await admit({ user, version }, call, services, contract.openIdFinish.id)
  const session = admitted.headers?.['set-cookie'] ?? []
  const cookies = [session, flowCookie(null, call.pageOrigin)].flat()
  return { ...admitted, headers: { ...admitted.headers, 'set-cookie': cookies } }
}

function providerOf({ openId }: Services): OpenIdProvider {
  if (openId == null) throw openIdProblem('openid_off')
  return openId
}

function flowOfCall(call: Call<unknown, unknown>, { keys }: Services): Flow | null {
  const token = cookieNamed(call.cookie, flowCookieName(call.pageOrigin))
  return token === null ? null : flowOf(token, keys.jwtSecret, call.now)
}

/** False: it was used. Of two at once, one is the first. */
async function takeFlow(flow: Flow, { store, keys }: Services): Promise<boolean> {
  const owner = keys.defaultOrganizationId
  const taken = await store.insertRecord({
    kind: 'sign-in',
    id: `${owner}/openid/${flow.name}`,
    owner,
    version: 1,
    dueAt: null,
    expiresAt: flow.expiresAt,
    body: {},
  })
  return taken === 'inserted'
}

/** What the provider's word changed beside the sign-in itself: somebody new, another role. */
async function noteChange(
  { found, user, isNew }: Extract<Arrival, { kind: 'user' }>,
  call: Call<unknown, unknown>,
  services: Services,
): Promise<void> {
  const actor = { kind: 'user', id: user.id, name: user.email } as const
  const about = { actor, outcome: 'done', user } as const
  const { email, role } = user
  if (isNew) {
    const after = { email, role }
    await note(call, services, { ...about, operation: contract.createUser.id, after })
  } else if (role !== found.user.role) {
    const change = { before: { role: found.user.role }, after: { role } }
    await note(call, services, { ...about, ...change, operation: contract.patchUser.id })
  }
}

const limiters = new WeakMap<OpenIdProvider, RateLimiter>() // the same for every call

function limitSteps(call: Call<unknown, unknown>, { openId, world }: Services): void {
  if (openId == null) return
  const limiter = limiters.get(openId) ?? rateLimiter(world.clock, stepsPerSecond, stepsBurst)
  limiters.set(openId, limiter)
  const retryAfterSeconds = limiter.take(addressGroup(call.address))
  if (retryAfterSeconds > 0) throw new Problem(problems.tooManyRequests, { retryAfterSeconds })
}
