/** `posthorn help topics`: what spans several commands, on half a screen each, without a server. */
import { standardPolicy } from '../domain/policy.ts'
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import { formatDuration } from './text.ts'

interface Topic {
  readonly name: string
  /** Its Spanish name, which is taken as well. */
  readonly nombre: string
  readonly title: Both
  readonly lines: readonly Both[]
  /** The page that says all of it. */
  readonly page: string
}

const waits = standardPolicy.retryScheduleMs.map(formatDuration).join(', ')
const deadline = formatDuration(standardPolicy.attemptTimeoutMs)

export const topics: readonly Topic[] = [
  {
    name: 'retries',
    nombre: 'reintentos',
    title: { en: 'When a delivery is tried again', es: 'Cuándo se repite una entrega' },
    lines: [
      {
        en: `Any status but 2xx, no answer within ${deadline} or no connection: it is tried again after`,
        es: `Con un estado que no es 2xx, sin respuesta en ${deadline} o sin conexión se intenta otra vez tras`,
      },
      {
        en: `${waits}, each up to a tenth later. Retry-After only postpones.`,
        es: `${waits}, cada vez hasta un décimo más tarde. Retry-After solo la aplaza.`,
      },
      {
        en: 'Systems and endpoints may have rules of their own; these are those of a plain endpoint.',
        es: 'Los sistemas y los endpoints pueden tener reglas propias; estas son las de un endpoint común.',
      },
      {
        en: 'Which rule held: posthorn why msg_…   Send failed ones again: posthorn recover --since 3h',
        es: 'Qué regla se aplicó: posthorn why msg_…   Enviar otra vez las fallidas: posthorn recover --since 3h',
      },
    ],
    page: 'docs/operate/recovery.md',
  },
  {
    name: 'signatures',
    nombre: 'firmas',
    title: { en: 'How a receiver knows who sent it', es: 'Cómo sabe un receptor quién lo envía' },
    lines: [
      {
        en: 'webhook-id is the same for every attempt: act once on each. webhook-timestamp is in seconds:',
        es: 'webhook-id es el mismo en cada intento: actúa una vez por cada uno. webhook-timestamp está en segundos:',
      },
      {
        en: 'refuse what is over five minutes off. webhook-signature is over id.timestamp.body, the raw body.',
        es: 'rechaza lo que difiere en más de cinco minutos. webhook-signature es sobre id.timestamp.body, el cuerpo crudo.',
      },
      {
        en: 'While a secret is rolled there are several signatures, and one that matches is enough.',
        es: 'Mientras se rota un secreto hay varias firmas, y basta con que una coincida.',
      },
      {
        en: 'A receiver to copy: posthorn snippet node   Why one does not match: posthorn verify',
        es: 'Un receptor para copiar: posthorn snippet node   Por qué una no coincide: posthorn verify',
      },
    ],
    page: 'docs/start/verify.md',
  },
  {
    name: 'ordering',
    nombre: 'orden',
    title: { en: 'Events one after the other', es: 'Eventos uno tras otro' },
    lines: [
      {
        en: 'Deliveries of an endpoint go out side by side, unless it is ordered (policy.ordering: fifo).',
        es: 'Las entregas de un endpoint salen en paralelo, salvo que sea ordenado (policy.ordering: fifo).',
      },
      {
        en: 'Then event n+1 is first sent only after n succeeded, or was given up by the endpoint’s rule:',
        es: 'Entonces el evento n+1 se envía por primera vez cuando n llegó, o se abandonó según la regla del endpoint:',
      },
      {
        en: 'policy.whenExhausted is hold (the rest waits, the default) or skip.',
        es: 'policy.whenExhausted es hold (lo demás espera; si no se indica otra cosa) o skip.',
      },
    ],
    page: 'ARCHITECTURE.md',
  },
  {
    name: 'filters',
    nombre: 'filtros',
    title: { en: 'What an endpoint gets', es: 'Qué recibe un endpoint' },
    lines: [
      {
        en: 'Event types by name, or a group with all of its types: order.*; none named: all.',
        es: 'Tipos de evento por nombre, o un grupo con todos sus tipos: order.*; sin ninguno: todos.',
      },
      {
        en: 'Of those, only payloads that fit its filter: {"order.total": {"$gte": 100}, "country": "C*"}.',
        es: 'De ellos, solo los payloads que cumplen su filtro: {"order.total": {"$gte": 100}, "country": "C*"}.',
      },
      {
        en: 'A member that is missing fits nothing but {"$exists": false}; types are never converted.',
        es: 'Un miembro que falta solo cumple {"$exists": false}; los tipos no se convierten nunca.',
      },
    ],
    page: 'docs/reference/filters.md',
  },
  {
    name: 'environment',
    nombre: 'entorno',
    title: { en: 'Which server, which key', es: 'Qué servidor, qué clave' },
    lines: [
      {
        en: 'POSTHORN_URL, POSTHORN_API_KEY, POSTHORN_APP and POSTHORN_PROFILE are for commands; flags win.',
        es: 'POSTHORN_URL, POSTHORN_API_KEY, POSTHORN_APP y POSTHORN_PROFILE son de los comandos; las opciones ganan.',
      },
      {
        en: 'Every setting of the server is a variable and a flag of posthorn start.',
        es: 'Cada ajuste del servidor es una variable y una opción de posthorn start.',
      },
      {
        en: 'Where each value comes from: posthorn config explain   Keep a server: posthorn login',
        es: 'De dónde viene cada valor: posthorn config explain   Guardar un servidor: posthorn login',
      },
    ],
    page: 'docs/reference/configuration.md',
  },
]

/** By its English or its Spanish name. */
export function topicNamed(name: string): Topic | undefined {
  return topics.find((one) => one.name === name || one.nombre === name)
}

/** One topic, or the list of them. */
export function showTopic(name: string | undefined, context: Context): ExitCode {
  const { t, paint } = context
  if (name === undefined) {
    for (const topic of topics) {
      context.emit({ topic: topic.name, title: t(topic.title) })
      const name = t({ en: topic.name, es: topic.nombre })
      context.print(`${name.padEnd(14)}${t(topic.title)}`)
    }
    return exitCodes.ok
  }
  const topic = topicNamed(name)
  if (topic === undefined) throw unknownTopic(name)
  const lines = topic.lines.map((line) => t(line))
  const spanishPage = topic.page.replace(/^(docs.*)\.md$/, '$1.es.md')
  const page = context.language === 'es' ? spanishPage : topic.page
  context.emit({ topic: topic.name, title: t(topic.title), text: lines.join(' '), page })
  context.print(paint.bold(t(topic.title)))
  for (const line of lines) context.print(`  ${line}`)
  context.print(paint.dim(`  → ${page}`))
  return exitCodes.ok
}

function unknownTopic(name: string): CliFailure {
  const names = topics.map((topic) => topic.name)
  const like = nearest(name, names)
  return new CliFailure({
    exit: exitCodes.notFound,
    code: 'not_found',
    title: {
      en: `There is no topic "${name}".${like === null ? '' : ` Did you mean ${like}?`}`,
      es: `No existe el tema "${name}".${like === null ? '' : ` ¿Quisiste decir ${like}?`}`,
    },
    why: { en: `Topics: ${names.join(', ')}.`, es: `Temas: ${names.join(', ')}.` },
    fix: { en: 'See all: posthorn help topics', es: 'Consulta todos: posthorn help topics' },
  })
}
