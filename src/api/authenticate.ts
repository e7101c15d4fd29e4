/**
 * Reads the `Authorization` header: the bootstrap key, or an HS256 token of an organisation or of
 * one application. What was verified is remembered for a moment, so that a busy caller costs one
 * lookup; a bounded number of callers is remembered.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Actor } from '../domain/audit.ts'
import { Problem, problems } from '../domain/errors.ts'
import { isId, type OrganizationId } from '../domain/ids.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Clock } from '../runtime/clock.ts'
import { type Claims, verifyToken } from './json-web-token.ts'
import { allPermissions, type Principal, permissionsOf } from './principal.ts'

export interface Keys {
  readonly bootstrapKey: string
  readonly jwtSecret: string
  readonly defaultOrganizationId: OrganizationId
}

/** What a request shows of its caller. */
export interface Presented {
  readonly headers: {
    readonly authorization?: string | undefined
    readonly 'user-agent'?: string | undefined
  }
  /** Where it came from; forwarded headers count only where they are trusted. */
  readonly ip: string
}

/** Where a credential was used from. */
export interface UsedFrom {
  readonly address: string
  readonly userAgent: string | null
}

/** Looks further: keys in the database, ended sessions. Null: not known, or no longer valid. */
export interface CredentialStore {
  findKey(
    key: string,
    used: { readonly now: number; readonly from: UsedFrom },
  ): Promise<Principal | null>
  sessionEnded(
    principal: Principal,
    token: { readonly issuedAt: number; readonly tokenId: string | null; readonly now: number },
  ): Promise<boolean>
}

export interface Authenticator {
  /** The caller; rejects or throws 401. Answers at once when the caller is remembered. */
  authenticate(request: Presented): Principal | Promise<Principal>
  /**
   * The credential of a header, the same however the header spells it, when it was accepted not
   * long ago or can be told right without a look-up; null: none, or not known. For counting, not
   * for letting in.
   */
  recognize(header: string): string | null
  /** Remembers nobody any more: a key or session has ended here. */
  forget(): void
}

interface Remembered {
  readonly principal: Principal
  readonly credential: string
  readonly until: number
}

const rememberedMax = 10_000
/** A revoked key or session stops working within this time on the other nodes, and here at once. */
const rememberMs = 1_000

export function authenticator(deps: {
  readonly keys: Keys
  readonly clock: Clock
  readonly credentials: CredentialStore | null
}): Authenticator {
  const remembered = new Map<string, Remembered>()
  const bootstrapHash = hash(deps.keys.bootstrapKey)
  const remember = (header: string, principal: Principal, now: number): Principal => {
    if (remembered.size >= rememberedMax) remembered.clear()
    const until = Math.min(now + rememberMs, principal.expiresAt ?? Number.POSITIVE_INFINITY)
    remembered.set(header, { principal, credential: bearerOf(header) ?? '', until })
    return principal
  }
  const identify = async (
    header: string,
    used: { readonly now: number; readonly from: UsedFrom },
  ): Promise<Principal> => {
    const { now } = used
    const token = bearerOf(header)
    if (token === null) throw new Problem(problems.unauthenticated, { detail: noBearer })
    if (timingSafeEqual(hash(token), bootstrapHash)) {
      return organizationKey(deps.keys.defaultOrganizationId, bootstrapActor)
    }
    if (!token.includes('.')) {
      const found = (await deps.credentials?.findKey(token, used)) ?? null
      if (found === null) throw refusal(token, deps.keys)
      return found
    }
    const claims = verifyToken(token, deps.keys.jwtSecret, now)
    if (claims === null)
      throw new Problem(problems.unauthenticated, {
        detail: { en: 'Invalid token', es: 'El token no es válido' },
      })
    const principal = principalOf(claims)
    const issuedAt = typeof claims['iat'] === 'number' ? claims['iat'] * 1000 : 0
    const tokenId = typeof claims['jti'] === 'string' ? claims['jti'] : null
    if (await deps.credentials?.sessionEnded(principal, { issuedAt, tokenId, now })) {
      throw new Problem(problems.unauthenticated, {
        detail: { en: 'This session has ended.', es: 'Esta sesión terminó.' },
      })
    }
    return principal
  }
  return {
    recognize(header) {
      const known = remembered.get(header)
      if (known !== undefined) return known.credential
      const token = bearerOf(header)
      if (token === null || timingSafeEqual(hash(token), bootstrapHash)) return token
      return verifyToken(token, deps.keys.jwtSecret, deps.clock.now()) === null ? null : token
    },
    authenticate({ headers, ip }) {
      const header = headers.authorization
      const now = deps.clock.now()
      if (header === undefined) throw new Problem(problems.unauthenticated, { detail: noBearer })
      const known = remembered.get(header)
      if (known !== undefined && now < known.until) return known.principal
      const from = { address: ip, userAgent: headers['user-agent'] ?? null }
      return identify(header, { now, from }).then(
        (principal) => remember(header, principal, now),
        (error) => {
          remembered.delete(header)
          throw error
        },
      )
    },
    forget: () => remembered.clear(),
  }
}

