/** Settings that hold for endpoints and customers, as far as they stand nowhere else in the list. */
import type { SignatureHeaders } from '../domain/policy.ts'
import { type PortalSectionName, portalSectionNames } from '../domain/portal-look.ts'
import { addresses, integer, networks, oneOf, type Setting, someOf, yesOrNo } from './parse.ts'

export interface ChangeableConfig {
  readonly settingsLocked: boolean
  readonly disableAfterHours: number
  readonly endpointConcurrency: number
  readonly breakerAfter: number
  readonly defaultProfile: string
  readonly signatureHeaders: SignatureHeaders
  readonly rollOverlapHours: number
  readonly denyNetworks: readonly string[]
  readonly egressAddresses: readonly string[]
  readonly portalHide: readonly PortalSectionName[]
}

const profileNames = [
  'standard',
  'modyo',
  'ultimate-multisite',
  'logto',
  'cotalker',
  'ciam',
] as const

export const changeableSettings: {
  readonly [Name in keyof ChangeableConfig]: Setting<ChangeableConfig[Name]>
} = {
  settingsLocked: {
    variable: 'POSTHORN_SETTINGS_LOCKED',
    fallback: false,
    sentence: {
      en: 'Whether settings come from the environment alone: true takes what owners stored in the console out of force, and its forms away.',
      es: 'Si los ajustes vienen solo del entorno: true deja sin efecto lo que los propietarios guardaron en la consola, y quita sus formularios.',
    },
    parse: yesOrNo,
  },
  disableAfterHours: {
    variable: 'POSTHORN_DISABLE_AFTER_HOURS',
    fallback: 120,
    sentence: {
      en: 'Hours of failures without a success after which an endpoint is disabled, in the profile standard; 0: never.',
      es: 'Horas de fallos sin un éxito tras las que se deshabilita un endpoint, en el perfil standard; 0: nunca.',
    },
    parse: integer(0, 8_760),
  },
  endpointConcurrency: {
    variable: 'POSTHORN_ENDPOINT_CONCURRENCY',
    fallback: 10,
    sentence: {
      en: 'Requests open at once to one endpoint that sets no number of its own, in the profile standard.',
      es: 'Solicitudes abiertas a la vez a un endpoint que no indica otro número, en el perfil standard.',
    },
    parse: integer(1, 1_000),
  },
  breakerAfter: {
    variable: 'POSTHORN_BREAKER_AFTER',
    fallback: 10,
    sentence: {
      en: 'Failures in a row after which deliveries to an endpoint wait for probes (circuit breaker), in the profile standard; 0: never.',
      es: 'Fallos seguidos tras los que las entregas a un endpoint esperan a las pruebas (cortacircuitos), en el perfil standard; 0: nunca.',
    },
    parse: integer(0, 1_000),
  },
  defaultProfile: {
    variable: 'POSTHORN_DEFAULT_PROFILE',
    fallback: 'standard',
    sentence: {
      en: 'Profile of new applications that name none.',
      es: 'Perfil de las aplicaciones nuevas que no indican ninguno.',
    },
    parse: oneOf(...profileNames),
  },
  signatureHeaders: {
    variable: 'POSTHORN_SIGNATURE_HEADERS',
    fallback: 'webhook',
    sentence: {
      en: 'Names of the signature headers in the profile standard: webhook (webhook-id, …), svix (svix-id, …) or both.',
      es: 'Nombres de los encabezados de firma en el perfil standard: webhook (webhook-id, …), svix (svix-id, …) o both (ambos).',
    },
    parse: oneOf('webhook', 'svix', 'both'),
  },
  rollOverlapHours: {
    variable: 'POSTHORN_ROLL_OVERLAP_HOURS',
    fallback: 24,
    sentence: {
      en: 'Hours that the former signing secret still signs after a roll that says nothing else; 0: it ends at once.',
      es: 'Horas que el secreto de firma anterior sigue firmando tras una rotación que no indica otra cosa; 0: termina enseguida.',
    },
    parse: integer(0, 168),
  },
  denyNetworks: {
    variable: 'POSTHORN_DENY_NETWORKS',
    fallback: [],
    sentence: {
      en: 'Networks that no delivery reaches, whatever else is allowed: CIDRs separated by commas.',
      es: 'Redes a las que no llega ninguna entrega, permita lo que permita el resto: CIDR separados por comas.',
    },
    parse: networks,
  },
  egressAddresses: {
    variable: 'POSTHORN_EGRESS_ADDRESSES',
    fallback: [],
    sentence: {
      en: 'Addresses that deliveries come from, as customers are told for their firewalls: IP addresses or CIDRs separated by commas. Nothing is done with them but telling.',
      es: 'Direcciones de las que salen las entregas, como se dicen a los clientes para su firewall: direcciones IP o CIDR separados por comas. Solo se informan.',
    },
    parse: addresses,
  },
  portalHide: {
    variable: 'POSTHORN_PORTAL_HIDE',
    fallback: [],
    sentence: {
      en: `Sections that the portal leaves out where a link says nothing, separated by commas: ${portalSectionNames.join(', ')}.`,
      es: `Secciones que el portal omite cuando el enlace no dice nada, separadas por comas: ${portalSectionNames.join(', ')}.`,
    },
    parse: someOf(...portalSectionNames),
  },
}
