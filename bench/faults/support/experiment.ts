/** `small` fits into the test suite; `large` is what RELIABILITY promises. */
export type Form = 'small' | 'large'

export interface Report {
  readonly name: string
  readonly form: Form
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
  /** Sentences; empty when everything that was promised held. */
  readonly violations: readonly string[]
}

export interface Experiment {
  readonly name: string
  readonly sentence: string
  /** Has no form that fits into the test suite. */
  readonly largeOnly?: true
  run(form: Form): Promise<Report>
}

/** Collects what was broken; bounded, because one defect may break thousands of deliveries. */
export class Violations {
  readonly #sentences: string[] = []
  #left = 0

  add(sentence: string): void {
    if (this.#sentences.length < 20) this.#sentences.push(sentence)
    else this.#left += 1
  }

  expect(holds: boolean, sentence: string): void {
    if (!holds) this.add(sentence)
  }

  list(): readonly string[] {
    return this.#left === 0 ? this.#sentences : [...this.#sentences, `and ${this.#left} more`]
  }
}
