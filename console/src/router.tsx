import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { withWords } from './i18n.tsx'
import { NotFound, RouteFailure } from './pages/not-found.tsx'
import { ConsoleShell } from './shell.tsx'
import { Scoped } from './state/scope.tsx'
import { parseSearch, stringifySearch } from './state/search.ts'
import { useSession } from './state/session.tsx'

const root = createRootRoute({ component: ConsoleShell, notFoundComponent: NotFound })

const page = <const Path extends string>(
  path: Path,
  load: () => Promise<Record<string, unknown>>,
  name: string,
) =>
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

const application = createRoute({
  getParentRoute: () => root,
  path: '/app/$app',
  component: ApplicationScope,
})

const scoped = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => application,
    path,
    component: lazyRouteComponent(withWords(load as () => Promise<Record<string, never>>), name), // as above
  })

const nothing = {
  manageEndpoints: false,
  viewSecrets: false,
  rollSecrets: false,
  manageTransformations: false,
  resend: false,
}

function ApplicationScope() {
  const { app } = application.useParams()
  const session = useSession()
  return (
    <Scoped
      key={app}
      scope={{
        application: app,
        base: `/app/${encodeURIComponent(app)}`,
        portal: false,
        may: session?.may ?? nothing,
      }}
    >
      <Outlet />
    </Scoped>
  )
}

const applicationIndex = createRoute({
  getParentRoute: () => application,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: `/app/${encodeURIComponent(params.app)}/deliveries`, replace: true })
  },
})

const tree = root.addChildren([
  firstPage('/', () => import('./pages/overview.tsx'), 'OverviewPage'),
  page('/applications', () => import('./pages/applications.tsx'), 'ApplicationsPage'),
  page('/deliveries', () => import('./pages/all-deliveries.tsx'), 'AllDeliveriesPage'),
  page('/messages', () => import('./pages/all-messages.tsx'), 'AllMessagesPage'),
  page('/catalog', () => import('./pages/catalog.tsx'), 'CatalogPage'),
  page('/catalog/$name', () => import('./pages/event-type.tsx'), 'EventTypePage'),
  page('/inspector', () => import('./pages/inspector.tsx'), 'InspectorPage'),
  page('/inspector/$bin', () => import('./pages/bin.tsx'), 'BinPage'),
  page('/keys', () => import('./pages/keys.tsx'), 'KeysPage'),
  page('/users', () => import('./pages/users.tsx'), 'UsersPage'),
  page('/profile', () => import('./pages/profile.tsx'), 'ProfilePage'),
  firstPage('/sign-in', () => import('./pages/overview.tsx'), 'OverviewPage'),
  page('/audit', () => import('./pages/audit.tsx'), 'AuditPage'),
  page('/settings', () => import('./pages/settings.tsx'), 'SettingsPage'),
  application.addChildren([
    applicationIndex,
    scoped('/deliveries', () => import('./pages/deliveries.tsx'), 'DeliveriesPage'),
    scoped('/messages', () => import('./pages/messages.tsx'), 'MessagesPage'),
    scoped('/messages/$msg', () => import('./pages/message.tsx'), 'MessagePage'),
    scoped('/messages/$msg/attempts/$attempt', () => import('./pages/attempt.tsx'), 'AttemptPage'),
    scoped('/endpoints', () => import('./pages/endpoints.tsx'), 'EndpointsPage'),
    scoped('/endpoints/new', () => import('./pages/endpoint-create.tsx'), 'EndpointCreatePage'),
    scoped('/endpoints/$endpoint', () => import('./pages/endpoint.tsx'), 'EndpointPage'),
    scoped('/endpoints/$endpoint/$tab', () => import('./pages/endpoint.tsx'), 'EndpointPage'),
    scoped('/statistics', () => import('./pages/statistics.tsx'), 'StatisticsPage'),
    scoped('/issues', () => import('./pages/issues.tsx'), 'IssuesPage'),
    scoped('/recovery', () => import('./pages/recovery.tsx'), 'RecoveryPage'),
    scoped('/recovery/$task', () => import('./pages/recovery-report.tsx'), 'RecoveryReportPage'),
  ]),
])

export const consoleRouter = createRouter({
  routeTree: tree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: false,
  defaultErrorComponent: RouteFailure,
  defaultNotFoundComponent: NotFound,
})
