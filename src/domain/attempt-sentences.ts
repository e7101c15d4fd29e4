/**
 * What an attempt without an answer keeps in the answer's place: one sentence, stored in English, and
 * said in the language of whoever reads it. What the receiver sent is never quoted here.
 */
import type { Attempt } from './attempt.ts'
import { type HeadersFault, headerRefusalReasons } from './header-rule.ts'
import type { ErrorClass } from './outcome.ts'
import { alike, joined, type Sentence } from './sentence.ts'
import { type UrlTextFault, urlTextReasons } from './url-text.ts'

export const faultSentences: Readonly<Record<ErrorClass, Sentence>> = {
  blocked_address: {
    en: 'The host leads to an address that deliveries may not reach.',
    es: 'El host lleva a una dirección a la que las entregas no pueden llegar.',
  },
  blocked_url: { en: 'The URL is not allowed.', es: 'La URL no está permitida.' },
  dns_not_found: {
    en: 'The host name does not exist or has no address.',
    es: 'El nombre del host no existe o no tiene dirección.',
  },
  dns_failed: {
    en: 'The host name could not be resolved: the name server answered with an error.',
    es: 'No se pudo resolver el nombre del host: el servidor de nombres respondió con un error.',
  },
  dns_timeout: {
    en: 'The host name could not be resolved in time.',
    es: 'No se pudo resolver a tiempo el nombre del host.',
  },
  connect_refused: {
    en: 'The connection was refused: nothing listens on that port.',
    es: 'La conexión fue rechazada: nada escucha en ese puerto.',
  },
  connect_timeout: {
    en: 'No connection was made in time.',
    es: 'No se estableció a tiempo la conexión.',
  },
  connect_failed: { en: 'The host could not be reached.', es: 'No se pudo llegar al host.' },
  tls_expired: {
    en: 'The certificate of the receiver has expired.',
    es: 'El certificado del receptor venció.',
  },
  tls_not_yet_valid: {
    en: 'The certificate of the receiver is not valid yet.',
    es: 'El certificado del receptor todavía no es válido.',
  },
  tls_untrusted: {
    en: 'The certificate of the receiver is not signed by a trusted authority.',
    es: 'El certificado del receptor no está firmado por una autoridad de confianza.',
  },
  tls_name: {
    en: 'The certificate of the receiver is for another host name.',
    es: 'El certificado del receptor es de otro nombre.',
  },
  tls_protocol: {
    en: 'The receiver does not speak TLS 1.2 or newer on that port.',
    es: 'El receptor no habla TLS 1.2 o posterior en ese puerto.',
  },
  tls_client_certificate: {
    en: 'The receiver asks for a client certificate that it accepts.',
    es: 'El receptor pide un certificado de cliente que acepte.',
  },
  tls_failed: { en: 'The TLS handshake failed.', es: 'Falló la negociación TLS.' },
  reset: {
    en: 'The receiver closed the connection before it answered.',
    es: 'El receptor cerró la conexión antes de responder.',
  },
  write_timeout: {
    en: 'The receiver did not take the whole request in time.',
    es: 'El receptor no recibió a tiempo toda la solicitud.',
  },
  response_timeout: {
    en: 'The receiver did not answer in time.',
    es: 'El receptor no respondió a tiempo.',
  },
  bad_http: {
    en: 'What the receiver sent is not a valid HTTP response.',
    es: 'Lo que envió el receptor no es una respuesta HTTP válida.',
  },
  headers_too_large: {
    en: 'The response headers are larger than what is accepted.',
    es: 'Los encabezados de la respuesta pasan de lo que se acepta.',
  },
  redirect_refused: {
    en: 'The receiver redirects to a place that may not be followed.',
    es: 'El receptor redirige a un lugar al que no se puede seguir.',
  },
  loop_refused: {
    en: 'The URL leads back to this installation.',
    es: 'La URL lleva de vuelta a esta instalación.',
  },
  proxy_failed: {
    en: 'The egress proxy could not make the connection.',
    es: 'El proxy de salida no pudo establecer la conexión.',
  },
  no_sockets: {
    en: 'The node had no file descriptor left for a connection.',
    es: 'Al nodo no le quedaban descriptores para una conexión.',
  },
  authentication_failed: {
    en: 'The receiver could not be authenticated against.',
    es: 'No fue posible autenticarse ante el receptor.',
  },
  transform_failed: {
    en: 'The transformation of the request failed.',
    es: 'Falló la transformación de la solicitud.',
  },
  transform_canceled: {
    en: 'The code of the endpoint left the message out: nothing was sent.',
    es: 'El código del endpoint dejó fuera el mensaje: no se envió nada.',
  },
  not_connected: {
    en: 'Nothing is connected to listen.',
    es: 'No hay nada conectado que escuche.',
  },
  payload_gone: { en: 'The payload is gone.', es: 'El payload ya no está.' },
  outcome_unknown: {
    en: 'The request was sent and its outcome is not known.',
    es: 'La solicitud se envió y no se conoce su resultado.',
  },
  aborted: { en: 'The request was not sent.', es: 'La solicitud no se envió.' },
  internal: { en: 'The request could not be made.', es: 'No se pudo hacer la solicitud.' },
}

