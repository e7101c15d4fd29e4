/** Rows of field, comparison and value that make a payload filter. */
import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { isObject, type Operator } from '../../../src/domain/filter.ts'
import { exampleIn, fieldsOf } from '../../../src/domain/schema/fields.ts'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import { wantsType } from '../../../src/domain/type-rule.ts'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useEventTypes } from '../state/data.ts'
import { type FilterRow, filterOfRows, rowOperators, rowsOfFilter } from '../state/filter-rows.ts'
import { useWords } from '../state/words.ts'
import { Button, IconButton } from './button.tsx'

const words = { en: createEn, es: createEs }
const fieldsOfferedMax = 200
const depthMax = 8
const newRow: FilterRow = { path: '', operator: '$eq', value: '' }

interface Keyed extends FilterRow {
  readonly id: number
}

export function FilterBuilder(props: {
  /** One that rows can say; null: none. */
  readonly filter: Readonly<Record<string, unknown>> | null
  /** Types whose fields are offered; null: all. */
  readonly events: readonly string[] | null
  /** What the server said of it. */
  readonly error?: string | undefined
  readonly onChange: (filter: Readonly<Record<string, unknown>> | null) => void
}) {
  const w = useWords(words)
  const listId = useId()
  const fields = useFields(props.events)
  const [rows, setRows] = useState<readonly Keyed[]>(() => keyed(rowsOfFilter(props.filter)))
  // What is stored changed from elsewhere (discarded, or another person's): the rows follow it.
  const isOurs = JSON.stringify(filterOfRows(rows)) === JSON.stringify(props.filter)
  const shown = isOurs ? rows : keyed(rowsOfFilter(props.filter))
  function change(next: readonly Keyed[]): void {
    setRows(next)
    props.onChange(filterOfRows(next))
  }
  const set = (id: number, part: Partial<FilterRow>): void =>
    change(shown.map((row) => (row.id === id ? { ...row, ...part } : row)))
  return (
    <div className="flex flex-col gap-2">
      <datalist id={listId}>
        {fields.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      {shown.map((row) => (
        <Row
          key={row.id}
          row={row}
          listId={listId}
          onChange={(part) => set(row.id, part)}
          onRemove={() => change(shown.filter(({ id }) => id !== row.id))}
        />
      ))}
      <div>
        <Button
          onClick={() =>
            change([...shown, { ...newRow, id: Math.max(-1, ...shown.map(({ id }) => id)) + 1 }])
          }
        >
          <Plus size={14} aria-hidden /> {w('condition.add')}
        </Button>
      </div>
      {shown.length > 0 && <p className="text-ink-3 text-xs">{w('condition.help')}</p>}
      {props.error !== undefined && (
        <p className="text-err text-xs" role="alert">
          {props.error}
        </p>
      )}
    </div>
  )
}

function Row(props: {
  readonly row: FilterRow
  readonly listId: string
  readonly onChange: (part: Partial<FilterRow>) => void
  readonly onRemove: () => void
}) {
  const w = useWords(words)
  const { row, onChange } = props
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-2 sm:grid-cols-[minmax(0,1fr)_11rem_minmax(0,1fr)_auto]">
      <input
        className="input mono max-sm:col-start-1"
        aria-label={w('condition.field')}
        list={props.listId}
        autoComplete="off"
        placeholder="order.total"
        value={row.path}
        onChange={(event) => onChange({ path: event.target.value })}
      />
      <select
        className="input max-sm:col-start-1"
        aria-label={w('condition.operator')}
        value={row.operator}
        onChange={(event) => {
          const operator = event.target.value as Operator // one of the options
          const value = valueFor(operator, row)
          onChange({ operator, value })
        }}
      >
        {rowOperators.map((operator) => (
          <option key={operator} value={operator}>
            {w(`operator.${operator.slice(1) as Name}` /* the name of an operator */)}
          </option>
        ))}
      </select>
      {row.operator === '$exists' ? (
        <select
          className="input max-sm:col-start-1"
          aria-label={w('condition.value')}
          value={row.value}
          onChange={(event) => onChange({ value: event.target.value })}
        >
          <option value="true">{w('condition.yes')}</option>
          <option value="false">{w('condition.no')}</option>
        </select>
      ) : (
        <input
          className="input mono max-sm:col-start-1"
          aria-label={w('condition.value')}
          autoComplete="off"
          placeholder={row.operator === '$in' || row.operator === '$nin' ? 'MX, ES' : '100'}
          value={row.value}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      )}
      <IconButton
        className="max-sm:col-start-2 max-sm:row-start-1"
        label={w('condition.remove', { path: row.path })}
        onClick={props.onRemove}
      >
        <X size={15} aria-hidden />
      </IconButton>
    </div>
  )
}

type WithoutDollar<Text> = Text extends `$${infer Rest}` ? Rest : never
type Name = WithoutDollar<Operator>

/** Whether a field is there is a choice of two: what was typed makes no sense for it. */
function valueFor(operator: Operator, row: FilterRow): string {
  if (operator === '$exists') return 'true'
  return row.operator === '$exists' ? '' : row.value
}

function keyed(rows: readonly FilterRow[] | null): readonly Keyed[] {
  return (rows ?? []).map((row, id) => ({ ...row, id }))
}

/** Fields of the payloads that the endpoint takes, from their schemas. */
function useFields(events: readonly string[] | null): readonly string[] {
  const types = useEventTypes().data ?? []
  const chosen = events === null || events.length === 0 ? null : events
  const paths = types
    .filter(({ name }) => wantsType(chosen, name))
    .flatMap(({ schemas }) => pathsIn(newestSchema(schemas)))
  return [...new Set(paths)].slice(0, fieldsOfferedMax)
}

/** As filters write them: a list is looked through without a sign for it. */
function pathsIn(schema: unknown): readonly string[] {
  const fields = fieldsOf(schema).map(({ path }) => path)
  const found = fields.length > 0 ? fields : membersOf(exampleIn(schema), '')
  return found.filter((path) => !path.includes('*')).map((path) => path.replaceAll('[]', ''))
}

/** A schema that describes nothing has an example at least. */
function membersOf(example: unknown, at: string, depth = 0): readonly string[] {
  if (!isObject(example) || depth >= depthMax) return []
  return Object.entries(example).flatMap(([name, value]) => {
    const path = at === '' ? name : `${at}.${name}`
    return [path, ...membersOf(value, path, depth + 1)]
  })
}
