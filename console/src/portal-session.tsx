import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { setToken, whenExpired } from './api/http.ts'
import { openPortalSession, takeLinkKey } from './api/session.ts'
import { queries } from './app.tsx'
import { Empty, Failure, Loading } from './components/states.tsx'
import { useT } from './i18n.tsx'
import { tellEnded } from './portal-embed.ts'
import { nameTab } from './portal-look.ts'
import { portalTabs } from './portal-tabs.ts'
import { PortalText } from './portal-text.tsx'
import { Scoped } from './state/scope.tsx'

// Read once, before anything renders: the fragment is gone afterwards.
const key = takeLinkKey()
const tab = new URLSearchParams(location.search).get('tab')
const sessionKey = ['portal-session']

/** The portal of whoever holds the link; it says so when the link has ended. */
export function PortalSession(props: { readonly children: ReactNode }) {
  const t = useT()
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: async () => {
      const opened = await openPortalSession(key, tab)
      if (opened !== null) nameTab(opened.tab)
      return opened?.session ?? null
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const ended = session.isSuccess && session.data === null
  useEffect(() => {
    if (ended) tellEnded()
  }, [ended])
  useEffect(() => {
    whenExpired(() => {
      setToken(null)
      portalTabs.stop()
      queries.setQueryData(sessionKey, null)
    })
  }, [])
  if (session.isPending) return <Loading />
  if (session.isError) {
    return (
      <main className="p-6">
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </main>
    )
  }
  if (session.data === null || session.data.applicationId === null) {
    return (
      <main>
        <Empty title={t('portal.ended')}>
          <PortalText name="ended">{t('portal.endedText')}</PortalText>
        </Empty>
      </main>
    )
  }
  return (
    <Scoped
      scope={{
        application: session.data.applicationId,
        base: '/portal',
        portal: true,
        may: session.data.may,
      }}
    >
      {props.children}
    </Scoped>
  )
}
