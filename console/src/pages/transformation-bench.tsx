import { useMutation } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { request } from '../api/http.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { DiffView } from '../components/diff-view.tsx'
import { EventTypeField } from '../components/event-type-field.tsx'
import { Field } from '../components/field.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import { transformationEn } from '../messages/transformation-en.ts'
import { transformationEs } from '../messages/transformation-es.ts'
import { exampleOf, useEventTypes } from '../state/data.ts'
import { jsonFault } from '../state/json-fault.ts'
import { useWords } from '../state/words.ts'
import { fault } from './save-bar.tsx'

const words = { en: transformationEn, es: transformationEs }
const madeUp = JSON.stringify({ test: true }, null, 2)

/** What code may change of a request. */
interface Request {
  readonly method: string
  readonly url: string
  /** Those that it sets. */
  readonly headers: Readonly<Record<string, string>>
  readonly payload: unknown
}

/** What the server says of a run. */
type Answer =
  | ({ readonly ok: true; readonly body: string } & Request)
  | {
      readonly ok: false
      readonly error: string
      readonly line?: number
      /** The code says that the message is not to be sent. */
      readonly canceled?: true
    }

/** Runs code that need not be saved over an example of one's own, and shows what it makes of it. */
export function TransformationBench(props: {
  /** Where it is tried. */
  readonly path: string
  readonly endpoint: Pick<EndpointOut, 'url' | 'eventTypes'>
  readonly code: string
  readonly variables: Readonly<Record<string, string>>
  readonly onLine: (line: number) => void
}) {
  const t = useT()
  const w = useWords(words)
  const { path, code } = props
  const [chosen, setChosen] = useState<string | null>(null)
  const [edited, setEdited] = useState<string | null>(null)
  const { url } = props.endpoint
  const eventTypes = props.endpoint.eventTypes ?? []
  const wanted = eventTypes.length === 0 ? null : eventTypes // all of them
  const types = useEventTypes().data ?? []
  const offered = types.filter(({ name }) => wantsType(wanted, name))
  const eventType = chosen ?? offered[0]?.name ?? ''
  const type = offered.find(({ name }) => name === eventType)
  const payload = edited ?? (type && exampleOf(type)) ?? madeUp
  const notJson = jsonFault(payload, t('send.notJson'))
  const parts = JSON.stringify({ eventType, code, variables: props.variables })
  const body = `${parts.slice(0, -1)},"payload":${payload}}` // the payload byte for byte
  const run = useMutation({
    mutationFn: async () => ({
      before: { method: 'POST', url, headers: {}, payload: JSON.parse(payload) as unknown }, // any JSON
      answer: await request<Answer>(path, { method: 'POST', rawBody: body }),
    }),
  })
  const ready = code.trim() !== '' && notJson === undefined
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !ready) return
    event.preventDefault()
    if (!run.isPending) run.mutate()
  }
  const typeFault = fault(run.error, 'eventType')
  return (
    <section
      aria-label={w('transformation.bench')}
      className="flex flex-col gap-4"
      onKeyDown={onKeyDown}
    >
      <div>
        <h3 className="font-semibold">{w('transformation.bench')}</h3>
        <p className="text-ink-3">{w('transformation.benchText')}</p>
      </div>
      <EventTypeField
        value={eventType}
        offered={offered}
        error={typeFault}
        onChange={(name) => {
          setChosen(name)
          setEdited(null)
        }}
      />
      <Field label={t('message.payload')} error={notJson}>
        {(control) => (
          <textarea
            {...control}
            className="input mono min-h-32"
            spellCheck={false}
            value={payload}
            onChange={(event) => setEdited(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button busy={run.isPending} disabled={!ready} onClick={() => run.mutate()}>
          {w('transformation.try')}
          <kbd className="opacity-80">Ctrl ↵</kbd>
        </Button>
        <CopyAs
          withoutUrl
          cli={`posthorn api POST ${path} -d ${shellQuoted(body)}`}
          request={{ method: 'POST', path, body }}
        />
      </div>
      <div aria-live="polite" className="flex flex-col gap-3">
        {run.isError && typeFault === undefined && <Failure error={run.error} />}
        {run.data !== undefined && <Result {...run.data} onLine={props.onLine} />}
      </div>
    </section>
  )
}

function Result(props: {
  readonly before: Request
  readonly answer: Answer
  readonly onLine: (line: number) => void
}) {
  const w = useWords(words)
  const { before, answer } = props
  if (!answer.ok && answer.canceled === true) {
    return (
      <Notice tone="info" title={w('transformation.canceled')}>
        <p>{w('transformation.canceledText')}</p>
      </Notice>
    )
  }
  if (!answer.ok) {
    const { line } = answer
    return (
      <Notice
        tone="err"
        title={w('transformation.failed')}
        actions={
          line !== undefined && (
            <Button onClick={() => props.onLine(line)}>{w('transformation.line', { line })}</Button>
          )
        }
      >
        <p className="mono break-words">{answer.error}</p>
      </Notice>
    )
  }
  const { method, url, headers, payload } = answer
  const changed: Request = { method, url, headers, payload }
  return (
    <>
      <h4 className="font-[550]">{w('transformation.changes')}</h4>
      <DiffView before={before} after={changed} />
      <p className="mono break-all">
        {method} {url}
      </p>
      <JsonView text={answer.body} label={w('transformation.result')} />
    </>
  )
}
