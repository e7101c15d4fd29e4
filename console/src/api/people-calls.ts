/** Calls about people: the audit log, users, their sessions. */
import type { UserRole as Role } from '../../../src/domain/user.ts'
import { request } from './http.ts'
import type { List } from './model.ts'

export const actorKinds = [
  'user',
  'key',
  'token',
  'portal',
  'console',
  'system',
  'anonymous',
] as const
export type ActorKind = (typeof actorKinds)[number]

export interface AuditOut {
  readonly id: string
  readonly at: string
  readonly actor: {
    readonly kind: ActorKind
    readonly id: string | null
    readonly name: string | null
  }
  readonly operation: string
  /** What the operation does, in the page's language. */
  readonly title: string
  readonly resource: { readonly kind: string; readonly id: string } | null
  readonly applicationId: string | null
  readonly outcome: 'done' | 'refused'
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
  readonly changed: readonly string[]
  readonly address: string | null
  readonly requestId: string | null
}

export interface AuditQuery {
  readonly actorKind?: string | undefined
  readonly operation?: string | undefined
  readonly resource?: string | undefined
  readonly after?: string | undefined
  readonly before?: string | undefined
}

export const listAudit = (
  query: AuditQuery & { readonly iterator: string | null; readonly limit: number },
  signal?: AbortSignal,
) => request<List<AuditOut>>('/audit', { query: { ...query }, ...(signal && { signal }) })

// Users

export { type UserRole as Role, userRoles as roles } from '../../../src/domain/user.ts'

export interface UserOut {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly hasPassword: boolean
  readonly invitedUntil: string | null
  readonly lastSignInAt: string | null
  readonly createdAt: string
}
export interface InviteOut {
  readonly url: string
  readonly expiresAt: string
}
export interface UserSessionOut {
  readonly id: string
  readonly current: boolean
  readonly address: string | null
  readonly userAgent: string | null
  readonly createdAt: string
  readonly expiresAt: string
}
export interface CurrentSession {
  readonly session: UserSessionOut
  readonly user: UserOut
  readonly permissions: readonly string[]
  readonly csrfToken: string
}

/** What each role may do; permissions as operations name them. */
export const listRoles = () =>
  request<{
    readonly data: readonly { readonly role: Role; readonly permissions: readonly string[] }[]
    readonly permissions: readonly string[]
  }>('/role')

const userPath = (id: string) => `/user/${encodeURIComponent(id)}`

export const listUsers = () => request<List<UserOut>>('/user', { query: { limit: 250 } })
export const createUser = (body: { readonly email: string; readonly role: Role }) =>
  request<{ readonly user: UserOut; readonly invite: InviteOut }>('/user', { method: 'POST', body })
export const patchUser = (
  id: string,
  body: { readonly role?: Role; readonly disabled?: boolean; readonly name?: string },
) => request<UserOut>(userPath(id), { method: 'PATCH', body })
export const deleteUser = (id: string) => request<void>(userPath(id), { method: 'DELETE' })
export const inviteUser = (id: string) =>
  request<InviteOut>(`${userPath(id)}/invite`, { method: 'POST' })

/** Of that user; null: of whoever is signed in. */
export const listSessions = (user: string | null) =>
  request<{ readonly data: readonly UserSessionOut[] }>(
    user === null ? '/session/list' : `${userPath(user)}/session`,
  )
export const endSession = (user: string | null, id: string) =>
  request<void>(`${user === null ? '' : userPath(user)}/session/${encodeURIComponent(id)}`, {
    method: 'DELETE',
  })

// Signing in

export const signInMethods = () =>
  request<{ readonly password: boolean; readonly openId: { readonly name: string } | null }>(
    '/session/methods',
  )
export const openIdStart = () =>
  request<{ readonly url: string }>('/session/openid', { method: 'POST' })
export const openIdFinish = (body: { readonly returned: string }) =>
  request<CurrentSession>('/session/openid/finish', { method: 'POST', body })
export const currentSession = () => request<CurrentSession>('/session')
export const passwordSignIn = (body: { readonly email: string; readonly password: string }) =>
  request<CurrentSession>('/session', { method: 'POST', body })
export const acceptInvite = (body: { readonly token: string; readonly password: string }) =>
  request<CurrentSession>('/session/accept-invite', { method: 'POST', body })
/** With a `url`, the browser is to go there: it signs out at the provider too. */
export const endOwnSession = () =>
  request<{ readonly url: string } | undefined>('/session', { method: 'DELETE' })
export const changePassword = (body: { readonly current: string; readonly password: string }) =>
  request<CurrentSession>('/session/password', { method: 'POST', body })
