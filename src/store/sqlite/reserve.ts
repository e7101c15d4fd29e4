/**
 * Space kept for the moment when the disk is full (rule 11): a file beside the database that is
 * given up, so that requests which are in flight can still be recorded and old rows be swept. Until
 * it could be made again nothing new is taken, so that the next full disk finds it there.
 */
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WriteName } from './operations.ts'

/** Of the space that is free when the database is opened. */
const share = 1 / 16
const bytesMin = 256 * 1024
const bytesMax = 8 * 1024 * 1024

/** Writes that finish or free something; everything else adds. */
const finishing: ReadonlySet<WriteName> = new Set([
  'cancelMessageDeliveries',
  'deleteApplication',
  'deleteEndpoint',
  'deleteRecord',
  'expungeAttempt',
  'expungeMessage',
  'recordAttempt',
  'releaseKey',
  'releaseStream',
  'sweep',
  'sweepAudit',
  'sweepRecords',
])

export function mayUseReserve(name: WriteName): boolean {
  return finishing.has(name)
}

/** Bytes that a user may still write to the disk of that folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

export class Reserve {
  readonly #path: string
  readonly #bytes: number
  #held = false

  /** Takes the space; a disk that is too full for it now is asked again by `restore`. */
  constructor(path: string) {
    this.#path = path
    const present = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    this.#held = present >= bytesMin
    this.#bytes = this.#held
      ? present
      : Math.round(Math.min(bytesMax, Math.max(bytesMin, freeBytes(dirname(path)) * share)))
    this.restore()
  }

  /** Whether the space is there. Given up before, it is taken again once there is twice as much. */
  restore(): boolean {
    if (this.#held) return true
    if (freeBytes(dirname(this.#path)) < 2 * this.#bytes) return false
    this.#held = this.#take()
    return this.#held
  }

  /** Gives the space to the database. False when that was done before. */
  spend(): boolean {
    if (!this.#held) return false
    this.#held = false
    rmSync(this.#path, { force: true })
    return true
  }

  #take(): boolean {
    const file = openSync(this.#path, 'w', 0o600)
    try {
      writeSync(file, Buffer.alloc(this.#bytes))
      fsyncSync(file) // until then a file system may only have promised the space
      return true
    } catch {
      rmSync(this.#path, { force: true }) // somebody else was quicker: asked again later
      return false
    } finally {
      closeSync(file)
    }
  }
}
