/** What the lists of all applications have in common. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ApplicationNamed } from '../api/overall-calls.ts'
import { MultiFilter } from '../components/filters.tsx'
import type { Column } from '../components/grid.tsx'
import { useT } from '../i18n.tsx'
import { overallEn } from '../messages/overall-en.ts'
import { overallEs } from '../messages/overall-es.ts'
import { useApplications } from '../shell.tsx'
import { applicationPath } from '../state/overall.ts'
import { type Scope, Scoped } from '../state/scope.tsx'
import { joined, listOf, type Search } from '../state/search.ts'
import { useSession } from '../state/session.tsx'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'

const words = { en: overallEn, es: overallEs }

export function useOverallWords() {
  return useWords(words)
}

const nothing: Scope['may'] = {
  manageEndpoints: false,
  viewSecrets: false,
  rollSecrets: false,
  manageTransformations: false,
  resend: false,
}

/** Around a list of all: it is of no application. */
export function OfAll(props: { readonly children: ReactNode }) {
  return (
    <Scoped scope={{ application: '', base: '', portal: false, may: nothing }}>
      {props.children}
    </Scoped>
  )
}

/** Around what is shown of one row: it is of its application. */
export function OfApplication(props: {
  readonly application: ApplicationNamed
  readonly children: ReactNode
}) {
  const { id, uid } = props.application
  const base = applicationPath(props.application)
  const may = useSession()?.may ?? nothing
  return (
    <Scoped scope={{ application: uid ?? id, base, portal: false, may }}>{props.children}</Scoped>
  )
}

interface OfSomebody {
  readonly application: ApplicationNamed
}

/** Whose rows: the applications that the console knows, and those of the rows. */
export function ApplicationFilter(props: { readonly rows: readonly OfSomebody[] }) {
  const w = useOverallWords()
  const [search, change] = useUrlState()
  const chosen = listOf(search['app'])
  const known = useApplications().data?.data ?? []
  const names = new Map<string, string>(chosen.map((one) => [one, one]))
  for (const { id, uid, name } of [...known, ...props.rows.map((row) => row.application)]) {
    // By whichever of its ids the URL names it.
    if (chosen.includes(id)) names.set(id, name)
    else names.set(uid ?? id, name)
  }
  return (
    <MultiFilter
      label={w('overall.application')}
      values={chosen}
      options={[...names].map(([value, label]) => ({ value, label }))}
      onChange={(values) => change({ app: joined(values) })}
    />
  )
}

/** Behind the first column: whose the row is, leading to that application's own list with the same filters. */
export function withApplication<Row extends OfSomebody>(
  columns: readonly Column<Row>[],
  of: {
    readonly header: string
    readonly list: 'deliveries' | 'messages'
    readonly search: Search
  },
): readonly Column<Row>[] {
  const [first, ...others] = columns
  const { app: _app, sel: _sel, ...kept } = of.search
  const column: Column<Row> = {
    id: 'application',
    header: of.header,
    width: 84, // with a panel beside the list too
    grow: true,
    text: ({ application }) => application.name,
    cell: ({ application }) => (
      <Link
        to={`${applicationPath(application)}/${of.list}`}
        search={kept as never} // routes are not typed here
        tabIndex={-1}
        className="hover:underline"
        title={application.name}
      >
        {application.name}
      </Link>
    ),
  }
  return first === undefined ? [column] : [first, column, ...others]
}

/** The way from a panel to the application's own list. */
export function ApplicationLine(props: {
  readonly application: ApplicationNamed
  readonly search: Search
}) {
  const t = useT()
  const { app: _app, sel: _sel, ...kept } = props.search
  return (
    <p className="flex items-center gap-2 border-line border-b px-4 py-2 pr-12">
      <span className="text-ink-3">{t('application.switch')}</span>
      <Link
        to={`${applicationPath(props.application)}/deliveries`}
        search={kept as never} // as above
        className="link min-w-0 truncate font-[550]"
      >
        {props.application.name}
      </Link>
    </p>
  )
}
