import { Link } from '@tanstack/react-router'
import type { CapturedOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Facts, Section } from '../components/page.tsx'
import { Notice, Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type T, useFormats, useT } from '../i18n.tsx'
import { HeaderTable } from './attempt.tsx'

export function answerText(row: CapturedOut, t: T): string {
  return row.answer.hangUp ? t('bin.hangUp') : String(row.answer.status)
}

const signatureTones = {
  valid: 'ok',
  stale: 'warn',
  invalid: 'err',
  absent: 'mute',
  no_secret: 'mute',
} as const

export function SignaturePill(props: { readonly request: CapturedOut }) {
  const t = useT()
  const { state } = props.request.signature
  return <Pill tone={signatureTones[state]}>{t(`signature.${state}`)}</Pill>
}

/** One captured request: who sent it as far as its signature says, its parts, and sending it again. */
export function CapturedPanel(props: {
  readonly request: CapturedOut
  readonly application: string | null
  readonly onSendAgain: () => void
}) {
  const t = useT()
  const formats = useFormats()
  const { request, application } = props
  const { signature } = request
  const query = [...new URLSearchParams(request.query)]
  return (
    <div className="flex flex-col gap-4 p-4">
      <header>
        <h2 className="mono pr-9 font-semibold">
          {request.method} {request.path}
        </h2>
        <p className="text-ink-2">
          <Time at={request.receivedAt} /> · {formats.bytes(request.bodyBytes)} ·{' '}
          <span className="mono">{request.remoteAddress}</span> · HTTP/{request.httpVersion}
        </p>
      </header>
      <div className="flex flex-wrap gap-2">
        <Button onClick={props.onSendAgain}>{t('bin.replayDots')}</Button>
        <CopyButton text={curlOf(request)}>{t('copy.asCurl')}</CopyButton>
      </div>
      <Notice tone={signatureTones[signature.state]} title={t(`signature.${signature.state}.text`)}>
        {signature.hint !== null && <p>{t(`hint.${signature.hint}` as 'hint.body_empty')}</p>}
        {signature.messageId !== null && application !== null && (
          <Link
            to={`/app/${encodeURIComponent(application)}/messages/${signature.messageId}`}
            className="link mono"
          >
            {signature.messageId}
          </Link>
        )}
      </Notice>
      <Facts facts={[[t('bin.answer'), <b key="a">{answerText(request, t)}</b>]]} />
      <Section title={t('bin.body')}>
        {request.body === null ? (
          <Hex base64={request.bodyBase64} />
        ) : (
          <JsonView text={request.body} label={t('bin.body')} />
        )}
      </Section>
      <Section title={t('headers.label')}>
        <HeaderTable headers={request.headers} label={t('headers.label')} />
      </Section>
      {query.length > 0 && (
        <Section title={t('bin.query')}>
          <HeaderTable headers={query} label={t('bin.query')} />
        </Section>
      )}
    </div>
  )
}

/** The same request from a shell. */
function curlOf(request: CapturedOut): string {
  const path = request.path === '/' ? '' : request.path
  const query = request.query === '' ? '' : `?${request.query}`
  const headers = request.headers
    .filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name))
    .map(([name, value]) => `-H ${shellQuoted(`${name}: ${value}`)}`)
  return [
    `curl -X ${request.method} ${shellQuoted(`${location.origin}/in/${request.bin}${path}${query}`)}`,
    ...headers,
    ...(request.body === null || request.body === ''
      ? []
      : [`--data-binary ${shellQuoted(request.body)}`]),
  ].join(' \\\n  ')
}

const hexBytesMax = 4096

/** Bytes that are no text, as hexadecimal. */
function Hex(props: { readonly base64: string }) {
  const bytes = Uint8Array.from(atob(props.base64), (character) => character.charCodeAt(0))
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, hexBytesMax); at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex}`)
  }
  return (
    <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-2 text-ink-2">
      {lines.join('\n')}
    </pre>
  )
}
