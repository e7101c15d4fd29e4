import { Link } from '@tanstack/react-router'
import type { CapturedOut, SecretOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { HexView } from '../components/hex-view.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Facts, Section } from '../components/page.tsx'
import { Notice, Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type T, useFormats, useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { cookiesOf, fieldsOf } from '../state/captured-parts.ts'
import { useWords } from '../state/words.ts'
import { HeaderTable } from './attempt-headers.tsx'
import { CapturedMarks } from './bin-marks.tsx'

const words = { en: binEn, es: binEs }

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
  const w = useWords(words)
  const { request, application } = props
  const { signature } = request
  const query = [...new URLSearchParams(request.query)]
  const cookies = cookiesOf(request)
  const fields = fieldsOf(request, formats.bytes)
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
        <Button onClick={props.onSendAgain}>{w('bin.replayDots')}</Button>
        <CopyButton text={curlOf(request)}>{t('copy.asCurl')}</CopyButton>
        <CapturedMarks request={request} />
      </div>
      <Notice tone={signatureTones[signature.state]} title={t(`signature.${signature.state}.text`)}>
        {signature.sender != null && (
          <p>
            {w('bin.signedBy', {
              sender: w(`sender.${signature.sender}`),
              header: signatureHeader(request) ?? '–',
            })}
          </p>
        )}
        {signature.secrets?.map((made) => (
          <p key={JSON.stringify(made)}>
            {secretText(made, { w, full: (at) => formats.full(Date.parse(at)) })}
          </p>
        ))}
        {signature.hint !== null && <p>{w(`hint.${signature.hint}` as 'hint.body_empty')}</p>}
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
          <div className="rounded-md border border-line bg-sunken">
            <HexView bytes={bytesOf(request)} />
          </div>
        ) : (
          <JsonView text={request.body} label={t('bin.body')} />
        )}
      </Section>
      <Section title={t('headers.label')}>
        <HeaderTable headers={request.headers} label={t('headers.label')} />
      </Section>
      {fields.length > 0 && (
        <Section title={w('bin.fields')}>
          <HeaderTable headers={fields} label={w('bin.fields')} />
        </Section>
      )}
      {cookies.length > 0 && (
        <Section title={w('bin.cookies')}>
          <HeaderTable headers={cookies} label={w('bin.cookies')} />
        </Section>
      )}
      {query.length > 0 && (
        <Section title={t('bin.query')}>
          <HeaderTable headers={query} label={t('bin.query')} />
        </Section>
      )}
    </div>
  )
}

/** Which of several secrets made the signature, without the secret. */
function secretText(
  made: SecretOut,
  say: {
    readonly w: ReturnType<typeof useWords<typeof binEn>>
    readonly full: (at: string) => string
  },
): string {
  const { w, full } = say
  if (made.of === 'bin') return w('bin.secretOfBin', { place: made.place })
  return made.expiresAt === null
    ? w('bin.secretCurrent', { at: full(made.createdAt) })
    : w('bin.secretEarlier', { at: full(made.createdAt), until: full(made.expiresAt) })
}

/** The same request from a shell. */
export function curlOf(request: CapturedOut, edited: string | null = null): string {
  const path = request.path === '/' ? '' : request.path
  const query = request.query === '' ? '' : `?${request.query}`
  const headers = request.headers
    .filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name))
    .map(([name, value]) => `-H ${shellQuoted(`${name}: ${value}`)}`)
  const body = edited ?? request.body
  const bytes = body === null && request.bodyBytes > 0
  return [
    `${bytes ? `printf ${request.bodyBase64} | base64 -d | ` : ''}curl -X ${request.method} ${shellQuoted(`${location.origin}/in/${request.bin}${path}${query}`)}`,
    ...headers,
    ...(bytes ? ['--data-binary @-'] : body ? [`--data-binary ${shellQuoted(body)}`] : []),
  ].join(' \\\n  ')
}

function bytesOf({ bodyBase64 }: CapturedOut): Uint8Array {
  return Uint8Array.from(atob(bodyBase64), (character) => character.charCodeAt(0))
}

function signatureHeader({ headers }: CapturedOut): string | undefined {
  return headers.find(([name]) => /signature|hmac/i.test(name))?.[0]
}
