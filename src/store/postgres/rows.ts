/** Rows to domain and back: the only place, with the statements, that knows column names. */
import type { Application } from '../../domain/application.ts'
import type { Attempt } from '../../domain/attempt.ts'
import type { Delivery } from '../../domain/delivery.ts'
import type { Endpoint, EndpointHealth } from '../../domain/endpoint.ts'
import type { EventType } from '../../domain/event-type.ts'
import type { Message } from '../../domain/message.ts'
import type { Sealer } from '../../runtime/sealing.ts'
import type { Row } from './database.ts'

/** A row of the named table, as our own statements select it; trusted, since we wrote it. */
function as<Type>(value: unknown): Type {
  return value as Type // the columns are ours and typed by the schema
}

function json<Type>(value: unknown): Type {
  return JSON.parse(String(value)) as Type // written by this adapter
}

function jsonOrNull<Type>(value: unknown): Type | null {
  return value === null ? null : json<Type>(value)
}

export function applicationOf(row: Row): Application {
  return {
    id: as(row['id']),
    organizationId: as(row['organization_id']),
    uid: as(row['uid']),
    name: as(row['name']),
    metadata: json(row['metadata']),
    throttleRate: as(row['throttle_rate']),
    profile: as(row['profile']),
    enabled: as(row['enabled']),
    configVersion: as(row['config_version']),
    createdAt: as(row['created_at']),
    updatedAt: as(row['updated_at']),
  }
}

/** What a sealed column of an endpoint is bound to: it opens nowhere else. */
export function binding(applicationId: string, endpointId: string, field: string): string {
  return `${applicationId}/${endpointId}/${field}`
}

export function endpointOf(row: Row, sealer: Sealer): Endpoint {
  const open = (field: string): string =>
    sealer.open(
      String(row[field]),
      binding(String(row['application_id']), String(row['id']), field),
    )
  return {
    id: as(row['id']),
    applicationId: as(row['application_id']),
    uid: as(row['uid']),
    url: as(row['url']),
    description: as(row['description']),
    version: as(row['version']),
    transport: as(row['transport']),
    disabledAt: as(row['disabled_at']),
    disabledReason: as(row['disabled_reason']),
    pausedAt: as(row['paused_at']),
    eventTypes: jsonOrNull(row['event_types']),
    channels: jsonOrNull(row['channels']),
    metadata: json(row['metadata']),
    throttleRate: as(row['throttle_rate']),
    secrets: json(open('secrets')),
    headers: json(open('headers')),
    ...(row['credentials'] === null ? {} : { credentials: json(open('credentials')) }),
    policy: json(row['policy']),
    attributes: json(row['attributes']),
    createdAt: as(row['created_at']),
    updatedAt: as(row['updated_at']),
  }
}

/** Values in the order of `endpointColumns`. */
export function endpointValues(endpoint: Endpoint, sealer: Sealer): readonly unknown[] {
  const seal = (field: string, value: unknown): string =>
    sealer.seal(JSON.stringify(value), binding(endpoint.applicationId, endpoint.id, field))
  return [
    endpoint.applicationId,
    endpoint.id,
    endpoint.uid,
    endpoint.url,
    endpoint.description,
    endpoint.version,
    endpoint.transport,
    endpoint.disabledAt,
    endpoint.disabledReason,
    endpoint.pausedAt,
    endpoint.eventTypes === null ? null : JSON.stringify(endpoint.eventTypes),
    endpoint.channels === null ? null : JSON.stringify(endpoint.channels),
    JSON.stringify(endpoint.metadata),
    endpoint.throttleRate,
    seal('secrets', endpoint.secrets),
    seal('headers', endpoint.headers),
    endpoint.credentials === undefined ? null : seal('credentials', endpoint.credentials),
    JSON.stringify(endpoint.policy),
    JSON.stringify(endpoint.attributes),
    endpoint.createdAt,
    endpoint.updatedAt,
  ]
}

export const endpointColumns =
  'application_id, id, uid, url, description, version, transport, disabled_at, disabled_reason, paused_at, event_types, channels, metadata, throttle_rate, secrets, headers, credentials, policy, attributes, created_at, updated_at'

export function healthOf(row: Row): EndpointHealth {
  return {
    failingSince: as(row['failing_since']),
    consecutiveFailures: as(row['consecutive_failures']),
    openUntil: as(row['open_until']),
  }
}

export function eventTypeOf(row: Row): EventType {
  return {
    organizationId: as(row['organization_id']),
    name: as(row['name']),
    description: as(row['description']),
    archived: as(row['archived']),
    deprecated: as(row['deprecated']),
    schemas: jsonOrNull(row['schemas']),
    featureFlags: as(row['feature_flags']),
    groupName: as(row['group_name']),
    attributes: json(row['attributes']),
    createdAt: as(row['created_at']),
    updatedAt: as(row['updated_at']),
  }
}

/** Columns of a message under the alias `m`, each named `m_…`, so that a join keeps them apart. */
export function messageColumns(withPayload: boolean): string {
  return `m.application_id as m_application_id, m.id as m_id, m.event_type as m_event_type,
    m.event_id as m_event_id, m.channels as m_channels, m.tags as m_tags,
    ${withPayload ? 'm.payload' : 'coalesce(octet_length(m.payload), m.payload_bytes) as m_payload_bytes, null::bytea'} as m_payload,
    m.content_type as m_content_type,
    m.created_at as m_created_at, m.deliver_at as m_deliver_at,
    m.payload_expires_at as m_payload_expires_at, m.attributes as m_attributes`
}

