/** The headers of an attempt's request and of its answer; what is masked, and who may see it. */
import { useQuery } from '@tanstack/react-query'
import { Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { maskedText } from '../../../src/domain/masking.ts'
import { signAgain } from '../api/calls.ts'
import type { AttemptOut, EndpointOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { signedNow } from '../state/attempt-as.ts'
import { authenticationOf, placeOfProof } from '../state/authentication.ts'
import { useScope } from '../state/scope.tsx'
import { useSeesAll } from '../state/session.tsx'
import { useAttemptWords } from './attempt-connection.tsx'

/** As sent, secrets masked; who may change them may see those of custom headers, as they are now. */
export function RequestHeaders(props: {
  readonly attempt: AttemptOut
  readonly endpoint: EndpointOut | undefined
}) {
  const t = useT()
  const w = useAttemptWords()
  const { application, may, portal } = useScope()
  const seesAll = useSeesAll()
  const { attempt } = props
  const [shown, setShown] = useState(false)
  const now = useQuery({
    queryKey: ['attempt', application, attempt.id, 'secrets'],
    queryFn: async () => signedNow(attempt, (await signAgain(application, attempt, true)).headers),
    enabled: shown,
    gcTime: 0, // secrets leave with the page
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const sent = attempt.requestHeaders ?? {}
  const seen = now.data?.requestHeaders ?? {}
  const headers = Object.entries(sent).map(
    ([name, value]) => [name, value === maskedText ? (seen[name] ?? value) : value] as const,
  )
  const masked = Object.keys(sent).filter((name) => sent[name] === maskedText)
  const proof = proofName(props.endpoint)
  const never = masked.find((name) => name.toLowerCase() === proof)
  const some = masked.some((name) => name !== never)
  const mayShow = !portal && seesAll && may.viewSecrets && may.rollSecrets
  return (
    <>
      <HeaderTable headers={headers} label={t('attempt.requestHeaders')} masked />
      {some && mayShow && !shown && (
        <div>
          <Button onClick={() => setShown(true)}>
            <Eye size={14} aria-hidden /> {w('secrets.show')}
          </Button>
        </div>
      )}
      {shown && now.isError && <Failure error={now.error} />}
      {now.data !== undefined && <p className="text-ink-3 text-xs">{w('secrets.shown')}</p>}
      {some && !mayShow && <p className="text-ink-3 text-xs">{w('secrets.forOthers')}</p>}
      {never !== undefined && (
        <p className="text-ink-3 text-xs">{w('secrets.never', { name: never })}</p>
      )}
    </>
  )
}

/** The header that the endpoint authenticates with now, in small letters. */
function proofName(endpoint: EndpointOut | undefined): string | undefined {
  const { header } = placeOfProof(authenticationOf(endpoint?.authentication))
  return header?.split(':')[0]?.toLowerCase()
}

export function HeaderTable(props: {
  readonly headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly label: string
  /** `[masked]` is the server's word and not the sender's. */
  readonly masked?: boolean
}) {
  const t = useT()
  const entries: readonly (readonly [string, string])[] = Array.isArray(props.headers)
    ? props.headers
    : Object.entries(props.headers)
  const isMasked = (value: string): boolean => props.masked === true && value === maskedText
  const row = (name: string, value: string, index: number): ReactNode => (
    <tr key={`${name}-${index.toString()}`} className="group">
      <th
        scope="row"
        className="mono !border-b-0 !py-1 !font-normal align-top @max-md:w-2/5 @max-md:!whitespace-normal @max-md:break-all"
      >
        {name}
      </th>
      <td className="mono break-all !border-b-0 !py-1 text-ink-2">
        {isMasked(value) ? <MaskedValue /> : value}
      </td>
      <td className="w-8 !border-b-0 !p-0 text-right">
        {!isMasked(value) && <CopyButton text={value} label={t('copy.header', { name })} />}
      </td>
    </tr>
  )
  if (entries.length === 0) return <p className="text-ink-3">{t('attempt.noHeaders')}</p>
  return (
    <div className="@container">
      <table className="plain-table rounded-md border border-line" aria-label={props.label}>
        <tbody>{entries.map(([name, value], index) => row(name, value, index))}</tbody>
      </table>
    </div>
  )
}

function MaskedValue() {
  const t = useT()
  return (
    <span className="pill tone-mute font-sans">
      <EyeOff size={12} aria-hidden /> {t('mask.masked')}
    </span>
  )
}
