import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CirclePause, CircleX, LoaderCircle, X } from 'lucide-react'
import { useEffect } from 'react'
import { type EndpointFate, getJob, type Job, moveJob } from '../api/recovery-calls.ts'
import { Button, IconButton } from '../components/button.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useNow } from '../components/time.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { endpointName, useEndpointMap } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { dealtWith, deedKey, worksOnEndpoints } from './endpoint-job-words.ts'
import { stateKey } from './recent-jobs.tsx'

const words = { en: jobsEn, es: jobsEs }

/** While it runs; and once it was ended, since the step under way then still tells what it did. */
const pollMs: Readonly<Record<string, number>> = { running: 1_000, canceled: 2_000 }

/** A job over many deliveries as it goes: how far, how well, how long, and the levers to move it. */
export function JobCard(props: {
  readonly id: string
  /** Absent on its own page. */
  readonly onClose?: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const scope = useScope()
  const client = useQueryClient()
  const key = ['job', props.id]
  const job = useQuery({
    queryKey: key,
    queryFn: () => getJob(props.id),
    refetchInterval: (query) => pollMs[query.state.data?.status ?? ''] ?? false,
  })
  const move = useMutation({
    mutationFn: (to: 'pause' | 'resume' | 'cancel') => moveJob(props.id, to),
    onSuccess: (after) => client.setQueryData(key, after),
    onError: () => void job.refetch(), // it moved meanwhile
  })
  const done = job.data?.data.done
  const ofEndpoints = job.data !== undefined && worksOnEndpoints(job.data)
  const about = ofEndpoints ? 'endpoints' : 'deliveries'
  const { application } = scope
  useEffect(() => {
    if (done !== undefined) void client.invalidateQueries({ queryKey: [about, application] })
  }, [done, about, client, application])
  if (job.isError) return <Failure error={job.error} onRetry={() => void job.refetch()} />
  if (job.data === undefined) return null
  const { data, status } = job.data
  const running = status === 'running'
  const mayMove = scope.may.resend && (!ofEndpoints || scope.may.manageEndpoints)
  return (
    <section
      aria-label={w(ofEndpoints ? 'jobs.title' : 'job.title')}
      className="flex flex-col gap-2 rounded-md border border-line bg-surface px-3 py-2.5"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <JobState job={job.data} />
        <span className="flex-1" />
        {running && mayMove && (
          <>
            <Button onClick={() => move.mutate(data.paused === true ? 'resume' : 'pause')}>
              {data.paused === true ? w('job.resume') : w('job.pause')}
            </Button>
            <Button kind="danger" onClick={() => move.mutate('cancel')}>
              {w('job.cancel')}
            </Button>
          </>
        )}
        {props.onClose !== undefined && (
          <Link to={`${scope.base}/recovery/${props.id}`} className="link">
            {w('job.report')}
          </Link>
        )}
        {!running && props.onClose !== undefined && (
          <IconButton label={t('action.close')} onClick={props.onClose}>
            <X size={15} aria-hidden />
          </IconButton>
        )}
      </div>
      <Progress job={job.data} />
      <Stopped job={job.data} />
    </section>
  )
}

const looks = {
  'job.paused': [CirclePause, 'text-warn'],
  'job.running': [LoaderCircle, 'text-info animate-spin'],
  'job.canceled': [CircleX, 'text-ink-3'],
  'job.stopped': [CircleX, 'text-err'],
  'job.finished': [CircleCheck, 'text-ok'],
} as const

function JobState(props: { readonly job: Job }) {
  const w = useWords(words)
  const deed = deedKey(props.job)
  const key = stateKey(props.job)
  const [Icon, tone] = looks[key]
  return (
    <p className="flex items-center gap-2 font-[550]" aria-live="polite">
      <Icon size={16} className={tone} aria-hidden />
      {deed === undefined ? w(key) : `${w(deed)} · ${w(key)}`}
    </p>
  )
}

/** The bar, and in words what it stands for. */
function Progress(props: { readonly job: Job }) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const now = useNow()
  const { data, status } = props.job
  const { total = null, succeeded, failing = 0, skipped = 0 } = data
  const done = dealtWith(props.job)
  const share = total === null ? null : total === 0 ? 1 : Math.min(1, done / total)
  const leftMs = status === 'running' && data.paused !== true ? timeLeft(props.job, now) : null
  return (
    <>
      {share !== null && (
        <div
          role="progressbar"
          aria-label={w('job.title')}
          aria-valuenow={Math.round(share * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
          className="h-2 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className={`h-full ${status === 'failed' ? 'bg-err' : 'bg-accent'}`}
            style={{ width: `${share * 100}%` }}
          />
        </div>
      )}
      <p className="flex flex-wrap gap-x-4 gap-y-0.5 text-ink-2 tabular-nums">
        <span>
          {total === null
            ? t('job.done', { count: done })
            : w('job.ofTotal', { done: formats.number(done), total: formats.number(total) })}
        </span>
        {succeeded !== undefined && (
          <>
            <span className="text-ok">{w('job.succeeded', { count: succeeded })}</span>
            <span className={failing > 0 ? 'text-err' : ''}>
              {w('job.failing', { count: failing })}
            </span>
          </>
        )}
        {Object.entries(data.tally ?? {}).map(([fate, count]) => (
          <span key={fate} className={fate === 'refused' || fate === 'failed' ? 'text-err' : ''}>
            {w(`fate.${fate as EndpointFate}`, { count })}
          </span>
        ))}
        {skipped > 0 && <span>{w('job.skipped', { count: skipped })}</span>}
        {(data.unsendable ?? 0) > 0 && (
          <span>{w('job.unsendable', { count: data.unsendable ?? 0 })}</span>
        )}
        {data.rate != null && <span>{w('job.rate', { rate: formats.number(data.rate) })}</span>}
        {leftMs !== null && <span>{w('job.left', { time: formats.duration(leftMs) })}</span>}
      </p>
    </>
  )
}

/** By the rate that was asked for, else by how fast it went so far. Null: nobody can say. */
function timeLeft(job: Job, now: number): number | null {
  const { total = null, rate = null, createdAt } = job.data
  const done = dealtWith(job)
  if (total === null || done >= total) return null
  const seconds = (now - Date.parse(createdAt ?? '')) / 1_000
  const perSecond = rate ?? (seconds > 2 && done > 0 ? done / seconds : null)
  return perSecond === null ? null : Math.ceil((total - done) / perSecond) * 1_000
}

/** Why it went no further, for each endpoint. */
function Stopped(props: { readonly job: Job }) {
  const t = useT()
  const scope = useScope()
  const endpoints = useEndpointMap(scope.application)
  return (props.job.data.stopped ?? []).map(({ endpointId, reason }) => (
    <Notice
      key={endpointId}
      tone="err"
      title={t(`stop.${reason}`, {
        endpoint: endpointName(endpoints.get(endpointId), endpointId),
      })}
      actions={
        <Link to={`${scope.base}/endpoints/${endpointId}`} className="btn">
          {t('action.openEndpoint')}
        </Link>
      }
    >
      {t('stop.text')}
    </Notice>
  ))
}
