/** Readers of settings' values: the value, or what would be right. */

import { parseNetwork } from '../delivery/address.ts'
import { parseEgressProxy, percentDecoded } from '../delivery/egress-proxy.ts'
import { isFrameOrigin } from '../domain/frame-origin.ts'
import type { Sentence } from '../domain/sentence.ts'

export interface Setting<Value> {
  readonly variable: string
  readonly fallback: Value
  /** What it means, with its unit. */
  readonly sentence: { readonly en: string; readonly es: string }
  /** Returns the value, or a sentence that says what would be right. */
  readonly parse: (text: string) => Value | ConfigFault
  readonly secret?: true
}

/** Why a value was refused; `config.ts` adds the variable's name. */
export class ConfigFault {
  readonly expected: Sentence
  constructor(expected: Sentence) {
    this.expected = expected
  }
}

export const text = (value: string): string => value
export const optionalText = (value: string): string | null => value

export function integer(min: number, max: number): (value: string) => number | ConfigFault {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
    return number >= min && number <= max
      ? number
      : new ConfigFault({
          en: `a whole number from ${min} to ${max}`,
          es: `un número entero de ${min} a ${max}`,
        })
  }
}

export function list(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

export function networks(value: string): readonly string[] | ConfigFault {
  const items = list(value)
  return items.every((item) => parseNetwork(item) !== null)
    ? items
    : new ConfigFault({
        en: 'IP networks such as 10.0.0.0/8, separated by commas',
        es: 'redes IP como 10.0.0.0/8, separadas por comas',
      })
}

const hostPattern = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/

/** Names as the host of a URL has them, in lower case. */
export function hosts(value: string): readonly string[] | ConfigFault {
  const items = list(value.toLowerCase())
  return items.every((item) => hostPattern.test(item))
    ? items
    : new ConfigFault({
        en: 'host names such as receiver or hooks.internal, separated by commas, without port or path',
        es: 'nombres de host como receiver o hooks.internal, separados por comas, sin puerto ni ruta',
      })
}

/** As networks, a single address being one; told to people, never dialled. */
export function addresses(value: string): readonly string[] | ConfigFault {
  const items = list(value)
  return items.every((item) => parseNetwork(item) !== null)
    ? items
    : new ConfigFault({
        en: 'IP addresses such as 203.0.113.7 or 203.0.113.0/28, separated by commas',
        es: 'direcciones IP como 203.0.113.7 o 203.0.113.0/28, separadas por comas',
      })
}

export function proxy(value: string): string | ConfigFault {
  return parseEgressProxy(value) === null
    ? new ConfigFault({
        en: 'a proxy such as http://proxy:3128 or socks5://proxy:1080',
        es: 'un proxy como http://proxy:3128 o socks5://proxy:1080',
      })
    : value
}

export function smtp(value: string): string | ConfigFault {
  const url = URL.canParse(value) ? new URL(value) : null
  const isUsable =
    url !== null &&
    /^smtps?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    [url.username, url.password].every((part) => percentDecoded(part) !== null)
  return isUsable
    ? value
    : new ConfigFault({
        en: 'a mail server such as smtp://user:password@host:587',
        es: 'un servidor de correo como smtp://usuario:clave@host:587',
      })
}

export function mailAddress(value: string): string | ConfigFault {
  return /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(value)
    ? value
    : new ConfigFault({
        en: 'a mail address such as posthorn@example.com',
        es: 'una dirección de correo como posthorn@example.com',
      })
}

export function origins(value: string): readonly string[] | ConfigFault {
  const items = list(value)
  return items.every(isFrameOrigin)
    ? items
    : new ConfigFault({
        en: 'origins such as https://app.example.com, separated by commas',
        es: 'orígenes como https://app.example.com, separados por comas',
      })
}

export function color(value: string): string | ConfigFault {
  return /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(value)
    ? value.replace('#', '')
    : new ConfigFault({ en: 'a colour such as 00aa77', es: 'un color como 00aa77' })
}

export function yesOrNo(value: string): boolean | ConfigFault {
  if (value === 'true' || value === '1') return true
  return value === 'false' || value === '0'
    ? false
    : new ConfigFault({ en: 'true or false', es: 'true o false' })
}

export function oneOf<const Choice extends string>(
  ...choices: readonly Choice[]
): (value: string) => Choice | ConfigFault {
  return (value) =>
    choices.find((choice) => choice === value) ??
    new ConfigFault({ en: `one of ${choices.join(', ')}`, es: `uno de ${choices.join(', ')}` })
}

/** Several of them, separated by commas, each once. */
export function someOf<const Choice extends string>(
  ...choices: readonly Choice[]
): (value: string) => readonly Choice[] | ConfigFault {
  const one = oneOf(...choices)
  return (value) => {
    const items: Choice[] = []
    for (const item of new Set(list(value))) {
      const known = one(item)
      if (known instanceof ConfigFault) return known
      items.push(known)
    }
    return items
  }
}

/** As an endpoint may have. */
const delaysMax = 50

export function delays(value: string): readonly number[] | ConfigFault {
  const items = list(value).map(Number)
  const fit = items.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= 7 * 86_400_000)
  return fit && items.length <= delaysMax
    ? items
    : new ConfigFault({
        en: 'at most 50 delays in milliseconds, separated by commas, each at most 7 days',
        es: '50 esperas en milisegundos como máximo, separadas por comas, de 7 días como máximo cada una',
      })
}
