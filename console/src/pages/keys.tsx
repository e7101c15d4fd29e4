import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import {
  type ApiKeyOut,
  type ApiKeyRole,
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '../api/key-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs, shellQuoted } from '../components/copy-as.tsx'
import { Confirm, Dialog } from '../components/dialog.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { type Column, Grid } from '../components/grid.tsx'
import { Guarded } from '../components/guarded.tsx'
import { Menu } from '../components/menu.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Failure, Loaded } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { Time } from '../components/time.tsx'
import { toast } from '../components/toast.tsx'
import { type T, useT } from '../i18n.tsx'
import { useApplications } from '../shell.tsx'
import { useAdminT } from '../state/admin-words.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useMay } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { LastUse } from './key-last-use.tsx'
import { NewKey } from './key-new.tsx'

const RollKey = lazy(async () => ({ default: (await import('./key-roll.tsx')).RollKey }))

/** Who may call the API: named, limited, and taken back when no longer needed. */
export function KeysPage() {
  const t = useT()
  return (
    <Guarded permission="administer" title={t('nav.keys')}>
      <Keys />
    </Guarded>
  )
}

function Keys() {
  const t = useT()
  const w = useAdminT()
  const [search, change] = useUrlState()
  const [revoking, setRevoking] = useState<ApiKeyOut | null>(null)
  const [rolling, setRolling] = useState<ApiKeyOut | null>(null)
  const mayEverything = useMay('manage-people') // nobody makes a key that may more than they do
  const keys = useQuery({ queryKey: ['api-keys'], queryFn: listApiKeys })
  const applications = useApplications().data?.data ?? []
  const names = new Map(applications.map(({ id, name }) => [id, name]))
  const rollable = ({ role }: ApiKeyOut): boolean => role !== 'admin' || mayEverything
  const create = (
    <Button kind="primary" onClick={() => change({ dialog: 'create' })}>
      <Plus size={14} aria-hidden /> {t('key.create')}
    </Button>
  )
  return (
    <Page
      title={t('nav.keys')}
      fixed
      actions={
        <>
          <CopyAs cli="posthorn keys ls" request={{ path: '/api-key' }} />
          {create}
        </>
      }
    >
      <Loaded query={keys}>
        {(list) =>
          list.data.length === 0 ? (
            <Empty title={t('keys.none')} action={create}>
              {t('keys.noneText')}
            </Empty>
          ) : (
            <Grid
              label={t('nav.keys')}
              rows={list.data}
              rowId={(row) => row.id}
              columns={columnsOf(t, names, {
                revoke: setRevoking,
                roll: setRolling,
                rollWord: w === null ? null : w('key.roll'),
                fromWord: w === null ? '' : w('key.from'),
                rollable,
              })}
              card={(row) => (
                <div className="flex items-center gap-2">
                  <span className="flex min-w-0 flex-1 flex-col">
                    <span className="truncate font-[550]">{row.name}</span>
                    <span className="text-ink-3 text-xs">{t(`key.${row.role}`)}</span>
                  </span>
                  {rollable(row) && (
                    <Menu
                      label="…"
                      accessibleLabel={`${t('action.more')}: ${row.name}`}
                      items={[
                        {
                          id: 'roll',
                          label: w === null ? '…' : w('key.roll'),
                          onSelect: () => setRolling(row),
                        },
                        {
                          id: 'revoke',
                          label: t('key.revoke'),
                          danger: true,
                          onSelect: () => setRevoking(row),
                        },
                      ]}
                    />
                  )}
                </div>
              )}
              onOpen={setRevoking}
            />
          )
        }
      </Loaded>
      {search['dialog'] === 'create' && <CreateKey onClose={() => change({ dialog: undefined })} />}
      {rolling !== null && (
        <Suspense>
          <RollKey apiKey={rolling} onClose={() => setRolling(null)} />
        </Suspense>
      )}
      {revoking !== null && <Revoke apiKey={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

function columnsOf(
  t: T,
  names: ReadonlyMap<string, string>,
  acts: {
    /** Null: on its way. */
    readonly rollWord: string | null
    readonly fromWord: string
    readonly rollable: (key: ApiKeyOut) => boolean
    readonly revoke: (key: ApiKeyOut) => void
    readonly roll: (key: ApiKeyOut) => void
  },
): readonly Column<ApiKeyOut>[] {
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 200,
      grow: true,
      cell: (row) => (
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-[550]">{row.name}</span>
          <span className="mono flex-none text-ink-3 text-xs">{beginningOf(row)}</span>
        </span>
      ),
    },
    { id: 'role', header: t('key.role'), width: 120, cell: (row) => t(`key.${row.role}`) },
    {
      id: 'application',
      header: t('application.switch'),
      width: 140,
      grow: true,
      leaves: 1,
      cell: (row) =>
        row.applicationId === null
          ? t('key.allApplications')
          : (names.get(row.applicationId) ?? row.applicationId),
    },
    {
      id: 'used',
      header: t('key.lastUsed'),
      width: 130,
      leaves: 2,
      cell: (row) => <Moment at={row.lastUsedAt} none={t('key.never')} />,
    },
    {
      id: 'from',
      header: acts.fromWord,
      width: 170,
      leaves: 4,
      cell: ({ lastUsedFrom: from }) =>
        from !== null && (
          <span className="truncate text-ink-2" title={from.userAgent ?? undefined}>
            <span className="mono">{from.address}</span> {from.userAgent}
          </span>
        ),
    },
    {
      id: 'expires',
      header: t('key.expires'),
      width: 130,
      leaves: 3,
      cell: (row) =>
        row.expiresAt !== null && Date.parse(row.expiresAt) < Date.now() ? (
          <Pill tone="warn">{t('key.expired')}</Pill>
        ) : (
          <Moment at={row.expiresAt} none={t('key.noEnd')} />
        ),
    },
    {
      id: 'revoke',
      header: <span className="sr-only">{t('column.actions')}</span>,
      width: 170,
      align: 'end',
      cell: (row) => (
        <>
          {acts.rollWord !== null && acts.rollable(row) && (
            <Button kind="quiet" onClick={() => acts.roll(row)}>
              {acts.rollWord}
            </Button>
          )}
          <Button kind="quiet" onClick={() => acts.revoke(row)}>
            {t('key.revoke')}
          </Button>
        </>
      ),
    },
  ]
}

/** What its token begins with: enough to find it in a file of settings. */
function beginningOf({ id }: Pick<ApiKeyOut, 'id'>): string {
  return `phk_${id.replace(/^key_/, '').slice(0, 8)}…`
}

function Moment(props: { readonly at: string | null; readonly none: string }) {
  return (
    <span className="mono text-ink-2">
      {props.at === null ? props.none : <Time at={props.at} plain />}
    </span>
  )
}

const roles: readonly ApiKeyRole[] = ['sender', 'reader', 'admin']
const dayMs = 86_400_000

function CreateKey(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const applications = useApplications().data?.data ?? []
  const mayEverything = useMay('manage-people') // nobody makes a key that may more than they do
  const [name, setName] = useState('')
  const [role, setRole] = useState<ApiKeyRole>('sender')
  const [application, setApplication] = useState('')
  const [days, setDays] = useState('')
  const [missing, setMissing] = useState(false)
  const bodyNow = () => ({
    name: name.trim(),
    role,
    ...(application === '' ? {} : { applicationId: application }),
    ...(days === ''
      ? {}
      : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
  })
  const create = useMutation({
    mutationFn: () => createApiKey(bodyNow()),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  const form = useFocusOnRefusal(create.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (name.trim() === '') setMissing(true)
    else create.mutate()
  }
  if (create.data !== undefined) return <NewKey created={create.data} onClose={props.onClose} />
  return (
    <Dialog
      title={t('key.create')}
      onClose={props.onClose}
      copyAs={{
        cli: `posthorn keys create ${shellQuoted(name.trim())} --role ${role}${application === '' ? '' : ` --app ${application}`}${days === '' ? '' : ` --expires ${days}d`}`,
        request: { method: 'POST', path: '/api-key', body: bodyNow() },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="create-key" kind="primary" busy={create.isPending}>
            {t('key.create')}
          </Button>
        </>
      }
    >
      <form ref={form} id="create-key" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {create.isError && <Failure error={create.error} />}
        <TextField
          label={t('column.name')}
          help={t('key.nameHelp')}
          error={missing ? t('application.nameMissing') : undefined}
          value={name}
          onChange={(value) => {
            setName(value)
            setMissing(false)
          }}
        />
        <SelectField
          label={t('key.role')}
          help={t(`key.${role}Help`)}
          value={role}
          options={roles
            .filter((value) => value !== 'admin' || mayEverything)
            .map((value) => ({ value, label: t(`key.${value}`) }))}
          onChange={setRole}
        />
        <SelectField
          label={t('application.switch')}
          value={application}
          options={[
            { value: '', label: t('key.allApplications') },
            ...applications.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={setApplication}
        />
        <SelectField
          label={t('key.expires')}
          value={days}
          options={[
            { value: '', label: t('key.noEnd') },
            ...['30', '90', '365'].map((value) => ({
              value,
              label: t('key.days', { count: Number(value) }),
            })),
          ]}
          onChange={setDays}
        />
      </form>
    </Dialog>
  )
}

function Revoke(props: { readonly apiKey: ApiKeyOut; readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const { apiKey } = props
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onSuccess: async () => {
      toast(t('key.revoked', { name: apiKey.name }))
      props.onClose()
      await client.invalidateQueries({ queryKey: ['api-keys'] })
    },
  })
  return (
    <Confirm
      title={t('key.revokeTitle', { name: apiKey.name })}
      effect={
        <>
          {t('key.revokeEffect')} <LastUse apiKey={apiKey} />
        </>
      }
      verb={t('key.revoke')}
      copyAs={{
        cli: `posthorn keys rm ${apiKey.id} --yes`,
        request: { method: 'DELETE', path: `/api-key/${apiKey.id}` },
      }}
      typeName={apiKey.name}
      danger
      busy={revoke.isPending}
      error={revoke.isError && <Failure error={revoke.error} />}
      onClose={props.onClose}
      onConfirm={() => revoke.mutate()}
    />
  )
}
