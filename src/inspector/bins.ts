import type { CapturedId, EndpointId, OrganizationId } from '../domain/ids.ts'
import type { Sender } from '../domain/senders.ts'
import type { SignatureReport } from '../domain/signature-check.ts'
import {
  emptyScript,
  okStep,
  type Rule,
  ruleFor,
  type Script,
  type Step,
  stepAt,
} from './script.ts'

/** Of Standard Webhooks, or (`sender`) as another sender signs. */
export interface CapturedSignature extends SignatureReport {
  readonly sender: Sender | null
  /** Every secret that made a signature of it: while one is rolled, two did. */
  readonly secrets: readonly MadeBy[]
}

/** A secret without itself: an endpoint's, by when it was made; or the bin's own, by its place. */
export type MadeBy =
  | {
      readonly of: 'endpoint'
      readonly endpointId: EndpointId
      readonly createdAt: number
      /** When an earlier one stops signing; null: the current one. */
      readonly expiresAt: number | null
    }
  | {
      readonly of: 'bin'
      /** Counted from 1, as they were given. */
      readonly place: number
    }

/** One request as it came in, and how it was answered. */
export interface Captured {
  readonly id: CapturedId
  readonly bin: string
  readonly receivedAt: number
  readonly method: string
  /** Below the bin, with its slash: `/` for the bin itself. */
  readonly path: string
  /** Without the question mark, as sent. */
  readonly query: string
  /** In the order and spelling in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly remoteAddress: string
  readonly httpVersion: string
  readonly signature: CapturedSignature
  readonly answer: Step
  /** Kept when older ones must leave, and when the bin is cleared. */
  readonly pinned: boolean
  /** What somebody wrote about it. */
  readonly note: string
  /** When it was marked last: the version of its marks, later with each. */
  readonly updatedAt: number
}

export interface BinSettings {
  readonly script: Script
  /** Secrets that signatures are checked with, besides those that the server knows. */
  readonly secrets: readonly string[]
  readonly note: string
}

export interface Bin extends BinSettings {
  readonly name: string
  /** The organisation that configured it; null: made by the first request to it. */
  readonly owner: OrganizationId | null
  readonly createdAt: number
  /** The version of its settings, later with each change of them. */
  readonly updatedAt: number
  readonly requestCount: number
  readonly lastRequestAt: number | null
}

export interface BinLimits {
  readonly binsMax: number
  readonly requestsPerBinMax: number
  /** Bodies and headers of all bins together. */
  readonly bytesMax: number
  /** Largest request body. */
  readonly bodyBytesMax: number
  /** Open `wait` calls and event streams, together. */
  readonly watchersMax: number
  readonly pinnedPerBinMax: number
  /** Answers that a script delays at this moment; further ones are answered at once. */
  readonly delayedMax: number
}

export const standardBinLimits: BinLimits = {
  binsMax: 200,
  requestsPerBinMax: 500,
  bytesMax: 64 * 1024 * 1024,
  bodyBytesMax: 5 * 1024 * 1024,
  watchersMax: 200,
  pinnedPerBinMax: 50,
  delayedMax: 500,
}

type Watcher = (request: Captured) => void

interface Held {
  bin: Bin
  requests: Captured[]
  bytes: number
  /** How many requests each rule of the script has answered. */
  answered: Map<Rule, number>
  readonly watchers: Set<Watcher>
}

/**
 * Everything the inspector remembers, in memory only and bounded: the oldest requests leave when a
 * bin or the whole is full, and the bin unused longest leaves when there are too many.
 */
export class Bins {
  readonly #limits: BinLimits
  readonly #bins = new Map<string, Held>()
  #bytes = 0
  #watchers = 0

  constructor(limits: BinLimits) {
    this.#limits = limits
  }

  /** Bytes kept now, for the limit's test and for metrics. */
  get bytes(): number {
    return this.#bytes
  }

