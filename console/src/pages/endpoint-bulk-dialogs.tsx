/** What is done to several endpoints at once and shows more than a sentence. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { changedTypes } from '../../../src/domain/type-choice.ts'
import { path } from '../api/calls.ts'
import { changeEndpoints, type EndpointChange, partMax } from '../api/endpoint-change-calls.ts'
import { changePath, startChange, startTest, testPath } from '../api/endpoint-job-calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { getJob } from '../api/recovery-calls.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { EventPicker } from '../components/event-picker.tsx'
import { SelectField } from '../components/field.tsx'
import { errorSentence } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { jobsEn } from '../messages/jobs-en.ts'
import { jobsEs } from '../messages/jobs-es.ts'
import { endpointName, useEventTypes } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { EndpointResults } from './endpoint-results.tsx'
import { JobCard } from './job-card.tsx'

const words = { en: jobsEn, es: jobsEs }

/** Sends a test to each by a job, and shows what came back; the job goes on without the dialog. */
export function TestMany(props: {
  readonly chosen: readonly EndpointOut[]
  readonly onStarted: (task: string) => void
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const { application } = useScope()
  const ids = props.chosen.map(({ id }) => id)
  const start = useMutation({
    mutationFn: () => startTest(application, { ids }),
    onSuccess: ({ id }) => props.onStarted(id),
  })
  const task = start.data?.id
  return (
    <Dialog
      title={w('endpoints.testTitle', { count: ids.length })}
      copyAs={{ request: { method: 'POST', path: testPath(application), body: { ids } } }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.close')}</Button>
          <Button kind="primary" busy={start.isPending} onClick={() => start.mutate()}>
            <Send size={14} aria-hidden /> {task === undefined ? t('test.send') : t('send.again')}
          </Button>
        </>
      }
    >
      <p className="pb-2 text-ink-2">{t('test.text')}</p>
      {start.isError && <p className="text-err">{errorSentence(start.error, t)}</p>}
      <div aria-live="polite">{task !== undefined && <TestsOf key={task} task={task} />}</div>
      {task === undefined && (
        <ul className="flex flex-col">
          {props.chosen.map((endpoint) => (
            <li
              key={endpoint.id}
              className="flex min-h-[34px] items-center border-line border-b last:border-b-0"
            >
              <span className="min-w-0 flex-1 truncate font-[550]">{endpointName(endpoint)}</span>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}

const pollMs = 500

function TestsOf({ task }: { readonly task: string }) {
  const t = useT()
  const job = useQuery({
    queryKey: ['job', task],
    queryFn: () => getJob(task),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? pollMs : false),
  })
  if (job.isError) return <p className="text-err">{errorSentence(job.error, t)}</p>
  return (
    <div className="flex flex-col gap-2">
      <JobCard id={task} />
      <EndpointResults results={job.data?.data.results ?? []} />
    </div>
  )
}

type Mode = 'add' | 'remove'

/** Adds event types to several endpoints, or takes them away. */
export function EventsOfMany(props: {
  readonly chosen: readonly EndpointOut[]
  readonly onClose: () => void
  /** It goes on as a job. */
  readonly onFollow: (task: string) => void
  readonly onDone: (count: number) => void
}) {
  const t = useT()
  const w = useWords(words)
  const { application } = useScope()
  const types = useEventTypes().data
  const [mode, setMode] = useState<Mode>('add')
  const [names, setNames] = useState<readonly string[]>([])
  const [missing, setMissing] = useState(false)
  const plan = props.chosen.filter(
    ({ eventTypes = null }) =>
      changedTypes(eventTypes, { mode, names, types: types ?? [] }) !== null,
  )
  const change: EndpointChange = {
    action: mode === 'add' ? 'add-event-types' : 'remove-event-types',
    eventTypes: names,
    ids: plan.map(({ id }) => id),
  }
  const save = useMutation({
    mutationFn: async () => {
      if (change.ids.length > partMax) {
        props.onFollow((await startChange(application, change)).id)
        props.onClose()
      } else props.onDone((await changeEndpoints(application, change)).changed.length)
    },
  })
  return (
    <Dialog
      title={w('endpoints.eventsTitle', { count: props.chosen.length })}
      copyAs={{
        request: {
          method: 'POST',
          path:
            change.ids.length > partMax
              ? changePath(application)
              : `${path('app', application, 'endpoint')}/change`,
          body: change,
        },
      }}
      wide
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button
            kind="primary"
            busy={save.isPending}
            onClick={() => {
              setMissing(names.length === 0)
              if (names.length > 0) save.mutate()
            }}
          >
            {w('endpoints.eventsVerb', { count: plan.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <SelectField
          label={w('endpoints.eventsMode')}
          help={w('endpoints.eventsHelp')}
          value={mode}
          options={[
            { value: 'add', label: w('endpoints.eventsAdd') },
            { value: 'remove', label: w('endpoints.eventsRemove') },
          ]}
          onChange={setMode}
        />
        <EventPicker
          types={types}
          value={names}
          onChange={(value) => setNames(value ?? [])}
          error={missing ? t('events.missing') : undefined}
          withoutAll
        />
        {save.isError && <p className="text-err">{errorSentence(save.error, t)}</p>}
      </div>
    </Dialog>
  )
}
