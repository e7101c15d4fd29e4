import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { limits } from '../../../src/domain/limits.ts'
import { request } from '../api/http.ts'
import type { AttemptOut } from '../api/model.ts'
import { CopyButton } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Facts, Section } from '../components/page.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { attemptEn } from '../messages/attempt-en.ts'
import { attemptEs } from '../messages/attempt-es.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { EndpointSnippets } from './endpoint-snippets.tsx'

const words = { en: attemptEn, es: attemptEs }

/** Of the signed text, so much is shown; copying takes all of it. */
const bodyShown = 600

interface Judged {
  readonly valid: boolean
  readonly secret: {
    readonly current: boolean
    readonly createdAt: string
    readonly expiresAt: string | null
  } | null
}

const algorithms: Readonly<Record<string, string>> = {
  v1: 'HMAC-SHA256 (v1)',
  v1a: 'Ed25519 (v1a)',
}

/** How this request was signed: over what, how, and with which secret. Nothing where it was not. */
export function AttemptSignature(props: {
  readonly attempt: AttemptOut
  /** The exact text of the body. */
  readonly body: string
  /** Parts of the body do not show to this role: what was signed is not here. */
  readonly masked: boolean
}) {
  const w = useWords(words)
  const t = useT()
  const scope = useScope()
  const { attempt, body } = props
  const signed = signedParts(attempt)
  if (signed === null) return null
  const { id, timestamp, signature } = signed
  const whole = `${id}.${timestamp}.${body}`
  const schemes = [...new Set(signature.split(' ').map((one) => one.split(',')[0] ?? ''))]
  return (
    <Section title={w('signature.title')} description={w('signature.text')}>
      {!props.masked && (
        <section
          aria-label={w('signature.signed')}
          className="flex items-start gap-1 rounded-md border border-line bg-sunken pr-0.5"
        >
          <pre
            className="max-h-40 min-w-0 flex-1 overflow-auto whitespace-pre-wrap break-all px-2.5 py-2"
            tabIndex={0}
          >
            <Part name={w('signature.id')} className="text-info" text={id} />.
            <Part name={w('signature.timestamp')} className="text-warn" text={timestamp} />.
            <Part
              name={w('signature.body')}
              className="text-ok"
              text={body.length > bodyShown ? `${body.slice(0, bodyShown)}…` : body}
            />
          </pre>
          <CopyButton text={whole} label={t('copy.body')} />
        </section>
      )}
      <Facts
        facts={[
          [
            w('signature.algorithm'),
            schemes.map((scheme) => algorithms[scheme] ?? scheme).join(', '),
          ],
          ...(props.masked
            ? []
            : [[w('signature.secret'), <Secret key="s" {...props} />] as const]),
        ]}
      />
      {!props.masked && (
        <VerifyYourself attempt={attempt} signed={whole} byHmac={schemes.includes('v1')} />
      )}
      {scope.may.viewSecrets && (
        <p>
          <Link to={`${scope.base}/endpoints/${attempt.endpointId}/signing`} className="link">
            {w('signature.doctor')}
          </Link>
        </p>
      )}
    </Section>
  )
}

/**
 * The same answer by one's own means: a line for this very request, and a receiver for all of them in
 * nine languages.
 */
function VerifyYourself(props: {
  readonly attempt: AttemptOut
  readonly signed: string
  readonly byHmac: boolean
}) {
  const w = useWords(words)
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 cursor-pointer font-[550]">{w('signature.verify')}</summary>
      {open && (
        <div className="flex flex-col gap-3 pt-2">
          {props.byHmac && props.signed.length <= shellMax && <Shell signed={props.signed} />}
          <EndpointSnippets endpoint={props.attempt.endpointId} />
        </div>
      )}
    </details>
  )
}

/** A command line has no room for more. */
const shellMax = 100_000

/** Signs the text above with the secret of the environment: the answer is the `v1` of the signature. */
function Shell(props: { readonly signed: string }) {
  const t = useT()
  const w = useWords(words)
  const command = [
    `printf '%s' ${shellQuoted(props.signed)} |`,
    `  openssl dgst -sha256 -binary -mac HMAC -macopt hexkey:"$(printf '%s' "\${WEBHOOK_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')" |`,
    '  base64',
  ].join('\n')
  return (
    <div className="flex flex-col gap-1">
      <p className="text-ink-2">{w('signature.shell')}</p>
      <div className="flex items-start gap-1 rounded-md border border-line bg-sunken pr-0.5">
        <pre
          className="max-h-40 min-w-0 flex-1 overflow-auto whitespace-pre-wrap break-all px-2.5 py-2"
          tabIndex={0}
        >
          {command}
        </pre>
        <CopyButton text={command} label={t('copy.command')} />
      </div>
    </div>
  )
}

/** Named below itself, so that colour is not what tells the parts apart. */
function Part(props: { readonly name: string; readonly className: string; readonly text: string }) {
  return (
    <span className={props.className} title={props.name}>
      <span className="mr-1 rounded-sm bg-surface px-1 font-sans text-ink-3 text-xs">
        {props.name}
      </span>
      {props.text}
    </span>
  )
}

function Secret(props: { readonly attempt: AttemptOut; readonly body: string }) {
  const w = useWords(words)
  const formats = useFormats()
  const scope = useScope()
  const { attempt, body } = props
  const judged = useQuery({
    queryKey: ['attempt', scope.application, attempt.id, 'signature'],
    queryFn: () =>
      request<Judged>(
        `/app/${encodeURIComponent(scope.application)}/endpoint/${attempt.endpointId}/signature-doctor`,
        {
          method: 'POST',
          body: { headers: attempt.requestHeaders ?? {}, body, receivedAt: attempt.timestamp },
        },
      ),
    enabled: body.length <= limits.diagnosedBodyMax,
    staleTime: 60_000,
    retry: false,
  })
  if (judged.data === undefined) return <>–</>
  const { secret } = judged.data
  if (secret === null) return <>{w('signature.changed')}</>
  const at = formats.full(Date.parse(secret.createdAt))
  if (secret.current || secret.expiresAt === null) return <>{w('signature.current', { at })}</>
  const until = formats.full(Date.parse(secret.expiresAt))
  return <>{w('signature.previous', { at, until })}</>
}

/** The headers of Standard Webhooks, or of the same under their older name. */
function signedParts({ requestHeaders = {} }: AttemptOut) {
  for (const family of ['webhook', 'svix']) {
    const id = requestHeaders[`${family}-id`]
    const timestamp = requestHeaders[`${family}-timestamp`]
    const signature = requestHeaders[`${family}-signature`]
    if (id !== undefined && timestamp !== undefined && signature !== undefined) {
      return { id, timestamp, signature }
    }
  }
  return null
}
