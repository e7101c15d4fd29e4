import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleMinus, CircleX, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { request } from '../api/http.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Confirm } from '../components/dialog.tsx'
import { Body, Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { useFormats } from '../i18n.tsx'
import { checkupEn } from '../messages/checkup-en.ts'
import { checkupEs } from '../messages/checkup-es.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: checkupEn, es: checkupEs }

interface Check {
  readonly check:
    | 'reachable'
    | 'https'
    | 'certificate'
    | 'no_redirect'
    | 'valid_event'
    | 'duplicate'
    | 'out_of_order'
    | 'bad_signature'
    | 'old_timestamp'
    | 'unknown_type'
    | 'speed'
  readonly state: 'pass' | 'warn' | 'fail' | 'skipped'
  readonly finding: {
    readonly code: string
    readonly title: string
    readonly why: string
    readonly fix: string
  } | null
  readonly responseStatusCode: number | null
  readonly response: string | null
  readonly durationMs: number | null
}

export interface Checkup {
  readonly verdict: 'pass' | 'warn' | 'fail'
  readonly checkedAt: string
  readonly eventType: string
  readonly requests: number
  readonly results: readonly Check[]
}

/** Tries the receiver out: does it verify, refuse what is old, and take the same event twice? */
export function EndpointCheckup(props: { readonly endpoint: EndpointOut }) {
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const { endpoint } = props
  const key = ['checkup', scope.application, endpoint.id]
  const path = `/app/${encodeURIComponent(scope.application)}/endpoint/${endpoint.id}/checkup`
  const run = useMutation({
    mutationFn: () => request<Checkup>(path, { method: 'POST', body: {} }),
    onSuccess: (found) => client.setQueryData(key, found),
    onSettled: () => setAsking(false),
  })
  const checkup = run.data ?? client.getQueryData<Checkup>(key)
  return (
    <Body>
      <Section title={w('checkup.title')} description={w('checkup.text')}>
        <div>
          <Button kind="primary" busy={run.isPending} onClick={() => setAsking(true)}>
            {checkup === undefined ? w('checkup.run') : w('checkup.again')}
          </Button>
        </div>
        {run.isError && <Failure error={run.error} onRetry={() => run.mutate()} />}
        {checkup !== undefined && <CheckupResults checkup={checkup} />}
      </Section>
      {asking && (
        <Confirm
          title={w('checkup.askTitle')}
          effect={w('checkup.effect', { url: endpoint.url })}
          verb={w('checkup.run')}
          copyAs={{
            cli: `posthorn checkup ${endpoint.id} --app ${scope.application}`,
            request: { method: 'POST', path, body: {} },
          }}
          busy={run.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => run.mutate()}
        />
      )}
    </Body>
  )
}

const verdicts = { pass: 'ok', warn: 'warn', fail: 'err' } as const

/** What was found, check by check. */
export function CheckupResults(props: { readonly checkup: Checkup }) {
  const w = useWords(words)
  const { checkup } = props
  const passed = checkup.results.filter(({ state }) => state === 'pass').length
  return (
    <>
      <Notice tone={verdicts[checkup.verdict]} title={w(`checkup.verdict.${checkup.verdict}`)}>
        <p className="text-ink-2">
          {w('checkup.passed', { passed, total: checkup.results.length })} ·{' '}
          {w('checkup.requests', { count: checkup.requests })} · <Time at={checkup.checkedAt} />
        </p>
      </Notice>
      <ul className="flex flex-col rounded-md border border-line bg-surface">
        {checkup.results.map((result) => (
          <Result key={result.check} result={result} />
        ))}
      </ul>
    </>
  )
}

const looks = {
  pass: [CircleCheck, 'text-ok'],
  warn: [TriangleAlert, 'text-warn'],
  fail: [CircleX, 'text-err'],
  skipped: [CircleMinus, 'text-ink-3'],
} as const

function Result(props: { readonly result: Check }) {
  const w = useWords(words)
  const formats = useFormats()
  const { result } = props
  const { finding } = result
  const [Icon, tone] = looks[result.state]
  return (
    <li className="flex gap-3 border-line border-b px-3 py-2.5 last:border-b-0">
      <Icon size={17} aria-hidden className={`mt-0.5 flex-none ${tone}`} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-[550]">{w(`checkup.${result.check}`)}</span>
          <span className={`text-xs ${tone}`}>{w(`checkup.state.${result.state}`)}</span>
          <span className="flex-1" />
          {result.responseStatusCode !== null && result.responseStatusCode > 0 && (
            <span className="mono text-ink-2">{result.responseStatusCode}</span>
          )}
          {result.durationMs !== null && (
            <span className="mono text-ink-3">{formats.duration(result.durationMs)}</span>
          )}
        </div>
        {finding !== null && result.state !== 'pass' && (
          <div className="text-ink-2">
            <p className="text-ink">{finding.title}</p>
            <p>{finding.why}</p>
            <p>→ {finding.fix}</p>
          </div>
        )}
        {result.check === 'out_of_order' && result.state === 'pass' && (
          <p className="text-ink-2">{w('checkup.out_of_orderPass')}</p>
        )}
        {result.response !== null && result.response !== '' && result.state !== 'pass' && (
          <pre className="mono max-h-24 overflow-auto whitespace-pre-wrap break-all rounded-sm bg-sunken px-2 py-1 text-ink-2 text-xs">
            {result.response}
          </pre>
        )}
      </div>
    </li>
  )
}
