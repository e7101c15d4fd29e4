import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Circle } from 'lucide-react'
import { useState } from 'react'
import { getVerification } from '../api/calls.ts'
import type { ApplicationOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { Section } from '../components/page.tsx'
import { useT } from '../i18n.tsx'
import { useMay } from '../state/session.tsx'

/** After so long somebody knows their way, whether they verify here or elsewhere. */
const newMs = 7 * 86_400_000
const hiddenKey = (application: string): string => `posthorn.first-steps/${application}`

/** Whether the steps are shown: until something arrived; of a new application, until it was verified too. */
export function useFirstSteps(
  { id, createdAt }: Pick<ApplicationOut, 'id' | 'createdAt'>,
  { known, delivered }: { readonly known: boolean; readonly delivered: boolean },
) {
  const [hidden, setHidden] = useState<string | null>(null)
  const isNew = Date.now() - Date.parse(createdAt) < newMs
  const asked = useQuery({
    queryKey: ['verification', id],
    queryFn: () => getVerification(id),
    enabled: isNew || !delivered,
    refetchInterval: ({ state }) => (state.data?.verifiedAt == null ? 10_000 : false),
  })
  const verified = asked.data?.verifiedAt != null
  const waits = isNew && asked.data !== undefined && !verified
  const isHidden = hidden === id || keptItem(hiddenKey(id)) !== null
  return {
    shown: known && (!delivered || (waits && !isHidden)),
    verified,
    hide(): void {
      setHidden(id)
      keepItem(hiddenKey(id), '1')
    },
  }
}

function keptItem(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function keepItem(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Then it is hidden as long as the page lives.
  }
}

/** The first steps; each ticks itself as soon as it is done. */
export function FirstSteps(props: {
  readonly application: string
  readonly base: string
  /** The first one, whose page has the code. */
  readonly endpoint: string | undefined
  readonly sent: boolean
  readonly delivered: boolean
  /** A signature was found valid, as far as the server can know. */
  readonly verified: boolean
  readonly onHide: () => void
}) {
  const t = useT()
  const mayCreate = useMay('manage-endpoints')
  const maySend = useMay('send')
  const steps = [
    { done: true, title: t('first.started') },
    {
      done: props.endpoint !== undefined,
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
    {
      done: props.verified,
      title: t('first.verify'),
      action: props.delivered && props.endpoint !== undefined && (
        <>
          <Link to={`${props.base}/endpoints/${props.endpoint}/signing`} className="btn">
            {t('first.verifyHere')}
          </Link>
          <Button kind="quiet" onClick={props.onHide}>
            {t('first.hide')}
          </Button>
        </>
      ),
    },
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
