/** Who takes an event type, and its edit: for those who administer the catalog, not in the first load. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { keepWords } from '../../../src/domain/schema/observed.ts'
import { newestSchema, nextVersion, schemaVersions } from '../../../src/domain/schema/versions.ts'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { listMessages, path } from '../api/calls.ts'
import { observeType } from '../api/catalog-calls.ts'
import { request } from '../api/http.ts'
import type { EventTypeOut } from '../api/model.ts'
import { summarizeMessages } from '../api/summary-calls.ts'
import { Button } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Confirm, Dialog } from '../components/dialog.tsx'
import { Field, TextField, Toggle } from '../components/field.tsx'
import { Section } from '../components/page.tsx'
import { Failure } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { useAdminT } from '../state/admin-words.ts'
import { endpointName, useEndpoints } from '../state/data.ts'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { Overtaken } from './save-bar.tsx'

const weekMs = 7 * 86_400_000

/** The endpoints of the application in hand that take it, and how much of it came in a week. */
export function Subscribers(props: { readonly type: EventTypeOut; readonly application: string }) {
  const t = useT()
  const w = useAdminT()
  const { type, application } = props
  const base = `/app/${encodeURIComponent(application)}`
  const endpoints = useEndpoints(application)
  const week = useQuery({
    queryKey: ['messages', application, 'volume', type.name],
    queryFn: () =>
      summarizeMessages(application, {
        ...{ event_types: [type.name], buckets: 1 },
        after: new Date(Date.now() - weekMs).toISOString(),
      }),
  })
  if (w === null || endpoints.data === undefined) return null
  const takers = endpoints.data.filter(({ eventTypes }) => wantsType(eventTypes ?? null, type.name))
  return (
    <Section
      title={w('eventType.takers')}
      actions={
        week.data !== undefined && (
          <Link to={`${base}/messages`} search={{ type: type.name } as never} className="link">
            {w('eventType.week', { count: week.data.total })}
          </Link>
        )
      }
    >
      {takers.length === 0 ? (
        <p className="text-ink-3">{w('eventType.nobody')}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {takers.map((endpoint) => {
            const rule = endpoint.eventTypes?.find((one) => wantsType([one], type.name))
            return (
              <li key={endpoint.id} className="flex min-h-8 flex-wrap items-center gap-2 py-1">
                <Link to={`${base}/endpoints/${endpoint.id}`} className="link min-w-0 truncate">
                  {endpointName(endpoint)}
                </Link>
                <span className="mono text-ink-3">{rule ?? t('events.everything')}</span>
                {(endpoint.disabled || endpoint.paused === true) && (
                  <Pill tone="mute">
                    {t(endpoint.disabled ? 'endpoint.disabled' : 'endpoint.paused')}
                  </Pill>
                )}
              </li>
            )
          })}
        </ul>
      )}
    </Section>
  )
}

