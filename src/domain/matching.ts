/**
 * Routing: does an endpoint want a message? Pure, and it says why not, so that the same rules
 * decide and explain.
 */
import type { Application } from './application.ts'
import type { Endpoint } from './endpoint.ts'
import type { Filter } from './filter.ts'
import { filterMiss } from './filter-match.ts'
import { readScope, scopeMatches } from './scope.ts'
import { wantsType } from './type-rule.ts'

/** What of a message decides where it goes. */
export interface Routable {
  readonly eventType: string
  readonly channels: readonly string[] | null
  /** The message's: `scope` says where the event happened. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** The payload, read when a filter asks for it; undefined when it is no JSON. */
  readonly payload?: () => unknown
}

export type ExcludedBy =
  | 'application_disabled'
  | 'endpoint_disabled'
  | 'endpoint_newer'
  | 'event_type'
  | 'channel'
  | 'scope'
  | 'filter'
  | 'settings_changed'

export type Match =
  | { readonly matched: true }
  | {
      readonly matched: false
      readonly rule: ExcludedBy
      /** Where the rule looked, in the message. */
      readonly path: string
      /** What it found there, and what the endpoint wanted. */
      readonly value: unknown
      readonly wanted: unknown
    }

const matched: Match = { matched: true }

export function matchEndpoint(
  application: Pick<Application, 'enabled'>,
  endpoint: Endpoint,
  message: Routable,
  filter: Filter | null = null,
): Match {
  if (!application.enabled) return excluded('application_disabled', 'application.enabled', false)
  if (endpoint.disabledAt !== null) {
    return excluded('endpoint_disabled', 'endpoint.disabled', endpoint.disabledReason)
  }
  if (!wantsType(endpoint.eventTypes, message.eventType)) {
    return excluded('event_type', 'eventType', message.eventType, endpoint.eventTypes)
  }
  if (endpoint.channels !== null && !intersects(endpoint.channels, message.channels)) {
    return excluded('channel', 'channels', message.channels, endpoint.channels)
  }
  if (!wantsScope(endpoint, message.attributes)) {
    const wanted = endpoint.attributes['scope']
    return excluded('scope', 'scope', message.attributes?.['scope'] ?? null, wanted)
  }
  const miss = filter === null ? null : filterMiss(filter, message.payload?.())
  if (miss !== null) return excluded('filter', `payload.${miss.path}`, miss.value, miss.wanted)
  return matched
}

/** Whether an event of that scope is for the endpoint: sites, a workflow, a survey and its group. */
export function wantsScope(
  endpoint: Pick<Endpoint, 'attributes'>,
  attributes: Readonly<Record<string, unknown>> | undefined,
): boolean {
  const filter = endpoint.attributes['scope']
  return filter === undefined || scopeMatches(readScope(filter), readScope(attributes?.['scope']))
}

/** The rules that stay when candidates were already chosen by event type (see the view's index). */
export function wantsChannels(endpoint: Endpoint, channels: readonly string[] | null): boolean {
  return endpoint.channels === null || intersects(endpoint.channels, channels)
}

function intersects(wanted: readonly string[], given: readonly string[] | null): boolean {
  return given?.some((channel) => wanted.includes(channel)) ?? false
}

function excluded(rule: ExcludedBy, path: string, value: unknown, wanted: unknown = null): Match {
  return { matched: false, rule, path, value, wanted }
}
