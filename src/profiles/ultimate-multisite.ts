/** Ultimate Multisite: one flat body without an event name; every amount twice. */

import { type JsonObject, numberOf } from '../domain/json.ts'
import { type DeliveryPolicy, standardPolicy } from '../domain/policy.ts'
import type { Profile, ShapeInput } from './profile.ts'
import { columns, fields, noLimits, standardRules, words } from './standard.ts'

const policy: DeliveryPolicy = {
  ...standardPolicy,
  successStatuses: 'any',
  retryStatuses: [],
  retryNetworkErrors: false,
  retryTimeouts: false,
  retryScheduleMs: [],
  honorRetryAfter: false,
  attemptTimeoutMs: 45_000,
  redirectsMax: 5,
  disableOnGone: false,
  disableAfterMs: null,
}

/** Version that closes every body, unless the payload brings its own. */
const version = '2.4.13'
const addressLines = [
  'company_name',
  'billing_email',
  'billing_address_line_1',
  'billing_address_line_2',
  'billing_country',
  'billing_state',
  'billing_city',
  'billing_zip_code',
]
/** Domain flags travel as the words `true` and `false`. */
const flags = new Set(['domain_active', 'domain_primary', 'domain_secure'])

function shape({ payload }: ShapeInput): JsonObject {
  // Without a prototype, a member called `__proto__` is one like others.
  const body: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(payload)) {
    if (key === 'wu_version') continue
    const amountKey = key.endsWith('_raw') ? key.slice(0, -'_raw'.length) : null
    if (amountKey !== null && !Object.hasOwn(payload, amountKey)) {
      body[amountKey] = formatAmount(value, currencyOf(payload, amountKey))
    }
    body[key] = flags.has(key) && typeof value === 'boolean' ? String(value) : value
  }
  const address = addressOf(payload)
  if (address !== null && !Object.hasOwn(payload, 'customer_billing_address')) {
    body['customer_billing_address'] = address
  }
  return { ...body, wu_version: payload['wu_version'] ?? version }
}

/** The currency of `payment_total` is `payment_currency`. */
function currencyOf(payload: JsonObject, amountKey: string): string {
  const block = amountKey.slice(0, amountKey.indexOf('_'))
  const currency = payload[`${block}_currency`]
  return typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency) ? currency : 'USD'
}

/** The number may be written as text, as databases give decimals: `"10.50"`. */
function formatAmount(raw: unknown, currency: string): string {
  const written = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : numberOf(raw)
  const amount = written !== null && Number.isFinite(written) ? written : 0
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount)
}

/** The filled-in lines of the address; null when the payload has none. */
function addressOf(payload: JsonObject): string | null {
  const lines = addressLines.map((line) => payload[line]).filter((line) => line)
  return lines.length === 0 ? null : lines.join('\n')
}

export const ultimateMultisite: Profile = {
  name: 'ultimate-multisite',
  label: { en: 'Ultimate Multisite', es: 'Ultimate Multisite' },
  description: {
    en: 'Flat bodies of a network that sells sites; one event a webhook, no retries.',
    es: 'Cuerpos planos de una red que vende sitios; un evento por webhook, sin reintentos.',
  },
  catalog: 'ultimate-multisite',
  policy,
  shape,
  withholds: null,
  userAgent: null,
  replaceableHeaders: [],
  signature: 'none',
  authentications: [],
  limits: { ...noLimits, eventTypesMin: 1, eventTypesMax: 1, nameLengthMin: 2 },
  rules: {
    ...standardRules,
    test: 'saved',
    testRecorded: false,
    testNeedsBody: true,
    countsRuns: true,
    catalogOnly: true,
  },
  logUnit: 'attempt',
  networkErrorStatus: null,
  words: {
    ...words,
    add: { en: 'Add New Webhook', es: 'Agregar nuevo webhook' },
    create: { en: 'Add New Webhook', es: 'Agregar nuevo webhook' },
    save: { en: 'Save Webhook', es: 'Guardar webhook' },
    test: { en: 'Send Test Event', es: 'Enviar evento de prueba' },
  },
  form: [
    fields.name,
    fields.url,
    { ...fields.eventTypes, label: { en: 'Event', es: 'Evento' }, kind: 'event' },
    fields.active,
    {
      name: 'integration',
      label: { en: 'Integration', es: 'Integración' },
      kind: 'text',
      required: true,
      help: {
        en: 'Which service made the webhook: manual, zapier, ...',
        es: 'Qué servicio creó el webhook: manual, zapier, ...',
      },
    },
    {
      name: 'runCount',
      label: { en: 'Run Count', es: 'Ejecuciones' },
      kind: 'number',
      required: false,
      help: {
        en: 'Times it was sent; tests do not count.',
        es: 'Veces que se envió; las pruebas no cuentan.',
      },
    },
    { name: 'hidden', label: { en: 'Hidden', es: 'Oculto' }, kind: 'switch', required: false },
  ],
  list: {
    columns: [
      columns.name,
      { field: 'url', label: { en: 'Target URL', es: 'URL de destino' } },
      {
        field: 'eventTypes',
        label: { en: 'Trigger Event', es: 'Evento disparador' },
        inWords: true,
      },
      { field: 'runCount', label: { en: 'Count', es: 'Cuenta' } },
      { field: 'integration', label: { en: 'Integration', es: 'Integración' } },
      columns.active,
      { field: 'id', label: { en: 'ID', es: 'ID' } },
    ],
    showsDisabled: true,
    pageSize: 20,
    eventsBelow: true,
  },
}
