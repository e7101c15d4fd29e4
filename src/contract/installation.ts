/** How this installation is set up: what an administrator reads, and sends along when asking for help. */
import Type from 'typebox'
import { type Environment, environments } from '../domain/environment.ts'
import { type SettingSection, settingSections } from '../domain/installation-settings.ts'
import { NodeOut } from './node.ts'
import { operation } from './operation.ts'
import { NoQuery, Nullable, Timestamp } from './primitives.ts'

const SettingOut = Type.Object({
  variable: Type.String({ examples: ['POSTHORN_RETENTION_DAYS'] }),
  value: Type.Unknown({ description: '`[secret]` where it holds a secret that is set.' }),
  isDefault: Type.Boolean(),
  description: Type.String({ description: 'In the language of `Accept-Language`.' }),
})

export const InstallationOut = Type.Object({
  version: Type.String(),
  time: { ...Timestamp, description: 'The clock of the node that answers.' },
  database: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
  queue: Type.Object({
    due: Type.Integer({
      description: 'Deliveries whose time has come, those that are held included.',
    }),
    oldestDueAt: Nullable(Timestamp),
  }),
  nodes: Type.Array(NodeOut),
  settings: Type.Array(SettingOut, {
    description: 'Of the node that answers, every one; secrets are left out.',
  }),
})

export const getInstallation = operation({
  id: 'v1.installation.get',
  summary: 'Get version, database, queue, nodes and settings, as a diagnostics bundle.',
  method: 'GET',
  path: '/installation',
  access: 'organization',
  permission: 'read-configuration',
  query: NoQuery,
  body: null,
  success: { 200: InstallationOut },
  errors: [],
  own: true,
})

const sections = Object.keys(settingSections) as SettingSection[] // its own keys

export const InstallationSettingsOut = Type.Object({
  updatedAt: Nullable({
    ...Timestamp,
    description: 'When an owner last changed something; null: never.',
  }),
  locked: Type.Boolean({
    description: 'POSTHORN_SETTINGS_LOCKED: nothing is changed here, the environment alone counts.',
  }),
  data: Type.Array(
    Type.Object({
      name: Type.String({ examples: ['retentionDays'] }),
      section: Type.Unsafe<SettingSection>(
        Type.Union(sections.map((section) => Type.Literal(section))),
      ),
      variable: Type.String({
        description: 'Set in the environment of the server, it wins over what is stored.',
      }),
      value: Type.Unknown({ description: 'In force now.' }),
      fallback: Type.Unknown({ description: 'In force when nobody says otherwise.' }),
      source: Type.Union([
        Type.Literal('environment'),
        Type.Literal('stored'),
        Type.Literal('default'),
      ]),
      description: Type.String({ description: 'In the language of `Accept-Language`.' }),
    }),
  ),
})

const Texts = Type.Array(Type.String({ maxLength: 255 }), { maxItems: 200 })
const Text = Type.String({ maxLength: 255 })
const changed = <Schema extends Type.TSchema>(schema: Schema) => Type.Optional(Nullable(schema))

/** What each may be exactly is the business of its variable: see `config.ts`. */
export const InstallationSettingsPatch = Type.Object(
  {
    environment: changed(Text),
    otherEnvironmentUrl: changed(Text),
    retryScheduleMs: changed(Type.Array(Type.Integer(), { maxItems: 50 })),
    attemptTimeoutMs: changed(Type.Integer()),
    disableAfterHours: changed(Type.Integer()),
    breakerAfter: changed(Type.Integer()),
    endpointConcurrency: changed(Type.Integer()),
    defaultProfile: changed(Text),
    signatureHeaders: changed(Text),
    rollOverlapHours: changed(Type.Integer()),
    retentionDays: changed(Type.Integer()),
    auditDays: changed(Type.Integer()),
    idempotencyHours: changed(Type.Integer()),
    allowNetworks: changed(Texts),
    allowHosts: changed(Texts),
    denyNetworks: changed(Texts),
    httpsOnly: changed(Type.Boolean()),
    egressAddresses: changed(Texts),
    portalOrigins: changed(Texts),
    portalAccent: changed(Text),
    portalRadius: changed(Text),
    portalFont: changed(Text),
    portalDensity: changed(Text),
    portalHide: changed(Texts),
  },
  { additionalProperties: false, description: 'New values by name; null: the default again.' },
)

const shared = { path: '/installation/settings', access: 'organization', own: true } as const

export const getInstallationSettings = operation({
  ...shared,
  id: 'v1.installation.get-settings',
  summary: 'Get the settings that owners change while the server runs, and where each comes from.',
  method: 'GET',
  permission: 'read-configuration',
  query: NoQuery,
  body: null,
  success: { 200: InstallationSettingsOut },
  errors: [],
  withoutStore: true,
})

export const patchInstallationSettings = operation({
  ...shared,
  id: 'v1.installation.patch-settings',
  summary:
    'Change settings; they hold on this node at once, on others within two seconds, without a restart.',
  method: 'PATCH',
  permission: 'manage-settings',
  conditional: true,
  query: NoQuery,
  body: InstallationSettingsPatch,
  success: { 200: InstallationSettingsOut },
  errors: [409],
})

export const getEnvironment = operation({
  id: 'v1.environment.get',
  summary: 'Which environment this installation is, and where the other one is found.',
  method: 'GET',
  path: '/environment',
  access: 'organization',
  permission: 'read',
  own: true,
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      environment: Type.Unsafe<Environment>(
        Type.Union(environments.map((name) => Type.Literal(name))),
      ),
      otherUrl: Nullable(Type.String({ description: 'Of the console of the other environment.' })),
    }),
  },
  errors: [],
  withoutStore: true,
})

export const getEgress = operation({
  id: 'v1.egress.get',
  summary: 'Get the addresses that deliveries come from, for the firewalls of receivers.',
  method: 'GET',
  path: '/egress',
  access: 'application',
  permission: 'read',
  own: true,
  query: NoQuery,
  body: null,
  success: {
    200: Type.Object({
      addresses: Type.Array(Type.String({ examples: ['203.0.113.7'] }), {
        description: 'IP addresses and networks; empty: the operator names none.',
      }),
    }),
  },
  errors: [],
  withoutStore: true,
})

export const installationOperations = [
  getInstallation,
  getInstallationSettings,
  patchInstallationSettings,
  getEnvironment,
  getEgress,
]
