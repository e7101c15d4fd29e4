import type { Client } from '../client/client.ts'
import type { Attempt, Endpoint, Message } from '../client/types.ts'
import { wantsType } from '../domain/type-rule.ts'
import { explain } from '../i18n/explanations.ts'
import { withApplication } from './application.ts'
import { connectionLines } from './connection.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { byBeginning, endpointOf } from './named.ts'
import { isDelivered, type Standing, standingsOf } from './outcome.ts'
import { take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, oneLine } from './text.ts'

/** `posthorn why <message>`: for each endpoint whether the message was for it, and what happened. */
export const why: CommandModule = {
  examples: [
    'posthorn why msg_…',
    'posthorn why msg_… ep_…',
    'posthorn why msg_… --lang es --json',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<message>', t({ en: 'message id or event id', es: 'id del mensaje o del evento' }))
      .argument('[endpoint]', t({ en: 'only this one', es: 'solo este' }))
      .action(
        act(async ([given = '', to = ''], options) => {
          const { client, id: app, endpoint: only } = await endpointOf(to, options, context)
          const id = await byBeginning('message', given, { client, app })
          const standings = await explainMessage({ client, app, id, only, context })
          return standings.every(isDelivered) ? exitCodes.ok : exitCodes.deliveryFailed
        }),
      )
  },
}

/** Tells of each endpoint, or of `only` one, whether the message was for it and what happened. */
export async function explainMessage(input: {
  readonly client: Client
  readonly app: string
  readonly id: string
  /** Empty: all of them. */
  readonly only: string
  readonly context: Context
}): Promise<readonly Standing[]> {
  const { client, app, id, only, context } = input
  const message = await client.messages.get(app, id)
  const [standings, endpoints] = await Promise.all([
    standingsOf({ client, app, message: message.id }),
    take(1_000, (query) => client.endpoints.list(app, query)),
  ])
  const shown = endpoints.filter(
    (endpoint) => only === '' || endpoint.id === only || endpoint.uid === only,
  )
  for (const endpoint of shown) {
    const standing = standings.find(({ destination }) => destination.id === endpoint.id)
    tell(message, endpoint, standing, context)
  }
  if (shown.length === 0) context.print(noEndpoints(context))
  return standings
}

function noEndpoints({ t }: Context): string {
  return t({
    en: 'The application has no such endpoint: there was nowhere to deliver to.',
    es: 'La aplicación no tiene ese endpoint: no había adónde entregar.',
  })
}

function tell(
  message: Message,
  endpoint: Endpoint,
  standing: Standing | undefined,
  context: Context,
): void {
  const { paint } = context
  const reason =
    standing === undefined
      ? whyNotRouted(message, endpoint, context)
      : whyItStands(standing, context)
  context.emit({ endpoint: endpoint.id, routed: standing !== undefined, standing, reason })
  context.print(`${paint.bold(endpoint.id)}  ${paint.dim(endpoint.url)}`)
  for (const line of reason) context.print(`  ${line}`)
}

/** The filter that excluded it, judged by the endpoint as it is now. */
function whyNotRouted(message: Message, endpoint: Endpoint, { t }: Context): readonly string[] {
  const { eventTypes, channels } = endpoint
  if (eventTypes !== null && !wantsType(eventTypes, message.eventType)) {
    return [
      t({
        en: `Not for this endpoint: it wants ${eventTypes.join(', ')}, not ${message.eventType}.`,
        es: `No era para este endpoint: quiere ${eventTypes.join(', ')}, no ${message.eventType}.`,
      }),
    ]
  }
  if (channels !== null && !channels.some((channel) => message.channels?.includes(channel))) {
    return [
      t({
        en: `Not for this endpoint: it wants the channels ${channels.join(', ')}.`,
        es: `No era para este endpoint: quiere los canales ${channels.join(', ')}.`,
      }),
    ]
  }
  if (endpoint.createdAt > message.timestamp) {
    return [
      t({
        en: 'The endpoint was created after the message.',
        es: 'El endpoint se creó después del mensaje.',
      }),
    ]
  }
  return endpoint.disabled
    ? [t({ en: 'The endpoint is disabled.', es: 'El endpoint está deshabilitado.' })]
    : [
        t({
          en: 'It was not planned when the message came: its settings have changed since.',
          es: 'No estaba previsto cuando llegó el mensaje: sus ajustes cambiaron desde entonces.',
        }),
      ]
}

