/**
 * What a disk may hold after a power loss: for each file everything up to its last sync, and of what
 * was written since any part, down to single sectors. Replays the log of `recorder.c`.
 */
export type Entry =
  | { readonly kind: 'write'; readonly path: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  /** Somebody outside was told that this is safe. */
  | { readonly kind: 'acknowledged'; readonly id: string }

const headBytes = 17

export function* entriesOf(log: Buffer): Generator<Entry> {
  const paths = new Map<number, string>()
  for (let at = 0; at + headBytes <= log.length; ) {
    const kind = String.fromCharCode(log.readUInt8(at))
    const file = log.readUInt32LE(at + 1)
    const position = Number(log.readBigUInt64LE(at + 5))
    const end = at + headBytes + log.readUInt32LE(at + 13)
    const bytes = log.subarray(at + headBytes, end)
    at = end
    const path = paths.get(file) ?? ''
    if (kind === 'N') paths.set(file, bytes.toString('utf8'))
    else if (kind === 'W') yield { kind: 'write', path, at: position, bytes }
    else if (kind === 'T') yield { kind: 'truncate', path, size: position }
    else if (kind === 'S') yield { kind: 'sync', path }
    else yield { kind: 'acknowledged', id: bytes.toString('utf8') }
  }
}

/** An entry that somebody beside the recorded process appends to its log. */
export function acknowledgement(id: string): Buffer {
  const entry = Buffer.alloc(headBytes + id.length)
  entry.write('A', 0, 'latin1')
  entry.writeUInt32LE(id.length, 13)
  entry.write(id, headBytes, 'latin1')
  return entry
}

type Unsynced = Extract<Entry, { readonly kind: 'write' | 'truncate' }>

const sectorBytes = 512

class DiskFile {
  #bytes = Buffer.alloc(1 << 20)
  #size = 0
  #unsynced: Unsynced[] = []

  add(entry: Unsynced): void {
    this.#unsynced.push(entry)
  }

  sync(): void {
    for (const entry of this.#unsynced) this.#apply(entry)
    this.#unsynced = []
  }

  /** `chance` decides for each entry since the last sync, and for each sector of a torn one. */
  image(chance: () => number): Buffer {
    const copy = new DiskFile()
    copy.#bytes = Buffer.from(this.#bytes)
    copy.#size = this.#size
    const kept = chance() // of this power loss: nearly nothing, nearly everything, or between
    for (const entry of this.#unsynced) {
      if (chance() < kept) copy.#apply(entry)
      else if (entry.kind === 'write' && chance() < 0.3) copy.#tear(entry, chance)
    }
    return copy.#bytes.subarray(0, copy.#size)
  }

  #apply(entry: Unsynced): void {
    if (entry.kind === 'truncate') {
      if (entry.size < this.#size) this.#bytes.fill(0, entry.size, this.#size)
      this.#size = entry.size
      return
    }
    const end = entry.at + entry.bytes.length
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(2 * end)
      this.#bytes.copy(larger, 0, 0, this.#size)
      this.#bytes = larger
    }
    entry.bytes.copy(this.#bytes, entry.at)
    this.#size = Math.max(this.#size, end)
  }

  #tear(entry: Extract<Unsynced, { readonly kind: 'write' }>, chance: () => number): void {
    for (let from = 0; from < entry.bytes.length; from += sectorBytes) {
      if (chance() < 0.5) continue
      const bytes = entry.bytes.subarray(from, from + sectorBytes)
      this.#apply({ ...entry, at: entry.at + from, bytes })
    }
  }
}

/** The files whose path ends so, as they pass through the log. */
export class Disk {
  readonly #files = new Map<string, DiskFile>()
  readonly #ignoresSync: (path: string) => boolean

  /** `ignoresSync`: a disk that lies, to show that the experiment would notice. */
  constructor(ignoresSync: (path: string) => boolean = () => false) {
    this.#ignoresSync = ignoresSync
  }

  take(entry: Exclude<Entry, { readonly kind: 'acknowledged' }>): void {
    const file = this.#files.get(entry.path) ?? new DiskFile()
    this.#files.set(entry.path, file)
    if (entry.kind !== 'sync') file.add(entry)
    else if (!this.#ignoresSync(entry.path)) file.sync()
  }

  image(path: string, chance: () => number): Buffer {
    return this.#files.get(path)?.image(chance) ?? Buffer.alloc(0)
  }
}
