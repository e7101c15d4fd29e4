import type { en } from './en.ts'

/** What a code means, why it happens and what to do, each one sentence. */
export interface Explanation {
  readonly title: string
  readonly why: string
  readonly fix: string
}
export type ExplainedCode = keyof typeof en
/** One explanation for each code of the English catalog: a missing one is a compile error. */
export type Explanations = Readonly<Record<ExplainedCode, Explanation>>
