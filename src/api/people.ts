/**
 * Users as records: `user` by id, `user-email` by address (one each), and `owners` of the
 * organisation, whose version guards that one always stays.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { OrganizationId, UserId } from '../domain/ids.ts'
import type { UserRole } from '../domain/user.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'

export interface User {
  readonly id: UserId
  readonly organizationId: OrganizationId
  readonly email: string
  readonly name: string
  readonly role: UserRole
  readonly disabled: boolean
  readonly passwordHash: string | null
  /** The account at the sign-in provider that is theirs; absent: none so far. */
  readonly identity?: { readonly provider: string; readonly subject: string }
  /** A link that was not used yet: the hash of its token, and when it ends. */
  readonly invite: { readonly hash: string; readonly expiresAt: number } | null
  /** Moves when all sessions end: those of another generation are over. */
  readonly generation: number
  readonly lastSignInAt: number | null
  readonly createdAt: number
}

/** A user with the version that a change must still find. */
export interface FoundUser {
  readonly user: User
  readonly version: number
}

type People = Pick<Store, 'findRecord' | 'insertRecord' | 'replaceRecord' | 'deleteRecord'>

export function userRecord(user: User, version: number): StoredRecord {
  const { id, organizationId } = user
  return {
    kind: 'user',
    id,
    owner: organizationId,
    version,
    dueAt: null,
    expiresAt: null,
    body: { ...user },
  }
}

export function userOf(record: StoredRecord): User {
  return record.body as unknown as User // written by `userRecord` only
}

export async function findUser(store: People, id: string): Promise<FoundUser | null> {
  const record = await store.findRecord({ kind: 'user', id })
  return record === null ? null : { user: userOf(record), version: record.version }
}

export async function findUserByEmail(
  store: People,
  organizationId: OrganizationId,
  email: string,
): Promise<FoundUser | null> {
  const record = await store.findRecord({ kind: 'user-email', id: emailKey(organizationId, email) })
  const userId = record?.body['userId']
  return typeof userId === 'string' ? findUser(store, userId) : null
}

/** False: the address is another user's. */
export async function insertUser(store: People, user: User): Promise<boolean> {
  const { organizationId, email, id } = user
  const index: StoredRecord = {
    kind: 'user-email',
    id: emailKey(organizationId, email),
    owner: organizationId,
    version: 1,
    dueAt: null,
    expiresAt: null,
    body: { userId: id },
  }
  if ((await store.insertRecord(index)) === 'exists') {
    const found = await store.findRecord({ kind: index.kind, id: index.id })
    const taken = await findUser(store, String(found?.body['userId']))
    if (found === null || taken !== null) return false
    // Left behind by a node that ended between two writes: the address is free.
    const moved = await store.replaceRecord({ record: index, expectedVersion: found.version })
    if (moved === 'conflict') return false
  }
  await store.insertRecord(userRecord(user, 1))
  return true
}

/**
 * The address stays, marked: a sign-in provider does not bring back whom an owner removed. Adding
 * the user again takes it.
 */
export async function removeUser(store: People, user: User): Promise<void> {
  await store.deleteRecord({ kind: 'user', id: user.id })
  const id = emailKey(user.organizationId, user.email)
  const found = await store.findRecord({ kind: 'user-email', id })
  if (found?.body['userId'] !== user.id) return
  const record: StoredRecord = { ...found, body: { ...found.body, removed: true } }
  await store.replaceRecord({ record, expectedVersion: found.version })
}

export async function isRemovedAddress(
  store: People,
  organizationId: OrganizationId,
  email: string,
): Promise<boolean> {
  const found = await store.findRecord({ kind: 'user-email', id: emailKey(organizationId, email) })
  return found?.body['removed'] === true
}

function emailKey(organizationId: OrganizationId, email: string): string {
  return `${organizationId}/${email.toLowerCase()}`
}

const triesMax = 20

/**
 * Adds the user to the owners, or takes them out. False: nobody would be left. Of two owners who
 * take each other out at the same time, one stays.
 */
export async function setOwner(store: People, user: User, owns: boolean): Promise<boolean> {
  const { organizationId } = user
  for (let tried = 0; tried < triesMax; tried++) {
    const found = await store.findRecord({ kind: 'owners', id: organizationId })
    const ids = (found?.body['ids'] ?? []) as readonly string[] // written here only
    const others = ids.filter((id) => id !== user.id)
    if (!owns && others.length === 0 && ids.length > 0) return false
    const record: StoredRecord = {
      kind: 'owners',
      id: organizationId,
      owner: organizationId,
      version: 1,
      dueAt: null,
      expiresAt: null,
      body: { ids: owns ? [...others, user.id] : others },
    }
    if (found === null) {
      if ((await store.insertRecord(record)) === 'inserted') return true
    } else {
      const replaced = await store.replaceRecord({ record, expectedVersion: found.version })
      if (replaced === 'replaced') return true
    }
  }
  return false
}

export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export function isHashOf(hash: string, token: string): boolean {
  const wanted = Buffer.from(hash, 'hex')
  const given = hashToken(token)
  return wanted.length === given.length && timingSafeEqual(wanted, given)
}
