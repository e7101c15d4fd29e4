import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { ApiError, request } from '../api/http.ts'
import type { EndpointOut, List } from '../api/model.ts'
import { Button, IconButton } from '../components/button.tsx'
import { Confirm, Dialog } from '../components/dialog.tsx'
import { TextField } from '../components/field.tsx'
import { Section } from '../components/page.tsx'
import { Failure, Loaded } from '../components/states.tsx'
import { type T, useLocalization, useT } from '../i18n.tsx'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'

const path = '/operational-webhook/endpoint'

const types = [
  'endpoint.disabled',
  'message.attempt.exhausted',
  'message.attempt.failing',
  'message.attempt.recovered',
  'endpoint.created',
  'endpoint.updated',
  'endpoint.enabled',
  'endpoint.deleted',
  'background_task.finished',
] as const
type NoticeType = (typeof types)[number]

const isNoticeType = (name: string): name is NoticeType => types.some((type) => type === name)

/** "When an endpoint was disabled, tell …". */
function sentenceOf({ eventTypes }: EndpointOut, t: T, language: string): string {
  const wanted = eventTypes ?? []
  if (wanted.length === 0) return t('notices.tellAll')
  const names = wanted.map((type) => (isNoticeType(type) ? t(`notices.${type}`) : type))
  const events = names.map((name) => name.charAt(0).toLowerCase() + name.slice(1))
  const either = new Intl.ListFormat(language, { type: 'disjunction' })
  return t('notices.tell', { events: either.format(events) })
}

/** Receivers of our own events: who is told when an endpoint is disabled, and the like. */
export function NoticesSection() {
  const { t, language } = useLocalization()
  const [search, change] = useUrlState()
  const may = useMay('administer')
  const [deleting, setDeleting] = useState<EndpointOut | null>(null)
  const client = useQueryClient()
  const receivers = useQuery({
    queryKey: ['notices'],
    queryFn: () => request<List<EndpointOut>>(path, { query: { limit: 250 } }),
  })
  const remove = useMutation({
    mutationFn: (id: string) => request<void>(`${path}/${id}`, { method: 'DELETE' }),
    onSuccess: () => {
      setDeleting(null)
      return client.invalidateQueries({ queryKey: ['notices'] })
    },
  })
  return (
    <Section
      title={t('notices.title')}
      description={t('notices.text')}
      actions={
        may && (
          <Button onClick={() => change({ dialog: 'notices' })}>
            <Plus size={14} aria-hidden /> {t('notices.add')}
          </Button>
        )
      }
    >
      <Loaded query={receivers}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-ink-3">{t('notices.none')}</p>
          ) : (
            <ul className="flex flex-col divide-y divide-line rounded-md border border-line bg-surface">
              {data.map((receiver) => (
                <li key={receiver.id} className="flex flex-wrap items-center gap-2 px-3 py-2">
                  <p className="min-w-0 flex-1 basis-60">
                    {sentenceOf(receiver, t, language)}{' '}
                    <span className="mono break-all">{receiver.url}</span>
                  </p>
                  {may && (
                    <IconButton
                      label={`${t('notices.deleteVerb')}: ${receiver.url}`}
                      onClick={() => setDeleting(receiver)}
                    >
                      <Trash2 size={15} aria-hidden />
                    </IconButton>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {may && search['dialog'] === 'notices' && (
        <AddReceiver onClose={() => change({ dialog: undefined })} />
      )}
      {deleting !== null && (
        <Confirm
          title={t('notices.deleteTitle', { url: deleting.url })}
          effect={t('notices.deleteEffect')}
          verb={t('notices.deleteVerb')}
          danger
          busy={remove.isPending}
          error={remove.isError && <Failure error={remove.error} />}
          onClose={() => setDeleting(null)}
          onConfirm={() => remove.mutate(deleting.id)}
        />
      )}
    </Section>
  )
}

function AddReceiver(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [url, setUrl] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(['endpoint.disabled', 'message.attempt.exhausted']),
  )
  const [missing, setMissing] = useState<'url' | 'events' | null>(null)
  const add = useMutation({
    mutationFn: () =>
      request<EndpointOut>(path, {
        method: 'POST',
        body: {
          url: url.trim(),
          eventTypes:
            chosen.size === types.length ? null : types.filter((type) => chosen.has(type)),
        },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['notices'] })
      props.onClose()
    },
  })
  const refused =
    add.error instanceof ApiError
      ? add.error.issues.find(({ loc }) => loc.includes('url'))?.msg
      : undefined
  function submit(event: FormEvent): void {
    event.preventDefault()
    const lacking = url.trim() === '' ? 'url' : chosen.size === 0 ? 'events' : null
    setMissing(lacking)
    if (lacking === null) add.mutate()
  }
  return (
    <Dialog
      title={t('notices.add')}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="add-receiver" kind="primary" busy={add.isPending}>
            {t('notices.add')}
          </Button>
        </>
      }
    >
      <form id="add-receiver" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {add.isError && refused === undefined && <Failure error={add.error} />}
        <TextField
          label={t('notices.url')}
          type="url"
          mono
          error={missing === 'url' ? t('endpoint.urlMissing') : refused}
          value={url}
          onChange={setUrl}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-[550]">{t('notices.events')}</legend>
          {types.map((type) => (
            <label key={type} className="flex items-center gap-2">
              <input
                type="checkbox"
                className="checkbox"
                checked={chosen.has(type)}
                onChange={(event) => {
                  const next = new Set(chosen)
                  if (event.target.checked) next.add(type)
                  else next.delete(type)
                  setChosen(next)
                }}
              />
              {t(`notices.${type}`)}
            </label>
          ))}
          {missing === 'events' && (
            <p className="text-err text-xs" role="alert">
              {t('events.missing')}
            </p>
          )}
        </fieldset>
      </form>
    </Dialog>
  )
}
