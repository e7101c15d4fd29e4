import type { Attempt } from '../client/types.ts'
import type { Context } from './context.ts'
import { formatDuration, oneLine } from './text.ts'

/** As the check-up has it. */
const nearMs = 14 * 86_400_000

/** What an attempt knows of its connection, in a line; none where it knows nothing. */
export function connectionLines(attempt: Attempt, context: Context): readonly string[] {
  const { t, paint, terminal } = context
  const { connection, remoteAddress } = attempt
  if (connection == null) return [] // also of an older server
  const { httpVersion, kept, tls } = connection
  const facts = [
    `HTTP/${httpVersion}${tls === null ? '' : ` · ${tls.version} ${tls.cipher}`}`,
    remoteAddress ?? '',
    kept
      ? t({ en: 'kept connection', es: 'conexión ya abierta' })
      : t({ en: 'new connection', es: 'conexión nueva' }),
  ]
  const lines = [paint.dim(facts.filter((fact) => fact !== '').join(' · '))]
  if (tls?.certificate == null) return lines
  const { subject, issuer, expiresAt } = tls.certificate
  const leftMs = Date.parse(expiresAt) - terminal.clock.now()
  const paints = leftMs < nearMs ? paint.red : paint.dim
  const name = oneLine(subject, 100)
  const by = oneLine(issuer, 100)
  const span = formatDuration(Math.abs(leftMs))
  const when =
    leftMs < 0
      ? t({ en: `expired ${span} ago`, es: `venció hace ${span}` })
      : t({ en: `expires in ${span}`, es: `vence en ${span}` })
  const whose = t({
    en: `certificate of ${name} by ${by}`,
    es: `certificado de ${name} por ${by}`,
  })
  return [...lines, paints(`${whose}: ${when} (${expiresAt})`)]
}
