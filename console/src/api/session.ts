import { borrowSession, lendSession, newTabName } from '../portal-tabs.ts'
import type { Scope } from '../state/scope.tsx'
import { ApiError, request, setCsrf, setToken } from './http.ts'
import { type CurrentSession, currentSession, type UserOut } from './people-calls.ts'

/** Who looks at the page, and with which token the page calls. */
export interface Session {
  readonly kind: 'local' | 'key' | 'portal' | 'user'
  /** Empty for a user: a cookie that scripts cannot read signs their calls. */
  readonly token: string
  /** Permissions of a user; null: keys and portals are refused by the server, call by call. */
  readonly permissions: ReadonlySet<string> | null
  readonly user: UserOut | null
  /** The one application of a portal session. */
  readonly applicationId: string | null
  /** What the pages offer; the server decides again at every call. */
  readonly may: Scope['may']
}

export const everything: Scope['may'] = {
  manageEndpoints: true,
  viewSecrets: true,
  rollSecrets: true,
  resend: true,
}

const nobody = { permissions: null, user: null } as const

const storageKey = 'posthorn.session'

/**
 * On one's own machine the server hands out a short-lived token to a page of its own; anywhere
 * else a key must be given, kept for as long as the tab lives. Null: somebody must sign in.
 */
export async function openSession(): Promise<Session | null> {
  const key = storedKey()
  if (key !== null)
    return use({ kind: 'key', token: key, applicationId: null, may: everything, ...nobody })
  try {
    const answer = await request<{ token: string }>('/console/session', { method: 'POST' })
    return use({
      kind: 'local',
      token: answer.token,
      applicationId: null,
      may: everything,
      ...nobody,
    })
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error
  }
  try {
    return userSession(await currentSession())
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0 && error.status < 500) return null
    throw error
  }
}

/** The session of somebody who signed in with a password. */
export function userSession({ user, permissions, csrfToken }: CurrentSession): Session {
  setToken(null)
  setCsrf(csrfToken)
  const granted = new Set(permissions)
  return {
    kind: 'user',
    token: '',
    applicationId: null,
    permissions: granted,
    user,
    may: {
      manageEndpoints: granted.has('manage-endpoints'),
      viewSecrets: granted.has('read-secret'),
      rollSecrets: granted.has('manage-secrets'),
      resend: granted.has('replay'),
    },
  }
}

/** The link of an invitation carries its token after the hash; it is taken out of the address. */
export function takeInvite(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('invite')
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}

/** Checks the key by a call that every key may make, then keeps it for this tab. */
export async function signIn(key: string): Promise<Session> {
  setToken(key)
  try {
    await request('/app', { query: { limit: 1 } })
  } catch (error) {
    setToken(null)
    throw error
  }
  try {
    sessionStorage.setItem(storageKey, key)
  } catch {
    // Without storage the key lasts until the page is loaded again.
  }
  return use({ kind: 'key', token: key, applicationId: null, may: everything, ...nobody })
}

export function signOut(): void {
  try {
    sessionStorage.removeItem(storageKey)
  } catch {
    // Nothing was kept.
  }
  setToken(null)
  setCsrf(null)
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
        : await borrowSession(tab)
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

function portalTab(token: string, tab: string): PortalTab | null {
  const session = portalSessionOf(token)
  if (session === null) return null
  lendSession(tab, token)
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

function portalSessionOf(token: string): Session | null {
  const claims = claimsOf(token)
  if (typeof claims['sub'] !== 'string') return null
  return use({
    kind: 'portal',
    token,
    applicationId: claims['sub'],
    may: grantsOf(claims),
    ...nobody,
  })
}

function use(session: Session): Session {
  setToken(session.token)
  return session
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

/** Without a list of capabilities a portal token may do all that portals can. */
function grantsOf(claims: Readonly<Record<string, unknown>>): Scope['may'] {
  const granted = claims['capabilities']
  if (!Array.isArray(granted)) return everything
  return {
    manageEndpoints: granted.includes('ManageEndpoint'),
    viewSecrets: granted.includes('ViewEndpointSecret'),
    rollSecrets: granted.includes('ManageEndpointSecret'),
    resend: granted.includes('CreateAttempts'),
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
