import type { ApplicationId, AuditId, OrganizationId } from './ids.ts'

/**
 * Who did something. `key`: an API key; `token`: a token of the organisation that was signed
 * elsewhere; `portal`: an application's own token; `anonymous`: nobody yet (a failed sign-in).
 */
export interface Actor {
  readonly kind: 'user' | 'key' | 'token' | 'portal' | 'console' | 'system' | 'anonymous'
  /** Of the user, key or session; null where there is none. Never a credential. */
  readonly id: string | null
  /** As people know it: the e-mail address of a user, the name of a key. */
  readonly name: string | null
}

export const systemActor: Actor = { kind: 'system', id: null, name: null }
export const nobody: Actor = { kind: 'anonymous', id: null, name: null }

/** What a thing looked like, as JSON. Secrets are fingerprints here, never values. */
export type AuditState = Readonly<Record<string, unknown>>

/** One change, as the audit log keeps it: never altered, and removed by age only. */
export interface AuditEntry {
  readonly id: AuditId
  readonly organizationId: OrganizationId
  /** The application it concerns; null: the organisation as a whole. */
  readonly applicationId: ApplicationId | null
  readonly at: number
  readonly actor: Actor
  /** The operation of the API, such as `v1.endpoint.patch`. */
  readonly operation: string
  readonly resource: { readonly kind: string; readonly id: string } | null
  /** `refused`: it was tried, and not allowed (a failed sign-in). */
  readonly outcome: 'done' | 'refused'
  /** Null: it was not there before, or the operation changes nothing that is kept. */
  readonly before: AuditState | null
  /** Null: it is not there any more. */
  readonly after: AuditState | null
  /** Where the request came from; forwarded headers count only where they are trusted. */
  readonly address: string | null
  readonly requestId: string | null
}
