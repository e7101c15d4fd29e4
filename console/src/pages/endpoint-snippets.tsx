import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { endpointSnippets, plannedSnippets } from '../api/calls.ts'
import type { SnippetOut } from '../api/model.ts'
import { CopyButton } from '../components/button.tsx'
import { Loaded } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'

/** A receiver for this endpoint, in nine languages; nothing where its requests are not signed. */
export function EndpointSnippets(props: { readonly endpoint: string }) {
  const scope = useScope()
  const query = useQuery({
    queryKey: ['endpoints', scope.application, 'snippets', props.endpoint],
    queryFn: () => endpointSnippets(scope.application, props.endpoint),
  })
  return (
    <Loaded query={query}>
      {({ data, environment }) =>
        data.length > 0 && <Panel snippets={data} variable={environment.name} />
      }
    </Loaded>
  )
}

/** The same before there is an endpoint: for the URL that is typed. */
export function PlannedSnippets(props: { readonly url: string }) {
  const scope = useScope()
  const url = useDeferredValue(URL.canParse(props.url) ? props.url : '')
  const query = useQuery({
    queryKey: ['endpoints', scope.application, 'snippets', 'planned', url],
    queryFn: () => plannedSnippets(scope.application, url),
    placeholderData: (previous) => previous,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (query.data === undefined || query.data.data.length === 0) return null // a help, not the page
  return <Panel snippets={query.data.data} variable={query.data.environment.name} />
}

function Panel(props: { readonly snippets: readonly SnippetOut[]; readonly variable: string }) {
  const t = useT()
  const { snippets, variable } = props
  const [language, setLanguage] = useState(snippets[0]?.language)
  const [form, setForm] = useState(snippets[0]?.form)
  const inLanguage = snippets.filter((snippet) => snippet.language === language)
  const shown = inLanguage.find((snippet) => snippet.form === form) ?? inLanguage[0]
  const languages = snippets.filter(
    (snippet, at) => snippets.findIndex((other) => other.language === snippet.language) === at,
  )
  if (shown === undefined) return null
  return (
    <section aria-label={t('signing.verify')} className="rounded-md border border-line">
      <header className="flex flex-wrap items-center gap-1 border-line border-b p-1">
        {languages.map((one) => (
          <Choice
            key={one.language}
            label={one.label}
            chosen={one.language === shown.language}
            onChoose={() => setLanguage(one.language)}
          />
        ))}
        <span className="flex-1" />
        <CopyButton text={shown.code} label={t('copy.code')} />
      </header>
      {inLanguage.length > 1 && (
        <div className="flex flex-wrap items-center gap-1 border-line border-b p-1">
          {inLanguage.map((one) => (
            <Choice
              key={one.form}
              label={t(one.form === 'library' ? 'signing.library' : 'signing.plain')}
              chosen={one.form === shown.form}
              onChoose={() => setForm(one.form)}
            />
          ))}
        </div>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-3 pt-3 text-ink-2">
        <p>{t('signing.variable', { variable })}</p>
        {shown.install !== null && (
          <span className="flex max-w-full items-center rounded-md bg-sunken pl-2.5">
            <code className="overflow-x-auto whitespace-nowrap">{shown.install}</code>
            <CopyButton text={shown.install} label={t('copy.command')} />
          </span>
        )}
      </div>
      <pre className="max-h-96 overflow-auto p-3 text-ink-2" tabIndex={0}>
        {shown.code}
      </pre>
    </section>
  )
}

function Choice(props: {
  readonly label: string
  readonly chosen: boolean
  readonly onChoose: () => void
}) {
  return (
    <button
      type="button"
      aria-pressed={props.chosen}
      className={`btn btn-quiet ${props.chosen ? 'text-accent font-[550]' : ''}`}
      onClick={props.onChoose}
    >
      {props.label}
    </button>
  )
}
