import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useT } from '../i18n.tsx'
import { useGone } from '../state/gone.ts'
import { useScopeOrNull } from '../state/scope.tsx'
import type { Search } from '../state/search.ts'
import { Notice } from './status.tsx'

/** The frame of a page: its heading (which takes the focus when the page opens) and its content. */
export function Page(props: {
  readonly title: string
  readonly back?: { readonly to: string; readonly label: string }
  readonly context?: ReactNode
  readonly actions?: ReactNode
  /** The content scrolls by itself (lists); otherwise the page scrolls. */
  readonly fixed?: boolean
  /** What it is of was deleted meanwhile, as the page knows by itself. */
  readonly gone?: boolean
  readonly children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  const t = useT()
  const portal = useScopeOrNull()?.portal === true
  const gone = useGone() || props.gone === true
  useEffect(() => {
    document.title = portal ? props.title : `${props.title} · posthorn`
  }, [props.title, portal])
  useEffect(() => {
    // A new page begins at its heading, for people who listen to it. The first load does not.
    if (document.activeElement === document.body && history.length > 1) {
      heading.current?.focus({ preventScroll: true })
    }
  }, [])
  return (
    <div
      className={props.fixed === true ? 'page-fixed flex h-full min-h-0 flex-col' : 'min-h-full'}
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-5 py-3 max-sm:px-3">
        {props.back !== undefined && (
          <Link to={props.back.to} className="link -ml-1 rounded-sm px-1">
            <span aria-hidden>‹ </span>
            <span className="sr-only">{t('page.backTo')} </span>
            {props.back.label}
          </Link>
        )}
        <h1
          ref={heading}
          tabIndex={-1}
          className="min-w-0 break-words text-lg outline-none"
          data-page-heading
        >
          {props.title}
        </h1>
        {props.context}
        <span className="flex-1" />
        {props.actions !== undefined && (
          <div className="flex flex-wrap items-center gap-2">{props.actions}</div>
        )}
      </header>
      {gone && (
        <div className="px-5 pt-3 max-sm:px-3">
          <Notice
            tone="err"
            title={t('page.gone')}
            {...(props.back === undefined
              ? {}
              : {
                  actions: (
                    <Link to={props.back.to} className="btn">
                      {t('page.backTo')} {props.back.label}
                    </Link>
                  ),
                })}
          >
            {t('page.goneText')}
          </Notice>
        </div>
      )}
      {props.children}
    </div>
  )
}

/** Content of a page that is read, not scanned. */
export function Body(props: { readonly children: ReactNode; readonly wide?: boolean }) {
  return (
    <div
      className={`flex flex-col gap-6 px-5 py-5 max-sm:px-3 ${props.wide === true ? 'max-w-[90rem]' : 'max-w-[72rem]'}`}
    >
      {props.children}
    </div>
  )
}

export function Section(props: {
  readonly title: string
  readonly description?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="flex flex-col gap-3" aria-label={props.title}>
      <div className="flex min-h-[30px] flex-wrap items-center gap-2">
        <h2 className="text-base">{props.title}</h2>
        <span className="flex-1" />
        {props.actions}
      </div>
      {props.description !== undefined && <p className="-mt-2 text-ink-3">{props.description}</p>}
      {props.children}
    </section>
  )
}

/** Pages of one thing, as links: each has its own URL. */
export function Tabs(props: {
  readonly label: string
  readonly current: string
  readonly tabs: readonly {
    readonly id: string
    readonly label: ReactNode
    readonly to: string
    readonly search?: Search
  }[]
}) {
  const bar = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: again for each tab
  useEffect(() => {
    // Where not all fit, the one in use is in sight.
    const current = bar.current?.querySelector<HTMLElement>('[aria-current]')
    if (bar.current !== null && current != null) {
      bar.current.scrollLeft = current.offsetLeft - bar.current.clientWidth / 2
    }
  }, [props.current])
  return (
    <nav
      ref={bar}
      aria-label={props.label}
      className="relative flex gap-1 overflow-x-auto border-line border-b px-4 max-sm:flex-wrap max-sm:px-2"
    >
      {props.tabs.map((tab) => (
        <Link
          key={tab.id}
          to={tab.to}
          search={(tab.search ?? {}) as never} // routes are not typed here
          resetScroll={false}
          activeOptions={{ exact: true, includeSearch: false }} // the first is a part of each other's path
          aria-current={tab.id === props.current ? 'page' : undefined}
          className={`-mb-px whitespace-nowrap border-b-2 px-2 py-2 outline-offset-[-2px] ${tab.id === props.current ? 'border-accent font-[550] text-accent' : 'border-transparent text-ink-2 hover:text-ink'}`}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  )
}

/** Facts in two columns: what, and its value. */
export function Facts(props: {
  readonly facts: readonly (readonly [label: string, value: ReactNode] | null)[]
}) {
  return (
    <dl className="grid grid-cols-[fit-content(50%)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {props.facts.map(
        (fact) =>
          fact !== null && (
            <div key={fact[0]} className="contents">
              <dt className="min-w-28 break-words text-ink-3">{fact[0]}</dt>
              <dd className="min-w-0 break-words">{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** Side by side where there is room for it, by the size of the letters too; else one under the other. */
export function Columns(props: { readonly count?: 2 | 3; readonly children: ReactNode }) {
  const side = props.count === 3 ? '@min-[46rem]:grid-cols-3' : '@min-[46rem]:grid-cols-2'
  return (
    <div className="@container">
      <div className={`grid items-start gap-6 [&>*]:min-w-0 ${side}`}>{props.children}</div>
    </div>
  )
}
