/**
 * Settings while the server runs: what was given stands, what owners stored stands over the
 * defaults, and whoever reads `config` reads what is in force at that moment. Nodes of one database
 * see each other's changes within a second or two (`watchSettings`).
 */
import { type Config, ConfigFault, type Settings, settings } from '../config.ts'
import { opensProtected, parseNetworks } from '../delivery/address.ts'
import type { OrganizationId } from '../domain/ids.ts'
import {
  type ChangeableSetting,
  changeableSettings,
  type SettingSection,
  type SettingSource,
  settingSections,
} from '../domain/installation-settings.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Language } from '../i18n/translate.ts'
import type { Clock, Timer } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Service } from '../runtime/service.ts'
import type { RecordStore, StoredRecord } from '../store/port/records.ts'

const kind = 'installation-settings'
const id = 'installation'
const askedEveryMs = 1_000

type Records = Pick<RecordStore, 'findRecord' | 'insertRecord' | 'replaceRecord'>

/** New values by name; null: the default again. */
export type SettingChanges = Readonly<Partial<Record<ChangeableSetting, unknown>>>

export interface SettingShown {
  readonly name: ChangeableSetting
  readonly section: SettingSection
  readonly variable: string
  readonly value: unknown
  readonly fallback: unknown
  readonly source: SettingSource
  readonly description: string
}

export interface LiveSettings {
  /** Reads what is in force now; a copy (`{ ...config }`) keeps what was. */
  readonly config: Config
  /** Moves with each change of what is in force. */
  readonly revision: number
  /** Nothing but the environment counts. */
  readonly isLocked: boolean
  /** When owners last changed something; null: never. */
  readonly updatedAt: number | null
  shown(language: Language): readonly SettingShown[]
  /** Why a change is refused; null: it fits. */
  faultOf(name: ChangeableSetting, value: unknown): Sentence | null
  /** Stores changes that fit. `'conflict'`: others changed something since `knownUpdatedAt`. */
  change(
    store: Records,
    input: {
      readonly changes: SettingChanges
      readonly owner: OrganizationId
      readonly now: number
      readonly knownUpdatedAt: number | null
    },
  ): Promise<'changed' | 'conflict'>
  /** Takes over what is stored. */
  load(store: Pick<RecordStore, 'findRecord'>): Promise<void>
  onChange(listener: () => void): void
}

export function liveSettings(given: Config): LiveSettings {
  return new Live(given)
}

class Live implements LiveSettings {
  readonly config: Config
  readonly isLocked: boolean
  revision = 0
  updatedAt: number | null = null
  readonly #given: Config
  readonly #listeners: (() => void)[] = []
  #stored: ReadonlyMap<ChangeableSetting, unknown> = new Map()
  #version = 0

