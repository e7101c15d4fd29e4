/**
 * Operational events as sentences, for chats and mail. Made at each attempt anew from the stored
 * message, as every body is.
 */
import { isPlainObject, type JsonObject } from '../domain/json.ts'
import type { Notice } from '../domain/notice.ts'
import { type Translation, translator } from '../i18n/translate.ts'

const en = {
  'endpoint.failing': '{endpoint} of {application} has been failing since {since}.',
  'endpoint.recovered': '{endpoint} of {application} answers again; it had failed since {since}.',
  'endpoint.disabled': '{endpoint} of {application} was disabled: {why}.',
  'endpoint.enabled': '{endpoint} of {application} was enabled.',
  'endpoint.created': '{endpoint} of {application} was created.',
  'endpoint.updated': '{endpoint} of {application} was changed.',
  'endpoint.deleted': '{endpoint} of {application} was deleted.',
  'message.attempt.failing':
    'A delivery to {endpoint} of {application} keeps failing (last answer: {status}). Message {message}.',
  'message.attempt.exhausted':
    'A delivery to {endpoint} of {application} used up its retries (last answer: {status}). Message {message}.',
  'message.attempt.recovered':
    'A delivery to {endpoint} of {application} arrived after retries. Message {message}.',
  'background_task.finished': 'The background task {task} ended: {state}. Done: {done}.',
  taskOf: 'The background task {task} of {application} ended: {state}. Done: {done}.',
  other: 'Posthorn reports {type}.',
  manual: 'somebody did so',
  failing: 'it had failed for too long',
  gone: 'it answered 410 (gone)',
  noAnswer: 'none',
  finished: 'finished',
  failed: 'failed or canceled',
} as const

const es = {
  'endpoint.failing': '{endpoint}, de {application}, falla desde {since}.',
  'endpoint.recovered': '{endpoint}, de {application}, vuelve a responder; fallaba desde {since}.',
  'endpoint.disabled': '{endpoint}, de {application}, quedó deshabilitado: {why}.',
  'endpoint.enabled': '{endpoint}, de {application}, quedó habilitado.',
  'endpoint.created': 'Se creó {endpoint}, de {application}.',
  'endpoint.updated': 'Se cambió {endpoint}, de {application}.',
  'endpoint.deleted': 'Se eliminó {endpoint}, de {application}.',
  'message.attempt.failing':
    'Una entrega a {endpoint}, de {application}, sigue fallando (última respuesta: {status}). Mensaje {message}.',
  'message.attempt.exhausted':
    'Una entrega a {endpoint}, de {application}, agotó sus reintentos (última respuesta: {status}). Mensaje {message}.',
  'message.attempt.recovered':
    'Una entrega a {endpoint}, de {application}, llegó después de reintentos. Mensaje {message}.',
  'background_task.finished': 'Terminó la tarea {task}: {state}. Hecho: {done}.',
  taskOf: 'Terminó la tarea {task}, de {application}: {state}. Hecho: {done}.',
  other: 'Posthorn informa de {type}.',
  manual: 'alguien lo hizo',
  failing: 'llevaba demasiado tiempo fallando',
  gone: 'respondió 410 (ya no existe)',
  noAnswer: 'ninguna',
  finished: 'completa',
  failed: 'con fallo o cancelada',
} satisfies Translation<typeof en>

type Key = keyof typeof en

export interface NoticeMessage {
  readonly eventType: string
  readonly payload: Uint8Array
  readonly attributes: Readonly<Record<string, unknown>>
}

/** `{text}` for a chat (Slack's form, which Mattermost and Discord's `/slack` take too), `{subject, text}` for mail. */
export function noticeBody(notice: Notice, message: NoticeMessage): JsonObject {
  // Names are others' texts: none of them makes a line of its own.
  const sentence = sentenceOf(notice, message).replace(/\s+/g, ' ')
  const { link } = aboutOf(message)
  if (notice.format === 'slack') {
    const text = slackText(sentence)
    return { text: link === null ? text : `${text}\n${link}` }
  }
  const lines = link === null ? [sentence] : [sentence, link]
  return { subject: `Posthorn: ${sentence}`, text: `${lines.join('\n\n')}\n` }
}

function sentenceOf({ language }: Notice, message: NoticeMessage): string {
  const t = translator({ en, es }, language)
  const { eventType } = message
  const data = dataOf(message.payload)
  const attempt = object(data['lastAttempt'])
  const about = aboutOf(message)
  const status = Number(attempt['responseStatusCode'] ?? 0)
  return t(keyOf(eventType, about.application !== null), {
    type: eventType,
    application: about.application ?? text(data['appUid'] ?? data['appId']),
    endpoint: about.endpoint ?? text(data['endpointUid'] ?? data['endpointId']),
    since: moment(data['failSince']),
    why: t(reasonOf(data['trigger'])),
    status: status === 0 ? t('noAnswer') : String(status),
    message: text(data['msgEventId'] ?? data['msgId']),
    task: text(data['task']),
    done: String(Number(object(data['data'])['done'] ?? 0)),
    state: t(data['status'] === 'finished' ? 'finished' : 'failed'),
  })
}

function keyOf(eventType: string, named: boolean): Key {
  if (eventType === 'background_task.finished' && named) return 'taskOf'
  return isKey(eventType) ? eventType : 'other'
}

function isKey(eventType: string): eventType is Key {
  return eventType.includes('.') && eventType in en
}

function reasonOf(trigger: unknown): 'manual' | 'failing' | 'gone' {
  return trigger === 'failing' || trigger === 'gone' ? trigger : 'manual'
}

/** To the minute, in UTC: whoever reads it may be anywhere. */
function moment(value: unknown): string {
  return typeof value === 'string' ? `${value.slice(0, 16).replace('T', ' ')} UTC` : '?'
}

function dataOf(payload: Uint8Array): JsonObject {
  const parsed: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
  return object(object(parsed)['data'])
}

function aboutOf({ attributes }: NoticeMessage) {
  const about = object(attributes['about'])
  const named = (name: string): string | null =>
    typeof about[name] === 'string' ? about[name] : null
  return { application: named('application'), endpoint: named('endpoint'), link: named('link') }
}

function object(value: unknown): JsonObject {
  return isPlainObject(value) ? value : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '?'
}

/** An invisible character, behind which nothing goes on. */
const apart = '\u200b'

/**
 * Nothing in a name becomes a mention or a link with a text of its own. Slack knows them by its
 * brackets; Mattermost and Discord by `@everyone` and by Markdown.
 */
function slackText(line: string): string {
  return line
    .replaceAll('@', `@${apart}`)
    .replaceAll('](', `]${apart}(`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
