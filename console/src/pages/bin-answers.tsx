import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { path, putBin } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import type { BinOut } from '../api/model.ts'
import { Button, IconButton } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Field } from '../components/field.tsx'
import { Menu } from '../components/menu.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { Overtaken } from './save-bar.tsx'

const words = { en: binEn, es: binEs }

const usual = [
  '200',
  '500',
  '503',
  '429 retry-after 30',
  '200 delay 2s',
  'delay 20s',
  'hang up',
  'fail 10%',
  'loop',
]

/** Steps of a script that is a single sequence; null for one with paths, which stays text. */
function stepsOf(script: string): readonly string[] | null {
  if (/[:\n;]/.test(script)) return null
  return script
    .split(',')
    .map((step) => step.trim())
    .filter((step) => step !== '')
}

/** What the bin answers: as text while that says all of it, else in JSON. */
export function BinAnswers(props: { readonly bin: BinOut }) {
  const t = useT()
  const may = useMay('manage-endpoints')
  const { bin } = props
  const isWhole = bin.scriptIsWhole !== false
  const [asJson, setAsJson] = useState(false)
  if (!may) {
    return (
      <div className="flex flex-wrap gap-2 px-5 py-2.5 max-sm:px-3">
        <span className="text-ink-3">{t('bin.answers')}</span>
        {isWhole ? (
          <span className="mono">{bin.script || '200'}</span>
        ) : (
          <pre className="mono max-h-60 w-full overflow-auto whitespace-pre-wrap break-all">
            {jsonOf(bin)}
          </pre>
        )}
      </div>
    )
  }
  if (asJson || !isWhole) {
    return <AnswersInJson bin={bin} onText={isWhole ? () => setAsJson(false) : null} />
  }
  return <AnswersInText bin={bin} onJson={() => setAsJson(true)} />
}

/** The answers as they are typed, in one of their two forms, and how they are saved. */
function useAnswers(bin: BinOut, written: (bin: BinOut) => string) {
  const t = useT()
  const client = useQueryClient()
  const edit = useDraft({ stored: written(bin), version: bin.updatedAt })
  const refresh = () => client.invalidateQueries({ queryKey: ['bins', bin.name] })
  const save = useMutation({
    mutationFn: (script: string | object) => putBin(bin.name, { script }, edit.version),
    onSuccess: (saved) => {
      toast(t('bin.answersSaved'))
      edit.setDraft(written(saved)) // as the server writes it
      edit.settle(written(saved), saved.updatedAt)
      return refresh()
    },
    onError: (error) => lookAtTheirs(error, refresh),
  })
  const refused =
    save.error instanceof ApiError && !edit.overtaken
      ? (save.error.issues[0]?.msg ?? save.error.detail)
      : null
  return { edit, save, refused }
}

const textOf = ({ script }: BinOut): string => script
const jsonOf = ({ answers }: BinOut): string => JSON.stringify(answers, null, 2)

