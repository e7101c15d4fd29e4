/**
 * Which headers a bin may answer with. Bins share their origin with the console: what a script of
 * somebody's makes a browser do there, it would do as whoever is signed in. So none of them sets a
 * cookie, a policy or a credential prompt, none frames the answer for HTTP, and none makes the body a
 * script or a style that the console's own policy would take for one of ours.
 */

const reserved = new Set(
  (
    'connection content-length date keep-alive te trailer transfer-encoding upgrade ' +
    'alt-svc clear-site-data nel refresh report-to reporting-endpoints service-worker-allowed ' +
    'set-cookie set-cookie2 sourcemap strict-transport-security www-authenticate ' +
    'permissions-policy referrer-policy x-content-type-options x-frame-options x-sourcemap'
  ).split(' '),
)
const reservedPrefixes = ['content-security-policy', 'cross-origin-', 'proxy-']

const name = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
const value = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/
const codeType = /script|css|wasm/i

/** The first header that may not be; null: all may. */
export function refusedAnswerHeader(headers: Readonly<Record<string, string>>): string | null {
  for (const [given, text] of Object.entries(headers)) {
    const lower = given.toLowerCase()
    const isReserved =
      reserved.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix))
    const isCode = lower === 'content-type' && codeType.test(text)
    if (!name.test(given) || !value.test(text) || isReserved || isCode) return given
  }
  return null
}

/** Whatever the answer is: shown by a browser, it is a page of nobody, and nothing in it runs. */
export const answerPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
