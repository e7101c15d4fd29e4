import type { Application } from '../domain/application.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import type { Message } from '../domain/message.ts'
import { transform, transformationOf } from '../intake/transformation.ts'
import { bodyOf } from '../profiles/body.ts'
import { profileOf } from '../profiles/profiles.ts'
import type { Services } from './call.ts'

/**
 * The bytes of the message as this endpoint gets them now: what its code makes of the stored ones, in
 * the shape of the application's profile. Null when there are none any more, or the code fails.
 */
export async function sentBody(
  message: Message,
  to: {
    readonly application: Application
    readonly endpoint: Endpoint
    readonly services: Pick<Services, 'sandbox'>
  },
): Promise<Uint8Array | null> {
  const { eventType, payload } = message
  if (payload === null) return null
  const { application, endpoint, services } = to
  const transformation = transformationOf(endpoint)
  const made = transformation.enabled
    ? await transform(services.sandbox, transformation, { eventType, payload })
    : { ok: true as const, payload }
  if (!made.ok) return null
  const profile = profileOf(application.profile)
  return bodyOf({ profile, message: { ...message, payload: made.payload }, endpoint })
}
