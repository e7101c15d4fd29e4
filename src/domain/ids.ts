/**
 * Identifiers: a prefix that names the kind, and 27 base62 characters of a millisecond KSUID, so
 * that ids sort by time and a time bound can be turned into an id bound (see `idAtTime`).
 *
 * Layout of the 20 bytes, big endian: 4 bytes of seconds since 1 400 000 000, 1 byte of
 * (milliseconds >> 2), 15 random bytes.
 */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type OrganizationId = Branded<'OrganizationId'>
export type ApplicationId = Branded<'ApplicationId'>
export type EndpointId = Branded<'EndpointId'>
export type MessageId = Branded<'MessageId'>
export type DeliveryId = Branded<'DeliveryId'>
export type AttemptId = Branded<'AttemptId'>
export type TaskId = Branded<'TaskId'>
export type ApiKeyId = Branded<'ApiKeyId'>
export type CapturedId = Branded<'CapturedId'>
export type AuditId = Branded<'AuditId'>
export type UserId = Branded<'UserId'>
export type UserSessionId = Branded<'UserSessionId'>
export type ViewId = Branded<'ViewId'>
export type NoteId = Branded<'NoteId'>

interface IdTypes {
  organization: OrganizationId
  application: ApplicationId
  endpoint: EndpointId
  message: MessageId
  delivery: DeliveryId
  attempt: AttemptId
  task: TaskId
  apiKey: ApiKeyId
  captured: CapturedId
  audit: AuditId
  user: UserId
  userSession: UserSessionId
  view: ViewId
  note: NoteId
}
export type IdKind = keyof IdTypes
export type IdOf<Kind extends IdKind> = IdTypes[Kind]

export const idPrefixes: Readonly<Record<IdKind, string>> = {
  organization: 'org_',
  application: 'app_',
  endpoint: 'ep_',
  message: 'msg_',
  delivery: 'dlv_',
  attempt: 'atmpt_',
  task: 'qtask_',
  apiKey: 'key_',
  captured: 'req_',
  audit: 'aud_',
  user: 'usr_',
  userSession: 'ses_',
  view: 'view_',
  note: 'note_',
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const lastDigit = 'z'
const epochSeconds = 1_400_000_000
const bodyLength = 27
const bodyPattern = /^[0-9A-Za-z]{27}$/
/** Random bytes that one id takes. */
export const idRandomBytes = 15

/** Makes an id for a moment. `random` holds at least 15 bytes; the first 15 are used. */
export function makeId<Kind extends IdKind>(
  kind: Kind,
  input: { readonly nowMs: number; readonly random: Uint8Array },
): IdOf<Kind> {
  return idOfBody(kind, idBody(input))
}

/** The part of an id after its prefix. See `makeId`. */
export function idBody(input: { readonly nowMs: number; readonly random: Uint8Array }): string {
  const bytes = new Uint8Array(20)
  writeTime(bytes, input.nowMs)
  bytes.set(input.random.subarray(0, idRandomBytes), 5)
  return base62(bytes)
}

/** The body of the id that follows. A division of 20 bytes costs forty times as much. */
export function nextIdBody(body: string): string {
  let at = body.length - 1
  while (at >= 0 && body[at] === lastDigit) at -= 1
  const digit = alphabet.indexOf(body[at] ?? lastDigit)
  const rest = body.length - 1 - at
  return body.slice(0, at) + alphabet[digit + 1] + alphabet.charAt(0).repeat(rest)
}

export function idOfBody<Kind extends IdKind>(kind: Kind, body: string): IdOf<Kind> {
  return (idPrefixes[kind] + body) as IdOf<Kind> // the one place that mints the brand
}

/** Ids tell times apart to so many ms. */
export const idTickMs = 4

/** The smallest id of that moment: every id made at or after `ms` (to 4 ms) sorts at or after it. */
export function idAtTime<Kind extends IdKind>(kind: Kind, ms: number): IdOf<Kind> {
  const bytes = new Uint8Array(20)
  writeTime(bytes, Math.max(ms, epochSeconds * 1000))
  return (idPrefixes[kind] + base62(bytes)) as IdOf<Kind> // a bound, of the same form as an id
}

/** Whether `text` has the exact form of an id of that kind. It says nothing of its existence. */
export function isId<Kind extends IdKind>(kind: Kind, text: string): text is IdOf<Kind> {
  const prefix = idPrefixes[kind]
  return text.startsWith(prefix) && bodyPattern.test(text.slice(prefix.length))
}

/**
 * When an id was made, in ms rounded down to 4; null when `id` has not the form of one of ours.
 * The prefix is not looked at.
 */
export function idTime(id: string): number | null {
  const body = id.slice(id.indexOf('_') + 1)
  if (!bodyPattern.test(body)) return null
  let value = 0n
  for (const digit of body) value = value * 62n + BigInt(alphabet.indexOf(digit))
  if (value >> 160n !== 0n) return null
  const seconds = Number(value >> 128n) + epochSeconds
  return seconds * 1000 + Number((value >> 120n) & 0xffn) * 4
}

function writeTime(bytes: Uint8Array, ms: number): void {
  const seconds = Math.floor(ms / 1000) - epochSeconds
  bytes[0] = seconds >>> 24
  bytes[1] = seconds >>> 16
  bytes[2] = seconds >>> 8
  bytes[3] = seconds
  bytes[4] = (ms % 1000) >> 2
}

/** Base62 by long division over 32-bit limbs: 20 bytes give 27 characters, left-padded. */
function base62(bytes: Uint8Array): string {
  const limbs = new Uint32Array(5)
  for (let limb = 0; limb < 5; limb++) {
    const at = limb * 4
    limbs[limb] =
      ((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)
  }
  let text = ''
  for (let position = 0; position < bodyLength; position++) {
    let remainder = 0
    for (let limb = 0; limb < 5; limb++) {
      const value = remainder * 0x1_0000_0000 + (limbs[limb] ?? 0)
      limbs[limb] = Math.floor(value / 62)
      remainder = value % 62
    }
    text = alphabet[remainder] + text
  }
  return text
}
