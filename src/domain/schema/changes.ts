/**
 * What differs between two versions of a schema, and what that means for a receiver which was
 * written against the older one: a change breaks it when it may now get something that the older
 * version ruled out, or miss something that it promised.
 */
import { typeText } from './fields.ts'
import { type Shape, type ShapeField, shapeOf } from './shape.ts'

export type SchemaChangeKind = 'added' | 'removed' | 'type' | 'required' | 'optional' | 'values'

export interface SchemaChange {
  /** Empty: the payload itself. */
  readonly path: string
  readonly kind: SchemaChangeKind
  /** Types before and after; empty where there was none. */
  readonly before: string
  readonly after: string
  readonly breaking: boolean
}

const changesMax = 500

export function schemaChanges(before: unknown, after: unknown): readonly SchemaChange[] {
  const changes: SchemaChange[] = []
  compare(shapeOf(before), shapeOf(after), '', changes)
  return changes.slice(0, changesMax)
}

function compare(before: Shape, after: Shape, path: string, changes: SchemaChange[]): void {
  if (changes.length >= changesMax) return
  const [old, fresh] = [variantsOf(before), variantsOf(after)]
  const texts = { path, before: typeText(before), after: typeText(after) }
  if (texts.before !== texts.after || !sameKinds(old, fresh)) {
    const onlyValues = [...old, ...fresh].every(({ kind }) => kind === 'values')
    const breaking = !fresh.every((one) => isWithin(one, old))
    changes.push({ ...texts, kind: onlyValues ? 'values' : 'type', breaking })
  }
  const [oldObject, freshObject] = [objectIn(old), objectIn(fresh)]
  if (oldObject !== null && freshObject !== null) {
    compareFields(oldObject, freshObject, path, changes)
  }
  const [oldItems, freshItems] = [itemsIn(old), itemsIn(fresh)]
  // The types of lists name those of their items: what differs there was said above.
  if (oldItems !== null && freshItems !== null && typeText(oldItems) === typeText(freshItems)) {
    compare(oldItems, freshItems, `${path}[]`, changes)
  }
}

type ObjectShape = Extract<Shape, { readonly kind: 'object' }>

function compareFields(
  before: ObjectShape,
  after: ObjectShape,
  path: string,
  changes: SchemaChange[],
): void {
  const pathOf = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const fresh = new Map(after.fields.map((field) => [field.name, field]))
  const known = new Set(before.fields.map(({ name }) => name))
  for (const old of before.fields) {
    const field = fresh.get(old.name)
    const at = { path: pathOf(old.name), before: typeText(old.shape) }
    if (field === undefined) {
      changes.push({ ...at, kind: 'removed', after: '', breaking: true })
      continue
    }
    if (old.required !== field.required) changes.push(necessity(field, at))
    compare(old.shape, field.shape, at.path, changes)
  }
  for (const field of after.fields) {
    if (known.has(field.name)) continue
    const added = { path: pathOf(field.name), kind: 'added', before: '' } as const
    // Whoever checks against a closed version refuses what is new.
    changes.push({ ...added, after: typeText(field.shape), breaking: before.others === false })
  }
}

function necessity(
  field: ShapeField,
  at: { readonly path: string; readonly before: string },
): SchemaChange {
  const kind = field.required ? 'required' : 'optional'
  return { ...at, kind, after: typeText(field.shape), breaking: !field.required }
}

function variantsOf(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.of : [shape]
}

function sameKinds(before: readonly Shape[], after: readonly Shape[]): boolean {
  return after.every((one) => isWithin(one, before)) && before.every((one) => isWithin(one, after))
}

/** Whether all that the shape takes, some of the others takes too; insides of objects aside. */
function isWithin(shape: Shape, others: readonly Shape[]): boolean {
  return others.some((other) => {
    if (other.kind === 'any') return true
    if (shape.kind === 'list' && other.kind === 'list') {
      return variantsOf(shape.items).every((one) => isWithin(one, variantsOf(other.items)))
    }
    if (shape.kind === 'scalar' && other.kind === 'scalar') {
      return shape.type === other.type || (shape.type === 'integer' && other.type === 'number')
    }
    if (shape.kind === 'values' && other.kind === 'values') {
      return shape.values.every((value) => other.values.includes(value))
    }
    if (shape.kind === 'values' && other.kind === 'scalar') {
      return shape.values.every((value) => isOfType(value, other.type))
    }
    return shape.kind === 'object' && other.kind === 'object'
  })
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value)
  return value === null ? type === 'null' : typeof value === type
}

function objectIn(shapes: readonly Shape[]): ObjectShape | null {
  return shapes.find((one) => one.kind === 'object') ?? null
}

function itemsIn(shapes: readonly Shape[]): Shape | null {
  return shapes.find((one) => one.kind === 'list')?.items ?? null
}
