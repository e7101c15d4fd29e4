import { useLocalization } from './i18n.tsx'

const words = {
  en: 'You see the portal as your customer does. What you change here, you change for them.',
  es: 'Ves el portal como lo ve tu cliente. Lo que cambies aquí, lo cambias para él.',
} as const

/** Above a portal that somebody of the operator opened from the console. */
export function AsCustomer() {
  const { language } = useLocalization()
  return (
    <p
      role="status"
      className="flex-none border-warn border-b bg-warn-soft px-5 py-1.5 text-warn max-sm:px-3"
    >
      {words[language]}
    </p>
  )
}
