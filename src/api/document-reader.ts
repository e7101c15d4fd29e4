/**
 * What strangers wrote and what may take long to read: documents that describe event types, the JSON
 * Schemas of event types, and pasted requests whose signatures are tried with many keys. It is read
 * in threads of their own with a deadline, so that deliveries and other callers never wait for it.
 * Each kind has its thread: the one does not hold up the other.
 */
import { extname } from 'node:path'
import { Problem, problems } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Diagnosis, DoctorInput } from '../domain/signature-doctor.ts'
import { type Answered, boundedThread, type NoAnswer } from '../runtime/bounded-thread.ts'
import type { Clock } from '../runtime/clock.ts'
import type { ImportFormat } from './import-documents.ts'
import { refuse } from './validate.ts'

type Schema = Readonly<Record<string, unknown>>

/** Where a document stands in the body, and which formats it may have there. */
export interface DocumentPlace {
  readonly field: string
  readonly formats: 'openapi' | 'all'
}

export type DocumentWork =
  | ({ readonly kind: 'types'; readonly text: string } & DocumentPlace)
  | { readonly kind: 'schemas'; readonly schemas: readonly Schema[]; readonly compile: boolean }
  | { readonly kind: 'diagnosis'; readonly pasted: PastedRequest }
export type SchemaVerdict =
  | { readonly ok: true }
  /** Which of them it is, and why. */
  | { readonly ok: false; readonly at: number; readonly reason: Sentence }
export type TypesRead =
  | ({ readonly ok: true } & DescribedTypes)
  | { readonly ok: false; readonly loc: readonly string[]; readonly reason: Sentence }
export type DocumentAnswer = TypesRead | SchemaVerdict | Diagnosis

/** Of the headers, each by its name in lower case. */
export type PastedRequest = Omit<DoctorInput, 'header'> & {
  readonly headers: ReadonlyMap<string, string>
}

/**
 * The event types of a document, as text: copies of what they share may be a hundred times the
 * document, which to take over as values would hold up everybody. They are read one after another.
 */
export interface DescribedTypes {
  readonly format: ImportFormat
  /** Each a `Description`. */
  readonly types: readonly { readonly name: string; readonly json: string }[]
}

export interface SchemaAt {
  /** Where a refusal says that it is. */
  readonly loc: readonly string[]
  readonly schema: Schema
}

export interface DocumentReader {
  /** The event types that a text of JSON, YAML or lines describes. Refuses with a 422, also past a bound. */
  types(text: string, place: DocumentPlace): Promise<DescribedTypes>
  /** Refuses the first that is no JSON Schema. `compile`: see `event-schemas.ts`. */
  judge(schemas: readonly SchemaAt[], compile: boolean): Promise<void>
  /** Why the request does not verify. */
  diagnose(pasted: PastedRequest): Promise<Diagnosis>
  close(): Promise<void>
}

/** Documents that wait for the thread; more are asked to come again. */
const waitingMax = 16
const heapMegabytesMax = 256
/** When to come again: the one that is being read is over by then. */
const retryAfterSeconds = Math.ceil(limits.documentReadMs / 1_000)

export function documentReader(clock: Clock): DocumentReader {
  const documents = thread<{ kind: 'types' }, TypesRead>('posthorn-documents', clock)
  const schemas = thread<{ kind: 'schemas' }, SchemaVerdict>('posthorn-schemas', clock)
  const signatures = thread<{ kind: 'diagnosis' }, Diagnosis>('posthorn-signatures', clock)
  return {
    async types(text, place) {
      const work = { kind: 'types', text, ...place } as const
      const read = answered(await documents.run(work), [place.field])
      if (!read.ok) throw refuse(read.loc, read.reason)
      return read
    },
    async judge(given, compile) {
      const [first] = given
      if (first === undefined) return
      const work = { kind: 'schemas', schemas: given.map(({ schema }) => schema), compile } as const
      const verdict = answered(await schemas.run(work), first.loc)
      if (!verdict.ok) throw refuse(given[verdict.at]?.loc ?? first.loc, verdict.reason)
    },
    async diagnose(pasted) {
      return answered(await signatures.run({ kind: 'diagnosis', pasted }), ['body'])
    },
    async close() {
      await Promise.all([documents.close(), schemas.close(), signatures.close()])
    },
  }
}

function thread<Kind extends Pick<DocumentWork, 'kind'>, Answer>(name: string, clock: Clock) {
  // The worker is the same file compiled or not, so its extension is this file's.
  const url = new URL(`./document-worker${extname(import.meta.filename)}`, import.meta.url)
  const bounds = { deadlineMs: limits.documentReadMs, waitingMax, heapMegabytesMax }
  return boundedThread<Extract<DocumentWork, Kind>, Answer>({ url, name }, bounds, clock)
}

/** What the thread says; without an answer a refusal of what was given, or of this moment. */
function answered<Answer>(result: Answered<Answer>, loc: readonly string[]): Answer {
  if (result.ok) return result.answer
  const reason = refusals[result.why]
  if (reason !== null) throw refuse(loc, reason)
  throw new Problem(problems.unavailable, { retryAfterSeconds })
}

const refusals: Readonly<Record<NoAnswer, Sentence | null>> = {
  slow: {
    en: `takes longer than ${limits.documentReadMs / 1_000} s to read: send less, or simpler JSON`,
    es: `tarda más de ${limits.documentReadMs / 1_000} s en leerse: envía menos, o JSON más simple`,
  },
  large: {
    en: `needs more than ${heapMegabytesMax} MiB to be read: send less, or simpler JSON`,
    es: `necesita más de ${heapMegabytesMax} MiB para leerse: envía menos, o JSON más simple`,
  },
  failed: {
    en: 'could not be read: send less, or simpler JSON',
    es: 'no se pudo leer: envía menos, o JSON más simple',
  },
  busy: null,
  closed: null,
}
