/** Which endpoints of an application a list, an export or a change of many is about. */
import { type Endpoint, endpointTitle } from './endpoint.ts'
import { isTypeRule, rulePrefix, wantsType } from './type-rule.ts'

export type EndpointCondition = 'healthy' | 'degraded' | 'failing' | 'paused' | 'disabled'

/** Below this share of successes in 24 hours an endpoint is not healthy. */
const healthyShare = 0.95

/** By what it is set to, and by what became of its attempts in the last 24 hours. */
export function conditionOf(
  set: { readonly disabled: boolean; readonly paused: boolean },
  { succeeded, failed }: { readonly succeeded: number; readonly failed: number },
): EndpointCondition {
  if (set.disabled) return 'disabled'
  if (set.paused) return 'paused'
  if (succeeded + failed === 0) return 'healthy'
  if (succeeded === 0) return 'failing'
  return succeeded / (succeeded + failed) < healthyShare ? 'degraded' : 'healthy'
}

export interface EndpointSought {
  /** Somewhere in an id, name, URL, event or label; whatever its case. */
  readonly text: string | null
  readonly conditions: readonly EndpointCondition[] | null
  /** Takes one of these event types, or any of a group. */
  readonly types: readonly string[] | null
  /** Has all of these labels: `team`, or `team:payments`. */
  readonly labels: readonly string[] | null
}

/** All but the condition, which its attempts tell. */
export function endpointHas(endpoint: Endpoint, { text, types, labels }: EndpointSought): boolean {
  return (
    (text === null || hasText(endpoint, text.toLowerCase())) &&
    (types === null || types.some((wanted) => takes(endpoint.eventTypes, wanted))) &&
    (labels === null || labels.every((label) => hasLabel(endpoint.metadata, label)))
  )
}

function hasText(endpoint: Endpoint, wanted: string): boolean {
  const { id, uid, url, description, eventTypes, metadata } = endpoint
  const labels = Object.entries(metadata).map(([name, value]) => `${name}:${value}`)
  return [
    id,
    uid,
    endpointTitle(endpoint),
    url,
    description,
    ...(eventTypes ?? []),
    ...labels,
  ].some((text) => text?.toLowerCase().includes(wanted) === true)
}

/** Whether it takes the type, or any of the group. */
function takes(eventTypes: readonly string[] | null, wanted: string): boolean {
  if (!isTypeRule(wanted)) return wantsType(eventTypes, wanted)
  const prefix = rulePrefix(wanted)
  return eventTypes === null || eventTypes.some((one) => one.startsWith(prefix))
}

function hasLabel(metadata: Endpoint['metadata'], label: string): boolean {
  const [, name = label, value] = /^([^:]*):(.*)$/s.exec(label) ?? []
  return Object.hasOwn(metadata, name) && (value === undefined || metadata[name] === value)
}
