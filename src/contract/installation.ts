/** How this installation is set up: what an administrator reads, and sends along when asking for help. */
import Type from 'typebox'
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
  permission: 'administer',
  query: NoQuery,
  body: null,
  success: { 200: InstallationOut },
  errors: [],
  own: true,
})

export const installationOperations = [getInstallation]
