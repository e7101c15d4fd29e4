import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { getJob, type Job } from '../api/recovery-calls.ts'
import { CopyButton } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Body, Facts, Page, Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { endpointName, useEndpointMap } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { deedKey, worksOnEndpoints } from './endpoint-job-words.ts'
import { EndpointResults } from './endpoint-results.tsx'
import { JobCard } from './job-card.tsx'

const words = { en: recoveryEn, es: recoveryEs }
const jobWords = { en: jobsEn, es: jobsEs }

/** Endpoints that a link names; of more, the time alone. */
const linkedMax = 20

/** One recovery with its own address: how it went, what it was asked, and what it sent. */
export function RecoveryReportPage() {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const { task } = useParams({ strict: false }) as { readonly task: string } // of this route's path
  const j = useWords(jobWords)
  const job = useQuery({ queryKey: ['job', task], queryFn: () => getJob(task) })
  const ofEndpoints = job.data !== undefined && worksOnEndpoints(job.data)
  return (
    <Page
      title={ofEndpoints ? j('jobs.title') : w('report.title')}
      back={
        ofEndpoints
          ? { to: `${scope.base}/endpoints`, label: t('nav.endpoints') }
          : { to: `${scope.base}/recovery`, label: t('nav.recovery') }
      }
      actions={
        <CopyAs
          {...(ofEndpoints ? { cli: `posthorn tasks attach ${task}` } : {})}
          request={{ path: `/background-task/${task}` }}
        />
      }
    >
      <Body>
        {job.isError ? (
          <Failure error={job.error} onRetry={() => void job.refetch()} />
        ) : (
          <JobCard id={task} />
        )}
        {job.data !== undefined && <Report job={job.data} />}
        {job.data?.data.results !== undefined && (
          <Section title={j('jobs.results')}>
            <EndpointResults
              results={job.data.data.results}
              deleted={job.data.data.action === 'delete'}
            />
          </Section>
        )}
      </Body>
    </Page>
  )
}

function Report({ job }: { readonly job: Job }) {
  const t = useT()
  const w = useWords(words)
  const j = useWords(jobWords)
  const formats = useFormats()
  const { base } = useScope()
  const { data, status, updatedAt } = job
  const began = data.createdAt ?? updatedAt
  const over = status !== 'running'
  const endpoints = data.endpointIds ?? (data.endpointId === undefined ? [] : [data.endpointId])
  const kind = kinds[job.task]
  const deed = deedKey(job)
  return (
    <Section
      title={w('report.asked')}
      actions={
        deed === undefined && (
          <Link
            to={`${base}/deliveries`}
            search={sentSearch({ began, ended: over ? updatedAt : null, endpoints }) as never} // routes are not typed here
            className="btn"
          >
            {w('report.sent')}
          </Link>
        )
      }
    >
      <Facts
        facts={[
          [
            w('report.id'),
            <span key="id" className="mono inline-flex max-w-full items-center break-all">
              {job.id}
              <CopyButton text={job.id} label={t('copy.id')} />
            </span>,
          ],
          [
            w('report.kind'),
            deed !== undefined ? j(deed) : kind === undefined ? job.task : w(kind),
          ],
          data.eventTypes === undefined ? null : [t('nav.catalog'), data.eventTypes.join(', ')],
          [w('report.began'), <Time key="began" at={began} />],
          over ? [w('report.ended'), <Time key="ended" at={updatedAt} />] : null,
          over
            ? [w('report.took'), formats.duration(Date.parse(updatedAt) - Date.parse(began))]
            : null,
          endpoints.length === 0
            ? null
            : [t('nav.endpoints'), <Endpoints key="endpoints" ids={endpoints} />],
          data.probe === undefined ? null : [w('recovery.probe'), w(yesNo(data.probe))],
          data.skipDelivered === undefined
            ? null
            : [w('recovery.skip'), w(yesNo(data.skipDelivered))],
          data.stopAbove === undefined
            ? null
            : [
                w('recovery.stopAbove'),
                data.stopAbove === null
                  ? w('recovery.neverStop')
                  : formats.percent(data.stopAbove, 0),
              ],
          data.notify === true ? [w('report.told'), w('report.yes')] : null,
        ]}
      />
    </Section>
  )
}

const kinds: Readonly<Record<string, 'report.recover' | 'missing.never' | 'report.cancel'>> = {
  'delivery.recover': 'report.recover',
  'delivery.cancel': 'report.cancel',
  'endpoint.replay': 'missing.never',
}

const yesNo = (value: boolean) => (value ? 'report.yes' : 'report.no')

/** The deliveries that were made while it ran, at its endpoints. */
function sentSearch(of: {
  readonly began: string
  readonly ended: string | null
  readonly endpoints: readonly string[]
}): Readonly<Record<string, string>> {
  const { began, ended, endpoints } = of
  return {
    from: began,
    // Its last step was written a moment after what it added.
    ...(ended === null ? {} : { to: new Date(Date.parse(ended) + 1_000).toISOString() }),
    ...(endpoints.length > linkedMax ? {} : { endpoint: endpoints.join(',') }),
  }
}

function Endpoints({ ids }: { readonly ids: readonly string[] }) {
  const { application, base } = useScope()
  const known = useEndpointMap(application)
  const more = ids.length - linkedMax
  return (
    <span className="flex flex-wrap gap-x-3">
      {ids.slice(0, linkedMax).map((id) => (
        <Link
          key={id}
          to={`${base}/endpoints/${id}`}
          className="link inline-flex min-h-6 items-center"
        >
          {endpointName(known.get(id), id)}
        </Link>
      ))}
      {more > 0 && <span className="text-ink-3">+{more}</span>}
    </span>
  )
}
