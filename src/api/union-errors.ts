import type { Sentence } from '../domain/sentence.ts'

/**
 * A union that is told apart by `kind` reports what every branch lacks. Who chose a kind wants to
 * know of that branch alone; who chose none of them, which there are.
 */
export interface SchemaError {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
  /** Ours, where it is not the library's. */
  readonly said?: Sentence
}

const discriminator = '/properties/kind'

export function ofChosenBranches(errors: readonly SchemaError[]): readonly SchemaError[] {
  const others = errors.filter(
    ({ keyword, schemaPath }) => keyword === 'const' && schemaPath.endsWith(discriminator),
  )
  if (others.length === 0) return errors
  const branches = others.map(({ schemaPath }) => schemaPath.slice(0, -discriminator.length))
  const kept = errors.filter(
    ({ schemaPath }) =>
      !branches.some((branch) => schemaPath === branch || schemaPath.startsWith(`${branch}/`)),
  )
  const places = new Set(others.map(({ instancePath }) => instancePath))
  return [...kept, ...[...places].flatMap((place) => unknownKind(place, others, kept))]
}

/** One error for a kind that no branch has; none when a branch was chosen and says what it lacks. */
function unknownKind(
  place: string,
  others: readonly SchemaError[],
  kept: readonly SchemaError[],
): readonly SchemaError[] {
  const union = place.slice(0, -'/kind'.length)
  const chosen = kept.some(
    ({ keyword, message, instancePath }) =>
      keyword !== 'anyOf' &&
      message !== 'must be null' &&
      (instancePath === union || instancePath.startsWith(`${union}/`)),
  )
  const [first] = others
  if (chosen || first === undefined) return []
  const kinds = others
    .filter(({ instancePath }) => instancePath === place)
    .map(({ params }) => String(Reflect.get(params, 'allowedValue')))
  const names = kinds.join(', ')
  const said = { en: `must be one of ${names}`, es: `debe ser uno de ${names}` }
  return [{ ...first, instancePath: place, message: said.en, said }]
}
