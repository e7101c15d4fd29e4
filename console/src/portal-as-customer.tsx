import { useLayoutEffect } from 'react'
import { useLocalization } from './i18n.tsx'

const test = { en: 'Test', es: 'Prueba' } as const
const words = {
  en: 'You see the portal as your customer does. What you change here, you change for them.',
  es: 'Ves el portal como lo ve tu cliente. Lo que cambies aquí, lo cambias para él.',
} as const

/** Above a portal that somebody of the operator opened from the console. */
export function AsCustomer() {
  const { language } = useLocalization()
  const isTest = document.documentElement.dataset['operator'] === 'test'
  // The stripe of the console, which a customer's own portal does not have.
  useLayoutEffect(() => {
    if (isTest) document.documentElement.dataset['environment'] = 'test'
  }, [isTest])
  return (
    <p
      role="status"
      className="flex-none border-warn border-b bg-warn-soft px-5 py-1.5 text-warn max-sm:px-3"
    >
      {isTest && <strong>{test[language]} · </strong>}
      {words[language]}
    </p>
  )
}
