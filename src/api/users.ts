/** Users of the organisation: added by a link, changed and removed by owners. */

import type Type from 'typebox'
import * as contract from '../contract/user.ts'
import type { OrganizationId, UserId } from '../domain/ids.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import {
  answer,
  type Call,
  conflict,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { checkText } from './fields.ts'
import { listText, pageRequest } from './pagination.ts'
import {
  type FoundUser,
  findUser,
  hashToken,
  insertUser,
  removeUser,
  setOwner,
  type User,
  userOf,
  userRecord,
} from './people.ts'
import { permissionsOfRole, requireNoMore } from './principal.ts'
import { timeText } from './times.ts'
import { endUserSession, openSessionsOf, type UserSession } from './user-sessions.ts'

const inviteMs = 3 * 86_400_000
const inviteBytes = 32
const lastOwner = {
  en: 'The last owner stays one: make somebody else an owner first.',
  es: 'El último propietario sigue siéndolo: nombra antes a otro.',
}

export const userRoutes: readonly Route[] = [
  route(contract.createUser, async (call, services) => {
    const { organizationId } = call.principal
    const { email, role, name } = call.body
    requireNoMore(call.principal, permissionsOfRole(role))
    const id = services.ids.next('user')
    const { invite, token } = newInvite(id, call.now, services)
    const user: User = {
      id,
      organizationId,
      email: email.toLowerCase(),
      name: checkText(name ?? '', 'name'),
      role,
      disabled: false,
      passwordHash: null,
      invite,
      generation: 1,
      lastSignInAt: null,
      createdAt: call.now,
    }
    if (!(await insertUser(services.store, user))) {
      throw conflict({
        en: 'There is a user with that e-mail address.',
        es: 'Ya existe un usuario con ese correo.',
      })
    }
    if (role === 'owner') await setOwner(services.store, user, true)
    return answer(201, { user: userOut(user, call.now), invite: inviteOut(invite, token, call) })
  }),

  route(contract.listUsers, async (call, { store }) => {
    const page = await store.listRecords({
      kind: 'user',
      owner: call.principal.organizationId,
      page: pageRequest(call.query, { kind: 'user', order: 'ascending' }),
    })
    const render = (item: StoredRecord) => JSON.stringify(userOut(userOf(item), call.now))
    return { status: 200, body: listText(page, { idOf: (item) => item.id, render }) }
  }),

  route(contract.getUser, async (call, { store }) => {
    const { user } = await userInPath(call, store)
    return answer(200, userOut(user, call.now))
  }),

  route(contract.patchUser, async (call, { store }) => {
    const found = await changeableUser(call, store)
    const { body, now } = call
    const changed: User = {
      ...found.user,
      name: body.name === undefined ? found.user.name : checkText(body.name, 'name'),
      role: body.role ?? found.user.role,
      disabled: body.disabled ?? found.user.disabled,
    }
    requireNoMore(call.principal, permissionsOfRole(changed.role))
    await keepOwner(store, changed)
    await saveUser(store, changed, found.version)
    return answer(200, userOut(changed, now))
  }),

  route(contract.deleteUser, async (call, { store }) => {
    const { user } = await changeableUser(call, store)
    await keepOwner(store, { ...user, role: 'reader' })
    await removeUser(store, user)
    return noContent
  }),

  route(contract.inviteUser, async (call, services) => {
    const { user, version } = await changeableUser(call, services.store)
    const { invite, token } = newInvite(user.id, call.now, services)
    await saveUser(services.store, { ...user, invite }, version)
    return answer(200, inviteOut(invite, token, call))
  }),

  route(contract.listUserSessions, async (call, { store }) => {
    const { user } = await userInPath(call, store)
    const sessions = await openSessionsOf(store, user, call.now)
    return answer(200, { data: sessions.map((session) => sessionOut(session, call.principal)) })
  }),

  route(contract.endUserSession, async (call, { store }) => {
    const { user } = await userInPath(call, store)
    if (!(await endUserSession(store, user, call.path['session_id'] ?? '')))
      throw notFound(absent.session)
    return noContent
  }),
]

async function userInPath(call: Call<unknown, unknown>, store: Store): Promise<FoundUser> {
  const found = await findUser(store, call.path['user_id'] ?? '')
  if (found?.user.organizationId !== call.principal.organizationId) throw notFound(absent.user)
  return found
}

/** Whoever changes somebody that may more, or makes a link for them, could become them. */
async function changeableUser(call: Call<unknown, unknown>, store: Store): Promise<FoundUser> {
  const found = await userInPath(call, store)
  requireNoMore(call.principal, permissionsOfRole(found.user.role))
  return found
}

/** 409 when nobody would be left who may do everything. */
async function keepOwner(store: Store, changed: User): Promise<void> {
  const owns = changed.role === 'owner' && !changed.disabled
  if (!(await setOwner(store, changed, owns))) throw conflict(lastOwner)
}

export async function saveUser(store: Store, user: User, version: number): Promise<void> {
  const record = userRecord(user, version)
  if ((await store.replaceRecord({ record, expectedVersion: version })) === 'conflict') {
    throw conflict({
      en: 'The user was changed at the same moment.',
      es: 'El usuario se cambió en el mismo momento.',
    })
  }
}

type Invite = NonNullable<User['invite']>

function newInvite(
  id: UserId,
  now: number,
  services: Services,
): { readonly invite: Invite; readonly token: string } {
  const chance = Buffer.from(services.world.random.bytes(inviteBytes)).toString('hex')
  const token = `phi_${id}_${chance}`
  const invite = { hash: hashToken(token).toString('hex'), expiresAt: now + inviteMs }
  return { invite, token }
}

function inviteOut(
  { expiresAt }: Invite,
  token: string,
  { origin }: Call<unknown, unknown>,
): Type.Static<typeof contract.InviteOut> {
  return { url: `${origin}/sign-in#invite=${token}`, token, expiresAt: timeText(expiresAt) }
}

export function userOut(user: User, now: number): Type.Static<typeof contract.UserOut> {
  const invited = user.invite !== null && user.invite.expiresAt > now
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    disabled: user.disabled,
    hasPassword: user.passwordHash !== null,
    invitedUntil: invited ? timeText(user.invite.expiresAt) : null,
    lastSignInAt: user.lastSignInAt === null ? null : timeText(user.lastSignInAt),
    createdAt: timeText(user.createdAt),
  }
}

export function sessionOut(
  session: UserSession,
  principal: { readonly sessionId: string | null },
): Type.Static<typeof contract.UserSessionOut> {
  return {
    id: session.id,
    current: session.id === principal.sessionId,
    address: session.address,
    userAgent: session.userAgent,
    createdAt: timeText(session.createdAt),
    expiresAt: timeText(session.expiresAt),
  }
}

/** Whether anybody could sign in with a password. */
export async function hasUsers(store: Store, organizationId: OrganizationId): Promise<boolean> {
  const page = { limit: 1, order: 'ascending', iterator: null, backwards: false } as const
  return (await store.listRecords({ kind: 'user', owner: organizationId, page })).items.length > 0
}
