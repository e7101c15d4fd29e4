/**
 * Ends portal sessions before their tokens expire. What is kept is one moment for an application,
 * a session name or a single token: tokens of it that were issued before it are refused from then on.
 */
import type { ApplicationId } from '../domain/ids.ts'
import type { Store } from '../store/store.ts'
import type { Principal } from './principal.ts'

/** Portal tokens live 7 days at most; those of a Svix server 28. */
const tokenLifeMaxMs = 28 * 86_400_000

interface End {
  /** Tokens issued up to then, in ms. */
  readonly issuedUntil: number
  /** Are refused from then on. */
  readonly endsAt: number
}

/** Whose tokens: all of the application, those of one session, or one. */
export type SessionScope =
  | { readonly kind: 'application' }
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'token'; readonly tokenId: string }

function recordId(applicationId: ApplicationId, scope: SessionScope): string {
  switch (scope.kind) {
    case 'application':
      return applicationId
    case 'session':
      return `${applicationId}/session/${scope.sessionId}`
    case 'token':
      return `${applicationId}/token/${scope.tokenId}`
    default:
      return scope satisfies never
  }
}

/**
 * Takes a link's key that works once: true for the first caller. The key counts as a token that has
 * ended, so that it is swept with them.
 */
export async function takeOnce(
  store: Store,
  applicationId: ApplicationId,
  link: { readonly tokenId: string; readonly now: number },
): Promise<boolean> {
  const end: End = { issuedUntil: link.now, endsAt: link.now }
  const inserted = await store.insertRecord({
    kind: 'session-end',
    id: recordId(applicationId, { kind: 'token', tokenId: link.tokenId }),
    owner: applicationId,
    version: 1,
    dueAt: null,
    expiresAt: link.now + tokenLifeMaxMs,
    body: { ...end },
  })
  return inserted === 'inserted'
}

/** Ends the sessions; a later end than one that stands already does not postpone that one. */
export async function endSessions(
  store: Store,
  applicationId: ApplicationId,
  input: { readonly scope: SessionScope; readonly now: number; readonly endsAt: number },
): Promise<void> {
  const id = recordId(applicationId, input.scope)
  const end: End = { issuedUntil: input.now, endsAt: input.endsAt }
  const record = {
    kind: 'session-end' as const,
    id,
    owner: applicationId,
    version: 1,
    dueAt: null,
    expiresAt: input.endsAt + tokenLifeMaxMs,
    body: { ...end },
  }
  for (;;) {
    if ((await store.insertRecord(record)) === 'inserted') return
    const found = await store.findRecord({ kind: 'session-end', id })
    if (found === null) continue // swept in between
    const replaced = await store.replaceRecord({ record, expectedVersion: found.version })
    if (replaced === 'replaced') return
  }
}

export async function sessionEnded(
  store: Store,
  principal: Pick<Principal, 'kind' | 'applicationId' | 'sessionId'>,
  token: { readonly issuedAt: number; readonly tokenId: string | null; readonly now: number },
): Promise<boolean> {
  const { applicationId, sessionId } = principal
  if (principal.kind !== 'application' || applicationId === null) return false
  const scopes: SessionScope[] = [{ kind: 'application' }]
  if (sessionId !== null) scopes.push({ kind: 'session', sessionId })
  if (token.tokenId !== null) scopes.push({ kind: 'token', tokenId: token.tokenId })
  const ends = await Promise.all(
    scopes.map((scope) =>
      store.findRecord({ kind: 'session-end', id: recordId(applicationId, scope) }),
    ),
  )
  return ends.some((record) => {
    if (record === null) return false
    const { issuedUntil, endsAt } = record.body as unknown as End // written by this file only
    return token.issuedAt <= issuedUntil && token.now >= endsAt
  })
}
