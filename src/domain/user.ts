/** What a person may do; see `rolePermissions` in `api/principal.ts`. From the most to the least. */
export const userRoles = ['owner', 'developer', 'support', 'auditor', 'reader'] as const
export type UserRole = (typeof userRoles)[number]
