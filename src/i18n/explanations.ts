import { en } from './explanations/en.ts'
import { es } from './explanations/es.ts'
import type { ExplainedCode, Explanation, Explanations } from './explanations/explanation.ts'
import type { Language } from './translate.ts'

const catalogs: Readonly<Record<Language, Explanations>> = { en, es }

/** Every code that can be explained, in the catalog's order. */
export const explainedCodes: readonly string[] = Object.keys(en)

export type { ExplainedCode }

/** Of a code that is in the catalog. */
export function explanationOf(code: ExplainedCode, language: Language): Explanation {
  return catalogs[language][code]
}

/** Null for a code that is not in the catalog. */
export function explain(code: string, language: Language): Explanation | null {
  return isExplained(code) ? catalogs[language][code] : null
}

function isExplained(code: string): code is ExplainedCode {
  return Object.hasOwn(en, code)
}
