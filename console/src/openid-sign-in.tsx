/** Signing in with the provider that the operator set: off to it, and back with what it sent. */
import { useEffect, useState } from 'react'
import { ApiError } from './api/http.ts'
import { openIdFinish, openIdStart } from './api/people-calls.ts'
import { queries } from './app.tsx'
import { Button } from './components/button.tsx'
import { errorSentence, Loading } from './components/states.tsx'
import { type T, useT } from './i18n.tsx'

const wantedKey = 'posthorn.sign-in-to'

/** What keeps somebody out is said by the server, in the page's language and with what helps. */
function refusal(cause: unknown, t: T): string {
  if (!(cause instanceof ApiError)) return errorSentence(cause, t)
  if (cause.status === 429) return t('signIn.tooMany')
  return cause.code.startsWith('openid_') ? cause.detail : errorSentence(cause, t)
}

let finishing: Promise<unknown> | null = null // what came back works once, however often we render

/** Hands over what the provider sent, and loads the page that somebody wanted to see. */
export function OpenIdReturn(props: {
  readonly query: string
  readonly onRefused: (sentence: string) => void
}) {
  const { query, onRefused } = props
  const t = useT()
  useEffect(() => {
    finishing ??= openIdFinish({ returned: query })
    finishing.then(
      () => location.replace(takeWanted()),
      (cause) => onRefused(refusal(cause, t)),
    )
  }, [query, onRefused, t])
  return <Loading />
}

/** `aside`: in a tab of its own, as this page holds what somebody typed. */
export function OpenIdButton(props: {
  readonly name: string
  readonly aside: boolean
  readonly refused: string | null
}) {
  const t = useT()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState(props.refused)
  async function go(): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      const { url } = await openIdStart()
      if (props.aside) {
        if (window.open(url, '_blank') === null) setError(t('signIn.tabBlocked'))
        setBusy(false)
        return
      }
      keepWanted()
      location.assign(url)
    } catch (cause) {
      setError(refusal(cause, t))
      setBusy(false)
    }
  }
  return (
    <div className="flex flex-col gap-2">
      <Button busy={busy} onClick={() => void go()}>
        {t('signIn.with', { name: props.name })}
      </Button>
      {error !== null && (
        <p className="text-err text-xs" role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

/** Looks again whether somebody is signed in by now, when they come back from another tab. */
export function useSignedInElsewhere(sessionKey: readonly string[]): void {
  useEffect(() => {
    const look = (): void => void queries.invalidateQueries({ queryKey: sessionKey })
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [sessionKey])
}

function keepWanted(): void {
  try {
    sessionStorage.setItem(wantedKey, location.pathname + location.search)
  } catch {
    // Without storage they come back to the first page.
  }
}

function takeWanted(): string {
  try {
    const wanted = sessionStorage.getItem(wantedKey) ?? '/'
    sessionStorage.removeItem(wantedKey)
    return /^\/(?![/\\])/.test(wanted) ? wanted : '/'
  } catch {
    return '/'
  }
}
