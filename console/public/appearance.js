// Sets theme and language before the first paint, so that neither flashes. Kept as a file of its
// own because the Content-Security-Policy allows no inline script.
;(() => {
  const portal = /^\/portal(\/|$)/.test(location.pathname)
  const asked = new URLSearchParams(portal ? location.search : '')
  let stored = {}
  try {
    const name = portal ? 'posthorn.portal.preferences' : 'posthorn.preferences'
    stored = JSON.parse(localStorage.getItem(name) ?? '{}')
  } catch {
    // A blocked or damaged storage leaves the defaults: the system's theme, the browser's language.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const theme = asked.get('theme') ?? stored.theme
  const language = asked.get('lang') ?? stored.language
  const root = document.documentElement
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light'
  root.lang =
    language === 'en' || language === 'es'
      ? language
      : /^es\b/i.test(navigator.language)
        ? 'es'
        : 'en'
})()
