import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import {
  Activity,
  BookOpen,
  Code,
  LayoutDashboard,
  LifeBuoy,
  ListChecks,
  Mail,
  Webhook,
} from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useLocalization, useT, withWords } from './i18n.tsx'
import { NotFound, RouteFailure } from './pages/not-found.tsx'
import { portalLook, useGrows, withLinkParameters, withoutLinkParameters } from './portal-look.ts'
import { PortalText } from './portal-text.tsx'
import { type NavGroup, Shell } from './shell.tsx'
import { useProfile } from './state/profile.ts'
import { useScope } from './state/scope.tsx'
import { parseSearch, stringifySearch } from './state/search.ts'

const AsCustomer = lazy(async () => ({
  default: (await import('./portal-as-customer.tsx')).AsCustomer,
}))

const sections = [
  { id: 'overview', label: 'nav.overview', icon: LayoutDashboard },
  { id: 'endpoints', label: 'nav.endpoints', icon: Webhook },
  { id: 'deliveries', label: 'nav.deliveries', icon: Activity },
  { id: 'messages', label: 'nav.messages', icon: Mail },
  { id: 'catalog', label: 'nav.catalog', icon: BookOpen },
  { id: 'recovery', label: 'nav.recovery', icon: LifeBuoy },
  { id: 'checkup', label: 'checkup.tab', icon: ListChecks },
  { id: 'snippets', label: 'portal.snippets', icon: Code },
] as const

/** Those that the link leaves in. */
export function shownSections() {
  const { section, hidden } = portalLook()
  return sections.filter(({ id }) => (section === null || id === section) && !hidden.includes(id))
}

function PortalShell() {
  const t = useT()
  const { navigation, logo, asCustomer } = portalLook()
  const grows = useGrows()
  const { may, application } = useScope()
  const { language } = useLocalization()
  const word = useProfile(application).data?.words?.title[language]
  const groups: readonly NavGroup[] = [
    {
      label: null,
      // A check-up sends requests: whoever may only look has none.
      items: shownSections()
        .filter(({ id }) => may.manageEndpoints || id !== 'checkup')
        .map(({ id, label, icon }) => ({
          ...{ to: `/portal/${id}`, label, icon },
          ...(id === 'endpoints' && word !== undefined ? { text: word } : {}),
        })),
    },
  ]
  const content = navigation ? (
    <Shell groups={groups} brand={<PortalBrand logo={logo} title={t('portal.title')} />}>
      <Outlet />
    </Shell>
  ) : (
    <main className={grows ? '' : 'h-full overflow-auto'}>
      <Outlet />
    </main>
  )
  if (!asCustomer) return content
  return (
    <div className="flex h-full flex-col">
      <Suspense>
        <AsCustomer />
      </Suspense>
      <div className="min-h-0 flex-1">{content}</div>
    </div>
  )
}

/** The operator's logo, on the ground that it was made for. */
function PortalBrand(props: { readonly logo: boolean; readonly title: string }) {
  if (!props.logo) return <PortalText name="title">{props.title}</PortalText>
  return (
    <>
      <img src="/portal/logo/light" alt={props.title} className="on-light max-h-7 max-w-36" />
      <img src="/portal/logo/dark" alt={props.title} className="on-dark max-h-7 max-w-36" />
    </>
  )
}

const root = createRootRoute({ component: PortalShell, notFoundComponent: NotFound })

const page = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(withWords(load as () => Promise<Record<string, never>>), name), // the named export is a component
  })

/** One whose words are all of the first load. */
const firstPage = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, never>>, name), // as above
  })

const index = createRoute({
  getParentRoute: () => root,
  path: '/portal',
  beforeLoad: () => {
    const shown = shownSections()
    const first = shown.find(({ id }) => id === 'endpoints') ?? shown[0]
    throw redirect({ to: `/portal/${first?.id ?? 'endpoints'}`, replace: true })
  },
})

export const portalRouter = createRouter({
  routeTree: root.addChildren([
    index,
    page('/portal/deliveries', () => import('./pages/deliveries.tsx'), 'DeliveriesPage'),
    page('/portal/messages', () => import('./pages/messages.tsx'), 'MessagesPage'),
    page('/portal/messages/$msg', () => import('./pages/message.tsx'), 'MessagePage'),
    page(
      '/portal/messages/$msg/attempts/$attempt',
      () => import('./pages/attempt.tsx'),
      'AttemptPage',
    ),
    firstPage('/portal/endpoints', () => import('./pages/endpoints.tsx'), 'EndpointsPage'),
    page(
      '/portal/endpoints/new',
      () => import('./pages/endpoint-create.tsx'),
      'EndpointCreatePage',
    ),
    page('/portal/endpoints/$endpoint', () => import('./pages/endpoint.tsx'), 'EndpointPage'),
    page('/portal/endpoints/$endpoint/$tab', () => import('./pages/endpoint.tsx'), 'EndpointPage'),
    page('/portal/catalog', () => import('./pages/catalog.tsx'), 'CatalogPage'),
    page('/portal/catalog/$name', () => import('./pages/event-type.tsx'), 'EventTypePage'),
    page('/portal/overview', () => import('./pages/portal-overview.tsx'), 'PortalOverview'),
    page('/portal/checkup', () => import('./pages/portal-of-endpoint.tsx'), 'PortalCheckup'),
    page('/portal/snippets', () => import('./pages/portal-of-endpoint.tsx'), 'PortalSnippets'),
    page('/portal/recovery', () => import('./pages/recovery.tsx'), 'RecoveryPage'),
    page(
      '/portal/recovery/$task',
      () => import('./pages/recovery-report.tsx'),
      'RecoveryReportPage',
    ),
  ]),
  history: createBrowserHistory({
    createHref: withLinkParameters,
    parseLocation: () => {
      const { pathname, hash } = window.location
      const search = withoutLinkParameters(window.location.search)
      const state = window.history.state ?? {} // the router writes it
      return { href: pathname + search + hash, pathname, search, hash, state }
    },
  }),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailure,
  defaultNotFoundComponent: NotFound,
})
