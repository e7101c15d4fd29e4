import { attemptSentences } from '../domain/attempt-sentences.ts'
import { type Notice, noticeOf } from '../domain/notice.ts'
import {
  laidOver,
  type Transformation,
  transform,
  transformationOf,
} from '../intake/transformation.ts'
import { profileOf } from '../profiles/profiles.ts'
import type { Sandbox } from '../runtime/sandbox.ts'
import type { Made, MakeRequest, Refusal, RequestInput } from './attempt.ts'
import type { Authenticated, Authenticator, NotAuthenticated } from './authentication.ts'
import { noticeBody } from './notice-body.ts'
import { type PrepareContext, prepare } from './prepare.ts'

/**
 * What the engine calls to get a signed request: authenticates for the endpoint, then shapes and
 * signs by the application's profile. Synchronous unless an OAuth2 token must be fetched.
 */
export function requestMaker(deps: {
  readonly context: PrepareContext
  readonly authenticator: Authenticator
  /** Runs transformations; without one, endpoints that have some fail. */
  readonly sandbox?: Sandbox
}): MakeRequest {
  const finish = (input: RequestInput, proof: Authenticated | NotAuthenticated): Made =>
    proof.kind === 'not_authenticated'
      ? { errorClass: proof.errorClass, detail: proof.detail }
      : prepare(deps.context, {
          ...input,
          profile: profileOf(input.application.profile),
          authenticated: proof,
        })
  const make: MakeRequest = (input) => {
    const proof = deps.authenticator.authenticate(input.endpoint, input.now)
    return proof instanceof Promise
      ? proof.then((result) => finish(input, result))
      : finish(input, proof)
  }
  return (input) => {
    const notice = noticeOf(input.endpoint.attributes)
    if (notice !== null) return make(asSentence(input, notice))
    const transformation = transformationOf(input.endpoint)
    if (!transformation.enabled || input.claim.message.payload === null) return make(input)
    return transformed(input, transformation, deps.sandbox).then((result) =>
      'errorClass' in result ? result : make(result),
    )
  }
}

/** The input with the event told in a sentence. */
function asSentence(input: RequestInput, notice: Notice): RequestInput {
  const { message } = input.claim
  if (message.payload === null) return input
  const body = noticeBody(notice, { ...message, payload: message.payload })
  const told = { ...message, payload: Buffer.from(JSON.stringify(body)) }
  return { ...input, claim: { ...input.claim, message: told } }
}

/** The input as the endpoint's code leaves it, or why there is none. */
async function transformed(
  input: RequestInput,
  transformation: Transformation,
  sandbox: Sandbox | undefined,
): Promise<RequestInput | Refusal> {
  const refusal = (detail: string): Refusal => ({ errorClass: 'transform_failed', detail })
  const { endpoint, claim, application } = input
  const { message } = claim
  if (sandbox === undefined || message.payload === null)
    return refusal(attemptSentences.noSandbox.en)
  const result = await transform(sandbox, transformation, {
    ...{ eventType: message.eventType, payload: message.payload, endpoint },
    replaceable: profileOf(application.profile).replaceableHeaders,
  })
  if (!result.ok && result.canceled === true) {
    return { errorClass: 'transform_canceled', detail: result.reason.en }
  }
  if (!result.ok) return refusal(result.reason.en)
  const { payload, method, url, headers } = result
  return {
    ...input,
    claim: { ...claim, message: { ...message, payload } },
    // Authentication is made for the URL as it is called, so that its parameter is part of it.
    endpoint: { ...endpoint, url, headers: laidOver(endpoint.headers, headers) },
    rewritten: { method, headers: Object.keys(headers), url: url !== endpoint.url },
  }
}
