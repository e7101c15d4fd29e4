import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Plus, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import { getMessage, listDestinations, listMessageAttempts } from '../api/calls.ts'
import type { AttemptOut, DestinationOut, EndpointOut, MessageOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Body, Columns, Facts, Page, Section } from '../components/page.tsx'
import { SchemaVerdict } from '../components/schema-verdict.tsx'
import { Failure, Loaded, Loading } from '../components/states.tsx'
import { StatusPill } from '../components/status.tsx'
import { Time, useNow } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import { endpointName, useEndpoints, useEventTypes, useResend } from '../state/data.ts'
import { type DeliveryStatus, statusOfText } from '../state/delivery-status.ts'
import { useLiveQueries } from '../state/live.ts'
import { searchForNew } from '../state/message-for-new.ts'
import { useScope } from '../state/scope.tsx'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { AttemptLine } from './attempt-line.tsx'
import { Journey } from './message-journey.tsx'
import { Routing } from './message-routing.tsx'
import { UseAsSample } from './message-sample.tsx'
import { useMessageWords } from './message-views.tsx'

const words = { en: messageEn, es: messageEs }

/** One event: when it came, where it went with which result, where it did not go and why. */
export function MessagePage() {
  const t = useT()
  const scope = useScope()
  const maySend = useMay('send') && !scope.portal
  const mayEdit = useMay('administer')
  const types = useEventTypes()
  const params = useParams({ strict: false }) as { readonly msg: string } // of this route's path
  const message = useQuery({
    queryKey: ['message', scope.application, params.msg],
    queryFn: () => getMessage(scope.application, params.msg),
    staleTime: 60_000,
  })
  const back = { to: `${scope.base}/messages`, label: t('nav.messages') }
  if (message.data === undefined) {
    return (
      <Page title={t('message.title')} back={back}>
        {message.isError ? (
          <div className="p-5">
            <Failure error={message.error} onRetry={() => void message.refetch()} />
          </div>
        ) : (
          <Loading />
        )}
      </Page>
    )
  }
  const { data } = message
  return (
    <Page
      title={data.eventType}
      back={back}
      context={
        <span className="mono flex min-w-0 items-center text-ink-2">
          <span className="truncate">{data.id}</span>
          <CopyButton text={data.id} label={t('copy.id')} />
        </span>
      }
      actions={
        !scope.portal && (
          <>
            {maySend && mayEdit && data.masked === undefined && <UseAsSample message={data} />}
            {/* Its address is for everyone who may look at it. */}
            <CopyAs
              {...(maySend
                ? {
                    code: codeOf(scope.application, data),
                    cli: commandOf(scope.application, data),
                    request: {
                      method: 'POST',
                      path: `/app/${scope.application}/msg`,
                      body: bodyOf(data),
                    },
                  }
                : {})}
            />
          </>
        )
      }
    >
      <Body wide>
        <MessageFacts message={data} />
        <Columns>
          <Destinations message={data} />
          <Section title={t('message.payload')}>
            {data.masked !== undefined && (
              <p className="text-ink-2">{t('mask.why', { paths: data.masked.join(', ') })}</p>
            )}
            <JsonView
              text={data.payloadText}
              label={t('message.payload')}
              masked={data.masked !== undefined}
            />
            {data.masked === undefined && data.rawPayload === undefined && (
              <SchemaVerdict
                schema={newestSchema(
                  types.data?.find(({ name }) => name === data.eventType)?.schemas,
                )}
                text={data.payloadText}
              />
            )}
          </Section>
        </Columns>
      </Body>
    </Page>
  )
}

type Sent = MessageOut & { readonly payloadText: string }

/** What the request names after its type: the payload as it was written, or the raw text. */
function contentOf({ rawPayload, contentType, payloadText }: Sent): string {
  if (rawPayload === undefined) return `"payload":${payloadText.trim()}`
  const headers = contentType === undefined ? {} : { headers: { 'content-type': contentType } }
  return `"transformationsParams":${JSON.stringify({ rawPayload, ...headers })}`
}

/** The same event as a request. */
function bodyOf(data: Sent): string {
  return `{"eventType":${JSON.stringify(data.eventType)},${contentOf(data)}}`
}

