import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { listBins, path, putBin } from '../api/calls.ts'
import type { BinOut } from '../api/model.ts'
import { Button, CopyButton } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { TextField } from '../components/field.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Failure, Loaded } from '../components/states.tsx'
import { Time } from '../components/time.tsx'
import { type T, useT } from '../i18n.tsx'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useMay } from '../state/session.tsx'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'

/** Bins: addresses of our own that catch whatever is sent to them. */
export function InspectorPage() {
  const t = useT()
  const navigate = useNavigate()
  const [search, change] = useUrlState()
  const may = useMay('manage-endpoints')
  const bins = useQuery({ queryKey: ['bins'], queryFn: listBins, refetchInterval: 5_000 })
  return (
    <Page
      title={t('nav.inspector')}
      fixed
      actions={
        <>
          <CopyAs cli="posthorn bins ls" request={{ path: '/inspector/bin' }} />
          {may && (
            <Button kind="primary" onClick={() => change({ dialog: 'create' })}>
              <Plus size={14} aria-hidden /> {t('bin.create')}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={bins}>
        {(list) =>
          list.data.length === 0 ? (
            <Empty
              title={t('bins.none')}
              action={
                may && (
                  <Button kind="primary" onClick={() => change({ dialog: 'create' })}>
                    {t('bin.create')}
                  </Button>
                )
              }
              command={`curl ${location.origin}/in/demo -d '{"hello":"world"}'`}
            >
              {t('bins.noneText')}
            </Empty>
          ) : (
            <Grid
              label={t('nav.inspector')}
              rows={list.data}
              rowId={(row) => row.name}
              columns={columnsOf(t)}
              card={(row) => (
                <div className="flex flex-col">
                  <span className="mono">{row.name}</span>
                  <span className="text-ink-3 text-xs">
                    {t('bin.requests', { count: row.requestCount })}
                  </span>
                </div>
              )}
              onOpen={(row, how) => {
                const to = `/inspector/${encodeURIComponent(row.name)}`
                if (how === 'tab') openTab(to)
                else void navigate({ to })
              }}
            />
          )
        }
      </Loaded>
      {may && search['dialog'] === 'create' && (
        <CreateBin onClose={() => change({ dialog: undefined })} />
      )}
    </Page>
  )
}

function columnsOf(t: T): readonly Column<BinOut>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 160,
      grow: true,
      cell: (row) => (
        <Link
          to={`/inspector/${encodeURIComponent(row.name)}`}
          tabIndex={-1}
          className="mono font-[550] hover:underline"
        >
          {row.name}
        </Link>
      ),
    },
    {
      id: 'url',
      header: t('column.url'),
      width: 280,
      grow: true,
      leaves: 2,
      cell: (row) => (
        <span className="mono flex items-center text-ink-2">
          <span className="truncate">
            {location.origin}
            {row.path}
          </span>
          <CopyButton text={location.origin + row.path} label={t('copy.url')} />
        </span>
      ),
    },
    {
      id: 'requests',
      header: t('column.requestCount'),
      width: 110,
      align: 'end',
      cell: (row) => <span className="mono">{row.requestCount}</span>,
    },
    {
      id: 'script',
      header: t('bin.answers'),
      width: 160,
      grow: true,
      leaves: 3,
      cell: (row) => <span className="mono text-ink-2">{row.script || '200'}</span>,
    },
    {
      id: 'last',
      header: t('bin.last'),
      width: 160,
      leaves: 1,
      cell: (row) =>
        row.lastRequestAt === null ? (
          '–'
        ) : (
          <span className="mono text-ink-2">
            <Time at={row.lastRequestAt} plain />
          </span>
        ),
    },
  ]
}

function CreateBin(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [missing, setMissing] = useState(false)
  const create = useMutation({
    mutationFn: () => putBin(name.trim(), {}),
    onSuccess: async (bin) => {
      await client.invalidateQueries({ queryKey: ['bins'] })
      void navigate({ to: `/inspector/${encodeURIComponent(bin.name)}` })
    },
  })
  const form = useFocusOnRefusal(create.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (name.trim() === '') setMissing(true)
    else create.mutate()
  }
  return (
    <Dialog
      title={t('bin.create')}
      onClose={props.onClose}
      copyAs={{
        cli: `posthorn bins set ${shellQuoted(name.trim())}`,
        request: { method: 'PUT', path: path('inspector', 'bin', name.trim()), body: {} },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="create-bin" kind="primary" busy={create.isPending}>
            {t('bin.create')}
          </Button>
        </>
      }
    >
      <form ref={form} id="create-bin" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {create.isError && <Failure error={create.error} />}
        <TextField
          label={t('column.name')}
          mono
          help={t('bin.nameHelp')}
          error={missing ? t('bin.nameMissing') : undefined}
          value={name}
          onChange={(value) => {
            setName(value)
            setMissing(false)
          }}
        />
      </form>
    </Dialog>
  )
}
