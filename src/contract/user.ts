import Type from 'typebox'
import { type UserRole as Role, userRoles } from '../domain/user.ts'
import { operation } from './operation.ts'
import { Empty, ListOf, NoQuery, Nullable, PageQuery, Timestamp } from './primitives.ts'

export const UserRole = Type.Unsafe<Role>(
  Type.Union(
    userRoles.map((role) => Type.Literal(role)),
    {
      description:
        'owner: everything. developer: everything but people and keys that may more. support: reads, sends again and recovers; no secrets. auditor: reads, with masked payloads, also the audit log, people, keys and settings; no secrets. reader: reads; no secrets.',
    },
  ),
)
const Email = Type.String({
  pattern: '^[^\\s@]{1,64}@[^\\s@]{1,190}$',
  description: 'What the user signs in by; upper and lower case are the same.',
  examples: ['ana@example.com'],
})
export const Password = Type.String({
  minLength: 12,
  maxLength: 512,
  examples: ['correct horse battery staple'],
})

export const UserOut = Type.Object({
  id: Type.String({ examples: ['usr_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  email: Type.String(),
  name: Type.String(),
  role: UserRole,
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean({ description: 'False: invited, or signs in elsewhere (OpenID).' }),
  invitedUntil: Nullable({ ...Timestamp, description: 'End of a link that was not used yet.' }),
  lastSignInAt: Nullable(Timestamp),
  createdAt: Timestamp,
})
export const InviteOut = Type.Object({
  url: Type.String({ description: 'Opens once, to choose a password. It is shown this once.' }),
  token: Type.String({ description: 'The same without the page: for `v1.session.accept-invite`.' }),
  expiresAt: Timestamp,
})

const people = { access: 'organization', permission: 'manage-people', own: true } as const
const looked = { ...people, permission: 'read-people' } as const
const one = '/user/{user_id}'

export const createUser = operation({
  id: 'v1.user.create',
  summary: 'Add a user. The answer has a link, valid for three days, to choose a password.',
  method: 'POST',
  path: '/user',
  ...people,
  query: NoQuery,
  body: Type.Object({
    email: Email,
    role: UserRole,
    name: Type.Optional(Type.String({ maxLength: 256 })),
  }),
  success: { 201: Type.Object({ user: UserOut, invite: InviteOut }) },
  errors: [409],
  withoutIdempotency: true,
})

export const listUsers = operation({
  id: 'v1.user.list',
  summary: 'List the users, oldest first.',
  method: 'GET',
  path: '/user',
  ...looked,
  query: Type.Object(PageQuery),
  body: null,
  success: { 200: ListOf(UserOut) },
  errors: [],
})

export const getUser = operation({
  id: 'v1.user.get',
  summary: 'Get a user.',
  method: 'GET',
  path: one,
  ...looked,
  query: NoQuery,
  body: null,
  success: { 200: UserOut },
  errors: [404],
})

export const patchUser = operation({
  id: 'v1.user.patch',
  endsCredentials: true,
  summary: 'Change name or role of a user, or lock them out. The last owner stays one.',
  method: 'PATCH',
  path: one,
  ...people,
  query: NoQuery,
  body: Type.Object({
    name: Type.Optional(Type.String({ maxLength: 256 })),
    role: Type.Optional(UserRole),
    disabled: Type.Optional(Type.Boolean()),
  }),
  success: { 200: UserOut },
  errors: [404, 409],
})

export const deleteUser = operation({
  id: 'v1.user.delete',
  endsCredentials: true,
  summary: 'Remove a user; their sessions end within a second. The last owner stays.',
  method: 'DELETE',
  path: one,
  ...people,
  query: NoQuery,
  body: null,
  success: { 204: null },
  errors: [404, 409],
})

export const inviteUser = operation({
  id: 'v1.user.invite',
  summary: 'A new link to choose a password, for a user who lost theirs. Older links end.',
  method: 'POST',
  path: `${one}/invite`,
  ...people,
  query: NoQuery,
  body: Empty,
  bodyOptional: true,
  success: { 200: InviteOut },
  errors: [404, 409],
  withoutIdempotency: true,
})

export const UserSessionOut = Type.Object({
  id: Type.String({ examples: ['ses_1srOrx2ZWZBpBUvZwXKQmoEYga2'] }),
  current: Type.Boolean({ description: 'The session of this request.' }),
  address: Nullable(Type.String()),
  userAgent: Nullable(Type.String()),
  createdAt: Timestamp,
  expiresAt: Timestamp,
})

export const listUserSessions = operation({
  id: 'v1.user.list-sessions',
  summary: 'List the open sessions of a user.',
  method: 'GET',
  path: `${one}/session`,
  ...looked,
  query: NoQuery,
  body: null,
  success: { 200: Type.Object({ data: Type.Array(UserSessionOut) }) },
  errors: [404],
})

export const endUserSession = operation({
  id: 'v1.user.end-session',
  endsCredentials: true,
  summary: 'End a session of a user, within a second on every node.',
  method: 'DELETE',
  path: `${one}/session/{session_id}`,
  ...people,
  query: NoQuery,
  body: null,
  success: { 204: null },
  errors: [404],
})

const anybody = { access: 'public', permission: 'read', query: NoQuery, own: true } as const
const CurrentSession = Type.Object({
  session: UserSessionOut,
  user: UserOut,
  permissions: Type.Array(Type.String()),
  csrfToken: Type.String({
    description: 'Goes in the header `x-posthorn-csrf` of every request that the cookie signs.',
  }),
})

export const signInMethods = operation({
  id: 'v1.session.methods',
  summary: 'How people sign in here.',
  method: 'GET',
  path: '/session/methods',
  ...anybody,
  body: null,
  success: {
    200: Type.Object({
      password: Type.Boolean({ description: 'There are users who have, or may choose, one.' }),
      openId: Nullable(
        Type.Object(
          { name: Type.String({ description: 'What the provider is called.' }) },
          { description: 'Whether people may also sign in with OpenID Connect; null: not here.' },
        ),
      ),
    }),
  },
  errors: [],
})

export const signIn = operation({
  id: 'v1.session.create',
  summary: 'Sign in. Sets a cookie that scripts cannot read; wrong ones wait longer and longer.',
  method: 'POST',
  path: '/session',
  ...anybody,
  body: Type.Object({ email: Email, password: Type.String({ minLength: 1, maxLength: 512 }) }),
  success: { 200: CurrentSession },
  errors: [401, 403],
  withoutIdempotency: true,
  audited: false, // leaves its own entries: by whom is known only afterwards
})

export const acceptInvite = operation({
  id: 'v1.session.accept-invite',
  summary: 'Choose a password by the link of an invitation, once, and sign in.',
  method: 'POST',
  path: '/session/accept-invite',
  ...anybody,
  body: Type.Object({
    token: Type.String({
      maxLength: 256,
      examples: [`phi_usr_1srOrx2ZWZBpBUvZwXKQmoEYga2_${'0'.repeat(64)}`],
    }),
    password: Password,
  }),
  success: { 200: CurrentSession },
  errors: [401, 409],
  withoutIdempotency: true,
  audited: false,
})

export const openIdStart = operation({
  id: 'v1.session.openid-start',
  summary: 'Begin a sign-in with OpenID Connect: where the browser is to go. Sets a cookie.',
  method: 'POST',
  path: '/session/openid',
  ...anybody,
  body: Empty,
  bodyOptional: true,
  success: { 200: Type.Object({ url: Type.String() }) },
  errors: [401, 403, 503],
  withoutStore: true,
  withoutIdempotency: true,
  audited: false,
})

export const openIdFinish = operation({
  id: 'v1.session.openid-finish',
  summary: 'Sign in by what the provider sent the browser back with, once, within ten minutes.',
  method: 'POST',
  path: '/session/openid/finish',
  ...anybody,
  body: Type.Object({
    returned: Type.String({
      maxLength: 8192,
      description: 'The query with which the browser came back, without the question mark.',
      examples: ['code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj'],
    }),
  }),
  success: { 200: CurrentSession },
  errors: [401, 403, 409],
  withoutIdempotency: true,
  audited: false,
})

const signedIn = {
  access: 'organization',
  permission: 'read',
  query: NoQuery,
  own: true,
} as const

export const currentSession = operation({
  id: 'v1.session.get',
  summary: 'Who is signed in, and what they may do. 404 for keys and tokens.',
  method: 'GET',
  path: '/session',
  ...signedIn,
  body: null,
  success: { 200: CurrentSession },
  errors: [404],
})

export const signOut = operation({
  id: 'v1.session.delete',
  endsCredentials: true,
  summary:
    'Sign out: ends this session and clears its cookie. 200 after a sign-in with OpenID Connect whose provider can be signed out of as well: the browser is to go there.',
  method: 'DELETE',
  path: '/session',
  ...signedIn,
  body: null,
  success: {
    200: Type.Object({
      url: Type.String({ description: 'Signs out at the provider, and leads back here.' }),
    }),
    204: null,
  },
  errors: [404],
})

export const listOwnSessions = operation({
  id: 'v1.session.list',
  summary: 'List the open sessions of the user who asks.',
  method: 'GET',
  path: '/session/list',
  ...signedIn,
  body: null,
  success: { 200: Type.Object({ data: Type.Array(UserSessionOut) }) },
  errors: [404],
})

export const endOwnSession = operation({
  id: 'v1.session.end',
  endsCredentials: true,
  summary: 'End one of the own sessions.',
  method: 'DELETE',
  path: '/session/{session_id}',
  ...signedIn,
  body: null,
  success: { 204: null },
  errors: [404],
})

export const changePassword = operation({
  id: 'v1.session.change-password',
  endsCredentials: true,
  summary:
    'Choose another password. Every other session of the user ends, and this one is renewed.',
  method: 'POST',
  path: '/session/password',
  ...signedIn,
  body: Type.Object({
    current: Type.String({ minLength: 1, maxLength: 512 }),
    password: Password,
  }),
  success: { 200: CurrentSession },
  errors: [404, 409],
  withoutIdempotency: true,
})

export const userOperations = [
  createUser,
  listUsers,
  getUser,
  patchUser,
  deleteUser,
  inviteUser,
  listUserSessions,
  endUserSession,
  signInMethods,
  signIn,
  acceptInvite,
  openIdStart,
  openIdFinish,
  currentSession,
  signOut,
  listOwnSessions,
  endOwnSession,
  changePassword,
]
