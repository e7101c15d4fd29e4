import type { ErrorClass } from '../../../src/domain/outcome.ts'
import type { T } from '../i18n.tsx'

/** Two or three words for a list: "certificate expired". */
export function classLabel(errorClass: ErrorClass, t: T): string {
  return t(`class.${errorClass}`)
}
