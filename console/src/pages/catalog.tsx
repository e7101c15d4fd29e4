import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { groupText } from '../../../src/domain/event-type.ts'
import type { EventTypeOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { MultiFilter, SearchBox } from '../components/filters.tsx'
import { Grid } from '../components/grid.tsx'
import { Menu } from '../components/menu.tsx'
import { Page } from '../components/page.tsx'
import { Empty, Loaded } from '../components/states.tsx'
import { useFormats, useLocalization, useT } from '../i18n.tsx'
import { useAdminT } from '../state/admin-words.ts'
import { localizedText, useEventTypes } from '../state/data.ts'
import { usePreferences } from '../state/preferences.ts'
import { useScopeOrNull } from '../state/scope.tsx'
import { joined, listOf } from '../state/search.ts'
import { useMay } from '../state/session.tsx'
import { openTab } from '../state/tabs.ts'
import { useTypeActivity } from '../state/type-activity.ts'
import { useUrlState } from '../state/url.ts'
import { CatalogCard, catalogColumns } from './catalog-columns.tsx'

// Not for portals, and not before they are asked for.
const dialogs = () => import('./catalog-dialogs.tsx')
const InstallDialog = lazy(async () => ({ default: (await dialogs()).InstallDialog }))
const ImportDialog = lazy(async () => ({
  default: (await import('./catalog-import.tsx')).ImportDialog,
}))
const PublicDialog = lazy(async () => ({ default: (await dialogs()).PublicDialog }))
const CreateDialog = lazy(async () => ({ default: (await dialogs()).CreateDialog }))

/** Every event that can be subscribed to, with its words, group and catalog. */
export function CatalogPage() {
  const t = useT()
  const scope = useScopeOrNull()
  const [search, change] = useUrlState()
  const types = useEventTypes()
  const w = useAdminT()
  const portal = scope?.portal === true
  const may = useMay('administer') && !portal
  return (
    <Page
      title={t('nav.catalog')}
      fixed
      actions={
        may && (
          <>
            {w !== null && (
              <Menu
                label={w('catalog.more')}
                items={(['import', 'install', 'public'] as const).map((dialog) => ({
                  id: dialog,
                  label: {
                    import: w('import.open'),
                    install: t('catalog.systemsOpen'),
                    public: w('catalog.public'),
                  }[dialog],
                  onSelect: () => change({ dialog }),
                }))}
              />
            )}
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
      {may && (
        <Suspense>
          {search['dialog'] === 'install' && (
            <InstallDialog onClose={() => change({ dialog: undefined })} />
          )}
          {search['dialog'] === 'import' && (
            <ImportDialog onClose={() => change({ dialog: undefined })} />
          )}
          {search['dialog'] === 'public' && (
            <PublicDialog onClose={() => change({ dialog: undefined })} />
          )}
          {search['dialog'] === 'create' && (
            <CreateDialog onClose={() => change({ dialog: undefined })} />
          )}
        </Suspense>
      )}
    </Page>
  )
}

function TypeList(props: { readonly all: readonly EventTypeOut[]; readonly base: string }) {
  const t = useT()
  const w = useAdminT()
  const formats = useFormats()
  const scope = useScopeOrNull()
  const preferred = usePreferences().application
  const portal = scope?.portal === true
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
  const activity = useTypeActivity(
    portal ? scope.application : preferred,
    rows.map(({ name }) => name),
  )
  if (props.all.length === 0) {
    return (
      <Empty title={t('catalog.none')} command="npx posthorn catalog install logto">
        {t('catalog.noneText')}
      </Empty>
    )
  }
  const named = new Map(
    props.all.flatMap((type) =>
      type.groupName == null || type.groupName === ''
        ? []
        : [[type.groupName, groupText(type, language)] as const],
    ),
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
          options={[...named].map(([value, label]) => ({ value, label }))}
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
            columns={catalogColumns({
              t,
              w,
              formats,
              language,
              base: props.base,
              rows,
              activity,
              portal,
            })}
            card={(row) => (
              <CatalogCard row={row} one={activity.get(row.name)} w={w} portal={portal} />
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
