/** Who is calling, and what they may do. Everything not granted here is refused. */
import type { AnyOperation } from '../contract/operation.ts'
import type { Actor } from '../domain/audit.ts'
import { Problem, problems } from '../domain/errors.ts'
import type { ApplicationId, OrganizationId } from '../domain/ids.ts'
import { type Permission, permissionNames } from '../domain/permission.ts'
import type { UserRole } from '../domain/user.ts'

export interface Principal {
  /** A key of the organisation, or an application's own (portal) token. */
  readonly kind: 'organization' | 'application'
  readonly organizationId: OrganizationId
  /** Set: nothing but this application is visible. */
  readonly applicationId: ApplicationId | null
  readonly permissions: ReadonlySet<Permission>
  /** Flags of a portal token; null: no restriction. */
  readonly featureFlags: readonly string[] | null
  /** When the credential ends; null: it does not. */
  readonly expiresAt: number | null
  readonly sessionId: string | null
  /** Whom the audit log names. */
  readonly actor: Actor
}

export const allPermissions: ReadonlySet<Permission> = new Set(permissionNames)

/** Who works here, and the settings of the installation. */
const ofOwners: ReadonlySet<Permission> = new Set<Permission>([
  'read-people',
  'manage-people',
  'manage-settings',
])

/** What users may do, by role. */
export const rolePermissions: Readonly<Record<UserRole, ReadonlySet<Permission>>> = {
  owner: allPermissions,
  developer: new Set([...allPermissions].filter((permission) => !ofOwners.has(permission))),
  support: new Set<Permission>(['read', 'replay', 'share-views']),
  auditor: new Set<Permission>(['read', 'read-audit', 'read-configuration', 'read-people']),
  reader: new Set<Permission>(['read']),
}

/** Of a role as it is stored. One that this version does not know, a newer one's, may nothing. */
export function permissionsOfRole(role: string): ReadonlySet<Permission> {
  return new Map<string, ReadonlySet<Permission>>(Object.entries(rolePermissions)).get(role) ?? none
}

const none: ReadonlySet<Permission> = new Set()

/** What an application's token may do at most. */
export const portalPermissions: ReadonlySet<Permission> = new Set<Permission>([
  'read',
  'read-unmasked',
  'read-secret',
  'manage-endpoints',
  'manage-secrets',
  'manage-transformations',
  'replay',
])

const withoutPayloads: ReadonlySet<Permission> = new Set(
  [...portalPermissions].filter((permission) => permission !== 'read-unmasked'),
)

const capabilities = new Map<string, Permission>([
  ['ViewBase', 'read'],
  ['ViewEndpointSecret', 'read-secret'],
  ['ManageEndpointSecret', 'manage-secrets'],
  ['ManageTransformations', 'manage-transformations'],
  ['CreateAttempts', 'replay'],
  ['ManageEndpoint', 'manage-endpoints'],
])

/**
 * Permissions of a portal token. Every token may read, and whole, as its holder is sent the same,
 * unless it is not to see payloads. Unknown names grant nothing.
 */
export function permissionsOf(
  names: readonly string[] | null,
  viewsPayloads = true,
): ReadonlySet<Permission> {
  const seen = viewsPayloads ? portalPermissions : withoutPayloads
  if (names === null) return seen
  const granted = new Set([...seen].filter((permission) => /^read(-unmasked)?$/.test(permission)))
  for (const name of names) {
    const permission = capabilities.get(name)
    if (permission !== undefined) granted.add(permission)
  }
  return granted
}

/** Throws 403 where a parameter asks for more than the operation's own permission covers. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (!principal.permissions.has(permission)) throw new Problem(problems.forbidden)
}

/** Throws 403 where somebody would give away more than they may do themselves. */
export function requireNoMore(principal: Principal, granted: Iterable<Permission>): void {
  const missing = [...granted].find((permission) => !principal.permissions.has(permission))
  if (missing === undefined) return
  throw new Problem(problems.forbidden, {
    detail: {
      en: `Nobody gives what they may not do themselves: ${missing}.`,
      es: `Nadie da lo que no puede hacer: ${missing}.`,
    },
  })
}

/** Throws 403 unless the operation is open to this caller. */
export function authorize(principal: Principal, operation: AnyOperation): void {
  const allowed =
    principal.permissions.has(operation.permission) &&
    (operation.access !== 'organization' || principal.kind === 'organization') &&
    // A key of one application has no business outside of that application's paths, but for what
    // the application's own portal reaches too: catalogs, profiles, tasks.
    (principal.kind === 'application' ||
      principal.applicationId === null ||
      operation.access === 'application' ||
      operation.path.includes('{app_id}'))
  if (!allowed) throw new Problem(problems.forbidden)
}