/** Closer than a class can be. */
export const attemptSentences = {
  unprepared: {
    en: 'The request could not be prepared.',
    es: 'No se pudo preparar la solicitud.',
  },
  sandboxFailed: { en: 'The sandbox failed.', es: 'Falló el entorno aislado.' },
  sandboxBusy: { en: 'The sandbox is busy.', es: 'El entorno aislado está ocupado.' },
  sandboxClosed: { en: 'The sandbox is closed.', es: 'El entorno aislado está cerrado.' },
  noSandbox: { en: 'No sandbox here.', es: 'Aquí no hay un entorno aislado.' },
  codeTooSlow: { en: 'The code took too long.', es: 'El código tardó demasiado.' },
  codeTooLarge: { en: 'The code used too much memory.', es: 'El código usó demasiada memoria.' },
  codeWithoutResult: { en: 'The code gave no result.', es: 'El código no dio ningún resultado.' },
  codeThrewOddly: { en: 'The code threw something odd.', es: 'El código lanzó algo inesperado.' },
  payloadNotJson: { en: 'The payload is not JSON.', es: 'El payload no es JSON.' },
  handlerWithoutJson: {
    en: 'The handler returned no JSON.',
    es: 'El handler no devolvió JSON.',
  },
  handlerWithoutPayload: {
    en: 'The handler must return the webhook with a payload object.',
    es: 'El handler debe devolver el webhook con un payload que sea un objeto.',
  },
  /** Of attempts that older releases made. */
  handlerCancels: {
    en: 'A transformation cannot cancel; use a filter.',
    es: 'Una transformación no puede cancelar; para eso hay filtros.',
  },
  handlerMethod: {
    en: 'The method must be POST, PUT, PATCH or DELETE.',
    es: 'El método debe ser POST, PUT, PATCH o DELETE.',
  },
  handlerHeaders: {
    en: 'The headers must be an object of texts.',
    es: 'Los encabezados deben ser un objeto de textos.',
  },
  handlerOrigin: {
    en: 'The URL leads elsewhere: a transformation may change its path and query, not its scheme, host or port.',
    es: 'La URL lleva a otro lugar: una transformación puede cambiar su ruta y su consulta, no su esquema, host ni puerto.',
  },
  unsent: { en: 'The request could not be sent.', es: 'No se pudo enviar la solicitud.' },
  leaseOver: {
    en: 'The lease ran out before sending.',
    es: 'El plazo del nodo terminó antes de enviar.',
  },
  mailOff: { en: 'POSTHORN_SMTP_URL is not set.', es: 'POSTHORN_SMTP_URL no está definida.' },
  mailTooSlow: {
    en: 'The mail server took too long.',
    es: 'El servidor de correo tardó demasiado.',
  },
  nodeStopping: { en: 'The node is stopping.', es: 'El nodo se está deteniendo.' },
  listenTooSlow: {
    en: 'The command gave no answer in time.',
    es: 'El comando no respondió a tiempo.',
  },
  listenGone: {
    en: 'The command disconnected before it answered.',
    es: 'El comando se desconectó antes de responder.',
  },
  listenRefused: {
    en: 'Nothing listens on that port there.',
    es: 'Nada escucha allí en ese puerto.',
  },
  listenUnreachable: {
    en: 'The command could not reach its target.',
    es: 'El comando no pudo llegar a su destino.',
  },
  tokenNotJson: {
    en: 'The token server did not answer with JSON.',
    es: 'El servidor de tokens no respondió con JSON.',
  },
  tokenMissing: {
    en: 'The token server answered without a usable access_token.',
    es: 'El servidor de tokens respondió sin un access_token utilizable.',
  },
  tokenNotBearer: {
    en: 'The token server answered with a token that is not a bearer token.',
    es: 'El servidor de tokens respondió con un token que no es bearer.',
  },
} as const satisfies Readonly<Record<string, Sentence>>

