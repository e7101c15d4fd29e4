import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { useLocalization } from './i18n.tsx'

const words = {
  en: { name: 'Test', text: 'Nothing here is live.' },
  es: { name: 'Prueba', text: 'Aquí no hay nada real.' },
} as const

/** Above every page of a test environment, the sign-in too: a word to the stripe that the styles draw. */
export function showEnvironmentBar(): void {
  const place = document.createElement('div')
  document.body.prepend(place)
  createRoot(place).render(
    <App>
      <Bar />
    </App>,
  )
}

function Bar() {
  const { language } = useLocalization()
  // A live region tells what comes into it, not what it came with.
  const [told, setTold] = useState(false)
  useEffect(() => setTold(true), [])
  const { name, text } = words[language]
  return (
    <aside className="flex min-h-6 items-center justify-center bg-warn-soft px-3 text-warn text-xs">
      <p role="status">
        {told && (
          <>
            <strong>{name}</strong> · {text}
          </>
        )}
      </p>
    </aside>
  )
}
