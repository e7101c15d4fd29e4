/**
 * Every setting once: its environment variable, default, bounds and sentence.
 * `docs/reference/configuration.md` is generated from this list, and a test compares them.
 */

import { type ChangeableConfig, changeableSettings } from './config/changeable.ts'
import { type EnvironmentConfig, environmentSettings } from './config/environment.ts'
import { type IdentityConfig, identitySettings, missingBesideIssuer } from './config/identity.ts'
import {
  ConfigFault,
  delays,
  hosts,
  integer,
  list,
  mailAddress,
  networks,
  oneOf,
  optionalText,
  proxy,
  type Setting,
  smtp,
  text,
  yesOrNo,
} from './config/parse.ts'
import { type PortalConfig, portalSettings } from './config/portal.ts'
import type { NodeRole } from './domain/node.ts'
import { standardRetryScheduleMs } from './domain/policy.ts'
import type { Sentence } from './domain/sentence.ts'
import type { LogLevel } from './runtime/log.ts'

export { ConfigFault } from './config/parse.ts'

export type Role = NodeRole

/** Every setting with its value; each has a default. See `settings` for their meaning. */
export interface Settings
  extends IdentityConfig,
    PortalConfig,
    ChangeableConfig,
    EnvironmentConfig {
  readonly host: string
  readonly port: number
  readonly databaseUrl: string
  readonly dataDir: string
  readonly apiKey: string | null
  readonly metricsToken: string | null
  readonly jwtSecret: string | null
  readonly encryptionKey: string | null
  readonly allowNetworks: readonly string[]
  readonly allowHosts: readonly string[]
  readonly httpsOnly: boolean
  readonly egressProxy: string | null
  readonly dnsServers: readonly string[]
  readonly smtpUrl: string | null
  readonly mailFrom: string
  readonly attemptTimeoutMs: number
  readonly retryScheduleMs: readonly number[]
  readonly role: Role
  readonly logLevel: LogLevel
  readonly bodyBytesMax: number
  readonly connectionsMax: number
  readonly apiRatePerSecond: number
  readonly applicationRatePerSecond: number
  readonly inFlightMax: number
  readonly inFlightPerApplicationMax: number
  readonly memoryQueueMax: number
  readonly memoryQueueBytesMax: number
  readonly leaseMs: number
  readonly pollMs: number
  readonly stopTimeoutMs: number
  readonly retentionDays: number
  readonly sweepIntervalMs: number
  readonly idempotencyHours: number
  readonly auditDays: number
  readonly trustedProxies: readonly string[]
}

/** What a Posthorn is made of. */
export interface Config extends Settings {
  /** Settings that were given, by the environment or a product: what is stored does not replace them. */
  readonly given: ReadonlySet<keyof Settings>
}

