/**
 * What became of a body between us and the code that verified it. Signatures are over bytes, and the
 * usual reason for a mismatch is that something in between read the JSON and wrote it anew.
 */
import { isDeepStrictEqual } from 'node:util'

/** A change that can be undone by trying, without knowing what was sent. */
export type GuessableChange =
  | 'body_trimmed'
  | 'body_newline_added'
  | 'body_compact'
  | 'body_indented'

export type BodyChange =
  | GuessableChange
  | 'body_empty'
  /** A byte order mark came at the front, or went. */
  | 'body_bom_added'
  | 'body_bom_removed'
  /** Text beyond ASCII was read in one character set and written in another. */
  | 'body_charset'
  | 'body_truncated'
  | 'body_base64'
  /** The same JSON with its members in another order. */
  | 'body_reordered'
  /** Numbers written in another form, such as `1.0` as `1`, or rounded. */
  | 'body_numbers_rewritten'
  /** `é` as `\u00e9` or the other way, `/` as `\/`. */
  | 'body_escapes_rewritten'
  /** Not the same content at all. */
  | 'body_other_content'

/** Whether a finding is one about the body, which reading the raw bytes would have avoided. */
export function isBodyChange(code: string): code is BodyChange {
  return code.startsWith('body_')
}

/** The body as it may have been before, by what happened to it since. */
export function bodiesBefore(
  body: Uint8Array,
): readonly { readonly change: GuessableChange; readonly body: Uint8Array }[] {
  const text = Buffer.from(body).toString('utf8')
  const variants: (readonly [GuessableChange, string])[] = [
    ['body_newline_added', text.replace(/\r?\n$/, '')],
    ['body_trimmed', `${text}\n`],
  ]
  const value = parsed(text)
  if (value !== undefined) {
    // Signed indented, checked compact: the receiver (or its framework) wrote the body anew.
    variants.push(['body_compact', JSON.stringify(value, null, 2)])
    variants.push(['body_compact', JSON.stringify(value, null, 4)])
    variants.push(['body_indented', JSON.stringify(value)])
  }
  return variants.map(([change, variant]) => ({ change, body: Buffer.from(variant) }))
}

/** What happened to `sent` to become `received`, the most telling first; empty when nothing did. */
export function changesOf(sent: Uint8Array, received: Uint8Array): readonly BodyChange[] {
  const before = Buffer.from(sent)
  const after = Buffer.from(received)
  if (before.equals(after)) return []
  if (after.length === 0) return ['body_empty']
  const whole = wholeChange(before, after)
  if (whole !== null) return [whole]
  const [text, other] = [before.toString('utf8'), after.toString('utf8')]
  const [value, otherValue] = [parsed(withoutBom(text)), parsed(withoutBom(other))]
  if (value !== undefined && isDeepStrictEqual(value, otherValue)) {
    return rewritten(withoutBom(text), withoutBom(other))
  }
  return [before.subarray(0, after.length).equals(after) ? 'body_truncated' : 'body_other_content']
}

const bom = Buffer.from('efbbbf', 'hex')

/** One thing that explains every byte; null when it takes more than that. */
function wholeChange(before: Buffer, after: Buffer): BodyChange | null {
  if (after.equals(Buffer.concat([bom, before]))) return 'body_bom_added'
  if (before.equals(Buffer.concat([bom, after]))) return 'body_bom_removed'
  if (trimmed(after).equals(before)) return 'body_newline_added'
  if (trimmed(before).equals(after)) return 'body_trimmed'
  if (after.toString('latin1') === before.toString('base64')) return 'body_base64'
  return isRecoded(before, after) ? 'body_charset' : null
}

function trimmed(body: Buffer): Buffer {
  let end = body.length
  while (end > 0 && (body[end - 1] === 0x0a || body[end - 1] === 0x0d)) end -= 1
  return body.subarray(0, end)
}

/** UTF-8 read as Latin-1 (`Ã©`), written as Latin-1, or what is not ASCII replaced or dropped. */
function isRecoded(before: Buffer, after: Buffer): boolean {
  const text = before.toString('utf8')
  if (/^[\x00-\x7f]*$/.test(text)) return false
  const lossy = text.replaceAll(/[^\x00-\x7f]/gu, '')
  const seen = after.toString('utf8')
  return (
    after.equals(Buffer.from(before.toString('latin1'), 'utf8')) ||
    after.equals(Buffer.from(text, 'latin1')) ||
    seen.replaceAll(/[?\uFFFD]/g, '') === lossy.replaceAll(/[?\uFFFD]/g, '')
  )
}

function withoutBom(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const tokenPattern = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g

/** How two texts of the same JSON value differ. */
function rewritten(text: string, other: string): readonly BodyChange[] {
  const [tokens, others] = [text.match(tokenPattern) ?? [], other.match(tokenPattern) ?? []]
  const changes: BodyChange[] = []
  const spaces = spaceIn(text, tokens) - spaceIn(other, others)
  if (spaces !== 0) changes.push(spaces > 0 ? 'body_compact' : 'body_indented')
  if (!isDeepStrictEqual(namesIn(tokens), namesIn(others))) changes.push('body_reordered')
  if (!sameOf(/^[-\d]/, tokens, others)) changes.push('body_numbers_rewritten')
  if (!sameOf(/^"/, tokens, others)) changes.push('body_escapes_rewritten')
  // The same tokens and as much space, in other places: the space was written anew.
  return changes.length > 0 ? changes : ['body_indented']
}

function spaceIn(text: string, tokens: readonly string[]): number {
  return text.length - tokens.reduce((sum, token) => sum + token.length, 0)
}

/** Names of members in the order in which they stand, escapes read. */
function namesIn(tokens: readonly string[]): readonly unknown[] {
  return tokens.filter((_, at) => tokens[at + 1] === ':').map((name) => parsed(name))
}

function sameOf(kind: RegExp, tokens: readonly string[], others: readonly string[]): boolean {
  const of = (all: readonly string[]) => all.filter((token) => kind.test(token)).sort()
  return isDeepStrictEqual(of(tokens), of(others))
}

/** The first byte that differs; null when none does. */
export function firstDifference(sent: Uint8Array, received: Uint8Array): number | null {
  const length = Math.min(sent.length, received.length)
  for (let at = 0; at < length; at++) if (sent[at] !== received[at]) return at
  return sent.length === received.length ? null : length
}
