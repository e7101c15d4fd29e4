import type Type from 'typebox'
import * as contract from '../contract/authentication.ts'
import { Problem, problems } from '../domain/errors.ts'
import { isId } from '../domain/ids.ts'
import type { Sentence } from '../domain/sentence.ts'
import { ensureApplication } from './applications.ts'
import {
  type Answer,
  answer,
  applicationOf,
  type Call,
  noContent,
  type Route,
  route,
  type Services,
} from './call.ts'
import { type Claims, ownIssuer, signToken, verifyToken } from './json-web-token.ts'
import { frameClaims, portalUrl } from './portal-link.ts'
import { permissionsOf, requireNoMore } from './principal.ts'
import { endSessions, type SessionScope, sessionEnded, takeOnce } from './sessions.ts'
import { timeText } from './times.ts'

type AccessIn = Type.Static<typeof contract.AppPortalAccessIn>

const expirySecondsDefault = 604_800

export const authenticationRoutes: readonly Route[] = [
  route(contract.appPortalAccess, (call, services) => grant(call, call.body, services)),
  route(contract.dashboardAccess, (call, services) => grant(call, {}, services)),
  route(contract.portalSession, (call, services) => exchange(call, services)),
  route(contract.expireAll, async (call, services) => {
    const application = await applicationOf(call, services)
    const { expiry, sessionIds } = call.body
    const endsAt = call.now + (expiry ?? 0) * 1000
    const named = (sessionIds ?? []).map((sessionId) => ({ kind: 'session', sessionId }) as const)
    const scopes: readonly SessionScope[] = named.length > 0 ? named : [{ kind: 'application' }]
    for (const scope of scopes) {
      await endSessions(services.store, application.id, { scope, now: call.now, endsAt })
    }
    return noContent
  }),
  route(contract.logout, async (call, services) => {
    await endToken(call, services)
    return noContent
  }),
]

/** Ends the token that came along; a request without one has nothing to end. */
async function endToken(call: Call<unknown, unknown>, services: Services): Promise<void> {
  const claims = verifyToken(tokenOf(call), services.keys.jwtSecret, call.now)
  const application = claims?.['sub']
  const tokenId = claims?.['jti']
  if (typeof application !== 'string' || !isId('application', application)) return
  if (typeof tokenId !== 'string') return
  const scope = { kind: 'token', tokenId } as const
  await endSessions(services.store, application, { scope, now: call.now, endsAt: call.now })
}

function tokenOf(call: Call<unknown, unknown>): string {
  return /^Bearer +(\S+)$/i.exec(call.authorization ?? '')?.[1] ?? ''
}

async function grant(
  call: Call<unknown, unknown>,
  body: AccessIn,
  services: Services,
): Promise<Answer> {
  const capabilities = body.readOnly === true ? ['ViewBase'] : body.capabilities
  requireNoMore(call.principal, permissionsOf(capabilities ?? null, body.viewPayloads !== false))
  const application = await ensureApplication(call, body.application, services)
  const issuedAt = Math.floor(call.now / 1000)
  const expiresAt = issuedAt + (body.expiry ?? expirySecondsDefault)
  const access: Claims = {
    iss: ownIssuer,
    sub: application.id,
    org: application.organizationId,
    iat: call.now / 1000, // to the millisecond: expire-all spares what is issued after it
    nbf: issuedAt,
    exp: expiresAt,
    ...(body.featureFlags ? { feature_flags: body.featureFlags } : {}),
    ...(capabilities ? { capabilities } : {}),
    ...(body.viewPayloads === false ? { view_payloads: false } : {}),
    ...(body.sessionId ? { sid: body.sessionId } : {}),
  }
  const { jwtSecret } = services.keys
  const token = signToken({ ...access, jti: newTokenId(services) }, jwtSecret)
  // The link's key opens nothing itself: without a subject no call takes it.
  const link = { iss: ownIssuer, exp: expiresAt, jti: newTokenId(services), link: access }
  const url = portalUrl({
    origin: call.origin,
    key: signToken(link, jwtSecret),
    look: body.look ?? {},
    config: services.config,
    frame: body.origins ? signToken(frameClaims(body.origins, expiresAt), jwtSecret) : null,
  })
  return answer(200, { url, token })
}

const tokenIdBytes = 12

function newTokenId(services: Services): string {
  return Buffer.from(services.world.random.bytes(tokenIdBytes)).toString('base64url')
}

/**
 * The session has the link's moment of issue, so that ending the application's sessions ends links
 * that nobody has opened yet.
 */
async function exchange(call: Call<unknown, unknown>, services: Services): Promise<Answer> {
  const { store, keys } = services
  const { now } = call
  const claims = verifyToken(tokenOf(call), keys.jwtSecret, now)
  const access = claims?.['link'] as Claims | undefined // signed by `grant` alone
  const tokenId = claims?.['jti']
  const applicationId = access?.['sub']
  if (access === undefined || typeof tokenId !== 'string')
    throw refusal({ en: 'This link has ended.', es: 'Este enlace ya no sirve.' })
  if (typeof applicationId !== 'string' || !isId('application', applicationId)) {
    throw refusal({ en: 'This link has ended.', es: 'Este enlace ya no sirve.' })
  }
  const sessionId = typeof access['sid'] === 'string' ? access['sid'] : null
  const issuedAt = Number(access['iat']) * 1000
  const session = { kind: 'application', applicationId, sessionId } as const
  if (await sessionEnded(store, session, { issuedAt, tokenId: null, now })) {
    throw refusal({ en: 'This link has ended.', es: 'Este enlace ya no sirve.' })
  }
  if (!(await takeOnce(store, applicationId, { tokenId, now }))) {
    throw refusal({
      en: 'This link was opened before: it works once.',
      es: 'Este enlace ya se abrió: sirve una sola vez.',
    })
  }
  const token = signToken({ ...access, jti: newTokenId(services) }, keys.jwtSecret)
  return answer(200, { token, expiresAt: timeText(Number(access['exp']) * 1000) })
}

function refusal(detail: Sentence): Problem {
  return new Problem(problems.unauthenticated, { detail })
}
