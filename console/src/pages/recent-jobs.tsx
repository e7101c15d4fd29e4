import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getApplication } from '../api/calls.ts'
import { type Job, listJobs } from '../api/recovery-calls.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { Section } from '../components/page.tsx'
import { Time, useNow } from '../components/time.tsx'
import { useFormats } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { recoveryEn } from '../messages/recovery-en.ts'
import { recoveryEs } from '../messages/recovery-es.ts'
import { useScope } from '../state/scope.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'

const words = { en: recoveryEn, es: recoveryEs }
const jobWords = { en: jobsEn, es: jobsEs }

const shownMax = 8

/** The application's last recoveries; each has a page of its own. */
export function RecentJobs() {
  const w = useWords(words)
  const j = useWords(jobWords)
  const formats = useFormats()
  const scope = useScope()
  const now = useNow()
  const [search] = useUrlState()
  const jobs = useQuery({ queryKey: ['jobs', search['task']], queryFn: listJobs })
  const application = useQuery({
    queryKey: ['application', scope.application],
    queryFn: () => getApplication(scope.application),
  })
  const mine = (jobs.data?.data ?? [])
    .filter(({ data }) => data.appId === application.data?.id)
    .slice(0, shownMax)
  if (mine.length === 0) return null
  return (
    <Section
      title={w('recovery.recent')}
      actions={
        <CopyAs
          of={w('recovery.recent')}
          request={{ path: '/background-task', query: { task: 'delivery.recover' } }}
          withoutUrl
        />
      }
    >
      <ul className="flex flex-col">
        {mine.map((job) => (
          <li key={job.id}>
            <Link
              to={`${scope.base}/recovery/${job.id}`}
              className="flex min-h-[34px] w-full flex-wrap items-center gap-x-4 border-line border-b hover:bg-sunken"
            >
              <span className="w-32 text-ink-2">
                <Time at={job.data.createdAt ?? job.updatedAt} relative now={now} plain />
              </span>
              <span className="flex-1 font-[550]">{j(stateKey(job))}</span>
              <span className="tabular-nums">
                {job.data.total == null
                  ? formats.number(job.data.done)
                  : j('job.ofTotal', {
                      done: formats.number(job.data.done),
                      total: formats.number(job.data.total),
                    })}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** How a job stands, in a word or two. */
export function stateKey({ status, data }: Job) {
  if (data.paused === true) return 'job.paused'
  if (status === 'running') return 'job.running'
  if (data.canceled === true) return 'job.canceled'
  return status === 'failed' ? 'job.stopped' : 'job.finished'
}
