/** One thing that a job does to many endpoints of an application: what, and what became of each. */
import type { Actor } from './audit.ts'
import type { EndpointSought } from './endpoint-sought.ts'
import type { ApplicationId, EndpointId } from './ids.ts'
import type { Sentence } from './sentence.ts'

export type EndpointAction =
  | 'pause'
  | 'resume'
  | 'enable'
  | 'disable'
  | 'delete'
  | 'add-event-types'
  | 'remove-event-types'

/** Who asked: what is done leaves their name in the audit log, in their words. */
export interface Asker {
  readonly actor: Actor
  /** Set: nothing but this application is visible to them. */
  readonly applicationId: ApplicationId | null
  readonly language: keyof Sentence
  readonly address: string | null
}

export interface EndpointSelection {
  readonly applicationId: ApplicationId
  /** These alone, newest first; null: all that fit. */
  readonly ids: readonly EndpointId[] | null
  /** Null: all there are. */
  readonly sought: EndpointSought | null
  readonly by: Asker
}

/**
 * What became of one. `unchanged`: it was so already; `refused`: its own rules are against it;
 * `gone`: it is not there any more. Of a test `succeeded` or `failed`.
 */
export type EndpointFate = 'changed' | 'unchanged' | 'refused' | 'gone' | 'succeeded' | 'failed'

export interface EndpointResult {
  readonly id: EndpointId
  /** As people knew it then: it may be gone by now. */
  readonly name: string
  readonly fate: EndpointFate
  /** Of a refusal. */
  readonly code?: string
  /** Why it was refused, or why a test had no answer that counts. */
  readonly why?: Sentence
  /** Of a test; null: there was no answer. */
  readonly status?: number | null
  readonly durationMs?: number
}

/** Where such a job stands. */
export interface EndpointWork {
  /** Null: too many to count beforehand. */
  readonly total: number | null
  /** Chosen, and being worked on: a node that takes the job over does these first. */
  readonly inHand: readonly EndpointId[]
  /** Nothing comes behind those in hand. */
  readonly last: boolean
  readonly tally: Readonly<Partial<Record<EndpointFate, number>>>
  /** The first of them, and of those that did not go well more. */
  readonly results: readonly EndpointResult[]
}

/** Results that are kept of those that went well, and as many of the others. */
export const resultsMax = 1_000

const bad: ReadonlySet<EndpointFate> = new Set<EndpointFate>(['refused', 'failed'])

/** With what became of those in hand, and the next ones in hand. */
export function workAfter(
  work: EndpointWork,
  results: readonly EndpointResult[],
  next: Pick<EndpointWork, 'inHand' | 'last'>,
): EndpointWork {
  const tally: Partial<Record<EndpointFate, number>> = { ...work.tally }
  const kept = [...work.results]
  for (const result of results) {
    const { fate } = result
    tally[fate] = (tally[fate] ?? 0) + 1
    const alike = kept.filter((one) => bad.has(one.fate) === bad.has(fate)).length
    if (alike < resultsMax) kept.push(result)
  }
  return { ...work, ...next, tally, results: kept }
}
