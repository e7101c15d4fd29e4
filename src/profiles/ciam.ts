/** Skillmine Auth: four parts, exactly; only 200 is success; the request proves who sends it. */

import type { JsonObject } from '../domain/json.ts'
import { type DeliveryPolicy, standardPolicy } from '../domain/policy.ts'
import { type EnvelopeParts, isEnvelope } from './envelope.ts'
import type { Profile, ShapeInput } from './profile.ts'
import { columns, fields, noLimits, standardRules, words } from './standard.ts'

const policy: DeliveryPolicy = {
  ...standardPolicy,
  successStatuses: [[200, 200]],
  retryScheduleMs: [60_000, 300_000, 600_000],
  retryJitter: 0,
  honorRetryAfter: false,
  disableOnGone: false,
  disableAfterMs: null,
}

const parts: EnvelopeParts = {
  all: new Set(['event_time', 'event_type', 'current_context', 'data']),
  carriers: ['data', 'current_context'],
  telling: ['event_time', 'event_type', 'current_context'],
}

/** The four parts as they were given, or around the payload when it is the data itself. */
function shape({ eventType, payload, createdAt }: ShapeInput): JsonObject {
  const whole = isEnvelope(payload, parts)
  const time = whole ? payload['event_time'] : null
  return {
    event_time: time ?? new Date(createdAt).toISOString(),
    event_type: eventType,
    current_context: (whole ? payload['current_context'] : null) ?? null,
    data: whole ? (payload['data'] ?? null) : payload,
  }
}

export const ciam: Profile = {
  name: 'ciam',
  label: { en: 'Skillmine Auth (CIAM)', es: 'Skillmine Auth (CIAM)' },
  description: {
    en: 'Identity events in a four-part body, with an API key, TOTP or OAuth2.',
    es: 'Eventos de identidad en un cuerpo de cuatro partes, con clave de API, TOTP u OAuth2.',
  },
  catalog: 'ciam',
  policy,
  shape,
  withholds: null,
  userAgent: null,
  replaceableHeaders: [],
  signature: 'none',
  authentications: ['api-key', 'totp', 'oauth2'],
  limits: {
    ...noLimits,
    endpointsMax: 20,
    sameUrlTwice: false,
    eventTypesMin: 1,
    nameLengthMin: 1,
  },
  rules: { ...standardRules, test: 'none', catalogOnly: true, selfEvents: true },
  logUnit: 'attempt',
  networkErrorStatus: null,
  words: {
    ...words,
    title: { en: 'Webhook Settings', es: 'Ajustes de webhooks' },
    add: { en: 'Create Webhook', es: 'Crear webhook' },
  },
  form: [
    { ...fields.name, label: { en: 'Webhook Name', es: 'Nombre del webhook' } },
    { ...fields.eventTypes, label: { en: 'Webhook Events', es: 'Eventos del webhook' } },
    {
      name: 'notificationType',
      label: { en: 'Notification Type', es: 'Tipo de notificación' },
      kind: 'choice',
      required: true,
      choices: ['REST'],
    },
    fields.url,
    {
      name: 'authentication',
      label: { en: 'API Key', es: 'Clave de API' },
      kind: 'authentication',
      required: false,
      help: {
        en: 'Lets the receiver check that the request is yours.',
        es: 'Permite al receptor comprobar que la solicitud es tuya.',
      },
    },
  ],
  list: {
    columns: [
      { field: 'name', label: { en: 'Webhook Name', es: 'Nombre del webhook' } },
      { field: 'eventTypes', label: { en: 'Webhook Events', es: 'Eventos del webhook' } },
      columns.url,
      columns.active,
    ],
    showsDisabled: true,
    pageSize: 20,
  },
}
