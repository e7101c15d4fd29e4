/**
 * Signing in and out. Whether there is such a user shows neither in the answer nor in its time: an
 * unknown address costs a password check too, and is locked like a known one. Five wrong passwords
 * in a row lock an address for a second, each further one for twice as long, up to a quarter of an
 * hour; beside that a client address has ten tries, and one more every five seconds.
 */

import { createHash } from 'node:crypto'
import * as contract from '../contract/user.ts'
import { type Actor, type AuditEntry, nobody } from '../domain/audit.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { OrganizationId } from '../domain/ids.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import {
  type Answer,
  answer,
  type Call,
  conflict,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { type FoundUser, findUser, findUserByEmail, isHashOf, type User } from './people.ts'
import { permissionsOfRole } from './principal.ts'
import { addressGroup, type RateLimiter, rateLimiter } from './rate-limit.ts'
import { sessionCookie } from './session-cookie.ts'
import {
  csrfTokenOf,
  endUserSession,
  openSessionsOf,
  openUserSession,
  sessionOf,
  type UserSession,
} from './user-sessions.ts'
import { hasUsers, saveUser, sessionOut, userOut } from './users.ts'

const triesBurst = 10
const triesPerSecond = 0.2
const freeFailures = 5
const lockMs = { first: 1_000, most: 15 * 60_000 }
const failuresKeptMs = 86_400_000

export const signInRoutes: readonly Route[] = [
  route(contract.signInMethods, async (_call, { store, keys, openId }) =>
    answer(200, {
      password: await hasUsers(store, keys.defaultOrganizationId),
      openId: openId == null ? null : { name: openId.name },
    }),
  ),
  route(contract.signIn, signIn),
  route(contract.acceptInvite, acceptInvite),

  route(contract.currentSession, async (call, services) => {
    const { user } = await callerOf(call, services.store)
    const record = await services.store.findRecord({
      kind: 'user-session',
      id: call.principal.sessionId ?? '',
    })
    if (record === null) throw notFound(absent.session)
    return answer(200, current(user, sessionOf(record), tokenOf(call), call, services))
  }),

  route(contract.signOut, async (call, services) => {
    const { store } = services
    const { user } = await callerOf(call, store)
    const id = call.principal.sessionId ?? ''
    const record = await store.findRecord({ kind: 'user-session', id })
    await endUserSession(store, user, id)
    const headers = { 'set-cookie': sessionCookie(null, call.pageOrigin) }
    const byOpenId = record !== null && sessionOf(record).byOpenId === true
    const url = byOpenId ? ((await services.openId?.signOutUrl()) ?? null) : null
    return url === null
      ? { status: 204, body: null, headers }
      : { ...answer(200, { url }), headers }
  }),

  route(contract.listOwnSessions, async (call, { store }) => {
    const { user } = await callerOf(call, store)
    const sessions = await openSessionsOf(store, user, call.now)
    return answer(200, { data: sessions.map((session) => sessionOut(session, call.principal)) })
  }),

  route(contract.endOwnSession, async (call, { store }) => {
    const { user } = await callerOf(call, store)
    if (!(await endUserSession(store, user, call.path['session_id'] ?? '')))
      throw notFound(absent.session)
    return { status: 204, body: null }
  }),

  route(contract.changePassword, async (call, services) => {
    const { store } = services
    const { user, version } = await callerOf(call, store)
    if (!(await isPassword(call.body.current, user.passwordHash, services))) {
      throw conflict({
        en: 'This is not the current password.',
        es: 'Esa no es la contraseña actual.',
      })
    }
    const changed: User = {
      ...user,
      passwordHash: await hashPassword(call.body.password, services),
      invite: null,
      generation: user.generation + 1,
    }
    await saveUser(store, changed, version)
    return open(changed, call, services, false)
  }),
]

async function signIn(
  call: Call<unknown, { readonly email: string; readonly password: string }>,
  services: Services,
): Promise<Answer> {
  const organizationId = services.keys.defaultOrganizationId
  const { email, password } = call.body
  limitTries(call, services)
  const lock = await lockOf(email, organizationId, services.store)
  if (lock.until > call.now) {
    const retryAfterSeconds = Math.ceil((lock.until - call.now) / 1000)
    throw new Problem(problems.tooManyRequests, { retryAfterSeconds })
  }
  const found = await findUserByEmail(services.store, organizationId, email)
  const right = await isPassword(password, found?.user.passwordHash ?? null, services)
  if (!right || found === null || found.user.disabled) {
    await lock.fail(call.now)
    await note(call, services, {
      operation: contract.signIn.id,
      actor: nobody,
      outcome: 'refused',
      user: found?.user ?? null,
    })
    throw new Problem(problems.unauthenticated, {
      detail: {
        en: 'E-mail address or password is wrong.',
        es: 'El correo o la contraseña no son correctos.',
      },
    })
  }
  await lock.clear()
  return admit(found, call, services, contract.signIn.id)
}

async function acceptInvite(
  call: Call<unknown, { readonly token: string; readonly password: string }>,
  services: Services,
): Promise<Answer> {
  limitTries(call, services)
  const { token, password } = call.body
  const id = /^phi_(usr_[0-9A-Za-z]{27})_[0-9a-f]{64}$/.exec(token)?.[1]
  const found = id === undefined ? null : await findUser(services.store, id)
  const invite = found?.user.invite ?? null
  const valid = invite !== null && isHashOf(invite.hash, token) && invite.expiresAt > call.now
  if (found === null || !valid || found.user.disabled) {
    throw new Problem(problems.unauthenticated, {
      detail: {
        en: 'This link has ended: ask for another.',
        es: 'Este enlace ya no sirve: pide otro.',
      },
    })
  }
  const user: User = {
    ...found.user,
    passwordHash: await hashPassword(password, services),
    invite: null,
    generation: found.user.generation + 1,
  }
  return admit({ user, version: found.version }, call, services, contract.acceptInvite.id)
}

/** Signs a user in who has shown who they are. Of two uses of one link at once, one gets in. */
export async function admit(
  { user, version }: FoundUser,
  call: Call<unknown, unknown>,
  services: Services,
  operation: string,
): Promise<Answer> {
  const seen: User = { ...user, lastSignInAt: call.now }
  await saveUser(services.store, seen, version)
  const actor: Actor = { kind: 'user', id: user.id, name: user.email }
  await note(call, services, { operation, actor, outcome: 'done', user })
  return open(seen, call, services, operation === contract.openIdFinish.id)
}

async function open(
  user: User,
  call: Call<unknown, unknown>,
  services: Services,
  byOpenId: boolean,
): Promise<Answer> {
  const { address, userAgent, now } = call
  const from = { address, userAgent, now, byOpenId }
  const { session, token } = await openUserSession(services, user, from)
  return {
    ...answer(200, current(user, session, token, call, services)),
    headers: { 'set-cookie': sessionCookie(token, call.pageOrigin) },
  }
}

function current(
  user: User,
  session: UserSession,
  token: string,
  call: Call<unknown, unknown>,
  services: Services,
) {
  return {
    session: sessionOut(session, { sessionId: session.id }),
    user: userOut(user, call.now),
    permissions: [...permissionsOfRole(user.role)],
    csrfToken: csrfTokenOf(token, services.keys.jwtSecret),
  }
}

async function callerOf(call: Call<unknown, unknown>, store: Store): Promise<FoundUser> {
  const { kind, id } = call.principal.actor
  const found = kind === 'user' && id !== null ? await findUser(store, id) : null
  if (found === null)
    throw notFound({ en: 'This is no session of a user.', es: 'No es la sesión de un usuario.' })
  return found
}

function tokenOf(call: Call<unknown, unknown>): string {
  return /^Bearer +(\S+)$/i.exec(call.authorization ?? '')?.[1] ?? ''
}

const limiters = new WeakMap<Services['views'], RateLimiter>() // the same for every call

function limitTries(call: Call<unknown, unknown>, { views, world }: Services): void {
  const limiter = limiters.get(views) ?? rateLimiter(world.clock, triesPerSecond, triesBurst)
  limiters.set(views, limiter)
  const retryAfterSeconds = limiter.take(addressGroup(call.address))
  if (retryAfterSeconds > 0) throw new Problem(problems.tooManyRequests, { retryAfterSeconds })
}

interface Lock {
  readonly until: number
  fail(now: number): Promise<void>
  clear(): Promise<void>
}

/** Wrong passwords in a row for an address, known or not; the same on every node. */
async function lockOf(email: string, owner: OrganizationId, store: Store): Promise<Lock> {
  const digest = createHash('sha256').update(email.toLowerCase()).digest('hex')
  const id = `${owner}/${digest}`
  const found = await store.findRecord({ kind: 'sign-in', id })
  const failures = Number(found?.body['failures'] ?? 0)
  return {
    until: Number(found?.body['until'] ?? 0),
    async fail(now) {
      const over = failures + 1 - freeFailures
      const wait = over < 0 ? 0 : Math.min(lockMs.most, lockMs.first * 2 ** over)
      const record = {
        kind: 'sign-in' as const,
        id,
        owner,
        version: 1,
        dueAt: null,
        expiresAt: now + failuresKeptMs,
        body: { failures: failures + 1, until: now + wait },
      }
      // Somebody else's note of a failure at the same moment is as good.
      if (found === null) await store.insertRecord(record)
      else await store.replaceRecord({ record, expectedVersion: found.version })
    },
    async clear() {
      if (found !== null) await store.deleteRecord({ kind: 'sign-in', id })
    },
  }
}

/** An entry of the audit log: by whom is known only once somebody was let in or refused. */
export async function note(
  call: Call<unknown, unknown>,
  services: Services,
  about: Pick<AuditEntry, 'operation' | 'actor' | 'outcome'> &
    Partial<Pick<AuditEntry, 'before' | 'after'>> & { readonly user: User | null },
): Promise<void> {
  const { user, ...rest } = about
  await services.store.appendAudit({
    id: services.ids.next('audit'),
    organizationId: services.keys.defaultOrganizationId,
    applicationId: null,
    at: call.now,
    before: null,
    after: null,
    ...rest,
    resource: user === null ? null : { kind: 'user', id: user.id },
    address: call.address,
    requestId: null,
  })
}