export function messageOf(row: Row): Message {
  const lengthOnly = row['m_payload'] === null && row['m_payload_bytes'] !== undefined
  return {
    id: as(row['m_id']),
    applicationId: as(row['m_application_id']),
    eventType: as(row['m_event_type']),
    eventId: as(row['m_event_id']),
    channels: as(row['m_channels']),
    tags: as(row['m_tags']),
    payload: as(row['m_payload']),
    ...(lengthOnly ? { payloadBytes: as<number | null>(row['m_payload_bytes']) } : {}),
    contentType: as(row['m_content_type']),
    createdAt: as(row['m_created_at']),
    deliverAt: as(row['m_deliver_at']),
    payloadExpiresAt: as(row['m_payload_expires_at']),
    attributes: json(row['m_attributes']),
  }
}

export const deliveryColumns = `d.application_id as d_application_id, d.id as d_id,
    d.endpoint_id as d_endpoint_id, d.message_id as d_message_id, d.state as d_state,
    d.trigger as d_trigger, d.attempt_count as d_attempt_count, d.due_at as d_due_at,
    d.sequence as d_sequence, d.created_at as d_created_at, d.updated_at as d_updated_at`

/**
 * Open and final deliveries together. The condition is repeated in both arms, so that each uses
 * its own index; so is `first`, an order with a limit, where the first of both are wanted.
 */
export function anyDelivery(condition: string, first = ''): string {
  return `(
    (select application_id, id, endpoint_id, message_id, state, trigger, attempt_count, due_at,
            sequence, created_at, updated_at
     from open_delivery where ${condition} ${first})
    union all
    (select application_id, id, endpoint_id, message_id, state, trigger, attempt_count,
            null::bigint, sequence, created_at, updated_at
     from delivery where ${condition} ${first})
  )`
}

export function deliveryOf(row: Row): Delivery {
  return {
    id: as(row['d_id']),
    applicationId: as(row['d_application_id']),
    endpointId: as(row['d_endpoint_id']),
    messageId: as(row['d_message_id']),
    state: as(row['d_state']),
    trigger: as(row['d_trigger']),
    attemptCount: as(row['d_attempt_count']),
    dueAt: as(row['d_due_at']),
    sequence: as(row['d_sequence']),
    createdAt: as(row['d_created_at']),
    updatedAt: as(row['d_updated_at']),
  }
}

/** Columns of an attempt under the alias `a`, each named `a_…`. */
export function attemptColumns(withContent: boolean): string {
  const content = withContent
    ? 'a.response_body as a_response_body, a.request_headers as a_request_headers, a.response_headers as a_response_headers'
    : `''::bytea as a_response_body, '{}' as a_request_headers, '{}' as a_response_headers`
  return `a.application_id as a_application_id, a.id as a_id, a.endpoint_id as a_endpoint_id,
    a.message_id as a_message_id, a.delivery_id as a_delivery_id, a.event_type as a_event_type,
    a.channels as a_channels, a.tags as a_tags, a.trigger as a_trigger, a.number as a_number,
    a.succeeded as a_succeeded, a.url as a_url, a.response_status as a_response_status,
    a.response_truncated as a_response_truncated, a.error_class as a_error_class,
    a.duration_ms as a_duration_ms, a.timings as a_timings, a.remote_address as a_remote_address,
    a.next_attempt_at as a_next_attempt_at, a.created_at as a_created_at, ${content}`
}

/** What the column of timings holds: them, and beside them what has no column of its own. */
type Timed = Attempt['timings'] & {
  readonly connection?: Attempt['connection']
  readonly responseBytes?: number
  /** Both or neither: only code says another method than POST. */
  readonly method?: Attempt['method']
  readonly rewriting?: Attempt['rewriting']
}

export function timingsText(attempt: Attempt): string {
  const { timings, connection, responseBytes, method, rewriting } = attempt
  if (connection === null && responseBytes === null && rewriting === null) {
    return JSON.stringify(timings)
  }
  const timed: Timed = {
    ...timings,
    connection,
    ...(responseBytes === null ? {} : { responseBytes }),
    ...(rewriting === null ? {} : { method, rewriting }),
  }
  return JSON.stringify(timed)
}

export function attemptOf(row: Row): Attempt {
  const timed = json<Timed>(row['a_timings'])
  const { connection = null, responseBytes = null, method, rewriting, ...timings } = timed
  return {
    id: as(row['a_id']),
    applicationId: as(row['a_application_id']),
    endpointId: as(row['a_endpoint_id']),
    messageId: as(row['a_message_id']),
    deliveryId: as(row['a_delivery_id']),
    eventType: as(row['a_event_type']),
    channels: as(row['a_channels']),
    tags: as(row['a_tags']),
    trigger: as(row['a_trigger']),
    number: as(row['a_number']),
    succeeded: as(row['a_succeeded']),
    method: method ?? 'POST',
    url: as(row['a_url']),
    responseStatus: as(row['a_response_status']),
    responseBody: as<Buffer>(row['a_response_body']).toString('utf8'),
    responseTruncated: as(row['a_response_truncated']),
    responseBytes,
    errorClass: as(row['a_error_class']),
    durationMs: as(row['a_duration_ms']),
    requestHeaders: json(row['a_request_headers']),
    rewriting: rewriting ?? null,
    responseHeaders: json(row['a_response_headers']),
    timings,
    remoteAddress: as(row['a_remote_address']),
    connection,
    nextAttemptAt: as(row['a_next_attempt_at']),
    createdAt: as(row['a_created_at']),
  }
}

/** The attempt of a left join; null where there was none. */
export function attemptOrNull(row: Row): Attempt | null {
  return row['a_id'] === null ? null : attemptOf(row)
}