/**
 * The key or token of a `Bearer` header; or of `Basic`, where it is the password and the name is the
 * caller's own (services that only speak Basic, such as Zapier).
 */
function bearerOf(header: string): string | null {
  const match = /^Bearer +([\x21-\x7e]{1,8192})$/i.exec(header)
  if (match !== null) return match[1] ?? null
  const basic = /^Basic +([A-Za-z0-9+/]{1,8192}={0,2})$/i.exec(header)?.[1]
  if (basic === undefined) return null
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  return /^[^:]*:([\x21-\x7e]{1,8192})$/.exec(pair)?.[1] ?? null
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const noBearer: Sentence = {
  en: 'This call needs a key: the header `Authorization: Bearer sk_…`.',
  es: 'Esta llamada necesita una clave: el encabezado `Authorization: Bearer sk_…`.',
}

/** People paste the secret that signs tokens where a token belongs: say so. */
function refusal(token: string, keys: Keys): Problem {
  const pasted = timingSafeEqual(hash(token), hash(keys.jwtSecret))
  return new Problem(
    problems.unauthenticated,
    pasted
      ? {
          detail: {
            en: 'This is the secret that signs tokens, not a token: mint one with it.',
            es: 'Este es el secreto que firma los tokens, no un token: con él se crea uno.',
          },
        }
      : {},
  )
}

const bootstrapActor: Actor = { kind: 'key', id: 'bootstrap', name: 'Bootstrap key' }

function organizationKey(organizationId: OrganizationId, actor: Actor): Principal {
  return {
    kind: 'organization',
    organizationId,
    applicationId: null,
    permissions: allPermissions,
    featureFlags: null,
    expiresAt: null,
    sessionId: null,
    actor,
  }
}

function principalOf(claims: Claims): Principal {
  const subject = claims['sub']
  const organization = claims['org']
  const expiresAt = typeof claims['exp'] === 'number' ? claims['exp'] * 1000 : null
  if (typeof subject !== 'string') {
    throw new Problem(problems.unauthenticated, {
      detail: { en: 'Invalid token (missing `sub`).', es: 'El token no es válido (falta `sub`).' },
    })
  }
  if (organization === undefined && isId('organization', subject)) {
    return { ...organizationKey(subject, tokenActor(claims)), expiresAt }
  }
  if (
    typeof organization === 'string' &&
    isId('organization', organization) &&
    isId('application', subject)
  ) {
    return {
      kind: 'application',
      organizationId: organization,
      applicationId: subject,
      permissions: permissionsOf(texts(claims['capabilities']), claims['view_payloads'] !== false),
      featureFlags: texts(claims['feature_flags']) ?? [],
      expiresAt,
      sessionId: typeof claims['sid'] === 'string' ? claims['sid'] : null,
      actor: { kind: 'portal', id: textOf(claims['jti']), name: textOf(claims['sid']) },
    }
  }
  throw new Problem(
    {
      status: 401,
      code: 'authentication_failed',
      detail: { en: 'Invalid token', es: 'El token no es válido' },
    },
    {
      detail: {
        en: 'Invalid token (malformed `sub` or `org`).',
        es: 'El token no es válido (`sub` u `org` mal formado).',
      },
    },
  )
}

/** The console on one's own machine asks for a token too, and says so in it. */
function tokenActor(claims: Claims): Actor {
  const kind = claims['act'] === 'console' ? 'console' : 'token'
  return { kind, id: textOf(claims['jti']), name: null }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function texts(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null
}
