import type { Static } from 'typebox'
import type { Client } from '../client/client.ts'
import type { CheckOut, CheckupOut } from '../contract/checkup.ts'
import type { Both } from '../i18n/translate.ts'
import { withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { endpointOf } from './named.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, oneLine, table } from './text.ts'

type Checkup = Static<typeof CheckupOut>
type Result = Static<typeof CheckOut>

/** Seven requests of at most the attempt's time each, and the answer. */
const timeoutMs = 120_000

const names: Readonly<Record<Result['check'], Both>> = {
  reachable: { en: 'answers', es: 'responde' },
  https: { en: 'is reached over https', es: 'se alcanza por https' },
  certificate: { en: 'has a certificate for two weeks', es: 'tiene certificado para dos semanas' },
  no_redirect: { en: 'does not redirect', es: 'no redirige' },
  valid_event: { en: 'takes a valid event', es: 'acepta un evento válido' },
  duplicate: { en: 'takes the same message twice', es: 'acepta dos veces el mismo mensaje' },
  out_of_order: {
    en: 'takes an older event after a newer one',
    es: 'acepta un evento anterior después de uno más nuevo',
  },
  bad_signature: { en: 'refuses a wrong signature', es: 'rechaza una firma falsa' },
  old_timestamp: { en: 'refuses an old timestamp', es: 'rechaza un timestamp antiguo' },
  unknown_type: { en: 'takes an unknown type', es: 'acepta un tipo desconocido' },
  speed: { en: 'answers within 5 s', es: 'responde en menos de 5 s' },
}

const bothTaken: Both = {
  en: 'Both were answered with success. Whether the newer one still counts, only the receiver shows.',
  es: 'Los dos se respondieron con éxito. Si el más nuevo sigue valiendo, solo el receptor lo muestra.',
}

/** `posthorn checkup <endpoint>`: tries it out. Exit 7 when a check failed; warnings are no failure. */
export const checkup: CommandModule = {
  examples: [
    'posthorn checkup ep_…',
    'posthorn checkup ep_… --type order.paid',
    'posthorn checkup ep_… --json --lang es',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<endpoint>', t({ en: 'id, uid, name or host', es: 'id, uid, nombre o host' }))
      .option('--type <name>', t({ en: "send this type's example", es: 'envía este tipo' }))
      .action(
        act(async ([given = ''], options) => {
          const { client, id, endpoint } = await endpointOf(given, options, context)
          const { type } = options
          const eventType = typeof type === 'string' ? type : null
          const done = await checkupOf({ client, app: id, endpoint, eventType, context })
          context.emit(done)
          showCheckup(done, context)
          return done.verdict === 'fail' ? exitCodes.deliveryFailed : exitCodes.ok
        }),
      )
  },
}

/** `eventType` null: the first that the endpoint wants. */
export function checkupOf(input: {
  readonly client: Client
  readonly app: string
  readonly endpoint: string
  readonly eventType: string | null
  /** JSON text of an object, sent in place of the example. */
  readonly payload?: string | null
  readonly context: Context
}): Promise<Checkup> {
  const { client, app, endpoint, eventType, payload = null, context } = input
  const path = `/app/${encodeURIComponent(app)}/endpoint/${encodeURIComponent(endpoint)}/checkup`
  return client.call<Checkup>('POST', path, {
    body: { eventType, payload: payload === null ? null : JSON.parse(payload) },
    headers: { 'accept-language': context.language },
    timeoutMs,
  })
}

export function showCheckup(done: Checkup, context: Context): void {
  const { paint, t } = context
  const mark = {
    pass: paint.green('✓'),
    warn: paint.yellow('!'),
    fail: paint.red('✗'),
    skipped: paint.dim('·'),
  }
  const rows = done.results.map(({ check, state, responseStatusCode, durationMs }) => [
    mark[state],
    t(names[check]),
    responseStatusCode === null ? '' : String(responseStatusCode),
    durationMs === null ? '' : paint.dim(formatDuration(durationMs)),
  ])
  context.print(`${paint.bold(done.url)}  ${paint.dim(done.eventType)}`)
  for (const [at, line] of table(rows).entries()) {
    context.print(`  ${line}`)
    const { check, finding, state, response } = done.results[at] ?? {}
    if (check === 'out_of_order' && state === 'pass') {
      context.print(`      ${paint.dim(t(bothTaken))}`)
    }
    if (finding == null || state === 'skipped') continue
    context.print(`      ${finding.title} ${finding.why}`)
    context.print(`      → ${finding.fix}`)
    if (response) context.print(`      ${paint.dim(oneLine(response, 100))}`)
  }
}
