/** The forms that somebody meets before the pages, or when their session has ended. */
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiError } from './api/http.ts'
import { acceptInvite, passwordSignIn, signInMethods } from './api/people-calls.ts'
import { type Session, signIn, userSession } from './api/session.ts'
import { Button } from './components/button.tsx'
import { TextField } from './components/field.tsx'
import { errorSentence, Loading } from './components/states.tsx'
import { type T, useT } from './i18n.tsx'
import { OpenIdButton, useSignedInElsewhere } from './openid-sign-in.tsx'
import { passwordLengthMin, sessionKey } from './state/entrance.ts'

export { OpenIdReturn } from './openid-sign-in.tsx'

/** Over the page, which waits behind it as it was. */
export function Expired(props: { readonly onDone: (session: Session) => void }) {
  const element = useRef<HTMLDialogElement>(null)
  const t = useT()
  useSignedInElsewhere(sessionKey)
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
      <SignIn onDone={props.onDone} refused={null} aside />
    </dialog>
  )
}

/** The page before the pages: the product's name and one short form. */
function Door(props: { readonly children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-full max-w-sm flex-col justify-center gap-5 p-6">
      <h1 className="flex items-center gap-2 text-xl">
        <span className="size-4 rounded-sm bg-accent" aria-hidden /> posthorn
      </h1>
      {props.children}
    </div>
  )
}

export function SignIn(props: {
  readonly onDone: (session: Session) => void
  /** Why a sign-in with the provider did not work. */
  readonly refused: string | null
  /** The page behind stays as it is. */
  readonly aside?: boolean
}) {
  const t = useT()
  const methods = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: signInMethods,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const [byKey, setByKey] = useState(false)
  if (methods.isPending) return <Loading />
  const password = methods.data?.password === true
  const provider = methods.data?.openId ?? null
  return (
    <Door>
      {provider !== null && (
        <>
          <OpenIdButton name={provider.name} refused={props.refused} aside={props.aside === true} />
          <p className="flex items-center gap-3 text-ink-3 text-xs before:flex-1 before:border-line before:border-t after:flex-1 after:border-line after:border-t">
            {t('signIn.or')}
          </p>
        </>
      )}
      {password && !byKey ? (
        <PasswordForm onDone={props.onDone} />
      ) : (
        <KeyForm onDone={props.onDone} />
      )}
      {password && (
        <Button kind="quiet" onClick={() => setByKey(!byKey)}>
          {byKey ? t('signIn.usePassword') : t('signIn.useKey')}
        </Button>
      )}
    </Door>
  )
}

/** Runs what signs in, and says why it did not work. */
function useTry(onDone: (session: Session) => void, refused: (t: T) => string) {
  const t = useT()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function run(action: () => Promise<Session>): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      onDone(await action())
    } catch (cause) {
      const status = cause instanceof ApiError ? cause.status : 0
      if (status === 401 || status === 403 || status === 404) setError(refused(t))
      else setError(status === 429 ? t('signIn.tooMany') : errorSentence(cause, t))
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, run }
}

function PasswordForm(props: { readonly onDone: (session: Session) => void }) {
  const t = useT()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { busy, error, run } = useTry(props.onDone, (say) => say('signIn.wrong'))
  function submit(event: FormEvent): void {
    event.preventDefault()
    void run(async () => userSession(await passwordSignIn({ email: email.trim(), password })))
  }
  return (
    <form className="flex flex-col gap-4" onSubmit={submit}>
      <TextField
        label={t('signIn.email')}
        type="email"
        required
        autoComplete="username"
        value={email}
        onChange={setEmail}
      />
      <TextField
        label={t('signIn.password')}
        type="password"
        required
        autoComplete="current-password"
        error={error ?? undefined}
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" kind="primary" busy={busy}>
        {t('signIn.submit')}
      </Button>
    </form>
  )
}

function KeyForm(props: { readonly onDone: (session: Session) => void }) {
  const t = useT()
  const [key, setKey] = useState('')
  const { busy, error, run } = useTry(props.onDone, (say) => say('signIn.refused'))
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void run(() => signIn(key.trim()))
      }}
    >
      <TextField
        label={t('signIn.key')}
        help={t('signIn.help')}
        error={error ?? undefined}
        type="password"
        autoComplete="off"
        mono
        value={key}
        onChange={setKey}
      />
      <Button type="submit" kind="primary" busy={busy}>
        {t('signIn.submit')}
      </Button>
    </form>
  )
}

/** The end of an invitation's link: a first password, or another one when it was lost. */
export function ChoosePassword(props: {
  readonly token: string
  readonly onDone: (session: Session) => void
  readonly onLeave: () => void
}) {
  const t = useT()
  const [password, setPassword] = useState('')
  const [short, setShort] = useState(false)
  const { busy, error, run } = useTry(props.onDone, (say) => say('signIn.inviteEnded'))
  function submit(event: FormEvent): void {
    event.preventDefault()
    const tooShort = password.length < passwordLengthMin
    setShort(tooShort)
    if (tooShort) return
    void run(async () => userSession(await acceptInvite({ token: props.token, password })))
  }
  return (
    <Door>
      <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
        <TextField
          label={t('signIn.choose')}
          help={t('profile.passwordHelp')}
          error={short ? t('profile.passwordShort') : (error ?? undefined)}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {t('signIn.chooseSubmit')}
        </Button>
      </form>
      <Button kind="quiet" onClick={props.onLeave}>
        {t('signIn.title')}
      </Button>
    </Door>
  )
}
