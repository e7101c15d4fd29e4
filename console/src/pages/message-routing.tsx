import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ExcludedBy } from '../../../src/domain/matching.ts'
import { explainRouting } from '../api/calls.ts'
import type { EndpointOut, MessageOut, RoutingEntry } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Section } from '../components/page.tsx'
import { Pill } from '../components/status.tsx'
import { type T, useT } from '../i18n.tsx'
import { messageEn } from '../messages/message-en.ts'
import { messageEs } from '../messages/message-es.ts'
import { endpointName, useResend } from '../state/data.ts'
import { skippedLook } from '../state/delivery-status.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'

const words = { en: messageEn, es: messageEs }
interface Say {
  readonly t: T
  readonly w: ReturnType<typeof useWords<typeof messageEn>>
}

/** What was decided about each endpoint of the application. */
export function useRouting(message: Pick<MessageOut, 'id'>) {
  const { application } = useScope()
  return useQuery({
    queryKey: ['message', application, message.id, 'routing'],
    queryFn: () => explainRouting(application, message.id),
  })
}

/** The endpoints that did not get it, each with the rule that decided. */
export function Routing(props: {
  readonly message: MessageOut
  readonly endpoints: readonly EndpointOut[]
  readonly reached: ReadonlySet<string>
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const resend = useResend(scope.application)
  const { message } = props
  const routing = useRouting(message)
  const others = props.endpoints.filter(({ id }) => !props.reached.has(id))
  if (others.length === 0) return null
  const reasonOf = (id: string) =>
    routing.data?.endpoints.find(({ endpointId }) => endpointId === id)
  return (
    <Section title={w('routing.title')} description={w('routing.description')}>
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('column.endpoint')}</th>
            <th>{t('column.status')}</th>
            <th>{w('routing.reason')}</th>
            <th>
              <span className="sr-only">{t('column.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {others.map((endpoint) => (
            <tr key={endpoint.id}>
              <td>
                <Link to={`${scope.base}/endpoints/${endpoint.id}`} className="link">
                  {endpointName(endpoint)}
                </Link>
              </td>
              <td>
                <Skipped rule={reasonOf(endpoint.id)?.rule} />
              </td>
              <td className="text-ink-2">
                <RoutingReason reason={reasonOf(endpoint.id)} type={message.eventType} />
              </td>
              <td className="text-right">
                {scope.may.resend && !endpoint.disabled && (
                  <Button
                    kind="quiet"
                    onClick={() => void resend([{ msgId: message.id, endpointId: endpoint.id }])}
                  >
                    {w('routing.sendNow')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

/** One that was made after the message was not skipped: it may still be sent there. */
function Skipped(props: { readonly rule: ExcludedBy | undefined }) {
  const t = useT()
  if (props.rule === undefined || props.rule === 'endpoint_newer') return null
  const { icon: Icon, label, tone } = skippedLook
  return (
    <Pill tone={tone}>
      <Icon size={13} aria-hidden /> {t(label)}
    </Pill>
  )
}

function RoutingReason(props: {
  readonly reason: RoutingEntry | undefined
  readonly type: string
}) {
  const t = useT()
  const w = useWords(words)
  const { reason } = props
  if (reason?.rule === undefined) return null
  const found = reason.value === undefined ? null : JSON.stringify(reason.value)
  const wanted = reason.wanted == null ? null : JSON.stringify(reason.wanted)
  return (
    <>
      {ruleSentence(reason.rule, props.type, { t, w })}
      {reason.rule !== 'event_type' && wanted !== null && (
        <span className="mono wrap-anywhere block text-xs">
          {reason.path}: {w('routing.foundWanted', { found: found ?? '–', wanted })}
        </span>
      )}
    </>
  )
}

function ruleSentence(rule: ExcludedBy, type: string, say: Say): string {
  const { t, w } = say
  switch (rule) {
    case 'endpoint_newer':
      return w('routing.createdAfter')
    case 'event_type':
      return w('routing.notSubscribed', { type })
    case 'channel':
      return w('routing.channel')
    case 'scope':
      return w('routing.scope')
    case 'endpoint_disabled':
      return w('routing.disabled')
    case 'application_disabled':
      return t('overview.off')
    case 'filter':
      return w('routing.filter')
    case 'settings_changed':
      return w('routing.other')
    default:
      return rule satisfies never
  }
}