/** All that a step may have, with bodies and headers, which the text has no words for. */
function AnswersInJson(props: { readonly bin: BinOut; readonly onText: (() => void) | null }) {
  const t = useT()
  const w = useWords(words)
  const { edit, save, refused } = useAnswers(props.bin, jsonOf)
  const { draft: text, setDraft: setText } = edit
  const [notJson, setNotJson] = useState(false)
  const given = objectIn(text)
  function submit(event: FormEvent): void {
    event.preventDefault()
    setNotJson(given === null)
    if (given !== null) save.mutate(given)
  }
  return (
    <form className="flex flex-col gap-2 px-5 py-2.5 max-sm:px-3" onSubmit={submit}>
      <Overtaken edit={edit} />
      <Field
        label={w('bin.answersInJson')}
        help={w('bin.answersInJsonHelp')}
        error={notJson ? t('payloadFilter.notJson') : refused}
      >
        {(control) => (
          <textarea
            {...control}
            className="input mono min-h-40"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind={edit.dirty ? 'primary' : 'default'} busy={save.isPending}>
          {t('bin.answersSet')}
        </Button>
        {edit.dirty && given !== null && <CopyAnswers bin={props.bin} script={given} />}
        {props.onText !== null && (
          <Button kind="quiet" onClick={props.onText}>
            {w('bin.asText')}
          </Button>
        )}
      </div>
    </form>
  )
}

function objectIn(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/** The sequence of answers: steps to add, move and remove, and the same as text. */
function AnswersInText(props: { readonly bin: BinOut; readonly onJson: () => void }) {
  const t = useT()
  const w = useWords(words)
  const { edit, save, refused } = useAnswers(props.bin, textOf)
  const { draft: script, setDraft: setScript } = edit
  const steps = stepsOf(script)
  return (
    <form
      className="flex flex-wrap items-center gap-2 px-5 py-2.5 max-sm:px-3"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        save.mutate(script)
      }}
    >
      <div className="w-full empty:hidden">
        <Overtaken edit={edit} />
      </div>
      <span className="text-ink-3" id="bin-answers">
        {t('bin.answers')}
      </span>
      {steps !== null && steps.length > 0 && (
        <Steps steps={steps} onChange={(next) => setScript(next.join(', '))} />
      )}
      {steps !== null && (
        <Menu
          kind="quiet"
          align="start"
          label={
            <>
              <Plus size={14} aria-hidden /> {w('bin.addAnswer')}
            </>
          }
          items={usual.map((step) => ({
            id: step,
            label: <span className="mono">{step}</span>,
            onSelect: () => setScript([...steps, step].join(', ')),
          }))}
        />
      )}
      <input
        className="input mono min-w-48 flex-1"
        placeholder="500, 500, 200"
        aria-label={`${t('bin.answers')}: ${w('bin.asText')}`}
        title={w('bin.answersHelp')}
        value={script}
        aria-invalid={refused !== null || undefined}
        onChange={(event) => setScript(event.target.value)}
      />
      <Button type="submit" kind={edit.dirty ? 'primary' : 'default'} busy={save.isPending}>
        {t('bin.answersSet')}
      </Button>
      {edit.dirty && <CopyAnswers bin={props.bin} script={script} />}
      <Button kind="quiet" onClick={props.onJson}>
        {w('bin.asJson')}
      </Button>
      {refused !== null && (
        <p className="w-full text-err text-xs" role="alert">
          {refused}
        </p>
      )}
    </form>
  )
}

function CopyAnswers(props: { readonly bin: BinOut; readonly script: string | object }) {
  const t = useT()
  const { bin, script } = props
  const where = path('inspector', 'bin', bin.name)
  return (
    <CopyAs
      of={t('bin.answers')}
      request={{ method: 'PUT', path: where, body: { script } }}
      withoutUrl
    />
  )
}

function Steps(props: {
  readonly steps: readonly string[]
  readonly onChange: (steps: readonly string[]) => void
}) {
  const w = useWords(words)
  const { steps, onChange } = props
  const moved = (from: number, to: number): readonly string[] => {
    const next = steps.filter((_, index) => index !== from)
    return next.toSpliced(to, 0, steps[from] ?? '')
  }
  return (
    <ol className="flex flex-wrap items-center gap-1" aria-labelledby="bin-answers">
      {steps.map((step, index) => {
        const number = index + 1
        const last = number === steps.length && !/^(loop|fail)/.test(step)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
          <li key={index} className="chip mono py-0 pr-0.5 pl-2">
            <span className="sr-only">{w('bin.answerOf', { number, answer: step })}</span>
            <span aria-hidden>{step}</span>
            {last && steps.length > 1 && (
              <span className="font-sans text-ink-3 text-xs">{w('bin.everyTime')}</span>
            )}
            {index > 0 && (
              <IconButton
                label={`${w('bin.moveSooner')}: ${step}`}
                onClick={() => onChange(moved(index, index - 1))}
              >
                <span aria-hidden>‹</span>
              </IconButton>
            )}
            <IconButton
              label={w('bin.removeAnswer', { number })}
              onClick={() => onChange(steps.filter((_, at) => at !== index))}
            >
              <X size={13} aria-hidden />
            </IconButton>
          </li>
        )
      })}
    </ol>
  )
}
