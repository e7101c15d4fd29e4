import type { Application } from '../domain/application.ts'
import type { Attempt } from '../domain/attempt.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Mask } from '../domain/masking.ts'
import type { Message } from '../domain/message.ts'
import { bodyDigest } from '../intake/body-digest.ts'
import { transform, transformationOf } from '../intake/transformation.ts'
import { bodyOf } from '../profiles/body.ts'
import { profileOf } from '../profiles/profiles.ts'
import type { Services } from './call.ts'
import { maskMessage } from './masked.ts'

interface To {
  readonly application: Application
  /** Null: it is deleted. */
  readonly endpoint: Endpoint | null
  readonly services: Pick<Services, 'sandbox'>
}

/** The bytes of the message as this endpoint would get them now; null: there are none. */
export function bodyNow(
  message: Message,
  to: To & { readonly endpoint: Endpoint },
): Promise<Uint8Array | null> {
  return madeBody(message, to, transformationOf(to.endpoint).enabled)
}

/**
 * The body that an attempt sent, made again from what is stored, as far as a caller with that mask may
 * see it. Null: the payload or the endpoint is gone, or its code is another one since.
 */
export async function sentBody(
  { message, attempt }: { readonly message: Message; readonly attempt: Attempt },
  to: To & { readonly mask: Mask },
): Promise<{ readonly body: Uint8Array | null; readonly masked: boolean }> {
  const { rewriting } = attempt
  const shown = maskMessage(message, to.mask)
  const masked = shown.paths.length > 0
  const body = await madeBody(message, to, rewriting !== null)
  const isSame = rewriting === null || body === null || bodyDigest(body) === rewriting.bodyDigest
  if (!isSame) return { body: null, masked }
  // What the code makes of a masked payload tells no more than the payload does.
  return { body: masked ? await madeBody(shown.message, to, rewriting !== null) : body, masked }
}

/** What the endpoint's code makes of the payload, where it runs, in the shape of the profile. */
async function madeBody(
  message: Message,
  { application, endpoint, services }: To,
  runsCode: boolean,
): Promise<Uint8Array | null> {
  const { eventType, payload } = message
  if (payload === null) return null
  const profile = profileOf(application.profile)
  if (endpoint === null) return profile.shape === null && !runsCode ? payload : null
  const shaped = (bytes: Uint8Array): Uint8Array =>
    bodyOf({ profile, message: { ...message, payload: bytes }, endpoint })
  if (!runsCode) return shaped(payload)
  const before = { eventType, payload, endpoint, replaceable: profile.replaceableHeaders }
  const made = await transform(services.sandbox, transformationOf(endpoint), before)
  return made.ok ? shaped(made.payload) : null
}