/** With the reason after it. */
export function tokenUnanswered(reason: string): string {
  return `${tokenServer.unanswered.en}${reason}`
}
export function tokenStatus(status: number): string {
  return `${tokenServer.answered.en}${status}.`
}
export function mailUnusable(code: string): string {
  return `${mailServer.en}${code}).`
}

/** What is wrong with the URL that a handler returned. */
export const handlerUrlSentences: Readonly<Record<UrlTextFault, Sentence>> = eachReason(
  { en: 'The handler’s url: ', es: 'La url del handler: ' },
  urlTextReasons,
)

const handlerHeadersOpenings = eachReason(
  { en: 'The handler’s headers: ', es: 'Los encabezados del handler: ' },
  headerRefusalReasons,
)
const nameShown = 64

/** What is wrong with the headers that a handler returned, and with which one. */
export function handlerHeaderSentence({ code, name }: HeadersFault): Sentence {
  const opening = handlerHeadersOpenings[code]
  if (name === null) return opening
  return joined(opening, alike(` (${JSON.stringify(name.slice(0, nameShown))})`))
}

function eachReason<Code extends string>(
  opening: Sentence,
  reasons: Readonly<Record<keyof Sentence, Readonly<Record<Code, string>>>>,
): Readonly<Record<Code, Sentence>> {
  const codes = Object.keys(reasons.en) as Code[] // of this very table
  const pairs = codes.map((code) => [
    code,
    joined(opening, { en: reasons.en[code], es: reasons.es[code] }),
  ])
  return Object.fromEntries(pairs) as Record<Code, Sentence> // each code has its sentence
}

const tokenServer = {
  unanswered: {
    en: 'The token server did not answer: ',
    es: 'El servidor de tokens no respondió: ',
  },
  answered: { en: 'The token server answered ', es: 'El servidor de tokens respondió ' },
}
const mailServer: Sentence = {
  en: 'The mail server could not be used (',
  es: 'No se pudo usar el servidor de correo (',
}

const known: ReadonlyMap<string, Sentence> = new Map(
  [
    ...Object.values(faultSentences),
    ...Object.values(attemptSentences),
    ...Object.values(handlerUrlSentences),
  ].map((one) => [one.en, one]),
)
const openings: readonly Sentence[] = [
  ...[tokenServer.unanswered, tokenServer.answered, mailServer],
  ...Object.values(handlerHeadersOpenings),
]

/**
 * What was stored, in a reader's language. Words of customers' code stay as they are; of others that
 * are not known here (an older release's, a URL's own fault) the class is said.
 */
export function storedIn(
  language: keyof Sentence,
  stored: { readonly detail: string; readonly errorClass: ErrorClass },
): string {
  if (language === 'en') return stored.detail
  const found = translated(stored.detail)
  if (found !== null) return found[language]
  const theirs = stored.errorClass === 'transform_failed'
  return theirs ? stored.detail : faultSentences[stored.errorClass][language]
}

/** The attempt as somebody reads it. */
export function attemptIn(language: keyof Sentence, attempt: Attempt): Attempt {
  const { errorClass, responseBody: detail } = attempt
  if (errorClass === null) return attempt
  return { ...attempt, responseBody: storedIn(language, { detail, errorClass }) }
}

function translated(text: string): Sentence | null {
  const found = known.get(text)
  if (found !== undefined) return found
  const opening = openings.find(({ en }) => text.startsWith(en))
  if (opening === undefined) return null
  const rest = text.slice(opening.en.length)
  return joined(opening, known.get(rest) ?? { en: rest, es: rest })
}