function whyItStands(standing: Standing, context: Context): readonly string[] {
  const { t, paint, terminal } = context
  const { last } = standing
  if (last === null) {
    return [
      t({
        en: 'No attempt yet: it waits for its time, for an endpoint that is paused, or for `listen`.',
        es: 'Sin intentos todavía: espera su hora, un endpoint en pausa, o a `listen`.',
      }),
    ]
  }
  if (isDelivered(standing)) {
    return [
      paint.green(
        t({
          en: `Delivered: ${last.responseStatusCode} in ${formatDuration(last.responseDurationMs)}, attempt ${last.attemptNumber}.`,
          es: `Entregado: ${last.responseStatusCode} en ${formatDuration(last.responseDurationMs)}, intento ${last.attemptNumber}.`,
        }),
      ),
      ...connectionLines(last, context),
    ]
  }
  const lines = [...whyFailed(last, context), ...connectionLines(last, context)]
  const { nextAttempt } = last
  lines.push(
    typeof nextAttempt === 'string'
      ? t({
          en: `Next attempt in ${formatDuration(Math.max(0, Date.parse(nextAttempt) - terminal.clock.now()))}.`,
          es: `Siguiente intento en ${formatDuration(Math.max(0, Date.parse(nextAttempt) - terminal.clock.now()))}.`,
        })
      : t({
          en: `No further attempt is planned. Again: posthorn messages resend ${last.msgId} ${last.endpointId}`,
          es: `No hay más intentos previstos. Otra vez: posthorn messages resend ${last.msgId} ${last.endpointId}`,
        }),
  )
  return lines
}

/** What it means that an endpoint answered with this status, by class. */
function whyFailed(attempt: Attempt, context: Context): readonly string[] {
  const { t, paint, language } = context
  const known = attempt.errorClass === null ? null : explain(attempt.errorClass, language)
  if (known !== null) return [paint.red(known.title), known.why, `→ ${known.fix}`]
  const status = attempt.responseStatusCode
  const meaning = meaningOf(status)
  return [
    paint.red(
      t({
        en: `The endpoint answered ${status}: ${oneLine(attempt.response, 100)}`,
        es: `El endpoint respondió ${status}: ${oneLine(attempt.response, 100)}`,
      }),
    ),
    t(meaning),
  ]
}

function meaningOf(status: number): { readonly en: string; readonly es: string } {
  if (status === 401 || status === 403) {
    return {
      en: 'It refuses the request: check its signature check, its secret and its headers.',
      es: 'Rechaza la solicitud: revisa su comprobación de firma, su secreto y sus encabezados.',
    }
  }
  if (status === 404 || status === 405) {
    return {
      en: 'There is nothing at this path for a POST: check the URL.',
      es: 'No hay nada en esta ruta para un POST: revisa la URL.',
    }
  }
  if (status === 410) {
    return {
      en: 'It says it is gone for good: the endpoint was disabled.',
      es: 'Dice que ya no existe: el endpoint se deshabilitó.',
    }
  }
  if (status === 429) {
    return {
      en: 'It wants fewer requests; its Retry-After is honoured.',
      es: 'Quiere menos solicitudes; se respeta su Retry-After.',
    }
  }
  if (status >= 500) {
    return {
      en: 'It failed inside: its own log knows why.',
      es: 'Falló internamente: su propio registro sabe por qué.',
    }
  }
  return {
    en: 'Only 2xx means delivered.',
    es: 'Solo 2xx significa entregado.',
  }
}
