/** What is wrong, since when, how much it holds up, and the levers. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pause } from 'lucide-react'
import { Fragment } from 'react'
import { patchEndpoint } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import type { Activity } from '../api/summary-calls.ts'
import { Button } from '../components/button.tsx'
import { classLabel } from '../components/class-label.ts'
import { Section } from '../components/page.tsx'
import { toastFailure } from '../components/states.tsx'
import { EndpointPill, endpointState } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import type { ActivityById } from '../state/activity.ts'
import { endpointName } from '../state/data.ts'
import { useMay } from '../state/session.tsx'
import { waitingStates } from './overview-finding.tsx'
import { shownMax } from './overview-lists.tsx'

interface Trouble {
  readonly endpoint: EndpointOut
  readonly one: Activity | undefined
}

/** Endpoints that fail, that were disabled for it, or whose newest attempt did not arrive. */
export function troubledOf(
  endpoints: readonly EndpointOut[],
  activity: ActivityById,
): readonly Trouble[] {
  return endpoints.flatMap((endpoint) => {
    const one = activity.get(endpoint.id)
    const disabledByFailure = endpoint.disabled && endpoint.disabledReason !== 'manual'
    const failing = endpointState(endpoint, one) === 'failing'
    const bad = one?.lastAttempt?.succeeded === false && !endpoint.disabled
    return failing || disabledByFailure || bad ? [{ endpoint, one }] : []
  })
}

export function Attention(props: {
  readonly application: string
  readonly base: string
  readonly troubled: readonly Trouble[]
}) {
  const t = useT()
  // What holds up most comes first.
  const shown = props.troubled
    .toSorted((a, b) => (b.one?.waiting ?? 0) - (a.one?.waiting ?? 0))
    .slice(0, shownMax)
  if (shown.length === 0) return null
  return (
    <Section title={t('overview.attention')}>
      <ul className="flex flex-col rounded-md border border-line bg-surface">
        {shown.map((each) => (
          <TroubleRow
            key={each.endpoint.id}
            {...each}
            application={props.application}
            base={props.base}
          />
        ))}
      </ul>
    </Section>
  )
}

/** What is said of it, and where what it counts is listed. */
interface Fact {
  readonly text: string
  readonly search: Readonly<Record<string, string>> | null
}

/** As the list's filter has it: a status, or why there was none. */
function answerOf(last: NonNullable<Activity['lastAttempt']>): string | null {
  return last.responseStatusCode > 0 ? String(last.responseStatusCode) : last.errorClass
}

function TroubleRow(props: Trouble & { readonly application: string; readonly base: string }) {
  const t = useT()
  const formats = useFormats()
  const { endpoint, one, base } = props
  const mayRecover = useMay('replay')
  const last = one?.lastAttempt
  const answer = last?.succeeded === false ? answerOf(last) : null
  const since = one?.failingSince ?? null
  const { failed = 0, waiting = 0 } = one ?? {}
  const facts: readonly (Fact | null)[] = [
    answer && {
      text: last?.errorClass == null ? answer : classLabel(last.errorClass, t),
      search: { since: '24h', code: answer },
    },
    since && {
      text: t('overview.since', { time: formats.moment(Date.parse(since)) }),
      search: null,
    },
    failed === 0
      ? null
      : {
          text: t('overview.failed24h', { count: failed }),
          search: { since: '24h', status: 'failed,retrying' },
        },
    waiting === 0
      ? null
      : { text: t('overview.waitingShort', { count: waiting }), search: { status: waitingStates } },
  ].map((fact) => fact || null)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b px-3 py-2 last:border-b-0">
      <EndpointPill state={troubleState(endpoint, one)} />
      <Link to={`${base}/endpoints/${endpoint.id}`} className="font-[550] hover:underline">
        {endpointName(endpoint)}
      </Link>
      <span className="min-w-0 grow basis-64 text-ink-2">
        {facts
          .filter((fact) => fact !== null)
          .map(({ text, search }, at) => (
            <Fragment key={text}>
              {at > 0 && ' · '}
              {search === null ? (
                text
              ) : (
                <Link
                  to={`${base}/deliveries`}
                  search={{ ...search, endpoint: endpoint.id } as never} // routes are not typed here
                  className="hover:underline"
                >
                  {text}
                </Link>
              )}
            </Fragment>
          ))}
      </span>
      <span className="flex gap-1.5">
        <PauseButton application={props.application} endpoint={endpoint} />
        {mayRecover && (
          <Link
            to={`${base}/recovery`}
            search={{ endpoint: endpoint.id } as never} // routes are not typed here
            className="btn"
          >
            {t('recovery.open')}
          </Link>
        )}
      </span>
    </li>
  )
}

/** Nothing that needs attention is called healthy, also before its numbers are there. */
function troubleState(endpoint: EndpointOut, one: Activity | undefined) {
  const state = endpointState(endpoint, one)
  return state === 'healthy' ? 'degraded' : state
}

function PauseButton(props: { readonly application: string; readonly endpoint: EndpointOut }) {
  const t = useT()
  const client = useQueryClient()
  const may = useMay('manage-endpoints')
  const { application, endpoint } = props
  const set = useMutation({
    mutationFn: (paused: boolean) => patchEndpoint(application, endpoint.id, { paused }),
    onSuccess: (_, paused) => {
      if (paused) {
        toast(t('endpoint.pausedDone', { name: endpointName(endpoint) }), {
          undo: () => set.mutate(false),
        })
      }
      return client.invalidateQueries({ queryKey: ['endpoints', application] })
    },
    onError: (error) => toastFailure(error, t),
  })
  if (!may || endpoint.disabled || endpoint.paused === true) return null
  return (
    <Button busy={set.isPending} onClick={() => set.mutate(true)}>
      <Pause size={14} aria-hidden /> {t('endpoint.pause')}
    </Button>
  )
}
