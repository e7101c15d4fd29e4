import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import {
  Activity,
  AppWindow,
  BookOpen,
  ChartColumn,
  ChevronsUpDown,
  CircleAlert,
  Command,
  Inbox,
  KeyRound,
  LayoutDashboard,
  LifeBuoy,
  LogOut,
  type LucideIcon,
  Mail,
  Menu as MenuIcon,
  ScrollText,
  Settings,
  SunMoon,
  UserRound,
  Users,
  Webhook,
} from 'lucide-react'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { getApplication, listApplications } from './api/calls.ts'
import { signOut } from './api/session.ts'
import { IconButton } from './components/button.tsx'
import { Menu } from './components/menu.tsx'
import { Toaster } from './components/toast.tsx'
import { type MessageKey, useLocalization, useT, withWords } from './i18n.tsx'
import { useIssues } from './state/issues.ts'
import { usePageKeys } from './state/keys.ts'
import { setPreferences, usePreferences } from './state/preferences.ts'
import { useProfile } from './state/profile.ts'
import { type ActionsAsked, askHere, showActionsWith } from './state/row-actions.ts'
import { useSession } from './state/session.tsx'

const Palette = lazy(withWords(() => import('./components/palette.tsx')))
const ActionsMenu = lazy(withWords(() => import('./components/actions-menu.tsx')))
const EnvironmentSwitch = lazy(() => import('./components/environment-switch.tsx'))
const ShortcutsHelp = lazy(withWords(() => import('./components/shortcuts-help.tsx')))

/** The server says so in the page, and only where there is something to show. */
const hasEnvironments = document.documentElement.dataset['environment'] !== undefined

export interface NavItem {
  readonly to: string
  readonly label: MessageKey
  /** What a system calls it, in place of the label. */
  readonly text?: string
  readonly icon: LucideIcon
  /** Of what wants somebody; 0: nothing is shown. */
  readonly count?: number
}
export interface NavGroup {
  readonly label: MessageKey | null
  readonly items: readonly NavItem[]
}

/** The application in the URL, else the one last looked at, else the first. */
function useCurrentApplication(): string | null {
  const { pathname } = useLocation()
  const { application } = usePreferences()
  const inPath = /^\/app\/([^/]+)/.exec(pathname)?.[1]
  const applications = useApplications()
  const named = inPath === undefined ? null : decodeURIComponent(inPath)
  useEffect(() => {
    if (named !== null && named !== application) setPreferences({ application: named })
  }, [named, application])
  if (named !== null) return named
  const all = applications.data?.data
  if (all === undefined) return application
  const known = all.find((one) => one.id === application || one.uid === application)
  const first = known ?? all[0]
  return first === undefined ? null : (first.uid ?? first.id)
}

export function useApplications() {
  const only = useSession()?.applicationId ?? null
  return useQuery({
    queryKey: ['applications'],
    queryFn: async ({ signal }) =>
      only === null
        ? listApplications({ limit: 250 }, signal)
        : { data: [await getApplication(only)], iterator: null, done: true },
    staleTime: 10_000,
  })
}

