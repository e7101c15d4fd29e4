/** Standard Webhooks: stored bytes, `webhook-*` headers, any event types, no limits. */
import { standardPolicy } from '../domain/policy.ts'
import type {
  Column,
  FormField,
  Profile,
  ProfileLimits,
  ProfileRules,
  ProfileWords,
} from './profile.ts'

export const noLimits: ProfileLimits = {
  endpointsMax: null,
  sameUrlTwice: true,
  eventTypesMin: null,
  eventTypesMax: null,
  nameLengthMin: 0,
}

export const standardRules: ProfileRules = {
  deletable: true,
  activeByDefault: true,
  test: 'always',
  testRecorded: true,
  testNeedsBody: false,
  countsRuns: false,
  byTrigger: false,
  codeRequired: false,
  catalogOnly: false,
  selfEvents: false,
  headerValueRequired: false,
  payload: 'full',
}

/** Fields and columns that several systems share; each profile orders and renames its own. */
export const fields = {
  url: { name: 'url', label: { en: 'URL', es: 'URL' }, kind: 'url', required: true },
  name: { name: 'name', label: { en: 'Name', es: 'Nombre' }, kind: 'text', required: true },
  description: {
    name: 'description',
    label: { en: 'Description', es: 'Descripción' },
    kind: 'multiline',
    required: false,
  },
  headers: {
    name: 'headers',
    label: { en: 'Headers', es: 'Headers' },
    kind: 'headers',
    required: false,
  },
  eventTypes: {
    name: 'eventTypes',
    label: { en: 'Events', es: 'Eventos' },
    kind: 'events',
    required: true,
  },
  active: {
    name: 'active',
    label: { en: 'Active', es: 'Activo' },
    kind: 'switch',
    required: false,
  },
} as const satisfies Record<string, FormField>

/** Of buttons that several systems call alike. */
export const words = {
  title: { en: 'Webhooks', es: 'Webhooks' },
  create: { en: 'Create', es: 'Crear' },
  save: { en: 'Save', es: 'Guardar' },
  test: { en: 'Send test', es: 'Enviar prueba' },
} as const satisfies Partial<ProfileWords>

export const columns = {
  name: { field: 'name', label: { en: 'Name', es: 'Nombre' } },
  url: { field: 'url', label: { en: 'URL', es: 'URL' } },
  eventTypes: { field: 'eventTypes', label: { en: 'Events', es: 'Eventos' } },
  active: { field: 'active', label: { en: 'Active', es: 'Activo' } },
} as const satisfies Record<string, Column>

export const standard: Profile = {
  name: 'standard',
  label: { en: 'Standard Webhooks', es: 'Standard Webhooks' },
  description: {
    en: 'Signed as Standard Webhooks; the payload goes out byte for byte.',
    es: 'Firmado según Standard Webhooks; el payload sale byte por byte.',
  },
  catalog: null,
  policy: standardPolicy,
  shape: null,
  withholds: null,
  userAgent: null,
  replaceableHeaders: [],
  signature: 'standard-webhooks',
  authentications: ['api-key', 'basic', 'bearer', 'totp', 'oauth2'],
  limits: noLimits,
  rules: standardRules,
  logUnit: 'attempt',
  networkErrorStatus: null,
  words: null,
  form: [
    fields.url,
    fields.description,
    { ...fields.eventTypes, required: false },
    fields.headers,
    {
      name: 'authentication',
      label: { en: 'Authentication', es: 'Autenticación' },
      kind: 'authentication',
      required: false,
    },
    fields.active,
  ],
  list: {
    columns: [columns.url, columns.eventTypes, columns.active],
    showsDisabled: true,
    pageSize: 50,
  },
}
