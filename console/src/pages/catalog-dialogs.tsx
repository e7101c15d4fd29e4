/** Dialogs of those who administer the catalog: loaded when one is opened. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { createEventType } from '../api/calls.ts'
import { ApiError, request } from '../api/http.ts'
import { installCatalog, listCatalogs } from '../api/profile-calls.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field, TextField, Toggle } from '../components/field.tsx'
import { Failure, Loaded } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { useAdminT } from '../state/admin-words.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'

/** The catalogs of the systems: installing one twice changes nothing. */
export function InstallDialog(props: { readonly onClose: () => void }) {
  const t = useT()
  const { language } = useLocalization()
  const client = useQueryClient()
  const catalogs = useQuery({ queryKey: ['catalogs'], queryFn: listCatalogs })
  const install = useMutation({
    mutationFn: installCatalog,
    onSuccess: (done) => {
      toast(t('catalog.installed', { count: done.total }))
      return client.invalidateQueries({ queryKey: ['event-types'] })
    },
  })
  return (
    <Dialog
      title={t('catalog.systems')}
      copyAs={{ cli: 'posthorn catalog ls', request: { path: '/catalog' } }}
      onClose={props.onClose}
    >
      {install.isError && <Failure error={install.error} />}
      <Loaded query={catalogs}>
        {(list) => (
          <ul className="flex flex-col">
            {list.data.map((catalog) => (
              <li
                key={catalog.name}
                className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-b py-2 last:border-b-0"
              >
                <div className="min-w-40 flex-1">
                  <p className="font-[550]">{catalog.label[language]}</p>
                  <p className="text-ink-3">{t('catalog.count', { count: catalog.eventCount })}</p>
                </div>
                <CopyAs
                  of={catalog.label[language]}
                  cli={`posthorn catalog install ${catalog.name}`}
                  request={{ method: 'POST', path: `/catalog/${catalog.name}/install` }}
                  withoutUrl
                />
                <Button
                  busy={install.isPending && install.variables === catalog.name}
                  aria-label={t('catalog.installNamed', { name: catalog.label[language] })}
                  onClick={() => install.mutate(catalog.name)}
                >
                  {t('catalog.install')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Dialog>
  )
}

const publicUrl = '/public-catalog'

/** Whether anybody may read the types at `/events`. */
export function PublicDialog(props: { readonly onClose: () => void }) {
  const w = useAdminT()
  const client = useQueryClient()
  const state = useQuery({
    queryKey: ['public-catalog'],
    queryFn: () => request<{ readonly enabled: boolean }>(publicUrl),
  })
  const save = useMutation({
    mutationFn: (enabled: boolean) =>
      request<{ readonly enabled: boolean }>(publicUrl, { method: 'PUT', body: { enabled } }),
    onSuccess: (saved) => client.setQueryData(['public-catalog'], saved),
  })
  if (w === null) return null
  const address = `${location.origin}/events`
  return (
    <Dialog
      title={w('catalog.publicTitle')}
      onClose={props.onClose}
      copyAs={{
        request: {
          method: 'PUT',
          path: publicUrl,
          body: { enabled: state.data?.enabled === true },
        },
      }}
      footer={<CloseButton onClose={props.onClose} />}
    >
      <Loaded query={state}>
        {({ enabled }) => (
          <div className="flex flex-col gap-4">
            {save.isError && <Failure error={save.error} />}
            <Toggle
              label={w('catalog.publicSwitch')}
              help={w('catalog.publicHelp')}
              checked={enabled}
              disabled={save.isPending}
              onChange={(wanted) => save.mutate(wanted)}
            />
            {enabled && (
              <p className="flex min-w-0 items-center gap-1">
                <a
                  className="link mono min-w-0 break-all"
                  href="/events"
                  target="_blank"
                  rel="noreferrer"
                >
                  {address}
                </a>
                <CopyButton text={address} />
              </p>
            )}
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}

function CloseButton(props: { readonly onClose: () => void }) {
  const t = useT()
  return <Button onClick={props.onClose}>{t('action.close')}</Button>
}

/** A type of one's own; its schema comes later, or from its messages. */
export function CreateDialog(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [example, setExample] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const named = { name: name.trim(), description: description.trim() }
  const none = example.trim() === ''
  const create = useMutation({
    mutationFn: () =>
      createEventType({
        ...named,
        ...(none ? {} : { schemas: { '1': { type: 'object', examples: [JSON.parse(example)] } } }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['event-types'] })
      props.onClose()
    },
  })
  const form = useFocusOnRefusal(create.error, fault)
  function submit(event: FormEvent): void {
    event.preventDefault()
    try {
      if (!none) JSON.parse(example)
      setFault(null)
      create.mutate()
    } catch {
      setFault(t('send.notJson')) // the browser’s own words are not the page’s language
    }
  }
  const issue = (field: string): string | undefined =>
    create.error instanceof ApiError
      ? create.error.issues.find(({ loc }) => loc.includes(field))?.msg
      : undefined
  return (
    <Dialog
      title={t('eventType.create')}
      onClose={props.onClose}
      copyAs={{
        ...(none
          ? {} // the command gives every type a schema
          : {
              cli: `posthorn events create ${shellQuoted(named.name)} --description ${shellQuoted(named.description)} --example ${shellQuoted(example)}`,
            }),
        request: { method: 'POST', path: '/event-type', body: bodyText(named, example) },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="create-type" kind="primary" busy={create.isPending}>
            {t('eventType.create')}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id="create-type"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submit}
      >
        {create.isError && issue('name') === undefined && <Failure error={create.error} />}
        <TextField
          label={t('eventType.name')}
          mono
          placeholder="order.created"
          value={name}
          error={issue('name')}
          onChange={setName}
        />
        <TextField
          label={t('column.description')}
          value={description}
          error={issue('description')}
          onChange={setDescription}
        />
        <Field label={t('eventType.example')} optional error={fault ?? undefined}>
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-32"
              spellCheck={false}
              placeholder={'{ "order": { "id": "o_91" } }'}
              value={example}
              onChange={(event) => setExample(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}

/** The example as it was typed: until it is done it is no JSON. */
function bodyText(named: { readonly name: string; readonly description: string }, example: string) {
  if (example.trim() === '') return named
  const schemas = `{"1":{"type":"object","examples":[${example.trim()}]}}`
  return `${JSON.stringify(named).slice(0, -1)},"schemas":${schemas}}`
}
