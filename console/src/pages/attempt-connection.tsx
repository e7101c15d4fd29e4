import type { AttemptOut, CertificateOut } from '../api/model.ts'
import { Notice } from '../components/status.tsx'
import { Time, useNow } from '../components/time.tsx'
import { useFormats } from '../i18n.tsx'
import { attemptEn } from '../messages/attempt-en.ts'
import { attemptEs } from '../messages/attempt-es.ts'
import { useWords } from '../state/words.ts'

const words = { en: attemptEn, es: attemptEs }
/** As the check-up has it. */
const nearMs = 14 * 86_400_000

/** Protocol, and whether the connection was made for this request; null: nothing is known. */
export function connectionText(attempt: AttemptOut, w: ReturnType<typeof useAttemptWords>) {
  const { connection, timings } = attempt
  if (connection != null) {
    const { httpVersion, kept, tls } = connection
    const over = tls === null ? '' : ` · ${tls.version}`
    return `HTTP/${httpVersion}${over} · ${w(kept ? 'connection.kept' : 'connection.new')}`
  }
  // Of a release that recorded nothing else.
  if (attempt.responseStatusCode === 0 || timings === undefined) return null
  return w(timings.connectMs === null ? 'connection.kept' : 'connection.new')
}

export function useAttemptWords() {
  return useWords(words)
}

/** Whose certificate it was, by whom, and until when. */
export function CertificateFacts(props: { readonly certificate: CertificateOut }) {
  const w = useAttemptWords()
  const formats = useFormats()
  const now = useNow(60_000)
  const { subject, issuer, expiresAt } = props.certificate
  return (
    <span>
      {issuer === subject
        ? w('certificate.own', { subject })
        : w('certificate.of', { subject, issuer })}{' '}
      · {w('certificate.until')} <Time at={expiresAt} /> (
      {formats.relative(Date.parse(expiresAt), now)})
    </span>
  )
}

/** What about the certificate broke the handshake, or soon will. */
export function CertificateWarning(props: { readonly attempt: AttemptOut }) {
  const w = useAttemptWords()
  const formats = useFormats()
  const now = useNow(60_000)
  const { errorClass, connection } = props.attempt
  const certificate = connection?.tls?.certificate
  if (certificate == null) return null
  const said = (at: string) => ({
    at: formats.moment(Date.parse(at)),
    relative: formats.relative(Date.parse(at), now),
  })
  const { subject, issuer, validFrom, expiresAt } = certificate
  if (errorClass === 'tls_expired') {
    return <Notice tone="warn" title={w('certificate.expired', said(expiresAt))} />
  }
  if (errorClass === 'tls_not_yet_valid') {
    return <Notice tone="warn" title={w('certificate.early', said(validFrom))} />
  }
  if (errorClass === 'tls_name') {
    return <Notice tone="warn" title={w('certificate.other', { subject })} />
  }
  if (errorClass === 'tls_untrusted') {
    return <Notice tone="warn" title={w('certificate.untrusted', { issuer })} />
  }
  const left = Date.parse(expiresAt) - now
  // One that has passed since may long be renewed: this attempt cannot know.
  if (left < 0 || left > nearMs) return null
  return <Notice tone="warn" title={w('certificate.ends', said(expiresAt))} />
}
