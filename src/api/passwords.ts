/**
 * Passwords at rest: scrypt with a salt of their own, in a text that names its costs, so that they
 * may grow. At the default cost checking takes 32 MiB and a third of a second: few at a time, and nobody waits long.
 */
import { scrypt, timingSafeEqual } from 'node:crypto'
import { Problem, problems } from '../domain/errors.ts'
import type { Services } from './call.ts'

const r = 8
const p = 3
const saltBytes = 16
const hashBytes = 32
/** At once, and waiting for their turn. */
const runningMax = 2
const waitingMax = 20

let running = 0
const waiting: (() => void)[] = []

export async function hashPassword(
  password: string,
  { config, world }: Pick<Services, 'config' | 'world'>,
): Promise<string> {
  const salt = Buffer.from(world.random.bytes(saltBytes))
  const logN = config.passwordCost
  const hash = await derive(password, salt, { logN, r, p })
  return ['scrypt', logN, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$')
}

/** A hash of null (no such user, or one without a password) takes as long and is never right. */
export async function isPassword(
  password: string,
  stored: string | null,
  { config }: Pick<Services, 'config'>,
): Promise<boolean> {
  const [, logN, blocks, lanes, salt = '', hash = ''] = stored?.split('$') ?? []
  const costs =
    stored === null
      ? { logN: config.passwordCost, r, p }
      : { logN: Number(logN), r: Number(blocks), p: Number(lanes) }
  const wanted = stored === null ? Buffer.alloc(hashBytes) : Buffer.from(hash, 'base64url')
  const found = await derive(password, Buffer.from(salt, 'base64url'), costs)
  return timingSafeEqual(found, wanted) && stored !== null
}

async function derive(
  password: string,
  salt: Buffer,
  { logN, r, p }: { readonly logN: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  await turn()
  try {
    const options = { N: 2 ** logN, r, p, maxmem: 256 * 2 ** logN * r }
    return await new Promise((resolve, reject) =>
      scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, hash) =>
        error === null ? resolve(hash) : reject(error),
      ),
    )
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function turn(): Promise<void> {
  if (running >= runningMax) {
    if (waiting.length >= waitingMax) {
      throw new Problem(problems.tooManyRequests, { retryAfterSeconds: 5 })
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running += 1
}
