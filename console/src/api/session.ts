import { consoleTabs, newTabName, portalTabs } from '../portal-tabs.ts'
import type { Scope } from '../state/scope.tsx'
import { ApiError, request, setCsrf, setToken } from './http.ts'
import { type CurrentSession, currentSession, type UserOut } from './people-calls.ts'

/** Who looks at the page, and with which token the page calls. */
export interface Session {
  readonly kind: 'local' | 'key' | 'portal' | 'user'
  /** Empty for a user: a cookie that scripts cannot read signs their calls. */
  readonly token: string
  /** What the pages offer, as the server says; it decides again at every call. */
  readonly permissions: ReadonlySet<string>
  /** What it may do to an application that it sees: a key of one application may administer that. */
  readonly inApplication: ReadonlySet<string>
  /** The same, for the pages of an application. */
  readonly may: Scope['may']
  readonly user: UserOut | null
  /** The one application that a portal session, or a key, sees; null: all of them. */
  readonly applicationId: string | null
}

const storageKey = 'posthorn.session'
/** By which tabs that were opened from a console ask for its key. */
const keyName = 'key'
/** Set while some tab has a key to lend, so that nobody else waits for an answer. */
const lendsKey = 'posthorn.lends'

/** Who calls, as far as it decides what they see: no secret. What this browser keeps is for them alone. */
let owner = ''
export function currentOwner(): string {
  return owner
}

interface Caller {
  /** Absent: a user is of one organisation. */
  readonly organizationId?: string
  readonly applicationId: string | null
  readonly permissions: readonly string[]
}

/** These open paths of the organisation, which a key of one application does not see. */
const ofOrganization = [
  ...['administer', 'manage-people', 'manage-settings'],
  ...['read-audit', 'read-configuration', 'read-people'],
]

function describe(
  { permissions, applicationId, organizationId = '' }: Caller,
  who: Pick<Session, 'kind' | 'token' | 'user'>,
): Session {
  const rights = permissions.toSorted().join()
  owner = [organizationId, who.kind, who.user?.id ?? applicationId ?? '', rights].join('/')
  const granted = new Set(
    permissions.filter((name) => applicationId === null || !ofOrganization.includes(name)),
  )
  return {
    ...who,
    applicationId,
    permissions: granted,
    inApplication: new Set(permissions),
    may: {
      manageEndpoints: granted.has('manage-endpoints'),
      viewSecrets: granted.has('read-secret'),
      rollSecrets: granted.has('manage-secrets'),
      manageTransformations: granted.has('manage-transformations'),
      resend: granted.has('replay'),
    },
  }
}

/** Asks the server what the token may do; the page calls with it from then on. */
async function sessionWith(kind: 'local' | 'key' | 'portal', token: string): Promise<Session> {
  setToken(token)
  try {
    return describe(await request<Caller>('/caller', { trial: true }), { kind, token, user: null })
  } catch (error) {
    setToken(null)
    throw error
  }
}

/** Null: the server refuses the token. Other failures are thrown: asking again may help. */
async function sessionIfValid(kind: 'key' | 'portal', token: string): Promise<Session | null> {
  try {
    return await sessionWith(kind, token)
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

/**
 * On one's own machine the server hands out a short-lived token to a page of its own; anywhere
 * else a key must be given, kept for as long as the tab lives and lent to tabs opened from it.
 * Null: somebody must sign in.
 */
export async function openSession(): Promise<Session | null> {
  const key = storedKey()
  if (key !== null) {
    const session = await sessionIfValid('key', key)
    if (session !== null) return keep(session)
    forgetKey()
  }
  const local = await unlessRefused(() =>
    request<{ token: string }>('/console/session', { method: 'POST' }),
  )
  if (local !== null) return sessionWith('local', local.token)
  const current = await unlessRefused(currentSession)
  if (current !== null) return userSession(current)
  const lent = isLent() ? await consoleTabs.borrow(keyName) : null
  if (lent === null) {
    setLent(false)
    return null
  }
  const session = await sessionIfValid('key', lent)
  return session && keep(session)
}

async function unlessRefused<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0 && error.status < 500) return null
    throw error
  }
}

