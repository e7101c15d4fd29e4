import {
  checkSignature,
  type SignatureHint,
  type SignatureReport,
} from '../domain/signature-check.ts'
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { readNamed } from './payload.ts'
import type { CommandModule } from './run.ts'

const hints: Readonly<Record<SignatureHint, Both>> = {
  headers_incomplete: {
    en: 'One of the three headers is missing: id, timestamp, signature.',
    es: 'Falta uno de los tres encabezados: id, timestamp, signature.',
  },
  timestamp_not_a_number: {
    en: 'The timestamp is not a whole number of seconds.',
    es: 'El timestamp no es un número entero de segundos.',
  },
  secret_not_base64: {
    en: 'The secret is not base64 after its whsec_ prefix.',
    es: 'El secreto de firma no es base64 después de su prefijo whsec_.',
  },
  secret_used_as_text: {
    en: 'It was signed with the secret as text. Decode the base64 after whsec_ first.',
    es: 'Se firmó con el secreto como texto. Decodifica antes el base64 tras whsec_.',
  },
  body_trimmed: {
    en: 'The body ended with a line break when it was signed, and no longer does.',
    es: 'El cuerpo terminaba con un salto de línea al firmarse, y ya no.',
  },
  body_newline_added: {
    en: 'A line break was added at the end of the body.',
    es: 'Se agregó un salto de línea al final del cuerpo.',
  },
  body_compact: {
    en: 'The JSON was written anew without its spaces. Verify the raw bytes, before any JSON parser.',
    es: 'El JSON se reescribió sin sus espacios. Verifica los bytes originales, antes de analizar el JSON.',
  },
  body_indented: {
    en: 'The JSON was written anew with spaces. Verify the raw bytes, before any JSON parser.',
    es: 'El JSON se reescribió con espacios. Verifica los bytes originales, antes de analizar el JSON.',
  },
  body_empty: {
    en: 'The body is empty: something read it before the check.',
    es: 'El cuerpo está vacío: algo lo leyó antes de la comprobación.',
  },
}

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

/** `posthorn verify`: the signature doctor, offline. Exit 0 only when valid. */
export const verify: CommandModule = {
  examples: [
    `posthorn verify --secret whsec_… --body body.json -H 'webhook-id: msg_…' -H 'webhook-timestamp: …' -H 'webhook-signature: v1,…'`,
    'posthorn verify --secret whsec_… --request captured.http',
    'posthorn verify --secret whsec_… --request captured.http --at 2026-11-21T10:00:00Z',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .requiredOption('-s, --secret <key...>', 'whsec_…, whpk_…')
      .option('-b, --body <file>', t({ en: 'the raw body', es: 'el cuerpo original' }))
      .option('-H, --header <name: value...>', t({ en: 'a header', es: 'un encabezado' }))
      .option('--request <file>', t({ en: 'a raw HTTP request', es: 'una petición HTTP completa' }))
      .option('--at <time>', t({ en: 'as if it were then', es: 'como si fuera ese momento' }))
      .action(
        act(async (_args, options) => {
          const { headers, body } = received(options, context)
          const { at } = options
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

function show(report: SignatureReport, context: Context): void {
  const { t, paint } = context
  context.emit(report)
  const mark = report.state === 'valid' ? paint.green('✓') : paint.red('✗')
  context.print(`${mark} ${t(states[report.state])}`)
  if (report.hint !== null) context.print(`  ${t(hints[report.hint])}`)
  if (report.timestamp !== null) {
    const at = new Date(report.timestamp * 1000)
    const when = Number.isNaN(at.getTime()) ? String(report.timestamp) : at.toISOString()
    context.print(
      `  ${paint.dim(`${report.messageId ?? '-'}   ${when}   ${report.version ?? ''}`)}`,
    )
  }
}
