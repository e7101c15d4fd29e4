import type Type from 'typebox'
import * as contract from '../contract/authentication.ts'
import { ensureApplication } from './applications.ts'
import {
  type Answer,
  answer,
  type Call,
  noContent,
  type Route,
  route,
  type Services,
} from './call.ts'
import { ownIssuer, signToken } from './json-web-token.ts'

type AccessIn = Type.Static<typeof contract.AppPortalAccessIn>

const expirySecondsDefault = 604_800

export const authenticationRoutes: readonly Route[] = [
  route(contract.appPortalAccess, (call, services) => grant(call, call.body, services)),
  route(contract.dashboardAccess, (call, services) => grant(call, {}, services)),
  route(contract.logout, () => noContent),
]

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
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + (body.expiry ?? expirySecondsDefault),
      ...(body.featureFlags ? { feature_flags: body.featureFlags } : {}),
      ...(capabilities ? { capabilities } : {}),
      ...(body.sessionId ? { sid: body.sessionId } : {}),
    },
    services.keys.jwtSecret,
  )
  // After the hash: browsers do not send it, so the token stays out of every log.
  return answer(200, { url: `${call.origin}/portal#key=${token}`, token })
}
