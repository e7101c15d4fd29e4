/** Jobs over endpoints above their list: the one that the address names, and the last ones. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { getApplication } from '../api/calls.ts'
import { endpointJobKinds, listEndpointJobs } from '../api/endpoint-job-calls.ts'
import { CopyAs } from '../components/copy-as.tsx'
import { Time, useNow } from '../components/time.tsx'
import { useFormats } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { useScope } from '../state/scope.tsx'
import { useSeesAll } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { dealtWith, deedKey } from './endpoint-job-words.ts'
import { JobCard } from './job-card.tsx'
import { stateKey } from './recent-jobs.tsx'

const words = { en: jobsEn, es: jobsEs }

const shownMax = 5

export function EndpointJobs() {
  const seesAll = useSeesAll()
  const [search, change] = useUrlState()
  const task = search['task']
  return (
    <div className="flex flex-col gap-2 px-5 pb-2 empty:hidden max-sm:px-3">
      {task !== undefined && <JobCard id={task} onClose={() => change({ task: undefined })} />}
      {seesAll && <LastJobs besides={task} />}
    </div>
  )
}

/** Folded, unless there are none: who looks for one finds it, also after its tab was closed. */
function LastJobs(props: { readonly besides: string | undefined }) {
  const w = useWords(words)
  const formats = useFormats()
  const scope = useScope()
  const now = useNow()
  const jobs = useQuery({
    queryKey: ['jobs', 'endpoints', props.besides],
    queryFn: listEndpointJobs,
    staleTime: 10_000,
  })
  const application = useQuery({
    queryKey: ['application', scope.application],
    queryFn: () => getApplication(scope.application),
  })
  const mine = (jobs.data ?? [])
    .filter(({ id, data }) => data.appId === application.data?.id && id !== props.besides)
    .slice(0, shownMax)
  if (mine.length === 0) return null
  return (
    <details>
      <summary className="cursor-pointer text-ink-2">{w('jobs.recent')}</summary>
      <div className="flex justify-end">
        <CopyAs
          of={w('jobs.recent')}
          cli="posthorn tasks"
          request={endpointJobKinds.map((task) => ({ path: '/background-task', query: { task } }))}
          withoutUrl
        />
      </div>
      <ul className="flex flex-col">
        {mine.map((job) => {
          const deed = deedKey(job)
          return (
            <li key={job.id}>
              <Link
                to={`${scope.base}/recovery/${job.id}`}
                className="flex min-h-[34px] w-full flex-wrap items-center gap-x-4 border-line border-b hover:bg-sunken"
              >
                <span className="w-32 text-ink-2">
                  <Time at={job.data.createdAt ?? job.updatedAt} relative now={now} plain />
                </span>
                <span className="flex-1 font-[550]">
                  {deed === undefined ? job.task : w(deed)} · {w(stateKey(job))}
                </span>
                <span className="tabular-nums">{formats.number(dealtWith(job))}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
