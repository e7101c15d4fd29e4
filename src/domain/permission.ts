/**
 * What a key, token or person may do. The names are stable: keys are made of them, operations name the
 * one they take, and an installation keeps them for as long as the key lives.
 */
import type { Sentence } from './sentence.ts'

export type PermissionGroup = 'look' | 'send' | 'endpoints' | 'organization'

export const permissionGroups: Readonly<Record<PermissionGroup, Sentence>> = {
  look: { en: 'Look', es: 'Ver' },
  send: { en: 'Send', es: 'Enviar' },
  endpoints: { en: 'Change endpoints', es: 'Cambiar endpoints' },
  organization: { en: 'Manage the organisation', es: 'Administrar la organización' },
}

interface Described {
  readonly group: PermissionGroup
  readonly sentence: Sentence
}

/** Each permission that there is; within a group from what many may to what few may. */
export const permissions = {
  read: {
    group: 'look',
    sentence: {
      en: 'See deliveries, messages and endpoints',
      es: 'Ver entregas, mensajes y endpoints',
    },
  },
  'read-unmasked': {
    group: 'look',
    sentence: { en: 'See masked parts of payloads', es: 'Ver las partes ocultas de los payloads' },
  },
  'read-secret': {
    group: 'look',
    sentence: { en: 'See signing secrets', es: 'Ver secretos de firma' },
  },
  send: { group: 'send', sentence: { en: 'Send events', es: 'Enviar eventos' } },
  'manage-endpoints': {
    group: 'endpoints',
    sentence: {
      en: 'Create, change, test and delete endpoints; set up bins',
      es: 'Crear, cambiar, probar y eliminar endpoints; configurar buzones',
    },
  },
  'manage-secrets': {
    group: 'endpoints',
    sentence: { en: 'Roll signing secrets', es: 'Rotar secretos de firma' },
  },
  'manage-transformations': {
    group: 'endpoints',
    sentence: { en: 'Change transformations', es: 'Cambiar transformaciones' },
  },
  replay: {
    group: 'send',
    sentence: {
      en: 'Resend, recover and cancel deliveries',
      es: 'Reenviar, recuperar y cancelar entregas',
    },
  },
  'share-views': {
    group: 'send',
    sentence: {
      en: 'Share views of lists, and leave notes on charts, for everybody',
      es: 'Compartir vistas de listas y dejar notas en los gráficos, para todos',
    },
  },
  'read-audit': {
    group: 'look',
    sentence: {
      en: 'Read and export the audit log',
      es: 'Leer y exportar el registro de auditoría',
    },
  },
  'read-configuration': {
    group: 'look',
    sentence: {
      en: 'See API keys, nodes and the settings of the installation, without secrets',
      es: 'Ver claves de API, nodos y ajustes de la instalación, sin secretos',
    },
  },
  'read-people': {
    group: 'look',
    sentence: {
      en: 'See people, their roles and sessions',
      es: 'Ver las personas, sus roles y sesiones',
    },
  },
  'manage-people': {
    group: 'organization',
    sentence: {
      en: 'Add people and change their roles',
      es: 'Agregar personas y cambiar sus roles',
    },
  },
  'manage-settings': {
    group: 'organization',
    sentence: {
      en: 'Change the settings of the installation',
      es: 'Cambiar los ajustes de la instalación',
    },
  },
  administer: {
    group: 'organization',
    sentence: {
      en: 'Create and change applications, event types, masking, notices and API keys',
      es: 'Crear y cambiar aplicaciones, tipos de evento, ocultación, avisos y claves de API',
    },
  },
} as const satisfies Readonly<Record<string, Described>>

export type Permission = keyof typeof permissions

export const permissionNames = Object.keys(permissions) as readonly Permission[] // its own keys

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name)
}
