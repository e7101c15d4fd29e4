import Type from 'typebox'
import { operation } from './operation.ts'
import { NoQuery } from './primitives.ts'
import { UserRole } from './user.ts'

export const listRoles = operation({
  id: 'v1.role.list',
  summary: 'List the roles that a user may have, and what each may do.',
  method: 'GET',
  path: '/role',
  access: 'organization',
  permission: 'read',
  own: true,
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      data: Type.Array(
        Type.Object({
          role: UserRole,
          permissions: Type.Array(Type.String(), {
            description: 'As operations name them in `x-permission`.',
          }),
        }),
        { description: 'The role that may most comes first.' },
      ),
      permissions: Type.Array(Type.String(), { description: 'Every permission that there is.' }),
    }),
  },
  errors: [],
  withoutStore: true,
})

export const roleOperations = [listRoles]