export const settings: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  host: {
    variable: 'POSTHORN_HOST',
    fallback: '127.0.0.1',
    sentence: { en: 'Address to listen on.', es: 'Dirección en la que escucha.' },
    parse: text,
  },
  port: {
    variable: 'POSTHORN_PORT',
    fallback: 8071,
    sentence: {
      en: 'Port to listen on; 0 takes a free one.',
      es: 'Puerto en el que escucha; 0 toma uno libre.',
    },
    parse: integer(0, 65_535),
  },
  databaseUrl: {
    variable: 'POSTHORN_DATABASE_URL',
    fallback: '',
    sentence: {
      en: 'sqlite:PATH or postgres://…; empty: posthorn.db in the data folder.',
      es: 'sqlite:RUTA o postgres://…; vacío: posthorn.db en la carpeta de datos.',
    },
    parse: text,
    secret: true,
  },
  dataDir: {
    variable: 'POSTHORN_DATA_DIR',
    fallback: './.posthorn',
    sentence: {
      en: 'Folder of the embedded database, the first key and the encryption key.',
      es: 'Carpeta de la base de datos integrada, la primera clave y la clave de cifrado.',
    },
    parse: text,
  },
  apiKey: {
    variable: 'POSTHORN_API_KEY',
    fallback: null,
    sentence: {
      en: 'Bootstrap API key; unset: made on first start and kept in the data folder (mode 600).',
      es: 'Clave de API inicial; sin valor: se crea en el primer arranque y se guarda en la carpeta de datos (modo 600).',
    },
    parse: optionalText,
    secret: true,
  },
  metricsToken: {
    variable: 'POSTHORN_METRICS_TOKEN',
    fallback: null,
    sentence: {
      en: 'Bearer token that GET /metrics asks for; unset: it answers direct callers of private networks only.',
      es: 'Token Bearer que pide GET /metrics; sin valor: responde solo a quien llama directamente desde redes privadas.',
    },
    parse: optionalText,
    secret: true,
  },
  jwtSecret: {
    variable: 'POSTHORN_JWT_SECRET',
    fallback: null,
    sentence: {
      en: 'Secret of HS256 tokens: with `sub: org_…` they act as an API key of that organisation. Unset: made on first start.',
      es: 'Secreto de los tokens HS256: con `sub: org_…` actúan como clave de API de esa organización. Sin valor: se crea en el primer arranque.',
    },
    parse: optionalText,
    secret: true,
  },
  encryptionKey: {
    variable: 'POSTHORN_ENCRYPTION_KEY',
    fallback: null,
    sentence: {
      en: 'Key that seals secrets at rest (32 bytes, base64 or hex); unset: made on first start and kept in the data folder (mode 600).',
      es: 'Clave que cifra los secretos guardados (32 bytes, base64 o hex); sin valor: se crea en el primer arranque y se guarda en la carpeta de datos (modo 600).',
    },
    parse: optionalText,
    secret: true,
  },
  allowNetworks: {
    variable: 'POSTHORN_ALLOW_NETWORKS',
    fallback: [],
    sentence: {
      en: 'Private networks that deliveries may reach: CIDRs separated by commas.',
      es: 'Redes privadas a las que se puede entregar: CIDR separados por comas.',
    },
    parse: networks,
  },
  allowHosts: {
    variable: 'POSTHORN_ALLOW_HOSTS',
    fallback: [],
    sentence: {
      en: 'Host names that may be local or lead to private addresses, separated by commas; metadata and link-local addresses stay refused.',
      es: 'Nombres de host que pueden ser locales o llevar a direcciones privadas, separados por comas; las de metadatos y de enlace local siguen rechazadas.',
    },
    parse: hosts,
  },
  httpsOnly: {
    variable: 'POSTHORN_HTTPS_ONLY',
    fallback: false,
    sentence: {
      en: 'Whether endpoints must have https URLs: true or false.',
      es: 'Si los endpoints deben tener URL https: true o false.',
    },
    parse: yesOrNo,
  },
  egressProxy: {
    variable: 'POSTHORN_EGRESS_PROXY',
    fallback: null,
    sentence: {
      en: 'Proxy for deliveries, their OAuth2 tokens and sign-in with OpenID Connect: http://user:password@host:port (CONNECT) or socks5://…. It resolves the names and must refuse internal addresses.',
      es: 'Proxy para las entregas, sus tokens OAuth2 y el acceso con OpenID Connect: http://usuario:clave@host:puerto (CONNECT) o socks5://…. El proxy resuelve los nombres y debe rechazar direcciones internas.',
    },
    parse: proxy,
    secret: true,
  },
  dnsServers: {
    variable: 'POSTHORN_DNS_SERVERS',
    fallback: [],
    sentence: {
      en: 'DNS servers as address:port, separated by commas; empty: those of the system.',
      es: 'Servidores DNS como dirección:puerto, separados por comas; vacío: los del sistema.',
    },
    parse: list,
  },
  ...portalSettings,
  smtpUrl: {
    variable: 'POSTHORN_SMTP_URL',
    fallback: null,
    sentence: {
      en: 'Mail server for notices: smtp://user:password@host:587 (with TLS, unless ?requireTLS=false), or smtps:// for TLS from the start. Unset: no mail.',
      es: 'Servidor de correo para los avisos: smtp://usuario:clave@host:587 (con TLS, salvo ?requireTLS=false), o smtps:// para TLS desde el inicio. Sin valor: no hay correo.',
    },
    parse: smtp,
    secret: true,
  },
  mailFrom: {
    variable: 'POSTHORN_MAIL_FROM',
    fallback: 'posthorn@localhost',
    sentence: { en: 'Sender of notices by mail.', es: 'Remitente de los avisos por correo.' },
    parse: mailAddress,
  },
  attemptTimeoutMs: {
    variable: 'POSTHORN_ATTEMPT_TIMEOUT_MS',
    fallback: 15_000,
    sentence: {
      en: 'Total time of one attempt, in ms.',
      es: 'Tiempo total de un intento, en ms.',
    },
    parse: integer(100, 120_000),
  },
  retryScheduleMs: {
    variable: 'POSTHORN_RETRY_SCHEDULE_MS',
    fallback: standardRetryScheduleMs,
    sentence: {
      en: 'Default delays before each retry, in ms, separated by commas.',
      es: 'Esperas antes de cada reintento si no se indican otras, en ms, separadas por comas.',
    },
    parse: delays,
  },
  role: {
    variable: 'POSTHORN_ROLE',
    fallback: 'all',
    sentence: {
      en: 'What this node does: all, api or worker.',
      es: 'Lo que hace este nodo: all, api o worker.',
    },
    parse: oneOf('all', 'api', 'worker'),
  },
  logLevel: {
    variable: 'POSTHORN_LOG_LEVEL',
    fallback: 'info',
    sentence: {
      en: 'Least level of log lines: debug, info, warn or error.',
      es: 'Nivel mínimo del registro: debug, info, warn o error.',
    },
    parse: oneOf('debug', 'info', 'warn', 'error'),
  },
  bodyBytesMax: {
    variable: 'POSTHORN_BODY_BYTES_MAX',
    fallback: 2 * 1024 * 1024,
    sentence: {
      en: 'Largest request body of the API, in bytes.',
      es: 'Tamaño máximo del cuerpo de una solicitud a la API, en bytes.',
    },
    parse: integer(1024, 64 * 1024 * 1024),
  },
  connectionsMax: {
    variable: 'POSTHORN_CONNECTIONS_MAX',
    fallback: 0,
    sentence: {
      en: 'Connections of clients open at once; beyond it idle ones are closed, then 503. 0: 20,000, or what the limit of open files leaves beside deliveries.',
      es: 'Conexiones de clientes abiertas a la vez; por encima se cierran las inactivas, después 503. 0: 20,000, o lo que deja el límite de archivos abiertos junto a las entregas.',
    },
    parse: integer(0, 1_000_000),
  },
  apiRatePerSecond: {
    variable: 'POSTHORN_API_RATE_PER_SECOND',
    fallback: 0,
    sentence: {
      en: 'API requests a second for each credential, and for each address (IPv6: /64) for all that bring none or a made-up one; 0: no limit.',
      es: 'Solicitudes a la API por segundo para cada credencial, y para cada dirección (IPv6: /64) para las que no traen ninguna o una inventada; 0: sin límite.',
    },
    parse: integer(0, 1_000_000),
  },
  applicationRatePerSecond: {
    variable: 'POSTHORN_APPLICATION_RATE_PER_SECOND',
    fallback: 0,
    sentence: {
      en: 'Messages a second that each node takes for one application; beyond it 429 with Retry-After. 0: no limit.',
      es: 'Mensajes por segundo que cada nodo acepta para una aplicación; por encima, 429 con Retry-After. 0: sin límite.',
    },
    parse: integer(0, 1_000_000),
  },
  inFlightMax: {
    variable: 'POSTHORN_IN_FLIGHT_MAX',
    fallback: 512,
    sentence: {
      en: 'Requests to receivers open at once, all endpoints together.',
      es: 'Solicitudes a receptores abiertas a la vez, todos los endpoints juntos.',
    },
    parse: integer(1, 10_000),
  },
  inFlightPerApplicationMax: {
    variable: 'POSTHORN_IN_FLIGHT_PER_APPLICATION_MAX',
    fallback: 128,
    sentence: {
      en: 'Requests to receivers open at once for one application.',
      es: 'Solicitudes a receptores abiertas a la vez para una aplicación.',
    },
    parse: integer(1, 10_000),
  },
  memoryQueueMax: {
    variable: 'POSTHORN_MEMORY_QUEUE_MAX',
    fallback: 10_000,
    sentence: {
      en: 'Deliveries that wait in memory; beyond it they wait in the database.',
      es: 'Entregas que esperan en memoria; por encima esperan en la base de datos.',
    },
    parse: integer(1, 1_000_000),
  },
  memoryQueueBytesMax: {
    variable: 'POSTHORN_MEMORY_QUEUE_BYTES_MAX',
    fallback: 64 * 1024 * 1024,
    sentence: {
      en: 'Payload bytes that wait in memory; beyond it deliveries wait in the database.',
      es: 'Bytes de payload que esperan en memoria; por encima esperan en la base de datos.',
    },
    parse: integer(1024, 4 * 1024 * 1024 * 1024),
  },
  leaseMs: {
    variable: 'POSTHORN_LEASE_MS',
    fallback: 60_000,
    sentence: {
      en: 'How long a node owns a delivery before others may take it, in ms; at least twice the attempt timeout.',
      es: 'Cuánto tiempo posee un nodo una entrega antes de que otros la tomen, en ms; al menos el doble del tiempo de un intento.',
    },
    parse: integer(1_000, 600_000),
  },
  pollMs: {
    variable: 'POSTHORN_POLL_MS',
    fallback: 1_000,
    sentence: {
      en: 'How often the table is asked for due work, in ms.',
      es: 'Cada cuánto se buscan en la tabla entregas vencidas, en ms.',
    },
    parse: integer(50, 60_000),
  },
  stopTimeoutMs: {
    variable: 'POSTHORN_STOP_TIMEOUT_MS',
    fallback: 20_000,
    sentence: {
      en: 'How long a graceful stop waits for requests in flight, in ms.',
      es: 'Cuánto espera una parada ordenada a las solicitudes en curso, en ms.',
    },
    parse: integer(0, 600_000),
  },
  retentionDays: {
    variable: 'POSTHORN_RETENTION_DAYS',
    fallback: 90,
    sentence: {
      en: 'Days that messages, deliveries and attempts are kept.',
      es: 'Días que se conservan mensajes, entregas e intentos.',
    },
    parse: integer(1, 3_650),
  },
  sweepIntervalMs: {
    variable: 'POSTHORN_SWEEP_INTERVAL_MS',
    fallback: 60_000,
    sentence: {
      en: 'How often expired data is looked for, in ms.',
      es: 'Cada cuánto se buscan datos vencidos, en ms.',
    },
    parse: integer(1_000, 86_400_000),
  },
  idempotencyHours: {
    variable: 'POSTHORN_IDEMPOTENCY_HOURS',
    fallback: 12,
    sentence: {
      en: 'Hours that an idempotency key is remembered.',
      es: 'Horas que se recuerda una clave de idempotencia.',
    },
    parse: integer(1, 168),
  },
  auditDays: {
    variable: 'POSTHORN_AUDIT_DAYS',
    fallback: 730,
    sentence: {
      en: 'Days that entries of the audit log are kept.',
      es: 'Días que se conservan las entradas del registro de auditoría.',
    },
    parse: integer(1, 36_500),
  },
  trustedProxies: {
    variable: 'POSTHORN_TRUSTED_PROXIES',
    fallback: [],
    sentence: {
      en: 'Proxies in front whose X-Forwarded-For, -Proto and -Host headers count: CIDRs separated by commas; empty: none.',
      es: 'Proxies de enfrente cuyos encabezados X-Forwarded-For, -Proto y -Host cuentan: CIDR separados por comas; vacío: ninguno.',
    },
    parse: networks,
  },
  ...changeableSettings,
  ...environmentSettings,
  ...identitySettings,
}

