/** The hostile inputs with their expected outcomes, as data; the runners beside it play them. */
import { readFileSync } from 'node:fs'

export interface Case<Input, Expect> {
  readonly id: string
  readonly input: Input
  readonly expect: Expect
  readonly why: string
}

export function corpus<Input, Expect>(name: string): readonly Case<Input, Expect>[] {
  return JSON.parse(readFileSync(new URL(`corpus/${name}.json`, import.meta.url), 'utf8'))
}
