/**
 * Modyo: activity log records. One record, two shapes: the whole record with `trigger_*` members
 * when an administrator or the platform acted, a compact one when an end user acted on a site.
 */

import type { JsonObject } from '../domain/json.ts'
import { standardPolicy } from '../domain/policy.ts'
import type { Profile, ShapeInput } from './profile.ts'
import { columns, fields, noLimits, standardRules, words } from './standard.ts'

/** Columns of the log record, in the order in which they are sent. Missing ones are sent as null. */
const recordColumns = [
  'id',
  'account_id',
  'site_id',
  'user_id',
  'type',
  'value_1',
  'value_2',
  'value_3',
  'request_ip',
  'request_user_agent',
  'loggeable_id',
  'loggeable_type',
  'options',
  'created_at',
  'user_type',
  'space_id',
  'log_type_id',
  'realm_id',
] as const
const originationIds = new Set([
  'origination_uuid',
  'origination_uid',
  'submission_uuid',
  'task_uid',
])
/** Members that one of the shapes makes of a record; none is copied as it is. */
const made = new Set<string>([
  ...recordColumns,
  ...['ip', 'ua', 'e_a', 'e_c', 'uid', 'idsite', 'realm_uid', 'automated'],
])

/** Categories whose triggers may be raised by an end user; longer names first. */
const compactCategories = [
  'origination_task_response',
  'origination_submission',
  'form_response',
  'user',
]
/** Of those categories, the triggers that only administrators or the platform raise. */
const alwaysFull = new Set([
  'origination_submission_completed_log',
  'origination_submission_canceled_overdue_log',
  'user_disabled_log',
])

function shape(input: ShapeInput): JsonObject {
  const category = alwaysFull.has(input.eventType)
    ? undefined
    : compactCategories.find((name) => input.eventType.startsWith(`${name}_`))
  const byEndUser = input.payload['user_type'] === 'User' || Object.hasOwn(input.payload, 'e_c')
  return category !== undefined && byEndUser ? compact(input, category) : full(input)
}

function full({ eventType, payload, createdAt }: ShapeInput): JsonObject {
  const created = new Date(createdAt).toISOString()
  const byPlatform = payload['automated'] === true
  const nobody = { user_id: null, request_ip: null, request_user_agent: null, user_type: null }
  const record: Record<string, unknown> = {}
  for (const column of recordColumns) record[column] = payload[column] ?? null
  record['created_at'] = payload['created_at'] ?? created
  const isEntry = payload['loggeable_type'] === 'Content::Entry'
  return {
    ...record,
    ...(byPlatform ? nobody : {}),
    trigger_uid: eventType,
    trigger_name: triggerName(eventType),
    trigger_entity: payload['loggeable_type'] ?? null,
    trigger_entity_id: payload['loggeable_id'] ?? null,
    trigger_entry_uuid: isEntry ? (payload['value_1'] ?? null) : null,
    trigger_content_uuid: isEntry ? (payload['value_2'] ?? null) : null,
    trigger_entry_space_uid: isEntry ? (payload['value_3'] ?? null) : null,
    ...(byPlatform ? { automated: true } : {}),
    ...furtherOf(payload),
  }
}

function compact({ eventType, payload }: ShapeInput, category: string): JsonObject {
  return {
    ip: payload['ip'] ?? payload['request_ip'] ?? null,
    ua: payload['ua'] ?? payload['request_user_agent'] ?? null,
    e_a: eventType.slice(category.length + 1),
    e_c: category,
    uid: payload['uid'] ?? payload['user_id'] ?? null,
    idsite: payload['idsite'] ?? payload['site_id'] ?? null,
    realm_id: payload['realm_id'] ?? null,
    realm_uid: payload['realm_uid'] ?? null,
    account_id: payload['account_id'] ?? null,
    ...furtherOf(payload),
  }
}

/**
 * Members beside the record's columns and what the shapes make themselves: whatever the producer
 * added. An origination id that does not apply is absent, never null.
 */
function furtherOf(payload: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).filter(
      ([key, value]) =>
        !made.has(key) &&
        !key.startsWith('trigger_') &&
        !(value === null && originationIds.has(key)),
    ),
  )
}

/** `entry_created_log` is called `Entry created log`. */
function triggerName(uid: string): string {
  const words = uid.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const modyo: Profile = {
  name: 'modyo',
  label: { en: 'Modyo', es: 'Modyo' },
  description: {
    en: 'Activity log records of sites, spaces and realms.',
    es: 'Registros de actividad de sitios, espacios y reinos.',
  },
  catalog: 'modyo',
  policy: standardPolicy,
  shape,
  withholds: null,
  userAgent: null,
  replaceableHeaders: [],
  signature: 'none',
  authentications: [],
  limits: { ...noLimits, eventTypesMin: 1, nameLengthMin: 1 },
  rules: { ...standardRules, test: 'saved', catalogOnly: true },
  logUnit: 'attempt',
  networkErrorStatus: null,
  words: {
    ...words,
    add: { en: 'New Webhook', es: 'Nuevo Webhook' },
    create: words.save,
  },
  form: [
    fields.name,
    fields.url,
    {
      name: 'context',
      label: { en: 'Sites or spaces', es: 'Sitios o espacios' },
      kind: 'context',
      required: true,
      help: {
        en: 'Where the webhook listens; a realm webhook is always for its realm.',
        es: 'Dónde escucha el webhook; uno de reino es siempre de su reino.',
      },
    },
    { ...fields.eventTypes, label: { en: 'Log type', es: 'Tipo de log' } },
    fields.headers,
  ],
  list: {
    columns: [
      columns.name,
      columns.url,
      { field: 'context', label: { en: 'Context', es: 'Contexto' }, inWords: true },
      { field: 'eventTypes', label: { en: 'Log type', es: 'Tipo de log' }, inWords: true },
    ],
    masterSwitch: true,
    showsDisabled: false,
    pageSize: 50,
  },
}
