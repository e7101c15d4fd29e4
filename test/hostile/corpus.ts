/**
 * The hostile inputs with their expected outcomes, as data, and who plays which. `corpus/` is the
 * given set; `more/` holds the cases that we add, in the same form. A runner takes its cases from
 * here, so that `corpus.test.ts` can tell when a case is played by nobody.
 */
import { existsSync, readFileSync } from 'node:fs'

export interface Case<Input, Expect> {
  readonly id: string
  readonly input: Input
  readonly expect: Expect
  readonly why: string
}

interface Runner {
  readonly corpus: string
  /** The test file that plays the cases; it asks for them by the runner's name. */
  readonly file: string
  readonly takes: (item: AnyCase) => boolean
}
interface AnyCase {
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: each corpus has its own shape; the predicates know it
  readonly input: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly expect: any
}

const all = (): boolean => true
/**
 * Message ids are minted by Posthorn, so no caller can put a dot into what is signed; an `eventId`
 * is a reference of the producer's own, in which the contract allows dots.
 */
const isDottedEventId = ({ id }: AnyCase): boolean => id === 'json-id-134'

export const runners = {
  // Told in words: a table says which test or experiment does what each tells.
  faults: { corpus: 'faults', file: 'test/hostile/faults.test.ts', takes: all },
  redaction: {
    corpus: 'redaction',
    file: 'test/hostile/redaction.test.ts',
    takes: all,
  },
  authorisation: {
    corpus: 'authz',
    file: 'test/hostile/authorization.test.ts',
    takes: all,
  },
  'address guard': {
    corpus: 'addresses',
    file: 'src/delivery/url-policy.test.ts',
    takes: all,
  },
  'address literals on the wire': {
    corpus: 'addresses',
    file: 'test/hostile/network.test.ts',
    takes: ({ expect }) => expect === 'deny',
  },
  'URL policy': { corpus: 'urls', file: 'src/delivery/url-policy.test.ts', takes: all },
  'URLs saved': { corpus: 'urls', file: 'test/hostile/posthorn-network.test.ts', takes: all },
  'refused URLs on the wire': {
    corpus: 'urls',
    file: 'test/hostile/network.test.ts',
    takes: ({ expect }) => expect.verdict !== 'accept',
  },
  'DNS scripts': {
    corpus: 'dns',
    file: 'test/hostile/network.test.ts',
    takes: ({ expect }) => expect.outcome !== 'isolated',
  },
  'DNS isolation': {
    corpus: 'dns',
    file: 'test/hostile/network.test.ts',
    takes: ({ expect }) => expect.outcome === 'isolated',
  },
  'response scripts': { corpus: 'responses', file: 'test/hostile/network.test.ts', takes: all },
  'Retry-After': {
    corpus: 'responses',
    file: 'src/delivery/prepare.test.ts',
    takes: ({ expect }) => expect.retry_after !== undefined,
  },
  'custom headers saved': { corpus: 'headers', file: 'test/api/hostile.test.ts', takes: all },
  'custom headers on the wire': {
    corpus: 'headers',
    file: 'test/hostile/posthorn-network.test.ts',
    takes: ({ expect }) => expect === 'accept',
  },
  'message bodies': {
    corpus: 'json_bodies',
    file: 'test/api/hostile.test.ts',
    takes: (item) => item.input.field !== 'idempotency' && !isDottedEventId(item),
  },
  'dotted event ids': {
    corpus: 'json_bodies',
    file: 'test/api/hostile.test.ts',
    takes: isDottedEventId,
  },
  'idempotency scripts': {
    corpus: 'json_bodies',
    file: 'test/api/hostile.test.ts',
    takes: ({ input }) => input.field === 'idempotency',
  },
  'raw requests': {
    corpus: 'http_requests',
    file: 'test/api/hostile.test.ts',
    takes: ({ input }) => input.behaviour === undefined,
  },
  'behaviours of clients': {
    corpus: 'http_requests',
    file: 'test/api/hostile-clients.test.ts',
    takes: ({ input }) => input.behaviour !== undefined,
  },
  'payload filters': {
    corpus: 'filters',
    file: 'src/domain/filter.test.ts',
    takes: ({ input }) => input.transform === undefined,
  },
  transformations: {
    corpus: 'filters',
    file: 'test/api/transformations.test.ts',
    takes: ({ input }) => input.transform !== undefined,
  },
  'outputs of transformations': {
    corpus: 'transformations',
    file: 'test/api/transformations.test.ts',
    takes: all,
  },
  'text in the browser': {
    corpus: 'xss',
    file: 'test/browser/hostile.test.ts',
    takes: ({ input }) => input.value !== undefined,
  },
  'headers of every answer': {
    corpus: 'xss',
    file: 'test/hostile/posthorn-network.test.ts',
    takes: ({ input }) => input.request !== undefined,
  },
  'signatures made': {
    corpus: 'signing',
    file: 'src/delivery/signer.test.ts',
    takes: ({ input }) => input.op === 'sign',
  },
  'secrets imported': {
    corpus: 'signing',
    file: 'src/delivery/signer.test.ts',
    takes: ({ input }) => input.op === 'import_secret',
  },
  'signatures verified': {
    corpus: 'signing',
    file: 'src/delivery/signer.test.ts',
    takes: ({ input }) => input.op === 'verify',
  },
} as const satisfies Readonly<Record<string, Runner>>

export type RunnerName = keyof typeof runners

/** All cases of a corpus: the given ones, then ours. */
export function corpus<Input, Expect>(name: string): readonly Case<Input, Expect>[] {
  return ['corpus', 'more'].flatMap((folder) => {
    const file = new URL(`${folder}/${name}.json`, import.meta.url)
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  })
}

/** The cases that a runner has to play, every one. */
export function casesOf<Input, Expect>(name: RunnerName): readonly Case<Input, Expect>[] {
  const runner: Runner = runners[name]
  return corpus<Input, Expect>(runner.corpus).filter(runner.takes)
}