/** One sentence that names the variable, what it was not, and what would be right. */
export class ConfigError extends Error {
  readonly variable: string
  /** What the person who set it reads; the message is its English. */
  readonly said: Sentence
  constructor(variable: string, expected: Sentence) {
    const said = {
      en: `${variable} is not valid: expected ${expected.en}.`,
      es: `${variable} no es válido: se espera ${expected.es}.`,
    }
    super(said.en)
    this.said = said
    this.name = 'ConfigError'
    this.variable = variable
  }
}

export const settingNames = Object.keys(settings) as readonly (keyof Settings)[] // keys of a literal above

/** Defaults, overlaid with what is given. For tests and embedding. */
export function configWith(overrides: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(settingNames.map((name) => [name, settings[name].fallback]))
  const given = overrides.given ?? new Set(settingNames.filter((name) => name in overrides))
  return Object.freeze({ ...(defaults as unknown as Config), ...overrides, given }) // one entry per name
}

/** Reads the environment handed in. Throws `ConfigError` for the first bad value. */
export function configFrom(environment: Readonly<Record<string, string | undefined>>): Config {
  const values: Partial<Record<keyof Settings, unknown>> = {}
  for (const name of settingNames) {
    const { variable, parse } = settings[name]
    const given = environment[variable]
    if (given === undefined || given === '') continue
    const value = parse(given)
    if (value instanceof ConfigFault) throw new ConfigError(variable, value.expected)
    values[name] = value
  }
  const config = configWith(values as Partial<Config>) // each value came from its setting's parse
  const missing = missingBesideIssuer(config)
  if (missing !== null) throw new ConfigError(missing.variable, missing.expected)
  if (config.leaseMs < 2 * config.attemptTimeoutMs) {
    return { ...config, leaseMs: 2 * config.attemptTimeoutMs + 5_000 }
  }
  return config
}
