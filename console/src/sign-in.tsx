import { useQuery } from '@tanstack/react-query'
import { CatchBoundary, type ErrorComponentProps } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { whenExpired } from './api/http.ts'
import { openSession, type Session, signOut, takeInvite } from './api/session.ts'
import { queries } from './app.tsx'
import { Failure, Loading } from './components/states.tsx'
import { withWords } from './i18n.tsx'
import { sessionKey, takeReturn } from './state/entrance.ts'
import { SessionContext } from './state/session.tsx'

/** Most who are here need none of the forms: they are loaded for who does. */
const loadForms = withWords(() => import('./sign-in-forms.tsx'))
const ChoosePassword = lazy(async () => ({ default: (await loadForms()).ChoosePassword }))
const Expired = lazy(async () => ({ default: (await loadForms()).Expired }))
const OpenIdReturn = lazy(async () => ({ default: (await loadForms()).OpenIdReturn }))
const SignIn = lazy(async () => ({ default: (await loadForms()).SignIn }))

// Read once, before anything renders: the fragment is gone afterwards.
const invite = takeInvite()
const returned = takeReturn()

/** Shows the page to who is signed in; on one's own machine that happens by itself. */
export function SignedIn(props: { readonly children: ReactNode }) {
  const [invited, setInvited] = useState(invite)
  const [returning, setReturning] = useState(returned)
  const [refused, setRefused] = useState<string | null>(null)
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: openSession,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: invited === null && returning === null,
  })
  const kind = session.data?.kind
  useEffect(() => {
    // Their sessions end: the form must be there then, even if this release is not on the server any more.
    if (kind === 'key' || kind === 'user') void loadForms()
    whenExpired(() => {
      // A local session renews itself; keys and passwords must be given again.
      if (kind === 'key' || kind === 'user') signOut()
      void queries.invalidateQueries({ queryKey: sessionKey })
    })
  }, [kind])
  // Once somebody was in, the page stays: what was typed outlives the session and the connection.
  const [entered, setEntered] = useState<Session | null>(null)
  if (session.data != null && session.data !== entered) setEntered(session.data)
  const begin = (next: Session): void => {
    setInvited(null)
    queries.setQueryData(sessionKey, next)
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
  }
  if (invited !== null) {
    return (
      <main className="h-full">
        <Form>
          <ChoosePassword token={invited} onDone={begin} onLeave={() => setInvited(null)} />
        </Form>
      </main>
    )
  }
  if (returning !== null) {
    const stay = (sentence: string): void => {
      setRefused(sentence)
      setReturning(null)
    }
    return (
      <Form>
        <OpenIdReturn query={returning} onRefused={stay} />
      </Form>
    )
  }
  if (session.isPending) return <Loading />
  if (session.isError && entered === null) {
    return (
      <div className="mx-auto max-w-xl p-6">
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </div>
    )
  }
  if (entered === null) {
    return (
      <main className="h-full">
        <Form>
          <SignIn onDone={begin} refused={refused} />
        </Form>
      </main>
    )
  }
  return (
    <SessionContext value={session.data ?? entered}>
      {props.children}
      {session.data === null && (
        <Form>
          <Expired onDone={begin} />
        </Form>
      )}
    </SessionContext>
  )
}

/** One of the forms, once it is loaded; without it the page says so and offers to begin again. */
function Form(props: { readonly children: ReactNode }) {
  return (
    <CatchBoundary getResetKey={() => 'form'} errorComponent={NotLoaded}>
      <Suspense fallback={<Loading />}>{props.children}</Suspense>
    </CatchBoundary>
  )
}

function NotLoaded(props: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-xl p-6">
      <Failure error={props.error} onRetry={() => location.reload()} />
    </div>
  )
}
