/**
 * Idempotency keys of requests other than message create (which keeps its key in the accept
 * commit). The same key, path and body get the first answer again; another body is a conflict.
 * Keys belong to the organisation or application, never to the token that brought them.
 */
import { hash } from 'node:crypto'
import { Problem, problems } from '../domain/errors.ts'
import { after } from '../runtime/clock.ts'
import { type Answer, type Call, conflict, type Services } from './call.ts'
import { refuse } from './validate.ts'

const keyLengthMax = 256
const keyPattern = /^[\x21-\x7e]+$/
/** A request that takes longer than this frees its key: longer than any handler may take. */
const reserveMs = 60_000
const waitMs = 100
const waitsMax = 50

/** The key of a request; 422 for one that is empty, too long, doubled or not printable ASCII. */
export function readKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header !== 'string' || header.length > keyLengthMax || !keyPattern.test(header)) {
    throw refuseKey()
  }
  return header
}

function refuseKey(): Error {
  return refuse(['idempotency-key'], {
    en: 'expected one idempotency-key of 1 to 256 printable ASCII characters',
    es: 'se esperaba un solo idempotency-key de 1 a 256 caracteres ASCII imprimibles',
  })
}

export function requestHash(body: Uint8Array): string {
  return hash('sha256', body, 'base64url')
}

type AnyCall = Call<unknown, unknown>

/** Runs `handle` once for the key of this call; repeats get the stored answer. */
export async function once(
  call: AnyCall,
  input: { readonly services: Services; readonly key: string; readonly target: string },
  handle: () => Promise<Answer> | Answer,
): Promise<Answer> {
  const { store, world, config } = input.services
  const { organizationId, kind, applicationId } = call.principal
  const owner = kind === 'application' ? `${organizationId}/${applicationId}` : organizationId
  const entry = { scope: `${owner}:${hash('sha256', input.target, 'base64url')}`, key: input.key }
  for (let wait = 0; wait < waitsMax; wait++) {
    const now = world.clock.now()
    const found = await store.reserveKey({
      ...entry,
      requestHash: requestHash(call.rawBody),
      now,
      reservedUntil: now + reserveMs,
    })
    if (found.kind === 'mismatch') throw new Problem(problems.idempotencyMismatch)
    if (found.kind === 'unreadable') {
      throw conflict({
        en: 'The first answer to this key was sealed with an encryption key that is gone.',
        es: 'La primera respuesta a esta clave se cifró con una clave de cifrado que ya no está.',
      })
    }
    if (found.kind === 'answered') {
      return {
        status: found.answer.status,
        body: found.answer.body === '' ? null : found.answer.body,
      }
    }
    if (found.kind === 'reserved')
      return runReserved(entry, handle, store, now + config.idempotencyHours * 3_600_000)
    await after(world.clock, waitMs)
  }
  throw new Problem(problems.unavailable, { retryAfterSeconds: 1 })
}

async function runReserved(
  entry: { readonly scope: string; readonly key: string },
  handle: () => Promise<Answer> | Answer,
  store: Services['store'],
  expiresAt: number,
): Promise<Answer> {
  let answer: Answer
  try {
    answer = await handle()
  } catch (error) {
    await store.releaseKey(entry)
    throw error
  }
  await store.completeKey({
    ...entry,
    answer: { status: answer.status, body: answer.body ?? '' },
    expiresAt,
  })
  return answer
}