/** The same event by the command line, which sends JSON unless it calls the API itself. */
function commandOf(application: string, data: Sent): string {
  return data.rawPayload === undefined
    ? `posthorn send ${data.eventType} --app ${application} -d ${shellQuoted(data.payloadText)}`
    : `posthorn api POST /app/${application}/msg -d ${shellQuoted(bodyOf(data))}`
}

/** The same event from a program, by the official library. */
function codeOf(application: string, data: Sent): string {
  return `import { Svix } from 'svix'

const webhooks = new Svix(process.env.POSTHORN_API_KEY, { serverUrl: ${JSON.stringify(location.origin)} })
await webhooks.message.create(${JSON.stringify(application)}, {
  eventType: ${JSON.stringify(data.eventType)},
  ${contentOf(data).replace(/^"(\w+)":/, '$1: ')},
})
`
}

function MessageFacts(props: { readonly message: MessageOut & { payloadText: string } }) {
  const t = useT()
  const w = useMessageWords()
  const formats = useFormats()
  const { message } = props
  const tags = [...(message.tags ?? []), ...(message.channels ?? [])]
  return (
    <Facts
      facts={[
        [t('message.accepted'), <Time key="at" at={message.timestamp} />],
        message.payloadBytes == null
          ? null
          : [t('column.size'), formats.bytes(message.payloadBytes)],
        [w('source.label'), w(`source.${message.source ?? 'api'}`)],
        message.eventId == null
          ? null
          : [
              t('column.eventId'),
              <span key="id" className="mono">
                {message.eventId}
              </span>,
            ],
        tags.length === 0 ? null : [t('column.tags'), tags.join(', ')],
        message.deliverAt == null
          ? null
          : [t('message.deliverAt'), <Time key="due" at={message.deliverAt} />],
      ]}
    />
  )
}