  constructor(given: Config) {
    this.#given = given
    this.isLocked = given.settingsLocked
    const live = { ...given }
    for (const name of changeableSettings) {
      Object.defineProperty(live, name, { enumerable: true, get: () => this.#valueOf(name) })
    }
    this.config = Object.freeze(live)
  }

  #valueOf(name: ChangeableSetting): unknown {
    return this.#sourceOf(name) === 'stored' ? this.#stored.get(name) : this.#given[name]
  }

  #sourceOf(name: ChangeableSetting): SettingSource {
    if (this.#given.given.has(name)) return 'environment'
    return !this.isLocked && this.#stored.has(name) ? 'stored' : 'default'
  }

  shown(language: Language): readonly SettingShown[] {
    return Object.entries(settingSections).flatMap(([section, names]) =>
      names.map((name: ChangeableSetting) => ({
        name,
        section: section as SettingSection, // its own keys
        variable: settings[name].variable,
        value: this.config[name],
        fallback: settings[name].fallback,
        source: this.#sourceOf(name),
        description: settings[name].sentence[language],
      })),
    )
  }

  faultOf(name: ChangeableSetting, value: unknown): Sentence | null {
    if (this.isLocked) return lockedFault
    if (this.#sourceOf(name) === 'environment') return fixedFault(settings[name].variable)
    if (value === null) return null
    const parsed = parsedValue(name, value)
    if (parsed instanceof ConfigFault) {
      return { en: `expected ${parsed.expected.en}`, es: `se espera ${parsed.expected.es}` }
    }
    return name === 'allowNetworks' && opensProtected(parseNetworks(parsed as readonly string[])) // as parsed
      ? protectedFault
      : null
  }

  async change(
    store: Records,
    input: Parameters<LiveSettings['change']>[1],
  ): Promise<'changed' | 'conflict'> {
    const found = await store.findRecord({ kind, id })
    const { updatedAt: at = null, ...before } = found?.body ?? {}
    if (input.knownUpdatedAt !== null && at !== input.knownUpdatedAt) return 'conflict'
    const values = changeableSettings.flatMap((name) => {
      const value = input.changes[name] === undefined ? before[name] : input.changes[name]
      return value == null ? [] : [[name, parsedValue(name, value)] as const]
    })
    // Each change has a time of its own: it is what the next one compares.
    const updatedAt = Math.max(input.now, typeof at === 'number' ? at + 1 : 0)
    const record: StoredRecord = {
      ...{ kind, id, owner: found?.owner ?? input.owner, version: found?.version ?? 1 },
      ...{ dueAt: null, expiresAt: null },
      // What a newer release stored and this one does not know stays for it.
      body: { ...unknownOf(before), ...Object.fromEntries(values), updatedAt },
    }
    const done =
      found === null
        ? await store.insertRecord(record)
        : await store.replaceRecord({ record, expectedVersion: found.version })
    if (done === 'exists' || done === 'conflict') return 'conflict'
    this.#take({ ...record, version: found === null ? 1 : found.version + 1 })
    return 'changed'
  }

  async load(store: Pick<RecordStore, 'findRecord'>): Promise<void> {
    const found = await store.findRecord({ kind, id })
    if (found !== null) this.#take(found)
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** An answer that was on its way while something newer was stored changes nothing. */
  #take(record: StoredRecord): void {
    if (record.version <= this.#version) return
    const { updatedAt, ...body } = record.body
    const values = changeableSettings.flatMap((name) => {
      const value = body[name] === undefined ? undefined : parsedValue(name, body[name])
      // What an older or newer release stored and this one cannot read is left out.
      return value === undefined || value instanceof ConfigFault ? [] : [[name, value] as const]
    })
    this.#version = record.version
    this.#stored = new Map(values)
    this.updatedAt = typeof updatedAt === 'number' ? updatedAt : null
    this.revision += 1
    for (const listener of this.#listeners) listener()
  }
}

function unknownOf(stored: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known: ReadonlySet<string> = new Set(changeableSettings)
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !known.has(name)))
}

/** As its variable would be read. */
function parsedValue(name: ChangeableSetting, value: unknown): unknown {
  const text = Array.isArray(value) ? value.join(',') : String(value)
  return settings[name as keyof Settings].parse(text)
}

const lockedFault: Sentence = {
  en: 'settings come from the environment alone here (POSTHORN_SETTINGS_LOCKED)',
  es: 'aquí los ajustes vienen solo del entorno (POSTHORN_SETTINGS_LOCKED)',
}
const protectedFault: Sentence = {
  en: 'link-local and metadata addresses are opened by POSTHORN_ALLOW_NETWORKS only',
  es: 'las direcciones de enlace local y de metadatos solo se abren con POSTHORN_ALLOW_NETWORKS',
}
const fixedFault = (variable: string): Sentence => ({
  en: `fixed by ${variable} in the environment of the server`,
  es: `fijado por ${variable} en el entorno del servidor`,
})

/** Looks once a second whether another node stored something. */
export function watchSettings(input: {
  readonly clock: Clock
  readonly log: Log
  readonly store: Pick<RecordStore, 'findRecord'>
  readonly settings: Pick<LiveSettings, 'load'>
}): Service {
  const { clock, log, store } = input
  let timer: Timer | null = null
  let stopped = false
  let asking: Promise<void> = Promise.resolve()
  const schedule = (): void => {
    timer = clock.setTimer(askedEveryMs, () => {
      asking = input.settings
        .load(store)
        .catch((cause) => log.debug('settings.not_refreshed', { reason: String(cause) }))
        .then(() => {
          if (!stopped) schedule()
        })
    })
  }
  return {
    async start() {
      schedule()
    },
    async stop() {
      stopped = true
      timer?.cancel()
      await asking
    },
  }
}
