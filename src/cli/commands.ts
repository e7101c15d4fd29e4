import type { Both } from '../i18n/translate.ts'
import type { CommandModule } from './run.ts'

export interface CommandEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: Both
  readonly hidden?: true
  /** Each command's file is read only when it runs, so that all start quickly. */
  readonly load: () => Promise<CommandModule>
}

/** In the order in which the help shows them. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    aliases: ['dev'],
    summary: {
      en: 'Start everything here: API, deliveries, console, inspector (the default)',
      es: 'Inicia todo aquí: API, entregas, consola, inspector (por defecto)',
    },
    load: async () => (await import('./start.ts')).start,
  },
  {
    name: 'send',
    summary: {
      en: 'Send a message and wait for what became of it',
      es: 'Envía un mensaje y espera el resultado',
    },
    load: async () => (await import('./send.ts')).send,
  },
  {
    name: 'trigger',
    summary: {
      en: "Send an event type's example, changed or repeated",
      es: 'Envía el ejemplo de un tipo de evento, cambiado o repetido',
    },
    load: async () => (await import('./trigger.ts')).trigger,
  },
  {
    name: 'listen',
    summary: {
      en: 'Receive deliveries on this machine, without a tunnel',
      es: 'Recibe entregas en esta máquina, sin túnel',
    },
    load: async () => (await import('./listen.ts')).listen,
  },
  {
    name: 'expect',
    summary: {
      en: 'Wait for one event in a bin; for tests in CI',
      es: 'Espera un evento en un buzón; para pruebas en CI',
    },
    load: async () => (await import('./expect.ts')).expect,
  },
  {
    name: 'tail',
    summary: { en: 'Attempts as they happen', es: 'Los intentos, según ocurren' },
    load: async () => (await import('./tail.ts')).tail,
  },
  {
    name: 'why',
    summary: {
      en: 'Why a message was or was not delivered, in words',
      es: 'Por qué un mensaje se entregó o no, en palabras',
    },
    load: async () => (await import('./why.ts')).why,
  },
  {
    name: 'recover',
    summary: {
      en: 'Send again what was not delivered: preview, probe, rate, pause',
      es: 'Reenvía lo no entregado: vista previa, prueba, ritmo, pausa',
    },
    load: async () => (await import('./recover.ts')).recover,
  },
  {
    name: 'tasks',
    summary: {
      en: 'Jobs of the server: list, follow, pause, end',
      es: 'Tareas del servidor: listar, seguir, pausar, terminar',
    },
    load: async () => (await import('./tasks.ts')).tasks,
  },
  {
    name: 'apps',
    aliases: ['applications'],
    summary: {
      en: 'Applications: ls, get, create, update, rm',
      es: 'Aplicaciones: ls, get, create, update, rm',
    },
    load: async () => (await import('./apps.ts')).apps,
  },
  {
    name: 'endpoints',
    summary: {
      en: 'Endpoints: ls, get, create, update, secret, rm',
      es: 'Endpoints: ls, get, create, update, secret, rm',
    },
    load: async () => (await import('./endpoints.ts')).endpoints,
  },
  {
    name: 'messages',
    summary: { en: 'Messages: ls, get, resend', es: 'Mensajes: ls, get, resend' },
    load: async () => (await import('./messages.ts')).messages,
  },
  {
    name: 'deliveries',
    summary: {
      en: 'Deliveries with their state: ls, get, cancel',
      es: 'Entregas con su estado: ls, get, cancel',
    },
    load: async () => (await import('./deliveries.ts')).deliveries,
  },
  {
    name: 'stats',
    summary: {
      en: 'Success, latency and errors over time, by endpoint and event type',
      es: 'Éxito, latencia y errores en el tiempo, por endpoint y tipo de evento',
    },
    load: async () => (await import('./stats.ts')).stats,
  },
  {
    name: 'portal',
    summary: {
      en: "A link into an application's portal: open, link",
      es: 'Un enlace al portal de una aplicación: open, link',
    },
    load: async () => (await import('./portal.ts')).portal,
  },
  {
    name: 'events',
    summary: {
      en: 'Event types: ls, get, create, update, rm, export, import',
      es: 'Tipos de evento: ls, get, create, update, rm, export, import',
    },
    load: async () => (await import('./events.ts')).events,
  },
  {
    name: 'catalog',
    summary: {
      en: 'Catalogs of event types: ls, get, install',
      es: 'Catálogos de tipos de evento: ls, get, install',
    },
    load: async () => (await import('./catalog.ts')).catalog,
  },
  {
    name: 'login',
    summary: {
      en: 'Keep a server and a key for later commands',
      es: 'Guarda un servidor y una clave para los comandos',
    },
    load: async () => (await import('./login.ts')).login,
  },
  {
    name: 'keys',
    summary: {
      en: 'API keys: ls, create, scopes, roll, rm',
      es: 'Claves de API: ls, create, scopes, roll, rm',
    },
    load: async () => (await import('./keys.ts')).keys,
  },
  {
    name: 'views',
    summary: {
      en: 'Views of lists that everybody sees: ls, save, rename, rm',
      es: 'Vistas de listas que todos ven: ls, save, rename, rm',
    },
    load: async () => (await import('./views.ts')).views,
  },
  {
    name: 'notes',
    summary: {
      en: 'Notes on the time axis of charts, such as deploys: ls, add, rm',
      es: 'Notas en el eje del tiempo, como despliegues: ls, add, rm',
    },
    load: async () => (await import('./notes.ts')).notes,
  },
  {
    name: 'masking',
    summary: {
      en: 'What support, auditors and readers do not see: ls, add, rm',
      es: 'Lo que no ven soporte y lectores: ls, add, rm',
    },
    load: async () => (await import('./masking.ts')).masking,
  },
  {
    name: 'issues',
    summary: {
      en: 'Failures grouped by endpoint and cause: ls, ack, resolve, ignore',
      es: 'Fallos agrupados por endpoint y causa: ls, ack, resolve, ignore',
    },
    load: async () => (await import('./issues.ts')).issues,
  },
  {
    name: 'settings',
    summary: {
      en: 'Settings that change while the server runs: ls, set, unset',
      es: 'Ajustes que cambian con el servidor en marcha: ls, set, unset',
    },
    load: async () => (await import('./settings.ts')).settings,
  },
  {
    name: 'bins',
    summary: {
      en: "The inspector's bins: ls, get, set, requests, rm",
      es: 'Los buzones del inspector: ls, get, set, requests, rm',
    },
    load: async () => (await import('./bins.ts')).bins,
  },
  {
    name: 'verify',
    summary: {
      en: 'Check a signature, offline or by the server, and name what is wrong',
      es: 'Comprueba una firma, sin conexión o por el servidor, y dice qué falla',
    },
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'doctor',
    summary: {
      en: 'Is this installation well: settings, folder, disk, server, nodes, clock',
      es: 'Si esta instalación está bien: ajustes, carpeta, disco, servidor, nodos, reloj',
    },
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'checkup',
    summary: {
      en: 'Try an endpoint out: what it takes, refuses, and how fast',
      es: 'Prueba un endpoint: qué acepta, qué rechaza y con qué rapidez',
    },
    load: async () => (await import('./checkup.ts')).checkup,
  },
  {
    name: 'snippet',
    summary: {
      en: 'A receiver that verifies webhooks, in nine languages',
      es: 'Un receptor que verifica webhooks, en nueve lenguajes',
    },
    load: async () => (await import('./snippet.ts')).snippet,
  },
  {
    name: 'config',
    summary: { en: 'Settings, and which source won', es: 'Ajustes, y qué fuente ganó' },
    load: async () => (await import('./config.ts')).config,
  },
  {
    name: 'backup',
    summary: {
      en: 'Copy the embedded database while it runs',
      es: 'Copia la base de datos integrada mientras funciona',
    },
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'migrate',
    summary: {
      en: 'Bring the schema up to date, or show what is pending',
      es: 'Actualiza el esquema, o muestra lo pendiente',
    },
    load: async () => (await import('./migrate.ts')).migrate,
  },
  {
    name: 'migrate-data',
    summary: {
      en: 'Move an embedded database to PostgreSQL',
      es: 'Traslada una base de datos integrada a PostgreSQL',
    },
    load: async () => (await import('./migrate-data.ts')).migrateData,
  },
  {
    name: 'audit',
    summary: {
      en: 'Who changed what: ls, get, export',
      es: 'Quién cambió qué: ls, get, export',
    },
    load: async () => (await import('./audit.ts')).audit,
  },
  {
    name: 'users',
    summary: {
      en: 'People who sign in: ls, add, invite, update, rm',
      es: 'Personas que inician sesión: ls, add, invite, update, rm',
    },
    load: async () => (await import('./users.ts')).users,
  },
  {
    name: 'rotate-key',
    summary: {
      en: 'Seal every secret with the current encryption key',
      es: 'Cifra todos los secretos con la clave de cifrado actual',
    },
    load: async () => (await import('./rotate-key.ts')).rotateKey,
  },
  {
    name: 'nodes',
    summary: {
      en: 'The processes that work on the database',
      es: 'Los procesos que trabajan en la base de datos',
    },
    load: async () => (await import('./nodes.ts')).nodes,
  },
  {
    name: 'api',
    summary: { en: 'A raw call to the API', es: 'Una llamada directa a la API' },
    load: async () => (await import('./api.ts')).api,
  },
  {
    name: 'explain',
    summary: {
      en: 'What an error code means and what to do, offline',
      es: 'Qué significa un código de error y qué hacer, sin conexión',
    },
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'completion',
    summary: {
      en: 'Completion for bash, zsh, fish, PowerShell',
      es: 'Autocompletado para bash, zsh, fish, PowerShell',
    },
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    name: 'version',
    summary: { en: 'Versions of Posthorn and Node', es: 'Versiones de Posthorn y Node' },
    load: async () => (await import('./version.ts')).version,
  },
]
