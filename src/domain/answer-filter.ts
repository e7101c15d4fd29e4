/** What the last attempt of a delivery got: one of these statuses (0: no answer), or none for one of these reasons. */
export interface AnswerFilter {
  readonly statuses: readonly number[]
  readonly classes: readonly string[]
}

/** Of `500`, `connect_timeout`, as people write them. Null: whatever it was. */
export function answerFilter(codes: readonly string[] | null | undefined): AnswerFilter | null {
  if (codes === null || codes === undefined) return null
  const isStatus = (one: string): boolean => /^[0-9]/.test(one)
  return {
    statuses: codes.filter(isStatus).map(Number),
    classes: codes.filter((one) => !isStatus(one)),
  }
}

/** Null: it was never tried. */
export function isAnsweredSo(
  last: { readonly responseStatus: number; readonly errorClass: string | null } | null,
  { statuses, classes }: AnswerFilter,
): boolean {
  if (last === null) return false
  return statuses.includes(last.responseStatus) || classes.includes(last.errorClass ?? '')
}