/** Description, group, schema and whether it goes out of use; archiving takes it out of the catalog. */
export function EditType(props: {
  readonly type: EventTypeOut
  readonly application: string | null
  /** A schema is inferred from its messages as the dialog opens. */
  readonly inferFirst: boolean
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useAdminT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { type, application, onClose } = props
  const [newest = '1'] = schemaVersions(type.schemas)
  const next = nextVersion(type.schemas)
  const edit = useDraft({
    stored: {
      description: type.description,
      group: type.groupName ?? '',
      deprecated: type.deprecated === true,
      sunset: type.sunsetAt?.slice(0, 10) ?? '',
      schema: textOf(newestSchema(type.schemas)),
    },
    version: type.updatedAt,
  })
  const { draft } = edit
  const { description, group, deprecated, sunset, schema } = draft
  const set = (change: Partial<typeof draft>): void => edit.setDraft({ ...draft, ...change })
  const [asVersion, setAsVersion] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [archiving, setArchiving] = useState(false)
  const url = path('event-type', type.name)
  const refresh = () => client.invalidateQueries({ queryKey: ['event-types'] })
  const changes = {
    description: description.trim(),
    deprecated,
    sunsetAt: deprecated && sunset !== '' ? `${sunset}T00:00:00Z` : null,
    groupName: group.trim() === '' ? null : group.trim(),
  }
  const withSchema = (value: object): EventTypeOut['schemas'] => ({
    ...type.schemas,
    [asVersion ? next : newest]: value,
  })
  const save = useMutation({
    mutationFn: (schemas: EventTypeOut['schemas']) =>
      request<EventTypeOut>(url, {
        ...{ method: 'PATCH', ifMatch: edit.version },
        body: { ...changes, schemas },
      }),
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: async () => {
      toast(t('form.saved'))
      await refresh()
      onClose()
    },
  })
  const form = useFocusOnRefusal(save.error, fault)
  const archive = useMutation({
    mutationFn: () => request<void>(url, { method: 'DELETE' }),
    onSuccess: async () => {
      await navigate({ to: '/catalog' })
      await refresh()
    },
  })
  const sample = useMutation({
    mutationFn: () =>
      listMessages(application ?? '', { event_types: [type.name], limit: 1, with_content: true }),
    onSuccess: ({ data }) => {
      const [newest] = data
      if (newest === undefined) return toast(w?.('eventType.noMessage') ?? '', { tone: 'err' })
      const before = parsed(schema) ?? { type: 'object' }
      set({ schema: JSON.stringify({ ...before, examples: [newest.payload] }, null, 2) })
    },
  })
  const infer = useMutation({
    mutationFn: () => observeType(application ?? '', type.name),
    onSuccess: ({ inferred, messages }) => {
      if (inferred === null) return toast(w?.('eventType.noMessage') ?? '', { tone: 'err' })
      set({ schema: JSON.stringify(keepWords(inferred, parsed(schema)), null, 2) })
      toast(w?.('eventType.inferred', { count: messages }) ?? '')
    },
  })
  const { mutate: inferNow } = infer
  useEffect(() => {
    if (props.inferFirst) inferNow()
  }, [props.inferFirst, inferNow])
  if (w === null) return null

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (schema.trim() === '') {
      setFault(null)
      save.mutate(null)
      return
    }
    const value = parsed(schema)
    setFault(value === null ? t('send.notJson') : null)
    if (value !== null) save.mutate(withSchema(value))
  }
  if (archiving) {
    return (
      <Confirm
        title={w('eventType.archiveTitle', { name: type.name })}
        effect={w('eventType.archiveEffect')}
        verb={w('eventType.archive')}
        copyAs={{
          cli: `posthorn events rm ${shellQuoted(type.name)} --yes`,
          request: { method: 'DELETE', path: url },
        }}
        danger
        busy={archive.isPending}
        error={archive.isError && <Failure error={archive.error} />}
        onClose={() => setArchiving(false)}
        onConfirm={() => archive.mutate()}
      />
    )
  }
  return (
    <Dialog
      title={w('eventType.editTitle', { name: type.name })}
      onClose={onClose}
      copyAs={{
        request: {
          method: 'PATCH',
          path: url,
          body: { ...changes, ...schemasOf(schema, withSchema) },
        },
      }}
      footer={
        <>
          <Button kind="danger" onClick={() => setArchiving(true)}>
            {w('eventType.archive')}…
          </Button>
          <span className="flex-1" />
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="edit-type" kind="primary" busy={save.isPending}>
            {t('form.save')}
          </Button>
        </>
      }
    >
      <form ref={form} id="edit-type" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && <Failure error={save.error} />}
        {sample.isError && <Failure error={sample.error} />}
        {infer.isError && <Failure error={infer.error} />}
        <TextField
          label={t('column.description')}
          value={description}
          onChange={(text) => set({ description: text })}
        />
        <TextField
          label={t('column.group')}
          optional
          value={group}
          onChange={(text) => set({ group: text })}
        />
        <Toggle
          label={t('eventType.deprecated')}
          help={w('eventType.deprecatedHelp')}
          checked={deprecated}
          onChange={(on) => set({ deprecated: on })}
        />
        {deprecated && (
          <TextField
            label={w('eventType.sunsetLabel')}
            help={w('eventType.sunsetHelp')}
            optional
            type="date"
            value={sunset}
            onChange={(day) => set({ sunset: day })}
          />
        )}
        <Field
          label="JSON Schema"
          optional
          help={w('eventType.schemaHelp')}
          error={fault ?? undefined}
        >
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-48"
              spellCheck={false}
              value={schema}
              onChange={(event) => set({ schema: event.target.value })}
            />
          )}
        </Field>
        {type.schemas !== null && type.schemas !== undefined && (
          <Toggle
            label={w('eventType.asVersion', { version: next })}
            help={w('eventType.asVersionHelp')}
            checked={asVersion}
            onChange={setAsVersion}
          />
        )}
        {application !== null && (
          <div className="flex flex-wrap gap-2">
            <Button busy={infer.isPending} onClick={() => infer.mutate()}>
              {w('eventType.infer')}
            </Button>
            <Button busy={sample.isPending} onClick={() => sample.mutate()}>
              {w('eventType.fromMessage')}
            </Button>
          </div>
        )}
      </form>
    </Dialog>
  )
}

/** As they would be saved; what is no JSON yet is left out. */
function schemasOf(text: string, withSchema: (value: object) => EventTypeOut['schemas']) {
  if (text.trim() === '') return { schemas: null }
  const value = parsed(text)
  return value === null ? {} : { schemas: withSchema(value) }
}

function textOf(schema: unknown): string {
  return schema === undefined ? '' : JSON.stringify(schema, null, 2)
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : null
  } catch {
    return null
  }
}
