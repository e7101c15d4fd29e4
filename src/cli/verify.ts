import type { Static } from 'typebox'
import type { DiagnosisOut } from '../contract/checkup.ts'
import { checkSignature, type SignatureReport } from '../domain/signature-check.ts'
import { explanationOf } from '../i18n/explanations.ts'
import type { Both } from '../i18n/translate.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { type CliFailure, usageFailure } from './failure.ts'
import { readNamed } from './payload.ts'
import type { CommandModule } from './run.ts'

const states: Readonly<Record<SignatureReport['state'], Both>> = {
  valid: { en: 'The signature is valid.', es: 'La firma es válida.' },
  stale: {
    en: 'The signature matches, but the timestamp is more than five minutes away.',
    es: 'La firma coincide, pero el timestamp está a más de cinco minutos.',
  },
  invalid: { en: 'The signature is not valid.', es: 'La firma no es válida.' },
  absent: { en: 'There are no signature headers.', es: 'No hay encabezados de firma.' },
  no_secret: { en: 'No secret was given.', es: 'No se indicó un secreto de firma.' },
}

/**
 * `posthorn verify`: the signature doctor. Offline with a secret; with `--endpoint` the server, which
 * knows the secrets and the bytes it sent, answers exactly. Exit 0 only when valid.
 */
export const verify: CommandModule = {
  examples: [
    `posthorn verify --secret whsec_… --body body.json -H 'webhook-id: msg_…' -H 'webhook-timestamp: …' -H 'webhook-signature: v1,…'`,
    'posthorn verify --secret whsec_… --request captured.http',
    'posthorn verify --endpoint ep_… --request captured.http --framework express',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .option('-s, --secret <key...>', 'whsec_…, whpk_…')
      .option('--endpoint <id|uid>', t({ en: 'ask the server', es: 'pregunta al servidor' }))
      .option('--computed <signature>', t({ en: 'what you computed', es: 'lo que calculaste' }))
      .option('--framework <name>', t({ en: 'show this fix only', es: 'solo este arreglo' }))
      .option('-b, --body <file>', t({ en: 'the raw body', es: 'el cuerpo original' }))
      .option('-H, --header <name: value...>', t({ en: 'a header', es: 'un encabezado' }))
      .option(
        '--request <file>',
        t({ en: 'a raw HTTP request', es: 'una solicitud HTTP completa' }),
      )
      .option('--at <time>', t({ en: 'as if it were then', es: 'como si fuera ese momento' }))
      .action(
        act(async (_args, options) => {
          const { at, endpoint } = options
          if (typeof endpoint === 'string') return askServer(endpoint, options, context)
          if (options['secret'] === undefined) throw noSecret()
          const { headers, body } = received(options, context)
          const report = checkSignature({
            header: (name) => headers.get(name) ?? null,
            body,
            secrets: strings(options['secret']),
            nowMs: typeof at === 'string' ? Date.parse(at) : context.terminal.clock.now(),
          })
          show(report, context)
          return report.state === 'valid' ? exitCodes.ok : exitCodes.failed
        }),
      )
  },
}

function noSecret(): CliFailure {
  return usageFailure({
    en: 'A --secret is needed to check offline, or an --endpoint to ask the server.',
    es: 'Hace falta --secret para comprobar sin conexión, o --endpoint para preguntar al servidor.',
  })
}

type Diagnosed = Static<typeof DiagnosisOut>

async function askServer(
  endpoint: string,
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<ExitCode> {
  const client = await context.client()
  const { id } = await applicationOf(options, client, context)
  const { headers, body } = received(options, context)
  const { computed, framework, at } = options
  const [secret] = strings(options['secret'])
  const path = `/app/${encodeURIComponent(id)}/endpoint/${encodeURIComponent(endpoint)}/signature-doctor`
  const found = await client.call<Diagnosed>('POST', path, {
    body: {
      headers: Object.fromEntries(headers),
      bodyBase64: Buffer.from(body).toString('base64'),
      ...(secret === undefined ? {} : { secret }),
      ...(computed === undefined ? {} : { computed }),
      ...(framework === undefined ? {} : { framework }),
      ...(at === undefined ? {} : { receivedAt: at }),
    },
    headers: { 'accept-language': context.language },
  })
  showDiagnosis(found, context)
  return found.valid ? exitCodes.ok : exitCodes.failed
}

function showDiagnosis(found: Diagnosed, context: Context): void {
  const { t, paint } = context
  context.emit(found)
  const mark = found.valid ? paint.green('✓') : paint.red('✗')
  for (const { title, why, fix } of found.findings) {
    context.print(`${mark} ${title}`)
    context.print(`  ${why}`)
    context.print(`  → ${fix}`)
  }
  const { difference } = found
  if (difference !== null) {
    const at = t({ en: `from byte ${difference.at} on`, es: `desde el byte ${difference.at}` })
    context.print(`  ${paint.dim(at)}`)
    context.print(`  - ${JSON.stringify(difference.sent)}`)
    context.print(`  + ${JSON.stringify(difference.received)}`)
  }
  for (const { label, code } of found.fixes) {
    context.print(`\n  ${paint.bold(label)}`)
    for (const line of code.split('\n')) context.print(`    ${line}`)
  }
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function received(
  options: Readonly<Record<string, unknown>>,
  context: Context,
): { readonly headers: ReadonlyMap<string, string>; readonly body: Uint8Array } {
  const { request, body } = options
  if (typeof request === 'string') return splitRequest(readNamed(request, context))
  return {
    headers: headerMap(strings(options['header'])),
    body: typeof body === 'string' ? readNamed(body, context) : new Uint8Array(),
  }
}

/** Header lines, an empty line, and the rest untouched. */
function splitRequest(raw: Buffer) {
  const crlf = raw.indexOf('\r\n\r\n')
  const end = crlf === -1 ? raw.indexOf('\n\n') : crlf
  const head = raw.subarray(0, end === -1 ? raw.length : end).toString('latin1')
  const body = end === -1 ? new Uint8Array() : raw.subarray(end + (crlf === -1 ? 2 : 4))
  return { headers: headerMap(head.split(/\r?\n/)), body }
}

function headerMap(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0)
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

const askTheServer: Both = {
  en: 'None of the usual mistakes fits. --endpoint ep_… asks the server, which makes the bytes again that it sent.',
  es: 'No es ninguno de los errores habituales. --endpoint ep_… pregunta al servidor, que rehace los bytes que envió.',
}

function show(report: SignatureReport, context: Context): void {
  const { t, paint } = context
  context.emit(report)
  const mark = report.state === 'valid' ? paint.green('✓') : paint.red('✗')
  context.print(`${mark} ${t(states[report.state])}`)
  if (report.hint !== null) {
    const { title, fix } = explanationOf(report.hint, context.language)
    context.print(`  ${title}`)
    context.print(`  → ${fix}`)
  }
  if (report.hint === null && report.state === 'invalid') context.print(`  → ${t(askTheServer)}`)
  if (report.timestamp !== null) {
    const at = new Date(report.timestamp * 1000)
    const when = Number.isNaN(at.getTime()) ? String(report.timestamp) : at.toISOString()
    context.print(
      `  ${paint.dim(`${report.messageId ?? '-'}   ${when}   ${report.version ?? ''}`)}`,
    )
  }
}
