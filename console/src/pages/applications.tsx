import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ExternalLink, Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { createApplication, patchApplication, portalAccess } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import type { ApplicationOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Failure, Loading, toastFailure } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { type T, useT } from '../i18n.tsx'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { setPreferences } from '../state/preferences.ts'
import { profileNames } from '../state/profiles.ts'
import { useMay, useSession } from '../state/session.tsx'
import { openTab } from '../state/tabs.ts'
import { useUrlState } from '../state/url.ts'
import {
  type ApplicationQuery,
  Health,
  pathOf,
  useApplicationList,
  useStanding,
  useStandingColumns,
} from './application-standing.tsx'

/** The customers of the product: each has its own endpoints, messages and keys. */
export function ApplicationsPage() {
  const t = useT()
  const [search, change] = useUrlState()
  const may = useMay('administer')
  const all = useSession()?.applicationId == null
  const text = search['q']?.trim() ?? ''
  const attention = search['health'] === 'attention'
  const query = {
    ...(text === '' ? {} : { search: text }),
    ...(attention ? { needs_attention: true } : {}),
  }
  const applications = useApplicationList(query)
  const rows = applications.data?.pages.flatMap(({ data }) => data) ?? []
  return (
    <Page
      title={t('nav.applications')}
      fixed
      actions={
        may && (
          <Button kind="primary" onClick={() => change({ dialog: 'create' })}>
            <Plus size={14} aria-hidden /> {t('application.create')}
          </Button>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-1.5 px-5 py-2.5 max-sm:px-3">
        <SearchBox
          label={t('applications.search')}
          placeholder={t('applications.searchHint')}
          value={search['q'] ?? ''}
          onChange={(q) => change({ q: q === '' ? undefined : q })}
        />
        {all && (
          <MultiFilter
            label={t('applications.health')}
            values={attention ? ['attention'] : []}
            options={[{ value: 'attention', label: t('overview.attention') }]}
            onChange={(values) => change({ health: values[0] })}
          />
        )}
        <CopyAs cli={commandOf(query)} request={{ path: '/app', query }} />
        {all && (
          <Link
            to="/deliveries"
            search={{ status: 'failed', since: '1h' } as never} // routes are not typed here
            className="link"
          >
            {t('overview.failedHour')}
          </Link>
        )}
      </div>
      <div className="flex min-h-0 flex-1 flex-col border-line border-t">
        {applications.isPending && <Loading rows={8} />}
        {applications.isError && (
          <div className="p-4">
            <Failure error={applications.error} onRetry={() => void applications.refetch()} />
          </div>
        )}
        {applications.isSuccess && (
          <ApplicationGrid
            rows={rows}
            onNearEnd={() => {
              if (applications.hasNextPage && !applications.isFetchingNextPage) {
                void applications.fetchNextPage()
              }
            }}
          />
        )}
      </div>
      {may && search['dialog'] === 'create' && (
        <CreateDialog onClose={() => change({ dialog: undefined })} />
      )}
    </Page>
  )
}

function commandOf({ search, needs_attention: attention }: ApplicationQuery): string {
  return [
    'posthorn apps ls',
    ...(search === undefined ? [] : [`--search ${shellQuoted(search)}`]),
    ...(attention === true ? ['--needs-attention'] : []),
  ].join(' ')
}

function ApplicationGrid(props: {
  readonly rows: readonly ApplicationOut[]
  readonly onNearEnd: () => void
}) {
  const t = useT()
  const navigate = useNavigate()
  const client = useQueryClient()
  const may = useMay('administer')
  const standing = useStanding(props.rows)
  const health = useStandingColumns(standing)
  if (props.rows.length === 0) {
    return <Empty title={t('applications.none')}>{t('overview.noApplicationText')}</Empty>
  }
  async function toggle(row: ApplicationOut): Promise<void> {
    try {
      await patchApplication(row.id, { enabled: row.enabled === false })
    } catch (error) {
      toastFailure(error, t)
    }
    await client.invalidateQueries({ queryKey: ['applications'] })
  }
  return (
    <Grid
      label={t('nav.applications')}
      rows={props.rows}
      rowId={(row) => row.id}
      columns={columnsOf(
        t,
        may ? (row) => void toggle(row) : null,
        standing.size > 0 ? health : [],
      )}
      onNearEnd={props.onNearEnd}
      card={(row) => (
        <div className="flex items-center gap-2">
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="truncate font-[550]">{row.name}</span>
            {standing.has(row.id) ? (
              <Health row={row} one={standing.get(row.id)} short />
            ) : (
              <span className="mono truncate text-ink-3 text-xs">{row.uid ?? row.id}</span>
            )}
          </span>
          <Sending row={row} toggle={may ? (one) => void toggle(one) : null} />
          {may && <PortalButton application={row} />}
        </div>
      )}
      onOpen={(row, how) => {
        const to = `${pathOf(row)}/deliveries`
        setPreferences({ application: row.uid ?? row.id })
        if (how === 'tab') openTab(to)
        else void navigate({ to })
      }}
    />
  )
}

/** `toggle`: null for who may only look. */
function columnsOf(
  t: T,
  toggle: ((row: ApplicationOut) => void) | null,
  health: readonly Column<ApplicationOut>[],
): readonly Column<ApplicationOut>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 220,
      grow: true,
      cell: (row) => (
        <Link to={`${pathOf(row)}/deliveries`} tabIndex={-1} className="font-[550] hover:underline">
          {row.name}
        </Link>
      ),
    },
    {
      id: 'uid',
      header: t('application.uid'),
      width: 180,
      grow: true,
      leaves: 3,
      cell: (row) => <span className="mono text-ink-2">{row.uid ?? row.id}</span>,
    },
    ...health,
    {
      id: 'profile',
      header: t('application.profile'),
      width: 150,
      leaves: 1,
      cell: (row) => profileNames[row.profile ?? 'standard'] ?? row.profile,
    },
    {
      id: 'switch',
      header: t('application.sending'),
      width: 150,
      cell: (row) => <Sending row={row} toggle={toggle} />,
    },
    {
      id: 'created',
      header: t('column.created'),
      width: 160,
      leaves: 4,
      cell: (row) => (
        <span className="mono text-ink-2">
          <Time at={row.createdAt} plain />
        </span>
      ),
    },
    ...(toggle === null
      ? []
      : [
          {
            id: 'portal',
            header: t('application.portal'),
            width: 120,
            cell: (row: ApplicationOut) => <PortalButton application={row} />,
          },
        ]),
  ]
}

