/** What each role may do, as the server itself decides by it. */
import { listRoles } from '../contract/role.ts'
import { answer, type Route, route } from './call.ts'
import { allPermissions, rolePermissions } from './principal.ts'

export const roleRoutes: readonly Route[] = [
  route(listRoles, async () =>
    answer(200, {
      data: Object.entries(rolePermissions).map(([role, granted]) => ({
        role,
        permissions: [...granted],
      })),
      permissions: [...allPermissions],
    }),
  ),
]
