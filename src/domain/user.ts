/** What a person may do; see `rolePermissions` in `api/principal.ts`. */
export type UserRole = 'owner' | 'developer' | 'support' | 'reader'
