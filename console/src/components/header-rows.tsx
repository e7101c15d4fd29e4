import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import { useT } from '../i18n.tsx'
import { Button, IconButton } from './button.tsx'

export interface HeaderRow {
  readonly id: number
  readonly name: string
  readonly value: string
}

export function headersOf(rows: readonly HeaderRow[]): Record<string, string> {
  return Object.fromEntries(
    rows.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  )
}

export function rowsOf(headers: Readonly<Record<string, string>>): readonly HeaderRow[] {
  return Object.entries(headers).map(([name, value], id) => ({ id, name, value }))
}

/** What the rows are called, where they are no headers. */
interface RowWords {
  readonly label: string
  readonly help: string
  readonly name: string
  readonly value: string
  readonly add: string
  readonly remove: (name: string) => string
  readonly example: string
}

/** Names and values that go out with every request. */
export function HeaderRows(props: {
  readonly rows: readonly HeaderRow[]
  readonly label?: string
  readonly words?: RowWords
  readonly error?: string | undefined
  /** The name that the error is about; else it is said at the first row. */
  readonly refused?: string | undefined
  readonly onChange: (rows: readonly HeaderRow[]) => void
}) {
  const t = useT()
  const errorId = useId()
  const { rows, words, onChange } = props
  const set = (id: number, change: Partial<HeaderRow>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)))
  const refused = rows.find(({ name }) => name.trim() === props.refused) ?? rows[0]
  const marks = (row: HeaderRow): object =>
    props.error !== undefined && row === refused
      ? { 'aria-invalid': true, 'aria-describedby': errorId }
      : {}
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-[550]">
        {words?.label ?? props.label ?? t('headers.label')}
      </legend>
      {words !== undefined && <p className="text-ink-3 text-xs">{words.help}</p>}
      {rows.map((row) => (
        <div key={row.id} className="flex items-center gap-2">
          <input
            {...marks(row)}
            className="input mono"
            aria-label={words?.name ?? t('headers.name')}
            placeholder={words?.example ?? 'x-team'}
            value={row.name}
            onChange={(event) => set(row.id, { name: event.target.value })}
          />
          <input
            className="input mono"
            aria-label={words?.value ?? t('headers.value')}
            value={row.value}
            onChange={(event) => set(row.id, { value: event.target.value })}
          />
          <IconButton
            label={words?.remove(row.name) ?? t('headers.remove', { name: row.name })}
            onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
          >
            <X size={15} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          onClick={() =>
            onChange([
              ...rows,
              { id: Math.max(0, ...rows.map(({ id }) => id)) + 1, name: '', value: '' },
            ])
          }
        >
          <Plus size={14} aria-hidden /> {words?.add ?? t('headers.add')}
        </Button>
      </div>
      {props.error !== undefined && (
        <p id={errorId} className="text-err text-xs" role="alert">
          {props.error}
        </p>
      )}
    </fieldset>
  )
}