function Destinations(props: { readonly message: MessageOut }) {
  const t = useT()
  const scope = useScope()
  const { message } = props
  const endpoints = useEndpoints(scope.application)
  const stream = useLiveQueries({
    application: scope.application,
    keys: [['message', scope.application, message.id]],
    concerns: (change) => change.msgId === message.id,
  })
  const refetchInterval = stream === 'live' ? 15_000 : 3_000
  const destinations = useQuery({
    queryKey: ['message', scope.application, message.id, 'destinations'],
    queryFn: () => listDestinations(scope.application, message.id),
    refetchInterval,
  })
  const attempts = useQuery({
    queryKey: ['message', scope.application, message.id, 'attempts'],
    queryFn: () => listMessageAttempts(scope.application, message.id),
    refetchInterval,
  })
  const resend = useResend(scope.application)
  const w = useWords(words)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const lanes = byEndpoint(destinations.data?.data ?? [])
  const reached = lanes.filter(({ disabled }) => !disabled)
  const several = scope.may.resend && reached.length > 1
  const meant = reached.filter(({ id }) => chosen.has(id))
  const resendMany = async (to: readonly DestinationOut[]): Promise<void> => {
    await resend(to.map(({ id }) => ({ msgId: message.id, endpointId: id })))
    setChosen(new Set())
  }
  return (
    <div className="flex flex-col gap-6">
      <Section
        title={t('message.deliveries')}
        actions={
          <>
            {scope.may.resend && scope.may.manageEndpoints && <SendToNew message={message} />}
            {several && (
              <Button onClick={() => void resendMany(meant.length === 0 ? reached : meant)}>
                <RotateCw size={14} aria-hidden />{' '}
                {meant.length === 0
                  ? t('message.resendAll', { count: reached.length })
                  : w('message.resendSome', { count: meant.length })}
              </Button>
            )}
          </>
        }
      >
        <Journey message={message} taken={destinations.data === undefined ? null : lanes.length} />
        <Loaded query={destinations}>
          {() =>
            lanes.length === 0 ? (
              <p className="text-ink-2">{t('message.nobody')}</p>
            ) : (
              <ul className="flex flex-col gap-3">
                {lanes.map((destination) => (
                  <Lane
                    key={destination.id}
                    message={message}
                    destination={destination}
                    endpoint={endpoints.data?.find(({ id }) => id === destination.id)}
                    {...(several && !destination.disabled
                      ? {
                          chosen: chosen.has(destination.id),
                          onChoose: (on: boolean) =>
                            setChosen(withOrWithout(chosen, destination.id, on)),
                        }
                      : {})}
                    attempts={
                      attempts.data?.data.filter(
                        ({ endpointId }) => endpointId === destination.id,
                      ) ?? []
                    }
                  />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Section>
      <Routing
        message={message}
        endpoints={endpoints.data ?? []}
        reached={new Set(destinations.data?.data.map(({ id }) => id))}
      />
    </div>
  )
}

/** To the form of a new endpoint, which the message goes to once it is made. */
function SendToNew(props: { readonly message: MessageOut }) {
  const w = useWords(words)
  const { base } = useScope()
  const { id, eventType: type } = props.message
  return (
    <Link to={`${base}/endpoints/new`} search={searchForNew({ id, type }) as never} className="btn">
      <Plus size={14} aria-hidden /> {w('message.sendToNew')}
    </Link>
  )
}

/** One for each endpoint: where a message was resent, its newest delivery says how it stands. */
function byEndpoint(destinations: readonly DestinationOut[]): readonly DestinationOut[] {
  return [...new Map(destinations.map((each) => [each.id, each])).values()]
}

function withOrWithout(set: ReadonlySet<string>, id: string, on: boolean): ReadonlySet<string> {
  const others = [...set].filter((one) => one !== id)
  return new Set(on ? [...others, id] : others)
}

function Lane(props: {
  readonly message: MessageOut
  readonly destination: DestinationOut
  readonly endpoint: EndpointOut | undefined
  readonly attempts: readonly AttemptOut[]
  /** Whether it is among those to resend to; without `onChoose` it is not asked. */
  readonly chosen?: boolean
  readonly onChoose?: (on: boolean) => void
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const now = useNow()
  const resend = useResend(scope.application)
  const { destination, message } = props
  const nextAt = destination.nextAttempt == null ? null : Date.parse(destination.nextAttempt)
  const name =
    props.endpoint === undefined
      ? destination.description || destination.url
      : endpointName(props.endpoint)
  return (
    <li className="rounded-md border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-2 border-line border-b px-3 py-1.5">
        {props.onChoose !== undefined && (
          <label className="-ml-1 flex size-7 items-center justify-center">
            <span className="sr-only">{w('message.choose', { endpoint: name })}</span>
            <input
              type="checkbox"
              className="checkbox"
              checked={props.chosen === true}
              onChange={(event) => props.onChoose?.(event.target.checked)}
            />
          </label>
        )}
        <Link
          to={`${scope.base}/endpoints/${destination.id}`}
          className="min-w-0 truncate font-[550] hover:underline"
        >
          {name}
        </Link>
        <StatusPill
          status={laneStatus(destination, props.endpoint, props.attempts.length)}
          nextAt={nextAt}
          now={now}
          circuitUntil={destination.circuitOpenUntil}
        />
        <span className="flex-1" />
        {scope.may.resend && (
          <Button
            kind="quiet"
            onClick={() => void resend([{ msgId: message.id, endpointId: destination.id }])}
          >
            <RotateCw size={14} aria-hidden /> {t('action.resend')}
          </Button>
        )}
      </header>
      {props.attempts.length === 0 ? (
        <p className="px-3 py-2 text-ink-3">{t('delivery.noAttempts')}</p>
      ) : (
        <ol className="flex flex-col px-2 py-1" aria-label={t('delivery.attempts')}>
          {props.attempts.map((attempt) => (
            <AttemptLine key={attempt.id} attempt={attempt} />
          ))}
        </ol>
      )}
    </li>
  )
}

function laneStatus(
  destination: DestinationOut,
  endpoint: EndpointOut | undefined,
  attempts: number,
): DeliveryStatus {
  const status = statusOfText(destination.statusText, attempts > 0)
  const open = status === 'queued' || status === 'retrying'
  return open && (endpoint?.paused === true || endpoint?.disabled === true) ? 'held' : status
}
