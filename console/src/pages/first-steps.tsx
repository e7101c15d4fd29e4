import { Link } from '@tanstack/react-router'
import { Check, Circle } from 'lucide-react'
import { CopyButton } from '../components/button.tsx'
import { Section } from '../components/page.tsx'
import { useT } from '../i18n.tsx'
import { useMay } from '../state/session.tsx'

/** The first steps; each ticks itself as soon as it is done. */
export function FirstSteps(props: {
  readonly application: string
  readonly base: string
  readonly hasEndpoint: boolean
  readonly sent: boolean
  readonly delivered: boolean
}) {
  const t = useT()
  const mayCreate = useMay('manage-endpoints')
  const maySend = useMay('send')
  const steps = [
    { done: true, title: t('first.started') },
    {
      done: props.hasEndpoint,
      title: t('first.endpoint'),
      action: mayCreate && (
        <Link to={`${props.base}/endpoints/new`} className="btn">
          {t('endpoint.create')}
        </Link>
      ),
    },
    {
      done: props.sent,
      title: t('first.send'),
      action: maySend && (
        <Link
          to={`${props.base}/messages`}
          search={{ dialog: 'send', event: 'order.created' } as never} // routes are not typed here
          className="btn"
        >
          {t('first.sendHere')}
        </Link>
      ),
      command: maySend ? `npx posthorn send order.created --app ${props.application}` : undefined,
    },
    { done: props.delivered, title: t('first.delivered') },
  ]
  return (
    <Section title={t('first.title')}>
      <ol className="flex flex-col rounded-md border border-line bg-surface">
        {steps.map((step) => {
          const Icon = step.done ? Check : Circle
          return (
            <li
              key={step.title}
              className="flex min-h-11 flex-wrap items-center gap-3 border-line border-b px-3 py-1.5 last:border-b-0"
            >
              <Icon
                size={16}
                className={step.done ? 'text-ok' : 'text-ink-3'}
                aria-label={step.done ? t('first.done') : t('first.toDo')}
              />
              <span className={step.done ? 'text-ink-2' : 'font-[550]'}>{step.title}</span>
              <span className="flex-1" />
              {!step.done && step.action}
              {!step.done && step.command !== undefined && (
                <span className="flex max-w-full items-center rounded-md bg-sunken pl-2.5">
                  <code className="min-w-0 py-1 [overflow-wrap:anywhere]">{step.command}</code>
                  <CopyButton text={step.command} label={t('copy.command')} />
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </Section>
  )
}
