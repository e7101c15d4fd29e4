import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { getAttempt, getMessage, listEndpointAttempts, listMessageAttempts } from '../api/calls.ts'
import type { AttemptOut } from '../api/model.ts'
import { CopyButton, copyText, IconButton } from '../components/button.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Menu } from '../components/menu.tsx'
import { Body, Facts, Page, Section } from '../components/page.tsx'
import { errorSentence, Failure, Loading } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { TimingBar } from '../components/timing-bar.tsx'
import { toast } from '../components/toast.tsx'
import { WhyCard } from '../components/why-card.tsx'
import { useT } from '../i18n.tsx'
import { attemptHar, curlOf, fetchOf, rawOf } from '../state/attempt-as.ts'
import { endpointName, useEndpointMap } from '../state/data.ts'
import { usePageKeys } from '../state/keys.ts'
import { useScope } from '../state/scope.tsx'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'

/** One HTTP request as it was sent and as it was answered, and what it means. */
export function AttemptPage() {
  const t = useT()
  const scope = useScope()
  const params = useParams({ strict: false }) as { readonly msg: string; readonly attempt: string } // of this route's path
  const attempt = useQuery({
    queryKey: ['attempt', scope.application, params.msg, params.attempt],
    queryFn: () => getAttempt(scope.application, params.msg, params.attempt),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const back = { to: `${scope.base}/messages/${params.msg}`, label: t('message.title') }
  const { data } = attempt
  if (data === undefined) {
    return (
      <Page title={t('attempt.title')} back={back}>
        {attempt.isError ? (
          <div className="p-5">
            <Failure error={attempt.error} onRetry={() => void attempt.refetch()} />
          </div>
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  return <Loaded attempt={data} back={back} />
}

function Loaded(props: {
  readonly attempt: AttemptOut
  readonly back: { readonly to: string; readonly label: string }
}) {
  const t = useT()
  const scope = useScope()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const endpoints = useEndpointMap(scope.application)
  const { attempt } = props
  const siblings = useQuery({
    queryKey: ['message', scope.application, attempt.msgId, 'attempts', attempt.endpointId],
    queryFn: () => listMessageAttempts(scope.application, attempt.msgId, attempt.endpointId),
  })
  const list = siblings.data?.data ?? []
  const at = list.findIndex(({ id }) => id === attempt.id)
  const newer = at > 0 ? list[at - 1] : undefined
  const older = at >= 0 ? list[at + 1] : undefined
  const other = search['compare']
  const keys = useMemo(() => {
    const go = (to: AttemptOut | undefined) => () => {
      if (to === undefined) return
      void navigate({ to: `${scope.base}/messages/${to.msgId}/attempts/${to.id}` })
    }
    return {
      '[': go(older),
      ']': go(newer),
      d: () => change({ compare: other === undefined ? 'success' : undefined }),
    }
  }, [older, newer, navigate, scope.base, change, other])
  usePageKeys(keys)
  const name = endpointName(endpoints.get(attempt.endpointId), attempt.endpointId)
  return (
    <Page
      title={t('attempt.heading', { number: attempt.attemptNumber ?? 1, endpoint: name })}
      back={props.back}
      actions={
        <>
          <IconButton
            label={t('attempt.previous')}
            disabled={older === undefined}
            onClick={keys['[']}
          >
            <ChevronLeft size={16} aria-hidden />
          </IconButton>
          <IconButton label={t('attempt.next')} disabled={newer === undefined} onClick={keys[']']}>
            <ChevronRight size={16} aria-hidden />
          </IconButton>
          <label className="chip pr-1">
            <span className="text-ink-3">{t('attempt.compare')}</span>
            <select
              className="bg-transparent"
              value={other ?? ''}
              onChange={(event) =>
                change({ compare: event.target.value === '' ? undefined : event.target.value })
              }
            >
              <option value="">{t('attempt.compareNone')}</option>
              <option value="success">{t('attempt.compareSuccess')}</option>
              {older !== undefined && (
                <option value={older.id}>{t('attempt.comparePrevious')}</option>
              )}
            </select>
          </label>
          <CopyAttempt attempt={attempt} />
        </>
      }
    >
      <Body wide>
        <WhyCard
          attempt={attempt}
          nextAt={attempt.nextAttempt == null ? null : Date.parse(attempt.nextAttempt)}
        />
        {attempt.timings !== undefined && <TimingBar timings={attempt.timings} />}
        <Facts
          facts={[
            [t('column.time'), <Time key="at" at={attempt.timestamp} />],
            attempt.remoteAddress == null
              ? null
              : [
                  t('attempt.address'),
                  <span key="address" className="mono">
                    {attempt.remoteAddress}
                  </span>,
                ],
            [
              t('delivery.trigger'),
              t(attempt.triggerType === 1 ? 'trigger.manual' : 'trigger.scheduled'),
            ],
          ]}
        />
        {other !== undefined && <Comparison attempt={attempt} other={other} />}
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <RequestSection attempt={attempt} />
          <ResponseSection attempt={attempt} />
        </div>
      </Body>
    </Page>
  )
}

/** The request as it was sent, for other tools. */
function CopyAttempt(props: { readonly attempt: AttemptOut }) {
  const t = useT()
  const scope = useScope()
  const { attempt } = props
  const written = (write: typeof curlOf) => async () => {
    const message = await getMessage(scope.application, attempt.msgId)
    return write(attempt, message.payloadText)
  }
  const others = [
    { id: 'fetch', label: 'fetch (JavaScript)', write: fetchOf },
    { id: 'raw', label: 'HTTP/1.1', write: rawOf },
    { id: 'har', label: 'HAR', write: attemptHar },
  ]
  return (
    <>
      <CopyButton text={written(curlOf)}>{t('copy.asCurl')}</CopyButton>
      <Menu
        label={t('copy.as')}
        items={others.map(({ id, label, write }) => ({
          id,
          label,
          onSelect: () =>
            void written(write)()
              .then(copyText)
              .then(
                () => toast(t('copy.copied')),
                (error: unknown) => toast(errorSentence(error, t), { tone: 'err' }),
              ),
        }))}
      />
    </>
  )
}

function RequestSection(props: { readonly attempt: AttemptOut }) {
  const t = useT()
  const scope = useScope()
  const { attempt } = props
  const message = useQuery({
    queryKey: ['message', scope.application, attempt.msgId],
    queryFn: () => getMessage(scope.application, attempt.msgId),
    staleTime: 60_000,
  })
  return (
    <Section title={t('attempt.request')}>
      <p className="mono flex items-start gap-1 break-all">
        <span className="flex-1 py-1">POST {attempt.url}</span>
        <CopyButton text={attempt.url} label={t('copy.url')} />
      </p>
      <HeaderTable headers={attempt.requestHeaders ?? {}} label={t('attempt.requestHeaders')} />
      {message.data !== undefined && (
        <JsonView
          text={message.data.payloadText}
          label={t('attempt.requestBody')}
          masked={message.data.masked !== undefined}
        />
      )}
    </Section>
  )
}

function ResponseSection(props: { readonly attempt: AttemptOut }) {
  const t = useT()
  const seesAll = useMay('read-unmasked')
  const { attempt } = props
  const answered = attempt.responseStatusCode > 0
  return (
    <Section title={t('attempt.response')}>
      <p className="mono min-h-7 py-1">
        {answered ? attempt.responseStatusCode : t('attempt.noAnswer')}
      </p>
      <JsonView text={attempt.response} label={t('attempt.responseBody')} masked={!seesAll} />
      {attempt.responseTruncated === true && (
        <p className="text-ink-3 text-xs">{t('attempt.truncated')}</p>
      )}
      {answered && (
        <HeaderTable headers={attempt.responseHeaders ?? {}} label={t('attempt.responseHeaders')} />
      )}
    </Section>
  )
}

export function HeaderTable(props: {
  readonly headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
  readonly label: string
}) {
  const t = useT()
  const entries: readonly (readonly [string, string])[] = Array.isArray(props.headers)
    ? props.headers
    : Object.entries(props.headers)
  const row = (name: string, value: string, index: number): ReactNode => (
    <tr key={`${name}-${index.toString()}`} className="group">
      <th scope="row" className="mono !border-b-0 !py-1 !font-normal align-top">
        {name}
      </th>
      <td className="mono break-all !border-b-0 !py-1 text-ink-2">{value}</td>
      <td className="w-8 !border-b-0 !p-0 text-right">
        <CopyButton text={value} label={t('copy.header', { name })} />
      </td>
    </tr>
  )
  if (entries.length === 0) return <p className="text-ink-3">{t('attempt.noHeaders')}</p>
  return (
    <table className="plain-table rounded-md border border-line" aria-label={props.label}>
      <tbody>{entries.map(([name, value], index) => row(name, value, index))}</tbody>
    </table>
  )
}

/** Side by side with the previous attempt or the last success of the endpoint. */
function Comparison(props: { readonly attempt: AttemptOut; readonly other: string }) {
  const t = useT()
  const scope = useScope()
  const { attempt, other } = props
  const found = useQuery({
    queryKey: ['compare', scope.application, attempt.id, other],
    queryFn: async () => {
      if (other !== 'success') return getAttempt(scope.application, attempt.msgId, other)
      const list = await listEndpointAttempts(scope.application, attempt.endpointId, { limit: 250 })
      const success = list.data.find((one) => one.statusText === 'success' && one.id !== attempt.id)
      return success === undefined ? null : getAttempt(scope.application, success.msgId, success.id)
    },
  })
  const bodies = useQuery({
    queryKey: ['compare-bodies', scope.application, attempt.msgId, found.data?.msgId],
    queryFn: async () => ({
      mine: (await getMessage(scope.application, attempt.msgId)).payloadText,
      theirs: (await getMessage(scope.application, found.data?.msgId ?? attempt.msgId)).payloadText,
    }),
    enabled: found.data != null,
  })
  if (found.isError) return <Failure error={found.error} />
  if (found.data === null) return <p className="text-ink-2">{t('attempt.noSuccess')}</p>
  if (found.data === undefined || bodies.data === undefined) return <Loading rows={2} />
  return (
    <Section
      title={t('attempt.differences')}
      description={
        <>
          {t('attempt.comparedWith')} <span className="mono">{found.data.id}</span> ·{' '}
          <Time at={found.data.timestamp} />
        </>
      }
    >
      <DiffView
        before={{
          url: found.data.url,
          status: found.data.responseStatusCode,
          requestHeaders: found.data.requestHeaders ?? {},
          responseHeaders: found.data.responseHeaders ?? {},
          body: bodies.data.theirs,
          response: found.data.response,
        }}
        after={{
          url: attempt.url,
          status: attempt.responseStatusCode,
          requestHeaders: attempt.requestHeaders ?? {},
          responseHeaders: attempt.responseHeaders ?? {},
          body: bodies.data.mine,
          response: attempt.response,
        }}
      />
    </Section>
  )
}
