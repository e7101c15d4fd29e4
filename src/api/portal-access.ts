import type Type from 'typebox'
import * as contract from '../contract/authentication.ts'
import { isId } from '../domain/ids.ts'
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
import { ownIssuer, signToken, verifyToken } from './json-web-token.ts'
import { endSessions, type SessionScope } from './sessions.ts'

type AccessIn = Type.Static<typeof contract.AppPortalAccessIn>

const expirySecondsDefault = 604_800

export const authenticationRoutes: readonly Route[] = [
  route(contract.appPortalAccess, (call, services) => grant(call, call.body, services)),
  route(contract.dashboardAccess, (call, services) => grant(call, {}, services)),
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
  const token = /^Bearer +(\S+)$/i.exec(call.authorization ?? '')?.[1] ?? ''
  const claims = verifyToken(token, services.keys.jwtSecret, call.now)
  const application = claims?.['sub']
  const tokenId = claims?.['jti']
  if (typeof application !== 'string' || !isId('application', application)) return
  if (typeof tokenId !== 'string') return
  const scope = { kind: 'token', tokenId } as const
  await endSessions(services.store, application, { scope, now: call.now, endsAt: call.now })
}

const tokenIdBytes = 12

async function grant(
  call: Call<unknown, unknown>,
  body: AccessIn,
  services: Services,
): Promise<Answer> {
  const application = await ensureApplication(call, body.application, services)
  const issuedAt = Math.floor(call.now / 1000)
  const capabilities = body.readOnly === true ? ['ViewBase'] : body.capabilities
  const token = signToken(
    {
      iss: ownIssuer,
      sub: application.id,
      org: application.organizationId,
      iat: call.now / 1000, // to the millisecond: expire-all spares what is issued after it
      nbf: issuedAt,
      exp: issuedAt + (body.expiry ?? expirySecondsDefault),
      ...(body.featureFlags ? { feature_flags: body.featureFlags } : {}),
      ...(capabilities ? { capabilities } : {}),
      jti: Buffer.from(services.world.random.bytes(tokenIdBytes)).toString('base64url'),
      ...(body.sessionId ? { sid: body.sessionId } : {}),
    },
    services.keys.jwtSecret,
  )
  // After the hash: browsers do not send it, so the token stays out of every log.
  return answer(200, { url: `${call.origin}/portal#key=${token}`, token })
}
