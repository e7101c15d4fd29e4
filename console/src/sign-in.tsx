import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiError, whenExpired } from './api/http.ts'
import { openSession, signIn, signOut } from './api/session.ts'
import { queries } from './app.tsx'
import { Button } from './components/button.tsx'
import { TextField } from './components/field.tsx'
import { errorSentence, Failure, Loading } from './components/states.tsx'
import { useT } from './i18n.tsx'

const sessionKey = ['session']

/** Shows the page to who is signed in; on one's own machine that happens by itself. */
export function SignedIn(props: { readonly children: ReactNode }) {
  const session = useQuery({
    queryKey: sessionKey,
    queryFn: openSession,
    staleTime: Number.POSITIVE_INFINITY,
  })
  useEffect(() => {
    whenExpired(() => {
      // A local session renews itself; a key that is refused must be given again.
      if (session.data?.kind === 'key') signOut()
      void queries.invalidateQueries({ queryKey: sessionKey })
    })
  }, [session.data?.kind])
  // Once somebody was in, the page stays: what was typed outlives the session and the connection.
  const [entered, setEntered] = useState(false)
  if (!entered && session.data != null) setEntered(true)
  if (session.isPending) return <Loading />
  if (session.isError && !entered) {
    return (
      <div className="mx-auto max-w-xl p-6">
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </div>
    )
  }
  if (!entered) return <SignInForm />
  return (
    <>
      {props.children}
      {session.data === null && <Expired />}
    </>
  )
}

/** Over the page, which waits behind it as it was. */
function Expired() {
  const element = useRef<HTMLDialogElement>(null)
  const t = useT()
  useEffect(() => {
    element.current?.showModal()
    element.current?.querySelector('input')?.focus()
  }, [])
  return (
    <dialog
      ref={element}
      aria-label={t('error.signedOut')}
      className="overlay w-[min(calc(100vw-2rem),26rem)] p-0"
      onCancel={(event) => event.preventDefault()}
    >
      <p className="px-6 pt-5 text-ink-2">{t('signIn.expired')}</p>
      <SignInForm inDialog />
    </dialog>
  )
}

function SignInForm(props: { readonly inDialog?: boolean }) {
  const t = useT()
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const session = await signIn(key.trim())
      queries.setQueryData(sessionKey, session)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
    } catch (cause) {
      const refused = cause instanceof ApiError && (cause.status === 401 || cause.status === 403)
      setError(refused ? t('signIn.refused') : errorSentence(cause, t))
    } finally {
      setBusy(false)
    }
  }
  const Frame = props.inDialog === true ? 'div' : 'main'
  return (
    <Frame className="mx-auto flex min-h-full max-w-sm flex-col justify-center gap-5 p-6">
      <h1 className="flex items-center gap-2 text-xl">
        <span className="size-4 rounded-sm bg-accent" aria-hidden /> posthorn
      </h1>
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('signIn.key')}
          help={t('signIn.help')}
          error={error ?? undefined}
          type="password"
          autoComplete="current-password"
          mono
          value={key}
          onChange={setKey}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {t('signIn.submit')}
        </Button>
      </form>
    </Frame>
  )
}
