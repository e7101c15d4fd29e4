/**
 * The body of a delivery: a pure function of the stored message, the frozen endpoint id and the
 * endpoint's payload option. It is made for each attempt anew and is the same each time.
 */
import { diffOf, pickChanged } from '../domain/diff.ts'
import { isPlainObject, type JsonObject } from '../domain/json.ts'
import { parseExact, stringifyExact } from './exact-json.ts'
import type { Profile, ShapeInput } from './profile.ts'

export interface BodyInput {
  readonly profile: Profile
  readonly message: {
    readonly eventType: string
    readonly payload: Uint8Array
    readonly createdAt: number
    readonly attributes: Readonly<Record<string, unknown>>
  }
  readonly endpoint: { readonly id: string; readonly attributes: Readonly<Record<string, unknown>> }
}

/** The bytes to send. A payload that is no JSON object goes out as it is stored, whatever profile. */
export function bodyOf({ profile, message, endpoint }: BodyInput): Uint8Array {
  const previous = message.attributes['previous']
  const before = isPlainObject(previous) ? previous : null
  const mode = payloadMode(endpoint.attributes['payload'], profile)
  const onlyChanges = mode === 'changes' && before !== null
  if (profile.shape === null && !onlyChanges) return message.payload
  const payload = parseExact(message.payload)
  if (payload === null) return message.payload
  const shape = profile.shape ?? changesOnly
  return stringifyExact(
    shape({
      eventType: message.eventType,
      payload,
      createdAt: message.createdAt,
      previous: before,
      endpointId: endpoint.id,
      mode,
    }),
  )
}

function payloadMode(chosen: unknown, profile: Profile): 'full' | 'changes' {
  return chosen === 'full' || chosen === 'changes' ? chosen : profile.rules.payload
}

/** The body of an edit where a profile has no shape of its own: the edited fields and the diff. */
function changesOnly({ payload, previous }: ShapeInput): JsonObject {
  const diff = diffOf(previous ?? {}, payload)
  return { ...pickChanged(payload, diff), diff }
}
