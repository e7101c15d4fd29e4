import { profileOf } from '../profiles/profiles.ts'
import type { Made, MakeRequest, RequestInput } from './attempt.ts'
import type { Authenticated, Authenticator, NotAuthenticated } from './authentication.ts'
import { type PrepareContext, prepare } from './prepare.ts'

/**
 * What the engine calls to get a signed request: authenticates for the endpoint, then shapes and
 * signs by the application's profile. Synchronous unless an OAuth2 token must be fetched.
 */
export function requestMaker(deps: {
  readonly context: PrepareContext
  readonly authenticator: Authenticator
}): MakeRequest {
  const finish = (input: RequestInput, proof: Authenticated | NotAuthenticated): Made =>
    proof.kind === 'not_authenticated'
      ? { errorClass: 'authentication_failed', detail: proof.detail }
      : prepare(deps.context, {
          ...input,
          profile: profileOf(input.application.profile),
          authenticated: proof,
        })
  return (input) => {
    const proof = deps.authenticator.authenticate(input.endpoint, input.now)
    return proof instanceof Promise
      ? proof.then((result) => finish(input, result))
      : finish(input, proof)
  }
}
