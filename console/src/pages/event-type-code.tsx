/** The payload of an event type as programs write it: loaded once it is looked at. */
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { CopyButton } from '../components/button.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Section } from '../components/page.tsx'
import { Loading } from '../components/states.tsx'
import { useT } from '../i18n.tsx'

const languages = [
  { id: 'typescript', label: 'TypeScript' },
  { id: 'zod', label: 'Zod' },
  { id: 'go', label: 'Go' },
  { id: 'python', label: 'Python' },
] as const
type Language = (typeof languages)[number]['id']

async function codeIn(language: Language, name: string, schema: unknown): Promise<string> {
  switch (language) {
    case 'typescript':
      return (await import('../../../src/domain/schema/typescript.ts')).typescriptOf(name, schema)
    case 'zod':
      return (await import('../../../src/domain/schema/typescript.ts')).zodOf(name, schema)
    case 'go':
      return (await import('../../../src/domain/schema/go.ts')).goOf(name, schema)
    case 'python':
      return (await import('../../../src/domain/schema/python.ts')).pythonOf(name, schema)
    default:
      return language satisfies never
  }
}

/** The example, and the types that receivers need, each to copy. */
export function SampleSection(props: {
  readonly name: string
  readonly schema: unknown
  /** JSON text; null: the schema has none. */
  readonly example: string | null
}) {
  const t = useT()
  const panel = useId()
  const { name, schema, example } = props
  const typed = schema !== undefined
  const [chosen, setChosen] = useState<'json' | Language>(example === null ? 'typescript' : 'json')
  if (example === null && !typed) return null
  const tabs = [
    ...(example === null ? [] : [{ id: 'json', label: 'JSON' } as const]),
    ...(typed ? languages : []),
  ]
  return (
    <Section title={t('eventType.example')}>
      {tabs.length > 1 && (
        <div className="-mb-1 flex flex-wrap gap-1">
          {tabs.map((tab) => (
            <button
              key={tab.id}
              type="button"
              aria-pressed={tab.id === chosen}
              aria-controls={panel}
              className={`btn btn-quiet ${tab.id === chosen ? 'font-[550] text-accent' : ''}`}
              onClick={() => setChosen(tab.id)}
            >
              {tab.label}
            </button>
          ))}
        </div>
      )}
      <div id={panel}>
        {chosen === 'json' ? (
          example !== null && <JsonView text={example} label={t('eventType.example')} />
        ) : (
          <Code name={name} schema={schema} language={chosen} />
        )}
      </div>
    </Section>
  )
}

function Code(props: {
  readonly name: string
  readonly schema: unknown
  readonly language: Language
}) {
  const t = useT()
  const { name, schema, language } = props
  const code = useQuery({
    queryKey: ['code', language, name, JSON.stringify(schema)],
    queryFn: () => codeIn(language, name, schema),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const label = languages.find(({ id }) => id === language)?.label ?? ''
  if (code.data === undefined) return <Loading rows={4} />
  return (
    <section aria-label={label} className="relative rounded-md border border-line bg-sunken">
      <span className="absolute end-1 top-1">
        <CopyButton text={code.data} label={t('copy.code')} />
      </span>
      <pre className="max-h-[32rem] overflow-auto p-3 pe-10 text-ink-2" tabIndex={0}>
        {code.data}
      </pre>
    </section>
  )
}
