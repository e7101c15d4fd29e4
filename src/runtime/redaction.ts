/**
 * The last line before text that we did not write is shown or kept: what libraries and the operator's
 * own servers (mail, proxy, database, sign-in provider) say back may hold the secret that they were
 * shown. It is found as it is, escaped for a URL or JSON, in hex, in base64 at any place of what was
 * encoded, and cut at either end. For errors, which are few: it is too slow for every line.
 */
import type { Log, LogFields } from './log.ts'

export type Redact = (text: string) => string

const replacement = '[secret]'
/** Shorter ones would be found in ordinary words. */
const secretLengthMin = 6
/** Of a spelling that is cut, so much is left at least. */
const partLengthMin = 8

/** Replaces these secrets in a text, however they are spelled. */
export function redactor(secrets: readonly string[]): Redact {
  const known = secrets.filter(({ length }) => length >= secretLengthMin)
  const spellings = [...new Set(known.flatMap(spellingsOf))]
  return (text) => {
    const found = spellings.flatMap((spelling) => placesOf(spelling, text))
    return without(
      text,
      found.sort((a, b) => a.from - b.from),
    )
  }
}

interface Place {
  readonly from: number
  readonly to: number
}

function spellingsOf(secret: string): readonly string[] {
  const inUrl = encodeURIComponent(secret)
  const hex = Buffer.from(secret).toString('hex')
  const base64 = [0, 1, 2].map((before) => base64Of(secret, before))
  const inHexDigits = inUrl.replaceAll(/%../g, (one) => one.toLowerCase())
  return [
    ...[secret, JSON.stringify(secret).slice(1, -1), inUrl, inHexDigits, hex, hex.toUpperCase()],
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...base64.map((text) => encodeURIComponent(text)),
  ].filter(({ length }) => length >= secretLengthMin)
}

/** What stays the same in base64 whatever stands before and behind, `before` bytes into three. */
function base64Of(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
  const text = bytes.toString('base64').replaceAll('=', '')
  return text.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 ? undefined : -1)
}

/** Where it begins, as far as it goes on, and where it ends, as far back as it goes. */
function placesOf(spelling: string, text: string): readonly Place[] {
  const part = Math.min(partLengthMin, spelling.length)
  const [head, tail] = [spelling.slice(0, part), spelling.slice(-part)]
  const places: Place[] = []
  for (let from = text.indexOf(head); from >= 0; from = text.indexOf(head, from + 1)) {
    let length = part
    while (length < spelling.length && text[from + length] === spelling[length]) length += 1
    places.push({ from, to: from + length })
  }
  for (let at = text.indexOf(tail); at >= 0; at = text.indexOf(tail, at + 1)) {
    let length = part
    const to = at + part
    while (length < spelling.length && text[to - length - 1] === spelling.at(-length - 1)) {
      length += 1
    }
    places.push({ from: to - length, to })
  }
  return places
}

/** The text without these places, which are in order and may overlap. */
function without(text: string, places: readonly Place[]): string {
  let told = ''
  let end = 0
  for (const { from, to } of places) {
    if (from > end || end === 0) told += text.slice(end, from) + replacement
    end = Math.max(end, to)
  }
  return told + text.slice(end)
}

/** The log with what went wrong told without secrets: texts and causes of warnings and errors. */
export function withoutSecrets(log: Log, redact: Redact): Log {
  const told = (fields: LogFields = {}): LogFields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === 'string' ? redact(value) : value,
      ]),
    )
  return {
    debug: (event, fields) => log.debug(event, fields),
    info: (event, fields) => log.info(event, fields),
    warn: (event, fields) => log.warn(event, told(fields)),
    error: (event, fields, cause) =>
      log.error(
        event,
        told(fields),
        cause === undefined ? undefined : redactedCause(cause, redact),
      ),
  }
}

/** An error with its texts redacted: whoever logs it may print all that it has. */
export function redactedCause(cause: unknown, redact: Redact): unknown {
  if (!(cause instanceof Error)) return redact(String(cause))
  const told = new Error(redact(cause.message))
  told.name = cause.name
  told.stack = redact(cause.stack ?? `${cause.name}: ${cause.message}`)
  return told
}
