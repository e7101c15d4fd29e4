/**
 * `npm run docs:refusals`: writes `docs/security/refusals.md` and its Spanish twin from the rules
 * themselves. Both tables show both languages: whoever looks a sentence up has it in one of them.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openIdRefusalReasons } from '../src/api/openid/refusals.ts'
import { urlRefusalReasons } from '../src/delivery/url-policy.ts'
import { headerRefusalReasons } from '../src/domain/header-rule.ts'
import { explain } from '../src/i18n/explanations.ts'
import { type Both, type Language, languages } from '../src/i18n/translate.ts'

export const refusalsPages: Readonly<Record<Language, string>> = {
  en: join(import.meta.dirname, '../docs/security/refusals.md'),
  es: join(import.meta.dirname, '../docs/security/refusals.es.md'),
}

const networkCodes = [
  'blocked_address',
  'blocked_url',
  'proxy_failed',
  'tls_failed',
  'tls_name',
  'tls_protocol',
] as const

const alike = (text: string): Both => ({ en: text, es: text })

const allowances: Readonly<Record<string, Both>> = {
  url_private_name: alike('`POSTHORN_ALLOW_HOSTS`'),
  url_private_address: alike('`POSTHORN_ALLOW_NETWORKS`'),
  url_not_https: alike('`POSTHORN_HTTPS_ONLY=false`'),
  openid_off: alike('`POSTHORN_OIDC_ISSUER`'),
  openid_unknown_user: {
    en: '`posthorn users add`, or `POSTHORN_OIDC_ALLOWED_DOMAINS`',
    es: '`posthorn users add`, o `POSTHORN_OIDC_ALLOWED_DOMAINS`',
  },
  openid_locked_out: {
    en: '`posthorn users add`, or let the user in again',
    es: '`posthorn users add`, o permitir la entrada otra vez',
  },
  openid_no_role: alike('`POSTHORN_OIDC_ROLES`, `POSTHORN_OIDC_DEFAULT_ROLE`'),
  openid_other_account: {
    en: '`posthorn users rm`, then `add`',
    es: '`posthorn users rm`, después `add`',
  },
  url_credentials: {
    en: 'a header, or the endpoint’s authentication',
    es: 'un encabezado, o la autenticación del endpoint',
  },
  header_reserved: {
    en: 'a profile that lets an endpoint replace it',
    es: 'un perfil que permita al endpoint reemplazarlo',
  },
}

const words = {
  en: {
    opening: `# Refusals

[En español](refusals.es.md)

Written by \`npm run docs:refusals\` from the rules themselves. A 422 of the API names the field in \`loc\` and
the code in \`type\`; its sentence follows \`Accept-Language\`, and is English where none is asked for.`,
    urls: 'URLs of endpoints',
    headers: 'Custom headers',
    sending: 'While sending',
    sendingText: 'Codes of attempts; `posthorn explain CODE` says why, and what helps.',
    openId: 'Sign-in with OpenID Connect',
    openIdText: '`code` of the answer; who may come in is in `docs/security/identity.md`.',
    limits: 'Limits',
    limitsText: `What is refused before a request can be read (400, 405 for \`CONNECT\`, 408, 431) says both languages in
\`detail\`: no header of it can be relied on. Connections beyond the small margin that hears
\`too_many_connections\` are closed without an answer.`,
    code: 'Code',
    help: 'What helps',
    allow: 'To allow it',
    limitColumns: '| Code | Status | When | Way out |',
  },
  es: {
    opening: `# Rechazos

[In English](refusals.md)

Escrito por \`npm run docs:refusals\` a partir de las reglas mismas. Un 422 de la API nombra el campo en \`loc\` y el
código en \`type\`; su frase sigue \`Accept-Language\`, y es en inglés donde no se pide ninguno.`,
    urls: 'URL de los endpoints',
    headers: 'Encabezados personalizados',
    sending: 'Al enviar',
    sendingText: 'Códigos de los intentos; `posthorn explain CODE` dice por qué, y qué ayuda.',
    openId: 'Inicio de sesión con OpenID Connect',
    openIdText: '`code` de la respuesta; quién puede entrar está en `docs/security/identity.md`.',
    limits: 'Límites',
    limitsText: `Lo que se rechaza antes de poder leer la solicitud (400, 405 para \`CONNECT\`, 408, 431) dice los dos idiomas en
\`detail\`: ningún encabezado suyo es fiable. Las conexiones que pasan del pequeño margen que oye
\`too_many_connections\` se cierran sin respuesta.`,
    code: 'Código',
    help: 'Qué ayuda',
    allow: 'Para permitirlo',
    limitColumns: '| Código | Estado | Cuándo | Salida |',
  },
} as const satisfies Readonly<Record<Language, Readonly<Record<string, string>>>>

interface LimitRow {
  readonly code: string
  readonly status: number
  readonly when: Both
  readonly wayOut: Both
}

const limitRows: readonly LimitRow[] = [
  {
    code: 'rate_limited',
    status: 429,
    when: {
      en: 'a credential, an address or an application is beyond its rate or its share',
      es: 'una credencial, una dirección o una aplicación pasa de su ritmo o de su parte',
    },
    wayOut: {
      en: 'wait `Retry-After`; `POSTHORN_API_RATE_PER_SECOND`, `POSTHORN_APPLICATION_RATE_PER_SECOND`',
      es: 'esperar `Retry-After`; `POSTHORN_API_RATE_PER_SECOND`, `POSTHORN_APPLICATION_RATE_PER_SECOND`',
    },
  },
  {
    code: 'unavailable',
    status: 503,
    when: { en: 'nothing can be stored now', es: 'ahora no se puede guardar nada' },
    wayOut: {
      en: 'repeat after `Retry-After` with the same `Idempotency-Key`',
      es: 'repetir tras `Retry-After` con la misma `Idempotency-Key`',
    },
  },
  {
    code: 'unavailable',
    status: 503,
    when: { en: 'the server is stopping', es: 'el servidor se está deteniendo' },
    wayOut: { en: 'repeat, at another node', es: 'repetir, en otro nodo' },
  },
  {
    code: 'too_many_connections',
    status: 503,
    when: {
      en: 'clients hold more connections than there is room for, and none is idle',
      es: 'los clientes mantienen más conexiones de las que caben, y ninguna está inactiva',
    },
    wayOut: {
      en: 'repeat after `Retry-After`; `POSTHORN_CONNECTIONS_MAX`, and the limit of open files',
      es: 'repetir después de `Retry-After`; `POSTHORN_CONNECTIONS_MAX`, y el límite de archivos abiertos',
    },
  },
  {
    code: 'payload_too_large',
    status: 413,
    when: { en: 'the body is over the limit', es: 'el cuerpo pasa del límite' },
    wayOut: alike('`POSTHORN_BODY_BYTES_MAX`'),
  },
  {
    code: 'headers_too_large',
    status: 431,
    when: {
      en: 'the headers of the request are over 16 KiB',
      es: 'los encabezados de la solicitud pasan de 16 KiB',
    },
    wayOut: { en: 'send fewer', es: 'enviar menos' },
  },
  {
    code: 'request_timeout',
    status: 408,
    when: {
      en: 'headers took over 10 s or the request over 30 s',
      es: 'los encabezados tardaron más de 10 s, o la solicitud más de 30 s',
    },
    wayOut: { en: 'send it in one piece', es: 'enviarla de una vez' },
  },
  {
    code: 'unsupported_media_type',
    status: 415,
    when: { en: 'the body is compressed', es: 'el cuerpo viene comprimido' },
    wayOut: { en: 'send it as it is', es: 'enviarlo tal cual' },
  },
  {
    code: 'expectation_failed',
    status: 417,
    when: {
      en: '`Expect` asks for something else than `100-continue`',
      es: '`Expect` pide algo distinto de `100-continue`',
    },
    wayOut: { en: 'leave the header out', es: 'quitar el encabezado' },
  },
  {
    code: 'generic_error',
    status: 400,
    when: {
      en: 'what came is not valid HTTP, or could mean two things',
      es: 'lo que llegó no es HTTP válido, o podría significar dos cosas',
    },
    wayOut: {
      en: 'one `Host`, one `Authorization`, one framing of the body',
      es: 'un solo `Host`, un solo `Authorization`, una sola forma de delimitar el cuerpo',
    },
  },
  {
    code: 'loop_detected',
    status: 508,
    when: {
      en: 'a delivery of this installation called its API',
      es: 'una entrega de esta instalación llamó a su propia API',
    },
    wayOut: { en: 'point the endpoint elsewhere', es: 'apuntar el endpoint a otro lugar' },
  },
  {
    code: 'metrics_private',
    status: 403,
    when: {
      en: 'metrics were asked for from elsewhere',
      es: 'las métricas se pidieron desde otro lugar',
    },
    wayOut: alike('`POSTHORN_METRICS_TOKEN`'),
  },
]

/** The page's whole text in a language. */
export function refusalsText(language: Language): string {
  const say = words[language]
  return `${say.opening}

## ${say.urls}

${table(urlRefusalReasons, language)}

## ${say.headers}

${table(headerRefusalReasons, language)}

## ${say.sending}

${say.sendingText}

| ${say.code} | English | Español | ${say.help} |
| --- | --- | --- | --- |
${networkCodes.map((code) => networkRow(code, language)).join('\n')}

## ${say.openId}

${say.openIdText}

${table(openIdRefusalReasons, language)}

## ${say.limits}

${say.limitsText}

${say.limitColumns}
| --- | --- | --- | --- |
${limitRows.map(({ code, status, when, wayOut }) => `| \`${code}\` | ${status} | ${when[language]} | ${wayOut[language]} |`).join('\n')}
`
}

function table(
  reasons: Readonly<Record<Language, Readonly<Record<string, string>>>>,
  language: Language,
): string {
  const { code, allow } = words[language]
  const rows = Object.entries(reasons.en).map(
    ([name, en]) =>
      `| \`${name}\` | ${en} | ${reasons.es[name]} | ${allowances[name]?.[language] ?? ''} |`,
  )
  return [`| ${code} | English | Español | ${allow} |`, '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

function networkRow(code: string, language: Language): string {
  const [en, es] = [explain(code, 'en'), explain(code, 'es')]
  return `| \`${code}\` | ${en?.title} | ${es?.title} | ${explain(code, language)?.fix} |`
}

if (import.meta.main) {
  for (const language of languages) writeFileSync(refusalsPages[language], refusalsText(language))
}
