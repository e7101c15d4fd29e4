/** Puts authentication, shape and signature together into what the engine sends. */
import type { Application } from '../domain/application.ts'
import type { Profile } from '../profiles/profile.ts'
import type { MakeRequest } from './attempt.ts'
import type { Authenticator } from './authentication.ts'
import { type PrepareContext, prepare } from './prepare.ts'

/** Synchronous, except for endpoints whose OAuth2 token must be fetched first. */
export function requestMaker(deps: {
  readonly context: PrepareContext
  readonly authenticator: Authenticator
  readonly profileOf: (name: Application['profile']) => Profile
}): MakeRequest {
  const { context, authenticator, profileOf } = deps
  return (input) => {
    const profile = profileOf(input.application.profile)
    const found = authenticator.authenticate(input.endpoint, input.now)
    if (!(found instanceof Promise)) {
      return prepare(context, { ...input, profile, authenticated: found })
    }
    return found.then((result) =>
      result.kind === 'authenticated'
        ? prepare(context, { ...input, profile, authenticated: result })
        : { errorClass: 'authentication_failed', detail: result.detail },
    )
  }
}
