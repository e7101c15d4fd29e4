import { useState } from 'react'
import type { ProfileOut } from '../api/profile-calls.ts'
import { JsonView } from '../components/json-view.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { useCatalog } from '../state/profile.ts'

/** Every event of the system with its description; its payload once it is opened. */
export function ProfileEvents(props: { readonly profile: ProfileOut }) {
  const t = useT()
  const { language } = useLocalization()
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const events = useCatalog(props.profile.catalog).data?.events ?? []
  if (events.length === 0) return null
  return (
    <section aria-label={t('profile.allEvents')} className="mt-6 flex max-w-3xl flex-col gap-1">
      <h2 className="font-[550]">{t('profile.allEvents')}</h2>
      {events.map(({ name, label, description, example }) => (
        <details
          key={name}
          className="rounded-md border border-line"
          onToggle={(event) => {
            if (event.currentTarget.open) setOpened((before) => new Set(before).add(name))
          }}
        >
          <summary className="cursor-pointer px-3 py-1.5">
            <span className="font-[550]">{label[language]}</span>{' '}
            <span className="mono text-ink-3 text-xs">{name}</span>
            <span className="block text-ink-2">{description[language]}</span>
          </summary>
          {opened.has(name) && (
            <JsonView text={JSON.stringify(example, null, 2)} label={label[language]} />
          )}
        </details>
      ))}
    </section>
  )
}
