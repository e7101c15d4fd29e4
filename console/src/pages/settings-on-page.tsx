import { useT } from '../i18n.tsx'
import { installationEn } from '../messages/installation-en.ts'
import { installationEs } from '../messages/installation-es.ts'
import { useAdminT } from '../state/admin-words.ts'
import { useWords } from '../state/words.ts'

const words = { en: installationEn, es: installationEs }

/** The sections of an owner's settings, to go to without scrolling past the others. */
export function OnPage() {
  const w = useWords(words)
  const sections = useSettingsSections()
  return (
    <nav aria-label={w('set.onPage')} className="flex flex-wrap gap-x-4 gap-y-1">
      {sections.map(
        ([id, label]) =>
          label !== undefined && (
            <a
              key={id}
              href={`#${id}`}
              className="link inline-flex min-h-6 items-center"
              onClick={(event) => {
                event.preventDefault() // no step in the history, nor a question about what is typed
                const section = document.getElementById(id)
                section?.scrollIntoView()
                section?.focus({ preventScroll: true })
              }}
            >
              {label}
            </a>
          ),
      )}
    </nav>
  )
}

/** The parts of the page that have a name of their own, by their place on it. */
export function useSettingsSections() {
  const t = useT()
  const w = useWords(words)
  const admin = useAdminT()
  return [
    ['environment', w('section.environment')],
    ['delivery', w('section.delivery')],
    ['signing', w('section.signing')],
    ['retention', w('section.retention')],
    ['redaction', admin?.('mask.title')],
    ['network', admin?.('network.title')],
    ['portal', w('section.portal')],
    ['browser', t('settings.browser')],
    ['system', t('settings.system')],
  ] as const
}
