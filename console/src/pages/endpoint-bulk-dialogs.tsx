/** What is done to several endpoints at once and shows more than a sentence. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { changedTypes } from '../../../src/domain/type-choice.ts'
import { path } from '../api/calls.ts'
import { changeEndpoints, type EndpointChange } from '../api/endpoint-change-calls.ts'
import type { EndpointOut, EventTypeOut } from '../api/model.ts'
import { testEndpoint } from '../api/profile-calls.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { EventPicker } from '../components/event-picker.tsx'
import { SelectField } from '../components/field.tsx'
import { errorSentence } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { endpointName, useEventTypes } from '../state/data.ts'
import { useScope } from '../state/scope.tsx'

/** Sends a test to each, and shows what came back. */
export function TestMany(props: {
  readonly chosen: readonly EndpointOut[]
  readonly onClose: () => void
}) {
  const t = useT()
  const { application } = useScope()
  const types = useEventTypes()
  // When it was pressed: answers of an earlier press are not shown again.
  const [run, setRun] = useState(0)
  return (
    <Dialog
      title={t('endpoints.testTitle', { count: props.chosen.length })}
      copyAs={{
        request: props.chosen.map((endpoint) => ({
          method: 'POST',
          path: `${path('app', application, 'endpoint', endpoint.id)}/test`,
          body: testBody(endpoint, types.data),
        })),
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.close')}</Button>
          <Button kind="primary" onClick={() => setRun(Date.now())}>
            <Send size={14} aria-hidden /> {run === 0 ? t('test.send') : t('send.again')}
          </Button>
        </>
      }
    >
      <p className="pb-2 text-ink-2">{t('test.text')}</p>
      <ul aria-live="polite" className="flex flex-col">
        {props.chosen.map((endpoint) => (
          <li
            key={endpoint.id}
            className="flex min-h-[34px] flex-wrap items-center gap-2 border-line border-b last:border-b-0"
          >
            <span className="min-w-0 flex-1 truncate font-[550]">{endpointName(endpoint)}</span>
            {run > 0 && <TestOf endpoint={endpoint} run={run} />}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

/** Who gets everything is sent the first type there is: one of each may be hundreds. */
function testBody({ eventTypes }: EndpointOut, types: readonly EventTypeOut[] = []) {
  const everything = eventTypes == null || eventTypes.length === 0
  return everything ? { eventTypes: types.slice(0, 1).map(({ name }) => name) } : {}
}

function TestOf(props: { readonly endpoint: EndpointOut; readonly run: number }) {
  const t = useT()
  const formats = useFormats()
  const { application } = useScope()
  const { endpoint, run } = props
  const types = useEventTypes()
  const test = useQuery({
    queryKey: ['endpoint-test', application, endpoint.id, run],
    queryFn: () => testEndpoint(application, endpoint.id, testBody(endpoint, types.data)),
    enabled: types.isFetched,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (test.isPending) return <span className="text-ink-3">{t('state.loading')}</span>
  if (test.isError) return <span className="text-err">{errorSentence(test.error, t)}</span>
  const bad = test.data.results.find(({ succeeded }) => !succeeded)
  const told = bad ?? test.data.results[0]
  return (
    <Pill tone={test.data.succeeded ? 'ok' : 'err'}>
      {told === undefined
        ? '–'
        : told.responseStatusCode === null
          ? t('test.noAnswer', { reason: told.error ?? '' })
          : `${told.responseStatusCode} · ${formats.duration(told.durationMs)}`}
    </Pill>
  )
}

type Mode = 'add' | 'remove'

/** Adds event types to several endpoints, or takes them away. */
export function EventsOfMany(props: {
  readonly chosen: readonly EndpointOut[]
  readonly onClose: () => void
  readonly onDone: (count: number) => void
}) {
  const t = useT()
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
    mutationFn: async () => (await changeEndpoints(application, change)).changed.length,
    onSuccess: props.onDone,
  })
  return (
    <Dialog
      title={t('endpoints.eventsTitle', { count: props.chosen.length })}
      copyAs={{
        request: {
          method: 'POST',
          path: `${path('app', application, 'endpoint')}/change`,
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
            {t('endpoints.eventsVerb', { count: plan.length })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <SelectField
          label={t('endpoints.eventsMode')}
          help={t('endpoints.eventsHelp')}
          value={mode}
          options={[
            { value: 'add', label: t('endpoints.eventsAdd') },
            { value: 'remove', label: t('endpoints.eventsRemove') },
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
