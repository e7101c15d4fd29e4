import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { type ApiKeyOut, listApiKeys, revokeApiKey } from '../api/key-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { Confirm } from '../components/dialog.tsx'
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
import { useMay, useSession } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { CreateKey } from './key-create.tsx'
import { LastUse } from './key-last-use.tsx'
import { KeyRights, keyWords } from './key-scopes.tsx'

const RollKey = lazy(async () => ({ default: (await import('./key-roll.tsx')).RollKey }))

/** Who may call the API: named, limited, and taken back when no longer needed. */
export function KeysPage() {
  const t = useT()
  return (
    <Guarded permission="read-configuration" title={t('nav.keys')}>
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
  const c = useWords(keyWords)
  const [looking, setLooking] = useState<ApiKeyOut | null>(null)
  const may = useMay('administer')
  const mine = useSession()?.permissions // nobody makes a key that may more than they do
  const keys = useQuery({ queryKey: ['api-keys'], queryFn: listApiKeys })
  const applications = useApplications().data?.data ?? []
  const names = new Map(applications.map(({ id, name }) => [id, name]))
  const rollable = ({ scopes }: ApiKeyOut): boolean =>
    may && scopes.every((scope) => mine?.has(scope) !== false)
  const rightsOf = ({ role, scopes }: ApiKeyOut): string =>
    role === 'custom' ? c('key.customCount', { count: scopes.length }) : t(`key.${role}`)
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
          {may && create}
        </>
      }
    >
      <Loaded query={keys}>
        {(list) =>
          list.data.length === 0 ? (
            <Empty title={t('keys.none')} action={may && create}>
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
                rightsOf,
                look: setLooking,
                may,
              })}
              card={(row) => (
                <div className="flex items-center gap-2">
                  <span className="flex min-w-0 flex-1 flex-col">
                    <span className="truncate font-[550]">{row.name}</span>
                    <span className="text-ink-3 text-xs">{rightsOf(row)}</span>
                  </span>
                  {may && (
                    <Menu
                      label="…"
                      accessibleLabel={`${t('action.more')}: ${row.name}`}
                      items={[
                        ...(rollable(row)
                          ? [
                              {
                                id: 'roll',
                                label: w === null ? '…' : w('key.roll'),
                                onSelect: () => setRolling(row),
                              },
                            ]
                          : []),
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
              onOpen={may ? setRevoking : setLooking}
            />
          )
        }
      </Loaded>
      {may && search['dialog'] === 'create' && (
        <CreateKey onClose={() => change({ dialog: undefined })} />
      )}
      {rolling !== null && (
        <Suspense>
          <RollKey apiKey={rolling} onClose={() => setRolling(null)} />
        </Suspense>
      )}
      {looking !== null && <KeyRights apiKey={looking} onClose={() => setLooking(null)} />}
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
    readonly rightsOf: (key: ApiKeyOut) => string
    /** Whether anything is changed here. */
    readonly may: boolean
    readonly look: (key: ApiKeyOut) => void
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
          <span className="mono flex-none text-ink-3 text-xs">{row.prefix}…</span>
        </span>
      ),
    },
    {
      id: 'role',
      header: t('key.role'),
      width: 130,
      cell: (row) =>
        row.role === 'custom' ? (
          <button
            type="button"
            className="link min-h-6"
            title={row.scopes.join(', ')}
            aria-label={`${acts.rightsOf(row)}: ${row.name}`}
            onClick={() => acts.look(row)}
          >
            {acts.rightsOf(row)}
          </button>
        ) : (
          acts.rightsOf(row)
        ),
    },
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
          {acts.may && (
            <Button kind="quiet" onClick={() => acts.revoke(row)}>
              {t('key.revoke')}
            </Button>
          )}
        </>
      ),
    },
  ]
}

function Moment(props: { readonly at: string | null; readonly none: string }) {
  return (
    <span className="mono text-ink-2">
      {props.at === null ? props.none : <Time at={props.at} plain />}
    </span>
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
