/**
 * Whether somebody whom the provider vouches for comes in, and as whom. A user is known again by
 * the provider's subject, which never moves to somebody else; the first time by the verified e-mail
 * address. Who was removed here stays out until an owner adds them again.
 */
import type { Config } from '../../config.ts'
import type { OrganizationId } from '../../domain/ids.ts'
import type { UserRole } from '../../domain/user.ts'
import type { StoredRecord } from '../../store/port/records.ts'
import type { Store } from '../../store/store.ts'
import {
  type FoundUser,
  findUser,
  findUserByEmail,
  hashToken,
  insertUser,
  isRemovedAddress,
  setOwner,
  type User,
} from '../people.ts'
import { type Identity, isNewcomersDomain, type Vouched } from './claims.ts'
import type { OpenIdRefusalCode } from './refusals.ts'

export type Arrival =
  | {
      readonly kind: 'user'
      readonly found: FoundUser
      readonly user: User
      readonly isNew: boolean
    }
  | { readonly kind: 'refused'; readonly code: OpenIdRefusalCode; readonly user: User | null }

export interface ArrivalDeps {
  readonly store: Store
  readonly organizationId: OrganizationId
  readonly config: Pick<Config, 'oidcRoleClaim' | 'oidcDefaultRole' | 'oidcAllowedDomains'>
  newUser(about: { readonly email: string; readonly name: string; readonly role: UserRole }): User
}

export async function arrive(vouched: Vouched, deps: ArrivalDeps): Promise<Arrival> {
  const { store, organizationId, config } = deps
  const { identity, email } = vouched
  const known = await findIdentity(store, identity)
  const bound = known === null ? null : await findUser(store, String(known.body['userId']))
  const found =
    bound ?? (email === null ? null : await findUserByEmail(store, organizationId, email))
  if (found === null) return known === null ? newcomer(vouched, deps) : refused('openid_locked_out')
  const { user } = found
  if (user.disabled) return refused('openid_locked_out', user)
  const other = user.identity
  if (other?.provider === identity.provider && other.subject !== identity.subject) {
    return refused('openid_other_account', user)
  }
  const role = config.oidcRoleClaim === null ? user.role : (vouched.role ?? config.oidcDefaultRole)
  if (role === null) return refused('openid_no_role', user)
  if (!(await bind(store, known, user, identity))) return refused('openid_other_account', user)
  // The last owner stays one, whatever the provider says.
  const owns = await setOwner(store, user, role === 'owner')
  const changed: User = { ...user, identity, role: owns ? role : user.role, invite: null }
  return { kind: 'user', found, user: changed, isNew: false }
}

async function newcomer(vouched: Vouched, deps: ArrivalDeps): Promise<Arrival> {
  const { store, organizationId, config } = deps
  const { identity, email, name } = vouched
  if (email === null) return refused('openid_unverified')
  if (await isRemovedAddress(store, organizationId, email)) return refused('openid_locked_out')
  if (!isNewcomersDomain(email, config.oidcAllowedDomains)) return refused('openid_unknown_user')
  const role = vouched.role ?? config.oidcDefaultRole
  if (role === null) return refused('openid_no_role')
  const user: User = { ...deps.newUser({ email, name, role }), identity }
  // Of two first sign-ins at once one adds the user, and the other begins again.
  if (!(await insertUser(store, user))) return refused('openid_ended')
  await bind(store, null, user, identity)
  if (role === 'owner') await setOwner(store, user, true)
  return { kind: 'user', found: { user, version: 1 }, user, isNew: true }
}

function refused(code: OpenIdRefusalCode, user: User | null = null): Arrival {
  return { kind: 'refused', code, user }
}

function findIdentity(store: Store, identity: Identity): Promise<StoredRecord | null> {
  return store.findRecord({ kind: 'user-identity', id: identityKey(identity) })
}

/** Makes the account at the provider this user's. False: it became another's at the same moment. */
async function bind(
  store: Store,
  known: StoredRecord | null,
  user: User,
  identity: Identity,
): Promise<boolean> {
  if (known?.body['userId'] === user.id) return true
  const record: StoredRecord = {
    kind: 'user-identity',
    id: identityKey(identity),
    owner: user.organizationId,
    version: 1,
    dueAt: null,
    expiresAt: null,
    body: { userId: user.id },
  }
  if (known === null) return (await store.insertRecord(record)) === 'inserted'
  const moved = await store.replaceRecord({ record, expectedVersion: known.version })
  return moved === 'replaced'
}

/** Of any length at the provider. */
function identityKey({ provider, subject }: Identity): string {
  return hashToken(`${provider}\n${subject}`).toString('hex')
}
