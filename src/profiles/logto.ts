/**
 * Logto: flat bodies of three kinds (interaction, data, exception). `hookId`, the endpoint's id, is
 * part of the signed bytes, so two webhooks of one event have different signatures.
 */
import { isPlainObject, type JsonObject } from '../domain/json.ts'
import { type DeliveryPolicy, standardPolicy } from '../domain/policy.ts'
import type { Profile, ShapeInput } from './profile.ts'
import { columns, fields, noLimits, standardRules, words } from './standard.ts'

const policy: DeliveryPolicy = {
  ...standardPolicy,
  retryStatuses: [[500, 599]],
  retryNetworkErrors: false,
  retryTimeouts: false,
  retryScheduleMs: [300, 600, 1_200],
  retryJitter: 0,
  attemptTimeoutMs: 10_000,
  redirectsMax: 10,
  concurrencyMax: 10,
  disableOnGone: false,
  disableAfterMs: null,
}

const interactions: Readonly<Record<string, string>> = {
  PostRegister: 'Register',
  PostSignIn: 'SignIn',
  PostSignInAdaptiveMfaTriggered: 'SignIn',
  PostResetPassword: 'ForgotPassword',
}

/** The user's public fields; nothing else of a user leaves in an interaction body. */
const userFields = new Set([
  'id',
  'username',
  'primaryEmail',
  'primaryPhone',
  'name',
  'avatar',
  'customData',
  'identities',
  'lastSignInAt',
  'createdAt',
  'updatedAt',
  'profile',
  'applicationId',
  'cimdClientId',
  'isSuspended',
])

const membershipArrays = [
  'addedUserIds',
  'removedUserIds',
  'addedApplicationIds',
  'removedApplicationIds',
]
const membershipIdsMax = 5_000

function shape({ eventType, payload, createdAt, endpointId }: ShapeInput): JsonObject {
  const interactionEvent = Object.hasOwn(interactions, eventType) ? interactions[eventType] : null
  const { hookId: _, event: __, ...rest } = payload
  const body: Record<string, unknown> = {
    event: eventType,
    ...(interactionEvent == null ? {} : { interactionEvent }),
    createdAt: new Date(createdAt).toISOString(),
    ...rest,
  }
  if (interactionEvent != null) fillInteraction(body)
  if (eventType === 'Organization.Membership.Updated') capMembership(body)
  if (eventType.startsWith('TrustedDevice.')) delete body['ip']
  return { ...body, hookId: endpointId }
}

function fillInteraction(body: Record<string, unknown>): void {
  const user = body['user']
  if (!isPlainObject(user)) return
  body['user'] = Object.fromEntries(Object.entries(user).filter(([key]) => userFields.has(key)))
  body['userId'] ??= user['id']
}

/** Each array holds at most 5000 ids; an empty one is absent. */
function capMembership(body: Record<string, unknown>): void {
  for (const name of membershipArrays) {
    const ids = body[name]
    if (!Array.isArray(ids)) continue
    if (ids.length === 0) delete body[name]
    else body[name] = ids.slice(0, membershipIdsMax)
  }
}

/** Sent whatever became of the request that raised them; all others only after a good one. */
const always = new Set([
  'PostSignInAdaptiveMfaTriggered',
  'Identifier.Lockout',
  'Message.RateLimited',
  'Grant.LimitExceeded',
])

/** `status` is the answer of the request that raised the event. */
function withholds(eventType: string, payload: unknown): boolean {
  if (always.has(eventType) || !isPlainObject(payload)) return false
  const status = payload['status']
  return typeof status === 'number' && status >= 400
}

export const logto: Profile = {
  name: 'logto',
  label: { en: 'Logto', es: 'Logto' },
  description: {
    en: 'Identity events, signed with HMAC-SHA256 over the body, in parallel.',
    es: 'Eventos de identidad, firmados con HMAC-SHA256 sobre el cuerpo, en paralelo.',
  },
  catalog: 'logto',
  policy,
  shape,
  withholds,
  userAgent: 'Logto (https://logto.io/)',
  replaceableHeaders: ['user-agent', 'content-type'],
  signature: 'logto-hmac',
  authentications: [],
  limits: { ...noLimits, eventTypesMin: 1, nameLengthMin: 1 },
  rules: {
    ...standardRules,
    testRecorded: false,
    catalogOnly: true,
    headerValueRequired: true,
  },
  logUnit: 'delivery',
  networkErrorStatus: null,
  words: {
    ...words,
    add: { en: 'Create Webhook', es: 'Crear webhook' },
    create: { en: 'Create Webhook', es: 'Crear webhook' },
    save: { en: 'Save changes', es: 'Guardar cambios' },
    test: { en: 'Send test payload', es: 'Enviar payload de prueba' },
  },
  form: [
    fields.name,
    { ...fields.url, label: { en: 'Endpoint URL', es: 'URL del endpoint' } },
    fields.eventTypes,
    {
      name: 'signingKey',
      label: { en: 'Signing key', es: 'Clave de firma' },
      kind: 'secret',
      required: false,
    },
    { ...fields.headers, label: { en: 'Custom headers', es: 'Encabezados personalizados' } },
    fields.active,
  ],
  list: {
    columns: [
      columns.name,
      columns.eventTypes,
      { field: 'successRate', label: { en: 'Success rate (24h)', es: 'Tasa de éxito (24h)' } },
      { field: 'requests', label: { en: 'Requests (24h)', es: 'Solicitudes (24h)' } },
    ],
    showsDisabled: true,
    pageSize: 20,
  },
}
