/**
 * How a receiver of operational webhooks is told: as JSON like any webhook, or in a sentence, to a
 * chat or by mail. Kept among the endpoint's attributes.
 */
import { isPlainObject } from './json.ts'

export const noticeFormats = ['slack', 'mail'] as const
export type NoticeFormat = (typeof noticeFormats)[number]

export interface Notice {
  readonly format: NoticeFormat
  readonly language: 'en' | 'es'
}

/** What an event is about, by the names that people know. Travels beside the payload. */
export interface NoticeAbout {
  readonly application?: string
  /** Absent: it is about none. */
  readonly endpoint?: string
  /** What it is about in the console; null: the server does not know its own address. */
  readonly link: string | null
}

/** Null: told in JSON. */
export function noticeOf(attributes: Readonly<Record<string, unknown>>): Notice | null {
  const given = attributes['notice']
  if (!isPlainObject(given)) return null
  const format = noticeFormats.find((name) => name === given['format'])
  return format === undefined
    ? null
    : { format, language: given['language'] === 'es' ? 'es' : 'en' }
}

const scheme = 'mailto:'
export const mailAddressesMax = 10
/** RFC 5321: 254 characters at most; what mail servers take, without quotes and comments. */
const address =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i
const addressLengthMax = 254

export function isMailUrl(url: string): boolean {
  return url.slice(0, scheme.length).toLowerCase() === scheme
}

/** `mailto:one@example.com,two@example.com` as addresses; null when one of them is none. */
export function mailAddresses(url: string): readonly string[] | null {
  if (!isMailUrl(url)) return null
  const found = url
    .slice(scheme.length)
    .split(',')
    .map((one) => one.trim())
  const isGood = (one: string): boolean => one.length <= addressLengthMax && address.test(one)
  return found.length <= mailAddressesMax && found.every(isGood) ? [...new Set(found)] : null
}

export function mailUrl(addresses: readonly string[]): string {
  return scheme + addresses.join(',')
}
