import { createContext, type ReactNode, use, useMemo } from 'react'
import {
  type Language,
  type Translate,
  type Translation,
  translator,
} from '../../src/i18n/translate.ts'
import type { en } from './messages/en.ts'
import type { firstEn } from './messages/first-en.ts'
import { usePreferences } from './state/preferences.ts'

type Messages = typeof firstEn & typeof en
export type MessageKey = keyof Messages & string
export type T = Translate<Messages>

const parts = {
  first: {
    en: async () => (await import('./messages/first-en.ts')).firstEn,
    es: async () => (await import('./messages/first-es.ts')).firstEs,
  },
  others: {
    en: async () => (await import('./messages/en.ts')).en,
    es: async () => (await import('./messages/es.ts')).es,
  },
} as const
/** What has come of each language. Only those in use are loaded; another when somebody switches. */
const loaded: Record<Language, Partial<Translation<Messages>>> = { en: {}, es: {} }
const inUse = new Set<Language>()
let allWanted = false

async function load(part: keyof typeof parts, language: Language): Promise<void> {
  Object.assign(loaded[language], await parts[part][language]())
}

/** The words of the first pages, and those of the others as soon as one of these was opened. */
export async function loadMessages(language: Language): Promise<Translation<Messages>> {
  inUse.add(language)
  await Promise.all([load('first', language), allWanted ? load('others', language) : null])
  return loaded[language] as Translation<Messages> // as far as the pages go that are shown
}

/** Around what is loaded later and says more than the first pages do: its words come with it. */
export function withWords<Module>(loadModule: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    allWanted = true
    const [module] = await Promise.all([
      loadModule(),
      ...[...inUse].map((language) => load('others', language)),
    ])
    return module
  }
}

interface Localization {
  readonly t: T
  readonly language: Language
}
const LocalizationContext = createContext<Localization | null>(null)

export function Localized(props: {
  readonly language: Language
  readonly messages: Translation<Messages>
  readonly children: ReactNode
}) {
  const value = useMemo<Localization>(() => {
    const catalog = props.messages as Messages // both languages have the same keys
    return {
      language: props.language,
      t: translator({ en: catalog, es: catalog }, props.language),
    }
  }, [props.language, props.messages])
  return <LocalizationContext value={value}>{props.children}</LocalizationContext>
}

export function useLocalization(): Localization {
  const value = use(LocalizationContext)
  if (value === null) throw new Error('No <Localized> above')
  return value
}

export function useT(): T {
  return useLocalization().t
}

/** Formats of the language and zone in use. */
export interface Formats {
  /** 14:32:07, with the day before it when it is not today. */
  moment(ms: number): string
  /** The whole date and time with its zone. */
  full(ms: number): string
  /** A day, whatever the zone: 1 Feb 2027. */
  day(ms: number): string
  /** "3 minutes ago", "in 4 min". */
  relative(ms: number, now: number): string
  /** "212 ms", "1.8 s", "27 h". */
  duration(ms: number): string
  number(value: number): string
  percent(share: number, digits?: number): string
  bytes(count: number): string
}

export function useFormats(): Formats {
  const { language } = useLocalization()
  const { zone } = usePreferences()
  return useMemo(() => formats(language, zone), [language, zone])
}

function formats(language: Language, zone: 'local' | 'utc'): Formats {
  const timeZone = zone === 'utc' ? { timeZone: 'UTC' } : {}
  const time = new Intl.DateTimeFormat(language, {
    ...timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const day = new Intl.DateTimeFormat(language, { ...timeZone, day: 'numeric', month: 'short' })
  const full = new Intl.DateTimeFormat(language, {
    ...timeZone,
    dateStyle: 'medium',
    timeStyle: 'long',
  })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  return {
    moment(ms) {
      const today = day.format(Date.now()) === day.format(ms)
      return today ? time.format(ms) : `${day.format(ms)} ${time.format(ms)}`
    },
    full: (ms) => full.format(ms),
    day: (ms) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(ms),
    relative(ms, now) {
      const seconds = (ms - now) / 1000
      for (const [unit, size] of relativeUnits) {
        if (Math.abs(seconds) >= size || unit === 'second') {
          // "3 min. ago" inside a sentence would look like its end.
          return relative.format(Math.trunc(seconds / size), unit).replaceAll('.', '')
        }
      }
      return relative.format(0, 'second')
    },
    duration(ms) {
      if (ms < 1000) return `${number.format(Math.round(ms))} ms`
      if (ms < 60_000) return `${number.format(ms / 1000)} s`
      if (ms < 3_600_000) return `${number.format(ms / 60_000)} min`
      return `${number.format(ms / 3_600_000)} h`
    },
    number: (value) => number.format(value),
    percent: (share, digits = 1) =>
      new Intl.NumberFormat(language, {
        style: 'percent',
        maximumFractionDigits: digits,
      }).format(share),
    bytes(count) {
      if (count < 1024) return `${number.format(count)} B`
      if (count < 1024 * 1024) return `${number.format(count / 1024)} KB`
      return `${number.format(count / 1024 / 1024)} MB`
    },
  }
}

const relativeUnits = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const