export function consoleNav(
  application: string | null,
  caller: {
    readonly may: (permission: string) => boolean
    /** Sees more than one application. */
    readonly all: boolean
  },
  /** What the application's system calls its endpoints. */
  endpoints?: string,
  openIssues = 0,
): readonly NavGroup[] {
  const base = `/app/${encodeURIComponent(application ?? '')}`
  const only = (permission: string, item: NavItem): readonly NavItem[] =>
    caller.may(permission) ? [item] : []
  const wide = (item: NavItem): readonly NavItem[] => (caller.all ? [item] : [])
  const scoped: readonly NavItem[] =
    application === null
      ? []
      : [
          { to: `${base}/deliveries`, label: 'nav.deliveries', icon: Activity },
          { to: `${base}/messages`, label: 'nav.messages', icon: Mail },
          {
            ...{ to: `${base}/endpoints`, label: 'nav.endpoints', icon: Webhook },
            ...(endpoints === undefined ? {} : { text: endpoints }),
          },
          { to: `${base}/issues`, label: 'nav.issues', icon: CircleAlert, count: openIssues },
          { to: `${base}/recovery`, label: 'nav.recovery', icon: LifeBuoy },
          { to: `${base}/statistics`, label: 'nav.statistics', icon: ChartColumn },
        ]
  return [
    {
      label: null,
      items: [{ to: '/', label: 'nav.overview', icon: LayoutDashboard }, ...scoped],
    },
    {
      label: 'nav.tools',
      items: [
        { to: '/catalog', label: 'nav.catalog', icon: BookOpen },
        ...wide({ to: '/inspector', label: 'nav.inspector', icon: Inbox }),
      ],
    },
    {
      label: 'nav.platform',
      items: [
        ...wide({ to: '/applications', label: 'nav.applications', icon: AppWindow }),
        ...wide({ to: '/deliveries', label: 'nav.allDeliveries', icon: Activity }),
        ...wide({ to: '/messages', label: 'nav.allMessages', icon: Mail }),
        ...only('read-configuration', { to: '/keys', label: 'nav.keys', icon: KeyRound }),
        ...only('read-people', { to: '/users', label: 'nav.users', icon: Users }),
        ...only('read-audit', { to: '/audit', label: 'nav.audit', icon: ScrollText }),
        { to: '/settings', label: 'nav.settings', icon: Settings },
      ],
    },
  ]
}

export function ConsoleShell() {
  const application = useCurrentApplication()
  const session = useSession()
  const endpoints = useWordForEndpoints(application)
  const openIssues = useIssues(application).data?.open ?? 0
  const groups = useMemo(
    () =>
      consoleNav(
        application,
        {
          may: (name) => session?.permissions.has(name) === true,
          all: session?.applicationId === null,
        },
        endpoints,
        openIssues,
      ),
    [application, session, endpoints, openIssues],
  )
  return (
    <Shell
      groups={groups}
      top={
        <>
          {hasEnvironments && session?.applicationId === null && (
            <Suspense>
              <EnvironmentSwitch />
            </Suspense>
          )}
          <ApplicationSwitch current={application} />
        </>
      }
    >
      <Outlet />
    </Shell>
  )
}

/** As on the system's own pages; asked for only where there is a system. */
function useWordForEndpoints(application: string | null): string | undefined {
  const { language } = useLocalization()
  const known = useApplications().data?.data.find(
    ({ id, uid }) => id === application || uid === application,
  )
  const isSystem = (known?.profile ?? 'standard') !== 'standard'
  const profile = useProfile(application ?? '', isSystem)
  return isSystem ? profile.data?.words?.title[language] : undefined
}

