import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { createEventType } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import type { EventTypeOut } from '../api/model.ts'
import { installCatalog, listCatalogs } from '../api/profile-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field, TextField } from '../components/field.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Failure, Loaded } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { type T, useLocalization, useT } from '../i18n.tsx'
import { localizedText, useEventTypes } from '../state/data.ts'
import { useScopeOrNull } from '../state/scope.tsx'
import { joined, listOf } from '../state/search.ts'
import { useMay } from '../state/session.tsx'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'

/** Every event that can be subscribed to, with its words, group and catalog. */
export function CatalogPage() {
  const t = useT()
  const scope = useScopeOrNull()
  const [search, change] = useUrlState()
  const types = useEventTypes()
  const portal = scope?.portal === true
  const may = useMay('administer') && !portal
  return (
    <Page
      title={t('nav.catalog')}
      fixed
      actions={
        may && (
          <>
            <Button onClick={() => change({ dialog: 'install' })}>
              {t('catalog.systemsOpen')}
            </Button>
            <Button kind="primary" onClick={() => change({ dialog: 'create' })}>
              <Plus size={14} aria-hidden /> {t('eventType.create')}
            </Button>
          </>
        )
      }
    >
      <Loaded query={types}>
        {(all) => <TypeList all={all} base={portal ? `${scope.base}/catalog` : '/catalog'} />}
      </Loaded>
      {may && search['dialog'] === 'install' && (
        <InstallDialog onClose={() => change({ dialog: undefined })} />
      )}
      {may && search['dialog'] === 'create' && (
        <CreateDialog onClose={() => change({ dialog: undefined })} />
      )}
    </Page>
  )
}

function TypeList(props: { readonly all: readonly EventTypeOut[]; readonly base: string }) {
  const t = useT()
  const navigate = useNavigate()
  const { language } = useLocalization()
  const [search, change] = useUrlState()
  const text = (search['q'] ?? '').toLowerCase()
  const groups = listOf(search['group'])
  const rows = props.all.filter(
    (type) =>
      (groups.length === 0 || groups.includes(type.groupName ?? '')) &&
      (text === '' ||
        [
          type.name,
          localizedText(type, 'label', language),
          localizedText(type, 'description', language),
        ].some((part) => part.toLowerCase().includes(text))),
  )
  if (props.all.length === 0) {
    return (
      <Empty title={t('catalog.none')} command="npx posthorn catalog install logto">
        {t('catalog.noneText')}
      </Empty>
    )
  }
  const named = [...new Set(props.all.map(({ groupName }) => groupName ?? ''))].filter(
    (group) => group !== '',
  )
  return (
    <>
      <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
        <SearchBox
          label={t('catalog.search')}
          placeholder={t('catalog.searchHint', { count: props.all.length })}
          value={search['q'] ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        <MultiFilter
          label={t('column.group')}
          values={groups}
          options={named.map((group) => ({ value: group, label: group }))}
          onChange={(values) => change({ group: joined(values) })}
        />
        <CopyAs cli="posthorn events ls" request={{ path: '/event-type' }} />
      </div>
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        {rows.length === 0 ? (
          <Empty title={t('filter.emptyTitle')}>{t('filter.emptyText')}</Empty>
        ) : (
          <Grid
            label={t('nav.catalog')}
            rows={rows}
            rowId={(row) => row.name}
            columns={columnsOf(t, language, props.base).filter(
              ({ id }) =>
                (id !== 'label' || rows.some((row) => localizedText(row, 'label', language))) &&
                (id !== 'flags' || rows.some(({ deprecated }) => deprecated)),
            )}
            card={(row) => (
              <div className="flex flex-col">
                <span className="mono truncate">{row.name}</span>
                <span className="truncate text-ink-3 text-xs">
                  {localizedText(row, 'label', language) || row.description}
                </span>
              </div>
            )}
            onOpen={(row, how) => {
              const to = `${props.base}/${encodeURIComponent(row.name)}`
              if (how === 'tab') openTab(to)
              else void navigate({ to })
            }}
          />
        )}
      </div>
    </>
  )
}

function columnsOf(t: T, language: 'en' | 'es', base: string): readonly Column<EventTypeOut>[] {
  return [
    {
      id: 'name',
      header: <span className="pl-2.5">{t('column.type')}</span>,
      width: 250,
      grow: true,
      cell: (row) => (
        <Link
          to={`${base}/${encodeURIComponent(row.name)}`}
          tabIndex={-1}
          className="mono pl-2.5 hover:underline"
        >
          {row.name}
        </Link>
      ),
    },
    {
      id: 'label',
      header: t('column.name'),
      width: 180,
      grow: true,
      leaves: 2,
      cell: (row) => localizedText(row, 'label', language),
    },
    {
      id: 'description',
      header: t('column.description'),
      width: 280,
      grow: true,
      leaves: 3,
      cell: (row) => (
        <span className="text-ink-2">{localizedText(row, 'description', language)}</span>
      ),
    },
    {
      id: 'group',
      header: t('column.group'),
      width: 130,
      leaves: 1,
      cell: (row) => <span className="text-ink-2">{row.groupName}</span>,
    },
    {
      id: 'flags',
      header: t('column.status'),
      width: 130,
      leaves: 4,
      cell: (row) => row.deprecated && <Pill tone="warn">{t('eventType.deprecated')}</Pill>,
    },
  ]
}

/** The catalogs of the systems: installing one twice changes nothing. */
function InstallDialog(props: { readonly onClose: () => void }) {
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
    <Dialog title={t('catalog.systems')} onClose={props.onClose}>
      {install.isError && <Failure error={install.error} />}
      <Loaded query={catalogs}>
        {(list) => (
          <ul className="flex flex-col">
            {list.data.map((catalog) => (
              <li
                key={catalog.name}
                className="flex items-center gap-3 border-line border-b py-2 last:border-b-0"
              >
                <div className="min-w-0 flex-1">
                  <p className="font-[550]">{catalog.label[language]}</p>
                  <p className="text-ink-3">{t('catalog.count', { count: catalog.eventCount })}</p>
                </div>
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

function CreateDialog(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [example, setExample] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const create = useMutation({
    mutationFn: () =>
      createEventType({
        name: name.trim(),
        description: description.trim(),
        ...(example.trim() === ''
          ? {}
          : { schemas: { '1': { type: 'object', examples: [JSON.parse(example)] } } }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['event-types'] })
      props.onClose()
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    try {
      if (example.trim() !== '') JSON.parse(example)
      setFault(null)
      create.mutate()
    } catch (error) {
      setFault(error instanceof Error ? error.message : t('send.notJson'))
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
        cli: `posthorn events create ${shellQuoted(name)} --description ${shellQuoted(description)}${example.trim() === '' ? '' : ` --example ${shellQuoted(example)}`}`,
        request: {
          method: 'POST',
          path: '/event-type',
          body: JSON.stringify({ name, description }),
        },
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
      <form id="create-type" noValidate className="flex flex-col gap-4" onSubmit={submit}>
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
