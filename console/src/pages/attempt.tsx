import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useMemo } from 'react'
import { getAttempt, getDelivery, listMessageAttempts } from '../api/calls.ts'
import type { AttemptOut, EndpointOut } from '../api/model.ts'
import { CopyButton, IconButton } from '../components/button.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Body, Columns, Facts, Page, Section } from '../components/page.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { TimingBar } from '../components/timing-bar.tsx'
import { WhyCard } from '../components/why-card.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { methodOf } from '../state/attempt-as.ts'
import { useBody } from '../state/attempt-body.ts'
import { endpointName, useEndpointMap } from '../state/data.ts'
import { usePageKeys } from '../state/keys.ts'
import { useLiveQueries } from '../state/live.ts'
import { useScope } from '../state/scope.tsx'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { CompareWith, Comparison } from './attempt-compare.tsx'
import {
  CertificateFacts,
  CertificateWarning,
  connectionText,
  useAttemptWords,
} from './attempt-connection.tsx'
import { HeaderTable, RequestHeaders } from './attempt-headers.tsx'
import { Remedy } from './attempt-remedy.tsx'
import { AttemptSignature } from './attempt-signature.tsx'
import { CopyAttempt } from './copy-attempt.tsx'
import { DeliveryStanding, NextActions } from './next-action.tsx'

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
  const w = useAttemptWords()
  const scope = useScope()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const endpoints = useEndpointMap(scope.application)
  const { attempt } = props
  const siblings = useQuery({
    queryKey: ['message', scope.application, attempt.msgId, 'attempts', attempt.endpointId],
    queryFn: () => listMessageAttempts(scope.application, attempt.msgId, attempt.endpointId),
  })
  const sent = useBody(attempt)
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
  const connection = connectionText(attempt, w)
  const tls = attempt.connection?.tls
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
          <CompareWith attempt={attempt} siblings={list} />
          <CopyAttempt attempt={attempt} />
        </>
      }
    >
      <Body wide>
        <WhyCard
          attempt={attempt}
          nextAt={attempt.nextAttempt == null ? null : Date.parse(attempt.nextAttempt)}
          actions={<Remedy attempt={attempt} endpoint={endpoints.get(attempt.endpointId)} />}
        />
        {attempt.deliveryId !== undefined && (
          <NextOf
            deliveryId={attempt.deliveryId}
            latest={newer === undefined}
            endpoint={endpoints.get(attempt.endpointId)}
          />
        )}
        <CertificateWarning attempt={attempt} />
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
            connection === null ? null : [w('connection.label'), connection],
            tls == null
              ? null
              : [
                  w('connection.cipher'),
                  <span key="cipher" className="mono">
                    {tls.cipher}
                  </span>,
                ],
            tls?.certificate == null
              ? null
              : [
                  w('certificate.label'),
                  <CertificateFacts key="certificate" certificate={tls.certificate} />,
                ],
            [
              t('delivery.trigger'),
              t(attempt.triggerType === 1 ? 'trigger.manual' : 'trigger.scheduled'),
            ],
            attempt.transformed == null
              ? null
              : [w('transformed.label'), <Transformed key="by" attempt={attempt} />],
          ]}
        />
        {other !== undefined && <Comparison attempt={attempt} other={other} />}
        <Columns>
          <RequestSection attempt={attempt} endpoint={endpoints.get(attempt.endpointId)} />
          <ResponseSection attempt={attempt} />
        </Columns>
        {sent !== undefined && sent.body !== null && (
          <AttemptSignature attempt={attempt} body={sent.body} masked={sent.masked} />
        )}
      </Body>
    </Page>
  )
}

/** How the attempt's delivery stands now, and what can be done about it. */
function NextOf(props: {
  readonly deliveryId: string
  /** No later attempt is known: one may come any time. */
  readonly latest: boolean
  readonly endpoint: EndpointOut | undefined
}) {
  const w = useAttemptWords()
  const { application } = useScope()
  const { deliveryId } = props
  const key = ['deliveries', application, 'one', deliveryId]
  const delivery = useQuery({
    queryKey: key,
    queryFn: () => getDelivery(application, deliveryId),
    retry: false, // an old one may be gone
  })
  useLiveQueries({
    application: props.latest ? application : '',
    keys: [key, ['message', application]],
    concerns: (change) => 'deliveryId' in change && change.deliveryId === deliveryId,
  })
  if (delivery.data === undefined) return null
  return (
    <section aria-label={w('next.label')} className="flex flex-wrap items-center gap-2">
      <span className="text-ink-3">{w('next.label')}</span>
      <DeliveryStanding delivery={delivery.data} endpoint={props.endpoint} />
      <NextActions delivery={delivery.data} endpoint={props.endpoint} />
    </section>
  )
}

/** What the endpoint's code made of the request, leading to the code. */
function Transformed(props: { readonly attempt: AttemptOut }) {
  const w = useAttemptWords()
  const scope = useScope()
  const { attempt } = props
  const { headers = [], url = false } = attempt.transformed ?? {}
  const parts = [
    w('transformed.body'),
    ...(methodOf(attempt) === 'POST' ? [] : [w('transformed.method')]),
    ...(url ? [w('transformed.url')] : []),
    ...(headers.length === 0 ? [] : [w('transformed.headers', { names: headers.join(', ') })]),
  ]
  return (
    <Link
      to={`${scope.base}/endpoints/${attempt.endpointId}/settings`}
      className="link break-words"
    >
      {parts.join(', ')}
    </Link>
  )
}

function RequestSection(props: {
  readonly attempt: AttemptOut
  readonly endpoint: EndpointOut | undefined
}) {
  const t = useT()
  const { attempt } = props
  const w = useAttemptWords()
  const sent = useBody(attempt)
  return (
    <Section title={t('attempt.request')}>
      <p className="mono flex items-start gap-1 break-all">
        <span className="flex-1 py-1">
          {methodOf(attempt)} {attempt.url}
        </span>
        <CopyButton text={attempt.url} label={t('copy.url')} />
      </p>
      <RequestHeaders attempt={attempt} endpoint={props.endpoint} />
      {sent?.body != null && (
        <JsonView text={sent.body} label={t('attempt.requestBody')} masked={sent.masked} />
      )}
      {sent?.body === null && <p className="text-ink-3">{w('request.bodyGone')}</p>}
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
      {attempt.responseTruncated === true && <Truncated attempt={attempt} />}
      {answered && (
        <HeaderTable headers={attempt.responseHeaders ?? {}} label={t('attempt.responseHeaders')} />
      )}
    </Section>
  )
}

/** How much of the body was kept; of how much, where that is known. */
function Truncated(props: { readonly attempt: AttemptOut }) {
  const t = useT()
  const w = useAttemptWords()
  const formats = useFormats()
  const { response, responseBytes } = props.attempt
  const kept = formats.bytes(new TextEncoder().encode(response).length)
  return (
    <p className="text-ink-3 text-xs">
      {responseBytes == null
        ? t('attempt.truncated')
        : w('response.kept', { kept, whole: formats.bytes(responseBytes) })}
    </p>
  )
}
