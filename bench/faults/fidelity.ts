/** G16: the bytes that were accepted are the bytes that arrive, and three languages verify them. */
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { seededRandom } from '../../src/runtime/random.ts'
import { type Experiment, type Form, type Report, Violations } from './support/experiment.ts'
import { rawObject } from './support/raw-json.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'
import { verifyInGo, verifyInJavaScript, verifyInPython } from './support/verifiers.ts'

const forms = {
  small: { raw: 150, generated: 100 },
  large: { raw: 5_000, generated: 5_000 },
} as const satisfies Record<Form, unknown>

const seed = 20_260_101
const width = 16
const drainMs = 30_000
const path = '/exact'
/** Hand-written cases, where the repository has them. */
const corpusFile = new URL('../../test/hostile/corpus/json_bodies.json', import.meta.url)

interface CorpusCase {
  readonly id: string
  readonly input: { readonly field?: string; readonly raw?: string }
  readonly expect: { readonly then?: string }
}

export const fidelity: Experiment = {
  name: 'fidelity',
  sentence: 'payloads arrive byte for byte and verify in independent implementations (G16)',
  run: (form) => inScene({ ledger: { keepBodies: true } }, (scene) => play(scene, form)),
}

async function play(scene: Scene, form: Form): Promise<Report> {
  const { ledger } = scene
  const { applicationId } = await arrange(scene, [path])
  const violations = new Violations()
  const texts = payloads(form)
  const sent = new Map<string, string>()
  let refused = 0

  let next = 0
  const post = async (): Promise<void> => {
    for (let text = texts[next++]; text !== undefined; text = texts[next++]) {
      const body = `{"eventType":"fault.exact","payload":${text.raw}}`
      const answer = await scene.api.call('POST', `/api/v1/app/${applicationId}/msg`, { body })
      if (answer.status >= 200 && answer.status < 300) {
        sent.set((JSON.parse(answer.text) as { id: string }).id, text.raw) // a message has one
      } else if (text.mayBeRefused && answer.status >= 400 && answer.status < 500) {
        refused += 1
      } else {
        violations.add(`${answer.status} for ${text.raw.slice(0, 200)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: width }, post))
  await ledger.until(() => ledger.distinct >= sent.size, drainMs)
  violations.expect(ledger.distinct === sent.size, `${ledger.distinct} of ${sent.size} came`)

  for (const { messageId, body } of ledger.arrivals) {
    const text = sent.get(messageId) ?? ''
    violations.expect(body.equals(Buffer.from(text)), `changed on the way: ${text.slice(0, 200)}`)
  }
  const verified =
    form === 'small'
      ? [verifyInJavaScript(ledger.arrivals)]
      : [
          verifyInJavaScript(ledger.arrivals),
          await verifyInPython(ledger.arrivals),
          await verifyInGo(ledger.arrivals),
        ]
  for (const { by, checked, wrong } of verified) {
    violations.expect(wrong === 0 && checked === ledger.arrivals.length, `${by}: ${wrong} wrong`)
  }
  return {
    name: fidelity.name,
    form,
    facts: {
      documents: texts.length,
      delivered: ledger.distinct,
      refusedAsAllowed: refused,
      verifiedBy: verified.map(({ by }) => by).join(', '),
    },
    violations: violations.list(),
  }
}

interface Payload {
  readonly raw: string
  /** The corpus allows a 4xx instead (duplicate keys, lone surrogates). */
  readonly mayBeRefused: boolean
}

function payloads(form: Form): readonly Payload[] {
  const random = seededRandom(seed)
  const raw = Array.from({ length: forms[form].raw }, () => rawObject(random))
  const generated = fc
    .sample(fc.dictionary(fc.string(), fc.jsonValue()), { numRuns: forms[form].generated, seed })
    .map((value) => JSON.stringify(value))
  return [
    ...[...raw, ...generated].map((text) => ({ raw: text, mayBeRefused: false })),
    ...corpusPayloads(),
  ]
}

function corpusPayloads(): readonly Payload[] {
  if (!existsSync(corpusFile)) return []
  const cases = JSON.parse(readFileSync(corpusFile, 'utf8')) as readonly CorpusCase[] // our own file
  return cases
    .filter(({ input, expect }) => input.field === 'payload' && expect.then?.startsWith('exact'))
    .flatMap(({ input, expect }) =>
      input.raw === undefined
        ? []
        : [{ raw: input.raw, mayBeRefused: expect.then === 'exact_or_rejected' }],
    )
}