/** Navigation, content, palette, shortcuts and toasts: around every page. */
export function Shell(props: {
  readonly groups: readonly NavGroup[]
  readonly top?: ReactNode
  readonly brand?: ReactNode
  readonly children: ReactNode
}) {
  const t = useT()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const [drawer, setDrawer] = useState(false)
  const [actions, setActions] = useState<ActionsAsked | null>(null)
  useEffect(() => showActionsWith(setActions), [])
  const navigate = useNavigate()
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes when the page changes
  useEffect(() => setDrawer(false), [pathname])

  const items = useMemo(() => props.groups.flatMap((group) => group.items), [props.groups])
  const keys = useMemo(() => {
    const go = (suffix: string) => () => {
      const item = items.find(({ to }) => to.endsWith(suffix))
      if (item !== undefined) void navigate({ to: item.to })
    }
    return {
      'mod+k': () => setPalette(true),
      '?': () => setHelp(true),
      '.': askHere,
      '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
      'g o': go('/'),
      'g d': go('/deliveries'),
      'g e': go('/endpoints'),
      'g m': go('/messages'),
      'g i': go('/inspector'),
      'g c': go('/catalog'),
    }
  }, [items, navigate])
  usePageKeys(keys)

  const nav = (
    <Navigation
      groups={props.groups}
      top={props.top}
      brand={props.brand}
      onPalette={() => setPalette(true)}
      onHelp={() => setHelp(true)}
    />
  )
  return (
    <div className="flex h-full max-md:flex-col">
      <a
        href="#content"
        className="btn btn-primary sr-only z-50 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('nav.skip')}
      </a>
      <div className="flex items-center gap-2 border-line border-b px-3 py-1.5 md:hidden">
        <IconButton label={t('nav.open')} onClick={() => setDrawer(true)}>
          <MenuIcon size={18} aria-hidden />
        </IconButton>
        <Brand>{props.brand}</Brand>
      </div>
      <aside className="w-52 flex-none border-line border-r max-md:hidden">{nav}</aside>
      {drawer && <Drawer onClose={() => setDrawer(false)}>{nav}</Drawer>}
      <main id="content" className="min-h-0 min-w-0 flex-1 overflow-auto">
        {props.children}
      </main>
      <Suspense>
        {palette && <Palette items={items} onClose={() => setPalette(false)} />}
        {actions !== null && <ActionsMenu asked={actions} onClose={() => setActions(null)} />}
        {help && <ShortcutsHelp onClose={() => setHelp(false)} />}
      </Suspense>
      <Toaster />
    </div>
  )
}

function Drawer(props: { readonly onClose: () => void; readonly children: ReactNode }) {
  const t = useT()
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => element.current?.showModal(), [])
  return (
    <dialog
      ref={element}
      aria-label={t('nav.label')}
      className="m-0 h-full max-h-full w-64 border-line border-r bg-bg p-0"
      onClose={props.onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) props.onClose()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onClose()
      }}
    >
      {props.children}
    </dialog>
  )
}

function Brand(props: { readonly children?: ReactNode }) {
  return (
    <span className="flex items-center gap-2 font-semibold text-base">
      {props.children ?? (
        <>
          <span className="size-3.5 rounded-sm bg-accent" aria-hidden />
          posthorn
        </>
      )}
    </span>
  )
}

function Navigation(props: {
  readonly groups: readonly NavGroup[]
  readonly top?: ReactNode
  readonly brand?: ReactNode
  readonly onPalette: () => void
  readonly onHelp: () => void
}) {
  const t = useT()
  const { pathname } = useLocation()
  return (
    <nav aria-label={t('nav.label')} className="flex h-full flex-col gap-0.5 overflow-y-auto p-2">
      <div className="flex items-center px-2 pt-2 pb-3">
        <Brand>{props.brand}</Brand>
        <span className="flex-1" />
        <IconButton label={t('palette.open')} onClick={props.onPalette}>
          <Command size={15} aria-hidden />
        </IconButton>
      </div>
      {props.top}
      {props.groups.map((group) => (
        <div key={group.label ?? 'main'} className="flex flex-col gap-0.5">
          {group.label !== null && (
            <p className="px-2 pt-3 pb-1 text-ink-3 text-xs">{t(group.label)}</p>
          )}
          {group.items.map((item) => {
            const current = item.to === '/' ? pathname === '/' : pathname.startsWith(item.to)
            const Icon = item.icon
            return (
              <Link
                key={item.to}
                to={item.to}
                activeOptions={{ exact: item.to === '/', includeSearch: false }}
                aria-current={current ? 'page' : undefined}
                className={`flex min-h-[30px] items-center gap-2 rounded-md px-2 ${current ? 'bg-accent-soft font-[550] text-accent' : 'text-ink-2 hover:bg-sunken hover:text-ink'}`}
              >
                <Icon size={15} aria-hidden className="flex-none" />
                <span className="flex-1">{item.text ?? t(item.label)}</span>
                {(item.count ?? 0) > 0 && <span className="mono text-err">{item.count}</span>}
              </Link>
            )
          })}
        </div>
      ))}
      <span className="flex-1" />
      <Footer onHelp={props.onHelp} />
    </nav>
  )
}

