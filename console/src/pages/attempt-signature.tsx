import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { limits } from '../../../src/domain/limits.ts'
import { request } from '../api/http.ts'
import type { AttemptOut } from '../api/model.ts'
import { CopyButton } from '../components/button.tsx'
import { Facts, Section } from '../components/page.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { attemptEn } from '../messages/attempt-en.ts'
import { attemptEs } from '../messages/attempt-es.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

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
