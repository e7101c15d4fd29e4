/** What is known of a sign-in before any of its forms is loaded. */

export const sessionKey = ['session']

export const passwordLengthMin = 12

const returnPath = '/sign-in/openid'

/** The query that the provider sent the browser back with; it is taken out of the address. */
export function takeReturn(): string | null {
  if (location.pathname !== returnPath) return null
  const query = location.search.slice(1)
  history.replaceState(history.state, '', '/')
  return query
}