/** Whether anything is sent for it, and the switch for who may turn it. */
function Sending(props: {
  readonly row: ApplicationOut
  readonly toggle: ((row: ApplicationOut) => void) | null
}) {
  const t = useT()
  const { row, toggle } = props
  return (
    <span className="flex items-center gap-2">
      {toggle !== null && (
        <input
          type="checkbox"
          role="switch"
          className="switch"
          aria-label={t('application.switchLabel', { name: row.name })}
          checked={row.enabled !== false}
          onChange={() => toggle(row)}
        />
      )}
      {row.enabled === false ? (
        <Pill tone="warn">{t('application.off')}</Pill>
      ) : (
        toggle === null && <Pill tone="ok">{t('application.on')}</Pill>
      )}
    </span>
  )
}

/** The link says who looks, so that the portal reminds them whose it is. */
function asCustomer(link: string): string {
  const url = new URL(link)
  url.searchParams.set('as', 'customer')
  return url.href
}

/** Opens the customer's own view in a new tab, with a link made for it now. */
function PortalButton(props: { readonly application: ApplicationOut }) {
  const t = useT()
  const open = useMutation({
    mutationFn: () => portalAccess(props.application.id),
    onSuccess: ({ url }) => window.open(asCustomer(url), '_blank', 'noopener'),
    onError: (error) => toastFailure(error, t),
  })
  return (
    <Button
      kind="quiet"
      className="-ml-2.5"
      aria-label={`${t('application.openPortal')} · ${t('application.portal')}`}
      busy={open.isPending}
      onClick={() => open.mutate()}
    >
      <ExternalLink size={14} aria-hidden /> {t('application.openPortal')}
    </Button>
  )
}

function CreateDialog(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [uid, setUid] = useState('')
  const [profile, setProfile] = useState('standard')
  const [missing, setMissing] = useState(false)
  const body = { name: name.trim(), profile, ...(uid === '' ? {} : { uid }) }
  const create = useMutation({
    mutationFn: () => createApplication(body),
    onSuccess: async (application) => {
      setPreferences({ application: application.uid ?? application.id })
      await client.invalidateQueries({ queryKey: ['applications'] })
      props.onClose()
      void navigate({
        to: `/app/${encodeURIComponent(application.uid ?? application.id)}/endpoints`,
      })
    },
  })
  const form = useFocusOnRefusal(create.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (name.trim() === '') setMissing(true)
    else create.mutate()
  }
  const issue = (field: string): string | undefined =>
    create.error instanceof ApiError
      ? create.error.issues.find(({ loc }) => loc.includes(field))?.msg
      : undefined
  return (
    <Dialog
      title={t('application.create')}
      onClose={props.onClose}
      copyAs={{
        cli: `posthorn apps create ${shellQuoted(body.name)} --system ${profile}${uid === '' ? '' : ` --uid ${shellQuoted(uid)}`}`,
        request: { method: 'POST', path: '/app', body },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="create-application" kind="primary" busy={create.isPending}>
            {t('application.create')}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id="create-application"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submit}
      >
        {create.isError && issue('name') === undefined && issue('uid') === undefined && (
          <Failure error={create.error} />
        )}
        <TextField
          label={t('column.name')}
          value={name}
          error={missing ? t('application.nameMissing') : issue('name')}
          onChange={(value) => {
            setName(value)
            setMissing(false)
          }}
        />
        <TextField
          label={t('application.uid')}
          optional
          mono
          help={t('application.uidHelp')}
          error={issue('uid')}
          value={uid}
          onChange={setUid}
        />
        <SelectField
          label={t('application.profile')}
          help={t('application.profileHelp')}
          value={profile}
          options={Object.entries(profileNames).map(([value, label]) => ({ value, label }))}
          onChange={setProfile}
        />
      </form>
    </Dialog>
  )
}
