import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useDeferredValue, useState } from 'react'
import { listMessages } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import {
  getMasking,
  type Masking,
  previewMasking,
  requestOfMasking,
  setMasking,
} from '../api/masking-calls.ts'
import type { MessageOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Field, SelectField } from '../components/field.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Columns, Section } from '../components/page.tsx'
import { errorSentence, Failure, Loaded, Loading } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { type AdminT, useAdminT } from '../state/admin-words.ts'
import { useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useMay } from '../state/session.tsx'
import { Overtaken } from './save-bar.tsx'

const queryKey = ['masking']
/** Messages that a preview may be looked at on. */
const offeredMax = 20

/** What of payloads the roles support, auditor and reader do not see, and how a real message looks then. */
export function MaskingSection(props: { readonly application: string | null }) {
  const w = useAdminT()
  const masking = useQuery({ queryKey, queryFn: getMasking })
  if (w === null) return null
  return (
    <Section title={w('mask.title')} description={w('mask.text')}>
      <Loaded query={masking}>
        {(data) => <Paths saved={data} application={props.application} w={w} />}
      </Loaded>
    </Section>
  )
}

function Paths(props: {
  readonly saved: Masking
  readonly application: string | null
  readonly w: AdminT
}) {
  const t = useT()
  const { w } = props
  const client = useQueryClient()
  const may = useMay('administer')
  const before = props.saved.paths.join('\n')
  const edit = useDraft({ stored: before, version: before })
  const { draft: text, setDraft: setTyped } = edit
  const paths = text
    .split(/[\n,]/)
    .map((path) => path.trim())
    .filter((path) => path !== '')
  const save = useMutation({
    async mutationFn() {
      // They have no version of their own: they are read once more before they are replaced.
      const now = await client.fetchQuery({ queryKey, queryFn: getMasking, staleTime: 0 })
      return now.paths.join('\n') === edit.version ? setMasking(paths) : null
    },
    onSuccess(saved) {
      if (saved === null) return
      client.setQueryData(queryKey, saved)
      setTyped(saved.paths.join('\n'))
      toast(t('form.saved'))
    },
  })
  const form = useFocusOnRefusal(save.error)
  const refused = save.error instanceof ApiError && save.error.status === 422
  return (
    <Columns>
      <form
        ref={form}
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Overtaken edit={edit} />
        <Field
          label={w('mask.paths')}
          help={w('mask.pathsHelp')}
          error={refused ? faultOf(save.error, paths) : undefined}
        >
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-36"
              spellCheck={false}
              readOnly={!may}
              placeholder={'data.customer.email\ndata.cards[*].number'}
              value={text}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        {save.isError && !refused && <Failure error={save.error} />}
        {may && (
          <div className="flex flex-wrap gap-2">
            <Button type="submit" kind="primary" busy={save.isPending}>
              {t('form.save')}
            </Button>
            {edit.dirty && (
              <>
                <Button onClick={edit.discard}>{t('form.discard')}</Button>
                <CopyAs of={w('mask.title')} request={requestOfMasking(paths)} withoutUrl />
              </>
            )}
          </div>
        )}
      </form>
      {may && props.application !== null && (
        <Preview application={props.application} paths={paths} w={w} />
      )}
    </Columns>
  )
}

/** The path that was refused, with the server's reason. */
function faultOf(error: unknown, paths: readonly string[]): string {
  const issue = error instanceof ApiError ? error.issues[0] : undefined
  const at = /\[(\d+)\]/.exec(issue?.loc.join('.') ?? '')?.[1]
  return [at === undefined ? '' : paths[Number(at)], issue?.msg].filter(Boolean).join(': ')
}

function Preview(props: {
  readonly application: string
  readonly paths: readonly string[]
  readonly w: AdminT
}) {
  const formats = useFormats()
  const { application, w } = props
  const [chosen, setChosen] = useState('')
  const messages = useQuery({
    queryKey: ['masking', 'messages', application],
    queryFn: () => listMessages(application, { limit: offeredMax, with_content: false }),
  })
  const list: readonly MessageOut[] = messages.data?.data ?? []
  const message = chosen === '' ? list[0]?.id : chosen
  if (messages.isPending) return <Loading rows={3} />
  if (messages.isError) return <Failure error={messages.error} />
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {message === undefined ? (
        <p className="text-ink-3">{w('mask.noMessage')}</p>
      ) : (
        <>
          <SelectField
            label={w('mask.preview')}
            value={message}
            options={list.map(({ id, eventType, timestamp }) => ({
              value: id,
              label: `${eventType} · ${formats.moment(Date.parse(timestamp))}`,
            }))}
            onChange={setChosen}
          />
          <Seen application={application} message={message} paths={props.paths} w={w} />
        </>
      )}
    </div>
  )
}

function Seen(props: {
  readonly application: string
  readonly message: string
  readonly paths: readonly string[]
  readonly w: AdminT
}) {
  const t = useT()
  const { w } = props
  const key = useDeferredValue(props.paths.join('\n'))
  const seen = useQuery({
    queryKey: ['masking', 'preview', props.application, props.message, key],
    queryFn: () =>
      previewMasking(props.application, props.message, key === '' ? [] : key.split('\n')),
    placeholderData: (previous) => previous,
    retry: false,
  })
  if (seen.isPending) return <Loading rows={3} />
  // A path that is being typed is no fault of the page.
  if (seen.isError) return <p className="text-ink-3">{errorSentence(seen.error, t)}</p>
  const masked = seen.data.masked ?? []
  const idle = props.paths.filter((path) => !masked.includes(path))
  return (
    <>
      <p aria-live="polite" className="text-ink-2">
        {w('mask.found', { count: masked.length })}
        {masked.length > 0 && idle.length > 0 && ' '}
        {idle.length > 0 && w('mask.idle', { paths: idle.join(', ') })}
      </p>
      <JsonView text={seen.data.payloadText} label={w('mask.preview')} masked />
    </>
  )
}
