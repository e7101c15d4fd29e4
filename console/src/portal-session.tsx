import { type ReactNode, useEffect, useState } from 'react'
import { setToken, whenExpired } from './api/http.ts'
import { openPortalSession, type Session } from './api/session.ts'
import { Empty } from './components/states.tsx'
import { useT } from './i18n.tsx'
import { Scoped } from './state/scope.tsx'

// Read once, before anything renders: the fragment is gone afterwards.
const opened = openPortalSession()

/** The portal of whoever holds the link; it says so when the link has ended. */
export function PortalSession(props: { readonly children: ReactNode }) {
  const t = useT()
  const [session, setSession] = useState<Session | null>(opened)
  useEffect(() => {
    whenExpired(() => {
      setToken(null)
      setSession(null)
    })
  }, [])
  if (session === null || session.applicationId === null) {
    return (
      <main>
        <Empty title={t('portal.ended')}>{t('portal.endedText')}</Empty>
      </main>
    )
  }
  return (
    <Scoped
      scope={{
        application: session.applicationId,
        base: '/portal',
        portal: true,
        may: session.may,
      }}
    >
      {props.children}
    </Scoped>
  )
}
