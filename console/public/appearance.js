// Sets theme and language before the first paint, so that neither flashes. Kept as a file of its
// own because the Content-Security-Policy allows no inline script.
;(() => {
  let stored = {}
  try {
    stored = JSON.parse(localStorage.getItem('posthorn.preferences') ?? '{}')
  } catch {
    // A blocked or damaged storage leaves the defaults: the system's theme, the browser's language.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const root = document.documentElement
  root.dataset.theme =
    stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : dark ? 'dark' : 'light'
  root.lang = stored.language ?? (/^es\b/i.test(navigator.language) ? 'es' : 'en')
})()