  list(): readonly Bin[] {
    return [...this.#bins.values()].map(({ bin }) => bin)
  }

  find(name: string): Bin | null {
    return this.#bins.get(name)?.bin ?? null
  }

  /** Creates or changes a bin. New settings begin the script anew. */
  configure(input: {
    readonly name: string
    readonly owner: OrganizationId | null
    readonly settings: Partial<BinSettings>
    readonly now: number
  }): { readonly bin: Bin; readonly created: boolean } {
    const before = this.find(input.name)
    const created = before === null
    const held = this.#open(input.name, input.now)
    const updatedAt = created ? input.now : later(input.now, before)
    held.bin = { ...held.bin, owner: held.bin.owner ?? input.owner, updatedAt, ...input.settings }
    if (input.settings.script !== undefined) held.answered = new Map()
    return { bin: held.bin, created }
  }

  delete(name: string): boolean {
    const held = this.#bins.get(name)
    if (held === undefined) return false
    this.#bytes -= held.bytes
    return this.#bins.delete(name)
  }

  /** The step that answers the next request to that path; makes the bin when it is new. */
  nextStep(input: {
    readonly name: string
    readonly path: string
    readonly chance: number
    readonly now: number
  }): Step {
    const held = this.#open(input.name, input.now)
    const { script } = held.bin
    const rule = ruleFor(script, input.path)
    const count = rule === null ? 0 : (held.answered.get(rule) ?? 0)
    if (rule !== null) held.answered.set(rule, count + 1)
    if (input.chance < script.failShare) return { ...okStep, status: 500 }
    return stepAt(rule, count)
  }

  keep(request: Captured): void {
    const held = this.#open(request.bin, request.receivedAt)
    held.requests.push(request)
    held.bytes += sizeOf(request)
    this.#bytes += sizeOf(request)
    held.bin = {
      ...held.bin,
      requestCount: held.bin.requestCount + 1,
      lastRequestAt: request.receivedAt,
    }
    if (held.requests.length > this.#limits.requestsPerBinMax) this.#dropOldest(held)
    while (this.#bytes > this.#limits.bytesMax) this.#dropOldest(this.#withOldestRequest())
    for (const watcher of [...held.watchers]) watcher(request)
  }

  /** Oldest first. */
  requests(name: string): readonly Captured[] {
    return this.#bins.get(name)?.requests ?? []
  }

  deleteRequests(name: string, only: (request: Captured) => boolean): number {
    const held = this.#bins.get(name)
    if (held === undefined) return 0
    const gone = held.requests.filter(only)
    held.requests = held.requests.filter((request) => !only(request))
    const bytes = gone.reduce((sum, request) => sum + sizeOf(request), 0)
    held.bytes -= bytes
    this.#bytes -= bytes
    return gone.length
  }

  /** Pins a request, or notes something about it. Null: it is gone; `full`: too many are pinned. */
  mark(
    { bin: name, id }: Pick<Captured, 'bin' | 'id'>,
    mark: Partial<Pick<Captured, 'pinned' | 'note'>>,
    now: number,
  ): Captured | 'full' | null {
    const held = this.#bins.get(name)
    const at = held?.requests.findIndex((request) => request.id === id) ?? -1
    const before = held?.requests[at]
    if (held === undefined || before === undefined) return null
    const pinned = held.requests.filter((request) => request.pinned).length
    const pins = mark.pinned === true && !before.pinned
    if (pins && pinned >= this.#limits.pinnedPerBinMax) return 'full'
    const after = { ...before, ...mark, updatedAt: later(now, before) }
    held.requests[at] = after
    return after
  }

  /** Calls `watcher` for every later request until the returned function is called. */
  watch(name: string, now: number, watcher: Watcher): (() => void) | 'too_many' {
    if (this.#watchers >= this.#limits.watchersMax) return 'too_many'
    const { watchers } = this.#open(name, now)
    watchers.add(watcher)
    this.#watchers++
    return () => {
      if (watchers.delete(watcher)) this.#watchers--
    }
  }

  #open(name: string, now: number): Held {
    const known = this.#bins.get(name)
    if (known !== undefined) return known
    if (this.#bins.size >= this.#limits.binsMax) this.delete(this.#unusedLongest())
    const bin: Bin = {
      name,
      owner: null,
      createdAt: now,
      updatedAt: now,
      requestCount: 0,
      lastRequestAt: null,
      script: emptyScript,
      secrets: [],
      note: '',
    }
    const held: Held = { bin, requests: [], bytes: 0, answered: new Map(), watchers: new Set() }
    this.#bins.set(name, held)
    return held
  }

  #unusedLongest(): string {
    const used = ({ bin }: Held): number => bin.lastRequestAt ?? bin.createdAt
    // Bins that nobody configured go first: anyone can make them by sending to them.
    const order = (held: Held): number => (held.bin.owner === null ? 0 : 1)
    const [first] = [...this.#bins.values()].sort(
      (a, b) => order(a) - order(b) || used(a) - used(b),
    )
    return first?.bin.name ?? ''
  }

  #withOldestRequest(): Held | undefined {
    let oldest: Held | undefined
    for (const held of this.#bins.values()) {
      const [request] = held.requests
      if (request === undefined) continue
      if (oldest?.requests[0] === undefined || request.id < oldest.requests[0].id) oldest = held
    }
    return oldest
  }

  #dropOldest(held: Held | undefined): void {
    // Where all are pinned, the oldest leaves all the same: the memory is bounded before anything.
    const first = held?.requests.findIndex((one) => !one.pinned) ?? -1
    const [request] = held?.requests.splice(Math.max(0, first), 1) ?? []
    if (held === undefined || request === undefined) return
    held.bytes -= sizeOf(request)
    this.#bytes -= sizeOf(request)
  }
}

/** Now, or just after the change before: no two versions are the same. */
function later(now: number, { updatedAt }: { readonly updatedAt: number }): number {
  return Math.max(now, updatedAt + 1)
}

/** What a request takes, near enough for a limit. */
function sizeOf(request: Captured): number {
  const headers = request.headers.reduce(
    (sum, [name, value]) => sum + name.length + value.length,
    0,
  )
  return request.body.length + headers + request.path.length + request.query.length + 512
}
