import { createContext, use } from 'react'
import type { Session } from '../api/session.ts'

/** Who is signed in to the console; null in the portal. */
export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session | null {
  return use(SessionContext)
}

/** Whether the pages offer what needs that permission; the server decides again at every call. */
export function useMay(permission: string): boolean {
  const session = useSession()
  return session === null || session.permissions.has(permission)
}

/** The same, of what is done to the application in hand. */
export function useMayHere(permission: string): boolean {
  const session = useSession()
  return session === null || session.inApplication.has(permission)
}

/** Whether things of the organisation are there: not in the portal, nor for a key of one application. */
export function useSeesAll(): boolean {
  return useSession()?.applicationId === null
}