function Footer(props: { readonly onHelp: () => void }) {
  const t = useT()
  const { language, zone } = usePreferences()
  const session = useSession()
  const user = session?.user ?? null
  return (
    <>
      {user !== null && (
        <Link
          to="/profile"
          className="flex min-h-[30px] min-w-0 items-center gap-2 rounded-md px-2 text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <UserRound size={15} aria-hidden className="flex-none" />
          <span className="truncate">{user.name === '' ? user.email : user.name}</span>
        </Link>
      )}
      {session?.kind === 'key' && (
        <button
          type="button"
          className="flex min-h-[30px] items-center gap-2 rounded-md px-2 text-left text-ink-2 hover:bg-sunken hover:text-ink"
          onClick={() => {
            signOut()
            void import('./state/kept-exports.ts')
              .then(({ forgetKept }) => forgetKept())
              .finally(() => location.assign('/'))
          }}
        >
          <LogOut size={15} aria-hidden className="flex-none" />
          {t('profile.signOut')}
        </button>
      )}
      <div className="flex items-center border-line border-t pt-2">
        <fieldset className="flex">
          <legend className="sr-only">{t('language.label')}</legend>
          {(['es', 'en'] as const).map((one) => (
            <button
              key={one}
              type="button"
              lang={one}
              aria-pressed={language === one}
              aria-label={one === 'es' ? 'es: Español' : 'en: English'}
              className={`btn btn-quiet btn-icon uppercase ${language === one ? 'font-semibold text-accent' : ''}`}
              onClick={() => setPreferences({ language: one })}
            >
              {one}
            </button>
          ))}
        </fieldset>
        <Menu
          kind="quiet"
          align="start"
          accessibleLabel={t('theme.label')}
          label={<SunMoon size={15} aria-hidden />}
          items={(['system', 'light', 'dark'] as const).map((one) => ({
            id: one,
            label: t(`theme.${one}`),
            onSelect: () => setPreferences({ theme: one }),
          }))}
        />
        <button
          type="button"
          className="btn btn-quiet"
          title={t('zone.label')}
          onClick={() => setPreferences({ zone: zone === 'utc' ? 'local' : 'utc' })}
        >
          {zone === 'utc' ? 'UTC' : t('zone.local')}
        </button>
        <IconButton label={t('help.open')} onClick={props.onHelp}>
          <span aria-hidden>?</span>
        </IconButton>
      </div>
    </>
  )
}

function ApplicationSwitch(props: { readonly current: string | null }) {
  const t = useT()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const applications = useApplications()
  const all = applications.data?.data ?? []
  const current = all.find((one) => one.id === props.current || one.uid === props.current)
  if (all.length === 0) return null
  const section = /^\/app\/[^/]+\/(\w+)/.exec(pathname)?.[1] ?? 'deliveries'
  return (
    <div className="mb-2 px-1">
      <label className="relative flex items-center">
        <span className="sr-only">{t('application.switch')}</span>
        <select
          className="input appearance-none truncate pr-7"
          value={current?.id ?? ''}
          onChange={(event) => {
            const next = all.find((one) => one.id === event.target.value)
            if (next === undefined) return
            setPreferences({ application: next.uid ?? next.id })
            if (pathname.startsWith('/app/')) {
              void navigate({ to: `/app/${encodeURIComponent(next.uid ?? next.id)}/${section}` })
            }
          }}
        >
          {current === undefined && <option value="">{t('application.choose')}</option>}
          {all.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
        <ChevronsUpDown
          size={14}
          aria-hidden
          className="pointer-events-none absolute right-2 text-ink-3"
        />
      </label>
    </div>
  )
}
