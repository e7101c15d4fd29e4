import { SealError, type Sealer } from '../runtime/sealing.ts'
import type { IdempotencyStore } from './port/idempotency.ts'

/** Keeps the answers of idempotency keys sealed: some of them hold a secret that is shown once. */
export function sealedAnswers(store: IdempotencyStore, sealer: Sealer): IdempotencyStore {
  return {
    releaseKey: (entry) => store.releaseKey(entry),
    async reserveKey(input) {
      const found = await store.reserveKey(input)
      if (found.kind !== 'answered') return found
      const body = open(sealer, found.answer.body, placeOf(input))
      if (body === null) return { kind: 'unreadable' }
      return { kind: 'answered', answer: { ...found.answer, body } }
    },
    completeKey({ answer, ...entry }) {
      const body = sealer.seal(answer.body, placeOf(entry))
      return store.completeKey({ ...entry, answer: { ...answer, body } })
    },
  }
}

function placeOf({ scope, key }: { readonly scope: string; readonly key: string }): string {
  return `idempotency_key/${scope}/${key}`
}

function open(sealer: Sealer, body: string, place: string): string | null {
  try {
    return sealer.open(body, place)
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    // Kept by a version that did not seal them.
    return error.code === 'not_sealed' ? body : null
  }
}
