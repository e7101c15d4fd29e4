/** What each role may do, and what the caller may, as the server itself decides by it. */
import { getCaller, listRoles, whoami } from '../contract/role.ts'
import { permissionGroups, permissionNames, permissions } from '../domain/permission.ts'
import { answer, type Route, route } from './call.ts'
import { allPermissions, rolePermissions } from './principal.ts'
import { timeText } from './times.ts'

export const roleRoutes: readonly Route[] = [
  route(listRoles, async ({ language }) =>
    answer(200, {
      data: Object.entries(rolePermissions).map(([role, granted]) => ({
        role,
        permissions: [...granted],
      })),
      permissions: [...allPermissions],
      scopes: permissionNames.map((name) => ({
        name,
        group: permissionGroups[permissions[name].group][language],
        description: permissions[name].sentence[language],
      })),
    }),
  ),
  route(getCaller, async ({ principal }) =>
    answer(200, {
      kind: principal.kind,
      organizationId: principal.organizationId,
      applicationId: principal.applicationId,
      permissions: [...principal.permissions],
      expiresAt: principal.expiresAt === null ? null : timeText(principal.expiresAt),
    }),
  ),
  route(whoami, async ({ principal }) =>
    answer(200, {
      envId: principal.organizationId,
      appId: principal.applicationId,
      permissionSource: principal.kind === 'application' ? 'SvixJwt' : 'GlobalAuthToken',
      sessionId: principal.sessionId,
    }),
  ),
]
