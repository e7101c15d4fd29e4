/**
 * What only a framed portal does for the page around it: goes where that page says, says where it
 * is, and says in good time that its session ends.
 */
import { currentToken } from './api/http.ts'
import { hearHost, tellHost } from './portal-embed.ts'
import { portalRouter, shownSections } from './portal-router.tsx'

/** So long before its end the session is said to end, for a new link to be made. */
const noticeMs = 5 * 60_000

export function followHost(): void {
  hearHost((message) => {
    const section = shownSections().find(({ id }) => id === message['section'])
    if (message['type'] !== 'posthorn:go' || section === undefined) return
    void portalRouter.navigate({ to: `/portal/${section.id}` })
  })
  let said = false
  const say = (): void => {
    tellHost({ type: 'posthorn:navigated', path: portalRouter.state.location.pathname })
    if (said) return
    said = true
    tellBeforeEnd()
  }
  portalRouter.subscribe('onResolved', say)
  if (portalRouter.state.resolvedLocation !== undefined) say()
}

function tellBeforeEnd(): void {
  const endsAt = endOf(currentToken() ?? '')
  if (endsAt === null) return
  const tell = () => tellHost({ type: 'posthorn:expiring', at: new Date(endsAt).toISOString() })
  window.setTimeout(tell, Math.max(0, endsAt - Date.now() - noticeMs))
}

/** Milliseconds since 1970; null for what is no token. */
function endOf(token: string): number | null {
  try {
    const text = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''
    const exp: unknown = JSON.parse(atob(text)).exp
    return typeof exp === 'number' ? exp * 1000 : null
  } catch {
    return null
  }
}