/** The session of somebody who signed in with a password. */
export function userSession({ user, permissions, csrfToken }: CurrentSession): Session {
  setToken(null)
  setCsrf(csrfToken)
  return describe({ permissions, applicationId: null }, { kind: 'user', token: '', user })
}

/** The link of an invitation carries its token after the hash; it is taken out of the address. */
export function takeInvite(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('invite')
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}

/** Asks what the key may do, then keeps it for this tab. */
export async function signIn(key: string): Promise<Session> {
  return keep(await sessionWith('key', key))
}

function keep(session: Session): Session {
  try {
    sessionStorage.setItem(storageKey, session.token)
  } catch {
    // Without storage the key lasts until the page is loaded again.
  }
  consoleTabs.lend(keyName, session.token)
  setLent(true)
  return session
}

function forgetKey(): void {
  consoleTabs.stop()
  try {
    sessionStorage.removeItem(storageKey)
  } catch {
    // Nothing was kept.
  }
}

export function signOut(): void {
  forgetKey()
  setLent(false)
  setToken(null)
  setCsrf(null)
}

function isLent(): boolean {
  try {
    return localStorage.getItem(lendsKey) !== null
  } catch {
    return false
  }
}

function setLent(lent: boolean): void {
  try {
    if (lent) localStorage.setItem(lendsKey, '1')
    else localStorage.removeItem(lendsKey)
  } catch {
    // Then other tabs ask for the key.
  }
}

/**
 * The link's key travels in the fragment, which no server log and no Referer ever sees, and is taken
 * out of the address bar at once.
 */
export function takeLinkKey(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const key = fragment.get('key') ?? fragment.get('token')
  if (key !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return key
}

/**
 * Exchanges the key for a session, once. Cookies do not work in the frame of another site: the
 * session is kept for this tab, or for as long as the page where storage is refused. A page that is
 * loaded again with the same link goes on with the session that it has, and so does a tab that was
 * opened from it. Null: the link has ended.
 */
export async function openPortalSession(
  key: string | null,
  /** The name by which the tab that this one was opened from has its session; null: opened anew. */
  tab: string | null,
): Promise<PortalTab | null> {
  const stored = storedPortal()
  if (stored !== null && (key === null || key === stored.key)) {
    return portalTab(stored.token, stored.tab ?? newTabName())
  }
  const token =
    key === null
      ? tab === null
        ? null
        : await portalTabs.borrow(tab)
      : typeof claimsOf(key)['sub'] === 'string'
        ? key
        : await exchange(key)
  if (token === null) return null
  const name = key === null && tab !== null ? tab : newTabName()
  try {
    sessionStorage.setItem(`${storageKey}.portal`, JSON.stringify({ key, token, tab: name }))
  } catch {
    // Embedded without storage: the session lasts as long as the page.
  }
  return portalTab(token, name)
}

/** The session, and the name by which tabs opened from this one ask for it. */
export interface PortalTab {
  readonly session: Session
  readonly tab: string
}

async function portalTab(token: string, tab: string): Promise<PortalTab | null> {
  const session = await sessionIfValid('portal', token)
  if (session === null) return null
  portalTabs.lend(tab, token)
  return { session, tab }
}

async function exchange(key: string): Promise<string | null> {
  setToken(key)
  try {
    const answer = await request<{ token: string }>('/auth/portal-session', { method: 'POST' })
    return answer.token
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  } finally {
    setToken(null)
  }
}

function storedKey(): string | null {
  try {
    return sessionStorage.getItem(storageKey)
  } catch {
    return null
  }
}

function storedPortal(): {
  readonly key: string | null
  readonly token: string
  readonly tab?: string
} | null {
  try {
    return JSON.parse(sessionStorage.getItem(`${storageKey}.portal`) ?? 'null')
  } catch {
    return null
  }
}

/** What the token says of itself. Only the server checks whether it is true. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const middle = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const claims: unknown = JSON.parse(atob(middle))
    return typeof claims === 'object' && claims !== null
      ? (claims as Record<string, unknown>) // any object will do
      : {}
  } catch {
    return {}
  }
}
