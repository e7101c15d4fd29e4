import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError } from './api/http.ts'
import { Localized, loadMessages } from './i18n.tsx'
import { usePreferences } from './state/preferences.ts'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The server's refusals do not get better by asking again; an unreachable server may.
      retry: (count, error) =>
        count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      retryDelay: (count) => 500 * 2 ** count,
    },
  },
})

/** Language and data, around either page. Nothing is shown before its words are there. */
export function App(props: { readonly children: ReactNode }) {
  const { language } = usePreferences()
  const [loaded, setLoaded] = useState<{
    language: typeof language
    messages: Awaited<ReturnType<typeof loadMessages>>
  } | null>(null)
  useEffect(() => {
    let current = true
    void loadMessages(language).then((messages) => {
      if (!current) return
      document.documentElement.lang = language
      setLoaded({ language, messages })
    })
    return () => {
      current = false
    }
  }, [language])
  if (loaded === null) return null
  return (
    <Localized language={loaded.language} messages={loaded.messages}>
      <QueryClientProvider client={queries}>{props.children}</QueryClientProvider>
    </Localized>
  )
}
