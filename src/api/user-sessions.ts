/**
 * Sessions of people who signed in: `phs_` + 27 characters of the id + `_` + 64 hex digits of
 * chance. A new one at each sign-in, so that none can be planted; only its hash is stored; it lies
 * in a cookie that scripts cannot read. The cookie alone does nothing: see `session-cookie.ts`.
 */
import { createHmac } from 'node:crypto'
import { idPrefixes, type UserSessionId } from '../domain/ids.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import type { Services } from './call.ts'
import { findUser, hashToken, isHashOf, type User } from './people.ts'
import { type Principal, permissionsOfRole } from './principal.ts'

export const sessionMs = 12 * 3_600_000
export const sessionPattern = /^phs_([0-9A-Za-z]{27})_[0-9a-f]{64}$/
const randomBytes = 32
const agentLengthMax = 256
export const sessionsMax = 100

export interface UserSession {
  readonly id: UserSessionId
  readonly hash: string
  /** The user's when it was opened. */
  readonly generation: number
  readonly address: string | null
  readonly userAgent: string | null
  readonly createdAt: number
  readonly expiresAt: number
  /** The provider vouched for the user: signing out here offers to sign out there. */
  readonly byOpenId?: boolean
}

/** The session and the token that opens it, which is given away this once. */
export async function openUserSession(
  services: Pick<Services, 'store' | 'ids' | 'world'>,
  user: User,
  from: {
    readonly address: string | null
    readonly userAgent: string | null
    readonly now: number
    readonly byOpenId: boolean
  },
): Promise<{ readonly session: UserSession; readonly token: string }> {
  const id = services.ids.next('userSession')
  const chance = Buffer.from(services.world.random.bytes(randomBytes)).toString('hex')
  const token = `phs_${id.slice(idPrefixes.userSession.length)}_${chance}`
  const session: UserSession = {
    id,
    hash: hashToken(token).toString('hex'),
    generation: user.generation,
    address: from.address,
    userAgent: from.userAgent?.slice(0, agentLengthMax) ?? null,
    createdAt: from.now,
    expiresAt: from.now + sessionMs,
    byOpenId: from.byOpenId,
  }
  await services.store.insertRecord({
    kind: 'user-session',
    id,
    owner: user.id,
    version: 1,
    dueAt: null,
    expiresAt: session.expiresAt,
    body: { ...session },
  })
  return { session, token }
}

/** Who a session's token is; null when it is none, over, or of a user who is locked out. */
export async function principalOfSession(
  store: Store,
  token: string,
  now: number,
): Promise<Principal | null> {
  const idBody = sessionPattern.exec(token)?.[1]
  if (idBody === undefined) return null
  const id = `${idPrefixes.userSession}${idBody}`
  const record = await store.findRecord({ kind: 'user-session', id })
  if (record === null) return null
  const session = sessionOf(record)
  if (!isHashOf(session.hash, token) || session.expiresAt <= now) return null
  const found = await findUser(store, record.owner)
  if (found === null || !isOpen(session, found.user)) return null
  const { user } = found
  return {
    kind: 'organization',
    organizationId: user.organizationId,
    applicationId: null,
    permissions: permissionsOfRole(user.role),
    featureFlags: null,
    expiresAt: session.expiresAt,
    sessionId: session.id,
    actor: { kind: 'user', id: user.id, name: user.email },
  }
}

function isOpen(session: UserSession, user: User): boolean {
  return !user.disabled && session.generation === user.generation
}

/** Newest first. */
export async function openSessionsOf(
  store: Store,
  user: User,
  now: number,
): Promise<readonly UserSession[]> {
  const page = await store.listRecords({
    kind: 'user-session',
    owner: user.id,
    page: { limit: sessionsMax, order: 'descending', iterator: null, backwards: false },
  })
  return page.items
    .map(sessionOf)
    .filter((session) => session.expiresAt > now && isOpen(session, user))
}

/** False: there is no such session of that user. */
export async function endUserSession(store: Store, user: User, id: string): Promise<boolean> {
  const record = await store.findRecord({ kind: 'user-session', id })
  if (record === null || record.owner !== user.id) return false
  return (await store.deleteRecord({ kind: 'user-session', id })) === 'deleted'
}

export function sessionOf(record: StoredRecord): UserSession {
  return record.body as unknown as UserSession // written by `openUserSession` only
}

/** Belongs to one session, and says nothing of its token. */
export function csrfTokenOf(session: string, jwtSecret: string): string {
  return createHmac('sha256', jwtSecret).update('csrf').update(session).digest('base64url')
}
