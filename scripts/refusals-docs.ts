/** `npm run docs:refusals`: writes `docs/security/refusals.md` from the rules themselves. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { headerRefusalReasons } from '../src/api/header-rules.ts'
import { openIdRefusalReasons } from '../src/api/openid/refusals.ts'
import { urlRefusalReasons } from '../src/delivery/url-policy.ts'
import { explain } from '../src/i18n/explanations.ts'
import type { Language } from '../src/i18n/translate.ts'

export const refusalsPage = join(import.meta.dirname, '../docs/security/refusals.md')

const networkCodes = [
  'blocked_address',
  'blocked_url',
  'proxy_failed',
  'tls_failed',
  'tls_name',
  'tls_protocol',
] as const

const allowances: Readonly<Record<string, string>> = {
  url_private_name: '`POSTHORN_ALLOW_HOSTS`',
  url_private_address: '`POSTHORN_ALLOW_NETWORKS`',
  url_not_https: '`POSTHORN_HTTPS_ONLY=false`',
  openid_off: '`POSTHORN_OIDC_ISSUER`',
  openid_unknown_user: '`posthorn users add`, or `POSTHORN_OIDC_ALLOWED_DOMAINS`',
  openid_locked_out: '`posthorn users add`, or let the user in again',
  openid_no_role: '`POSTHORN_OIDC_ROLES`, `POSTHORN_OIDC_DEFAULT_ROLE`',
  openid_other_account: '`posthorn users rm`, then `add`',
  url_credentials: 'a header, or the endpoint’s authentication',
  header_reserved: 'a profile that lets an endpoint replace it',
}

export function refusalsText(): string {
  return `# Refusals

Written by \`npm run docs:refusals\` from the rules themselves. A 422 of the API names the field in \`loc\` and
the code in \`type\`; its sentence follows \`Accept-Language\`, and is English where none is asked for.

## URLs of endpoints

${table(urlRefusalReasons)}

## Custom headers

${table(headerRefusalReasons)}

## While sending

Codes of attempts; \`posthorn explain CODE\` says why, and what helps.

| Code | English | Español | What helps |
| --- | --- | --- | --- |
${networkCodes.map(networkRow).join('\n')}

## Sign-in with OpenID Connect

\`code\` of the answer; who may come in is in \`docs/security/identity.md\`.

${table(openIdRefusalReasons)}

## Limits

| Code | Status | When | Way out |
| --- | --- | --- | --- |
| \`rate_limited\` | 429 | a credential, an address or an application is beyond its rate or its share | wait \`Retry-After\`; \`POSTHORN_API_RATE_PER_SECOND\`, \`POSTHORN_APPLICATION_RATE_PER_SECOND\` |
| \`unavailable\` | 503 | nothing can be stored now | repeat after \`Retry-After\` with the same \`Idempotency-Key\` |
| \`payload_too_large\` | 413 | the body is over the limit | \`POSTHORN_BODY_BYTES_MAX\` |
| \`headers_too_large\` | 431 | the headers of the request are over 16 KiB | send fewer |
| \`request_timeout\` | 408 | headers took over 10 s or the request over 30 s | send it in one piece |
| \`unsupported_media_type\` | 415 | the body is compressed | send it as it is |
| \`loop_detected\` | 508 | a delivery of this installation called its API | point the endpoint elsewhere |
| \`metrics_private\` | 403 | metrics were asked for from elsewhere | \`POSTHORN_METRICS_TOKEN\` |
`
}

function table(reasons: Readonly<Record<Language, Readonly<Record<string, string>>>>): string {
  const rows = Object.entries(reasons.en).map(
    ([code, en]) => `| \`${code}\` | ${en} | ${reasons.es[code]} | ${allowances[code] ?? ''} |`,
  )
  return ['| Code | English | Español | To allow it |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

function networkRow(code: string): string {
  const [en, es] = [explain(code, 'en'), explain(code, 'es')]
  return `| \`${code}\` | ${en?.title} | ${es?.title} | ${en?.fix} |`
}

if (import.meta.main) writeFileSync(refusalsPage, refusalsText())
