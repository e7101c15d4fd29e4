/** What the last attempt of a delivery got: one of these statuses (0: no answer), or none for one of these reasons. */
export interface AnswerFilter {
  readonly statuses: readonly number[]
  readonly classes: readonly string[]
}

/** `5xx`: all of these statuses. */
const family = /^[1-5]xx$/

/** Of `500`, `5xx`, `connect_timeout`, as people write them. Null: whatever it was. */
export function answerFilter(codes: readonly string[] | null | undefined): AnswerFilter | null {
  if (codes === null || codes === undefined) return null
  const isStatus = (one: string): boolean => /^[0-9]/.test(one)
  return {
    statuses: codes
      .filter(isStatus)
      .flatMap((one) => (family.test(one) ? allOf(one) : Number(one))),
    classes: codes.filter((one) => !isStatus(one)),
  }
}

function allOf(one: string): readonly number[] {
  const first = Number(one[0]) * 100
  return Array.from({ length: 100 }, (_, n) => first + n)
}

/** Null: it was never tried. */
export function isAnsweredSo(
  last: { readonly responseStatus: number; readonly errorClass: string | null } | null,
  { statuses, classes }: AnswerFilter,
): boolean {
  if (last === null) return false
  return statuses.includes(last.responseStatus) || classes.includes(last.errorClass ?? '')
}
