import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { EndpointOut } from '../api/model.ts'
import type { Usage } from '../api/usage-calls.ts'
import { useNow } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { type ActivityById, activityMax } from '../state/activity.ts'
import { rateTone } from '../state/rate.ts'
import { rangeSearch } from '../state/strips.ts'
import { useUrlState } from '../state/url.ts'

/** In the words of the list's filter: whatever is not over. */
export const waitingStates = 'queued,sending,retrying,held'
/** What came just now is no backlog yet. */
const oldAfterMs = 60_000

/** The state of things in a sentence, before any table. */
export function Finding(props: {
  /** Its master switch. */
  readonly off: boolean
  readonly base: string
  /** Where attempts are counted in detail. */
  readonly attemptsTo: string
  readonly endpoints: readonly EndpointOut[]
  readonly troubled: number
  readonly usage: Usage | undefined
  readonly activity: ActivityById
}) {
  const t = useT()
  const formats = useFormats()
  const { endpoints, activity, troubled } = props
  const [search] = useUrlState()
  const range = rangeSearch(search)
  const now = useNow(10_000)
  // Not before all of them have answered: until then nobody knows that nothing is wrong.
  const looked = endpoints.slice(0, activityMax).every(({ id }) => activity.has(id))
  const waiting = [...activity.values()].reduce((sum, one) => sum + one.waiting, 0)
  const oldest = Math.min(
    ...[...activity.values()].flatMap(({ oldestWaitingAt }) =>
      oldestWaitingAt === null ? [] : [Date.parse(oldestWaitingAt)],
    ),
  )
  const { succeeded = 0, failed = 0 } = props.usage?.total ?? {}
  const tried = succeeded + failed
  // Not "doing well" above a day's failures: those are over, or too few to tell.
  const calm = failed > 0 ? 'overview.calmAgain' : 'overview.calm'
  if (props.off) {
    return <p className="text-warn text-xl">{t('overview.off')}</p>
  }
  return (
    <div className="flex flex-col gap-4">
      <p className={`text-xl ${troubled > 0 ? '' : 'text-ink'}`}>
        {endpoints.length === 0 ? (
          t('overview.noEndpoints')
        ) : troubled === 0 ? (
          t(looked ? calm : 'overview.looking', { count: endpoints.length })
        ) : (
          <Link
            to={`${props.base}/endpoints`}
            search={{ state: 'failing,degraded,disabled' } as never} // routes are not typed here
            className="hover:underline"
          >
            {t('overview.trouble', { count: troubled, total: endpoints.length })}
          </Link>
        )}{' '}
        {waiting > 0 && (
          <Link
            to={`${props.base}/deliveries`}
            search={{ status: waitingStates } as never} // as above
            className="hover:underline"
          >
            {t('overview.waiting', { count: waiting })}
          </Link>
        )}{' '}
        {now - oldest >= oldAfterMs && // Infinity: nothing waits
          t('overview.oldest', { time: formats.duration(now - oldest) })}
      </p>
      {tried > 0 && (
        <dl className="flex flex-wrap gap-x-10 gap-y-3 max-sm:gap-x-5">
          <Figure
            label={t('statistics.success')}
            to={`${props.base}/deliveries`}
            search={failed === 0 ? range : { ...range, status: 'failed,retrying' }}
          >
            <span className={rateTone(succeeded / tried)}>
              {formats.percent(succeeded / tried, 2)}
            </span>
          </Figure>
          <Figure label={t('statistics.attempts')} to={props.attemptsTo} search={range}>
            {formats.number(tried)}
          </Figure>
          <Figure
            label={t('overview.waitingNow')}
            to={`${props.base}/deliveries`}
            search={{ status: waitingStates }}
          >
            {looked ? formats.number(waiting) : '–'}
          </Figure>
        </dl>
      )}
    </div>
  )
}

/** A number, and where what it counts is listed. */
function Figure(props: {
  readonly label: string
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
  readonly children: ReactNode
}) {
  return (
    <div className="flex flex-col-reverse">
      <dt className="text-ink-3 text-xs">{props.label}</dt>
      <dd className="font-[550] text-2xl tabular-nums">
        <Link
          to={props.to}
          search={(props.search ?? {}) as never} // routes are not typed here
          className="hover:underline"
        >
          {props.children}
        </Link>
      </dd>
    </div>
  )
}
