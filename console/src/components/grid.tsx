/**
 * A list of any length: rows are 36 px high (30 or 44 by density; 56 px as cards on a phone; more where people have
 * larger letters), absolutely placed, and only those in view are in the document. One row has the focus; letters act on it.
 *
 * Rows never move under the reader: the caller adds new rows only when asked to (see `useFeed`).
 */
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useT } from '../i18n.tsx'
import { preferences } from '../state/preferences.ts'
import { askForActions } from '../state/row-actions.ts'
import { copyText } from './button.tsx'
import { Explained } from './explained.tsx'
import { useKeepInPlace, useSize } from './grid-place.ts'
import type { MenuItem } from './menu.tsx'
import { toast } from './toast.tsx'

export interface Column<Row> {
  readonly id: string
  readonly header: ReactNode
  /** What it means, where its name alone does not say it. */
  readonly help?: string
  /** Least width in px; the remaining width goes to the columns with `grow`. */
  readonly width: number
  readonly grow?: boolean
  /** What the cell says, of one with `grow`: columns with longer texts get more of that width. */
  readonly text?: (row: Row) => string
  readonly align?: 'end'
  /** Columns with the highest number leave first when the list gets narrow; absent: never. */
  readonly leaves?: number
  readonly cell: (row: Row) => ReactNode
}

export interface GridProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowId: (row: Row) => string
  /** Two lines for narrow screens. */
  readonly card: (row: Row) => ReactNode
  /** Below the cards, for what heads of columns explain elsewhere. */
  readonly cardNote?: string
  readonly current?: string | null
  readonly onOpen: (row: Row, how: 'panel' | 'tab') => void
  readonly onNearEnd?: () => void
  /** The End key was pressed: more rows may follow the last one. Absent: they are all there. */
  readonly onEnd?: () => void
  /** Rows before this index and from it on do not adjoin: some between them are not loaded. */
  readonly gapAt?: number | null
  readonly onNearGap?: (from: 'above' | 'below') => void
  readonly selection?: {
    /** Whether rows may be chosen now. */
    readonly ready: boolean
    readonly has: (id: string) => boolean
    readonly all: boolean
    readonly some: boolean
    readonly toggle: (ids: readonly string[], selected: boolean) => void
  }
  /** Single letters on the focused row, beside `c`, which copies its id, and `.`, which opens its actions. */
  readonly keys?: Readonly<Record<string, (row: Row) => void>>
  /** In that menu, beside what keys do and what the row has to press. */
  readonly actions?: (row: Row) => readonly MenuItem[]
  readonly onScrolled?: (atTop: boolean) => void
  readonly footer?: ReactNode
}

/** By the density of the page: the portal's may be another (`portal-look.ts`). */
const rowHeights: Readonly<Record<string, number>> = { compact: 30, comfortable: 44 }
const rowHeight = 36
/** So near the end of what is loaded, more is asked for. */
const nearRows = 20
const cardHeight = 56
const overscan = 6
const cardBelow = 640
const headHeight = 33

export function Grid<Row>(props: GridProps<Row>) {
  const t = useT()
  const frame = useRef<HTMLDivElement>(null)
  const size = useSize(frame)
  const [top, setTop] = useState(0)
  const [chosen, setChosen] = useState(0)
  const chosenId = useRef<string | null>(null)
  const wanted = useRef<number | null>(null)
  const anchor = useRef(0)
  const { scale } = size
  const cards = size.width > 0 && size.width < cardBelow * scale
  const { density = '' } = document.documentElement.dataset
  const height = (cards ? cardHeight : (rowHeights[density] ?? rowHeight)) * scale
  const count = props.rows.length
  // As far from the edge as the title of the page, with boxes or without.
  const edge = props.selection === undefined && !cards ? 'pl-2.5' : ''
  const columns = fitting(
    props.columns,
    (size.width - 10 - (props.selection === undefined ? 10 : 40)) / scale,
  )
  const first = Math.max(0, Math.floor(top / height) - overscan)
  const last = Math.min(count, Math.ceil((top + size.height) / height) + overscan)
  const { onNearEnd, onScrolled, onNearGap } = props
  const gapAt = props.gapAt ?? null

  useEffect(() => {
    if (size.height === 0) return
    if (gapAt === null) {
      if (last >= count - nearRows) onNearEnd?.()
    } else if (last >= gapAt - nearRows && first <= gapAt + nearRows) {
      onNearGap?.((first + last) / 2 < gapAt ? 'above' : 'below')
    }
  }, [first, last, count, size.height, onNearEnd, gapAt, onNearGap])

  // The row that has the focus keeps it when rows come in before it.
  const active = indexOf(props.rows, props.rowId, { at: chosen, id: chosenId.current })
  const { rows, rowId } = props
  const setActive = useCallback(
    (index: number) => {
      const row = rows[index]
      chosenId.current = row === undefined ? null : rowId(row)
      setChosen(index)
    },
    [rows, rowId],
  )

  const atTop = top < 8
  useEffect(() => onScrolled?.(atTop), [atTop, onScrolled])

  /** The row may be drawn only after it was asked for. */
  const focusWanted = useCallback((): void => {
    const row = frame.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`)
    if (row == null) return
    wanted.current = null
    row.focus({ preventScroll: true })
  }, [])
  const focusRow = useCallback(
    (index: number) => {
      const element = frame.current
      if (element === null) return
      const rowTop = index * height
      const room = element.clientHeight - (cards ? 0 : headHeight * scale)
      if (rowTop < element.scrollTop) element.scrollTop = rowTop
      else if (rowTop + height > element.scrollTop + room) {
        element.scrollTop = rowTop + height - room
      }
      wanted.current = index
      setTop(element.scrollTop)
      setActive(index)
      requestAnimationFrame(focusWanted)
    },
    [height, cards, scale, setActive, focusWanted],
  )
  useEffect(() => {
    if (wanted.current !== null) focusWanted()
  })

  const keepInPlace = useKeepInPlace(frame, { rows: props.rows, rowId: props.rowId, height, first })
  useLayoutEffect(() => {
    if (keepInPlace() !== 0) setTop(frame.current?.scrollTop ?? 0)
  }, [keepInPlace])

  const toEnd = useRef(false)
  useEffect(() => {
    if (!toEnd.current || (gapAt === null && props.onEnd !== undefined)) return
    toEnd.current = false
    focusRow(count - 1)
  }, [count, gapAt, props.onEnd, focusRow])

  function onKeyDown(event: KeyboardEvent): void {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['index'] === undefined)
      return
    const index = Number(event.target.dataset['index'])
    const row = props.rows[index]
    if (row === undefined) return
    const page = Math.max(1, Math.floor(size.height / height) - 1)
    const letters = preferences().singleKeys
    const moves: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: count - 1,
      ...(letters ? { j: index + 1, k: index - 1 } : {}),
    }
    const move = event.altKey || event.metaKey || event.ctrlKey ? undefined : moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      const next = Math.max(0, Math.min(count - 1, move))
      if (event.key === 'End' && props.onEnd !== undefined) {
        toEnd.current = true
        props.onEnd()
        return // the last row has the focus once it is there
      }
      if (event.shiftKey) selectRange(anchor.current, next)
      else anchor.current = next
      focusRow(next)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      props.onOpen(row, event.ctrlKey || event.metaKey ? 'tab' : 'panel')
    } else if (event.key === ' ' && props.selection !== undefined) {
      event.preventDefault()
      const id = props.rowId(row)
      props.selection.toggle([id], !props.selection.has(id))
      anchor.current = index
    } else if (letters && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const run = event.key === '.' ? () => askFor(row, event.target) : keysOf(row)[event.key]
      if (run !== undefined) {
        event.preventDefault()
        run()
      }
    }
  }

  function keysOf(row: Row): Readonly<Record<string, () => void>> {
    const own = Object.entries(props.keys ?? {}).map(([key, run]) => [key, () => run(row)] as const)
    const copy = (): void => void copyText(props.rowId(row)).then(() => toast(t('copy.copied')))
    return { c: copy, ...Object.fromEntries(own) }
  }

  function askFor(row: Row, of: EventTarget): void {
    if (!(of instanceof HTMLElement)) return
    const id = props.rowId(row)
    const { selection } = props
    const deeds = {
      open: () => props.onOpen(row, 'panel'),
      openTab: () => props.onOpen(row, 'tab'),
      toggle: selection === undefined ? null : () => selection.toggle([id], !selection.has(id)),
      keys: keysOf(row),
      more: props.actions?.(row) ?? [],
    }
    askForActions({ of, deeds })
  }

  function selectRange(from: number, to: number): void {
    const ids = props.rows
      .slice(Math.min(from, to), Math.max(from, to) + 1)
      .map((row) => props.rowId(row))
    props.selection?.toggle(ids, true)
  }

  const template = [
    ...(props.selection === undefined ? [] : ['40px']),
    ...columns.map((column) =>
      column.grow === true
        ? `minmax(${column.width * scale}px, ${wantedBy(column, props.rows)}fr)`
        : `${column.width * scale}px`,
    ),
  ].join(' ')
  const visible: number[] = []
  for (let index = first; index < last; index++) visible.push(index)
  if (active < count && (active < first || active >= last)) visible.push(active)
  const tabStop = Math.min(active, Math.max(0, count - 1))

  return (
    <div
      ref={frame}
      role="grid"
      aria-label={props.label}
      aria-rowcount={count + 1}
      aria-multiselectable={props.selection === undefined ? undefined : true}
      className="relative min-h-0 flex-1 overflow-auto"
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div
        role="row"
        aria-rowindex={1}
        className={
          cards
            ? 'sr-only'
            : `sticky top-0 z-20 grid items-center border-line border-b bg-bg pr-2.5 text-ink-3 text-xs ${edge}`
        }
        style={{ gridTemplateColumns: template, height: cards ? undefined : headHeight * scale }}
      >
        {props.selection !== undefined && (
          <div role="columnheader" className="flex h-full items-center pl-5">
            <input
              type="checkbox"
              className="checkbox"
              aria-label={t('grid.selectPage')}
              disabled={!props.selection.ready}
              checked={props.selection.all}
              ref={(element) => {
                if (element !== null) {
                  element.indeterminate =
                    props.selection?.some === true && props.selection.all !== true
                }
              }}
              onChange={(event) => {
                props.selection?.toggle(props.rows.map(props.rowId), event.target.checked)
              }}
            />
          </div>
        )}
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            className={`truncate px-2.5 font-medium ${column.align === 'end' ? 'text-right' : ''}`}
          >
            {column.help === undefined || cards ? (
              column.header
            ) : (
              <Explained help={column.help}>{column.header}</Explained>
            )}
          </div>
        ))}
      </div>
      <div role="presentation" className="relative" style={{ height: count * height }}>
        {gapAt !== null && gapAt >= first && gapAt <= last && (
          <div
            role="presentation"
            className="absolute inset-x-0 z-10 flex h-0 items-center justify-center"
            style={{ top: gapAt * height }}
          >
            <span className="rounded-full border border-line bg-surface px-2.5 text-ink-3 text-xs">
              {t('grid.gap')}
            </span>
          </div>
        )}
        {visible.map((index) => {
          const row = props.rows[index]
          if (row === undefined) return null
          const id = props.rowId(row)
          const selected = props.selection?.has(id) ?? false
          const isCurrent = props.current === id
          return (
            <div
              key={id}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={props.selection === undefined ? undefined : selected}
              aria-current={isCurrent || undefined}
              data-index={index}
              data-row={id}
              tabIndex={index === tabStop ? 0 : -1}
              className={`absolute inset-x-0 grid cursor-default items-center pr-2.5 border-line border-b outline-offset-[-2px] ${edge} ${isCurrent || selected ? 'bg-accent-soft' : 'hover:bg-sunken'} ${isCurrent ? 'shadow-[inset_2px_0_var(--color-accent)]' : ''}`}
              style={{
                top: index * height,
                height,
                gridTemplateColumns: cards ? gridForCard(props.selection !== undefined) : template,
              }}
              onFocus={(event) => {
                if (event.target === event.currentTarget) setActive(index)
              }}
              onClick={(event) => {
                if (ownsClick(event.target, event.currentTarget)) return
                setActive(index)
                anchor.current = index
                props.onOpen(row, event.ctrlKey || event.metaKey ? 'tab' : 'panel')
              }}
              onAuxClick={(event) => {
                if (event.button === 1 && !ownsClick(event.target, event.currentTarget)) {
                  props.onOpen(row, 'tab')
                }
              }}
            >
              {props.selection !== undefined && (
                <div role="gridcell" className="flex h-full items-center pl-5">
                  <input
                    type="checkbox"
                    className="checkbox"
                    tabIndex={-1}
                    aria-label={t('grid.selectRow')}
                    disabled={!props.selection.ready}
                    checked={selected}
                    onChange={(event) => props.selection?.toggle([id], event.target.checked)}
                  />
                </div>
              )}
              {cards ? (
                <div role="gridcell" className="min-w-0 px-3">
                  {props.card(row)}
                </div>
              ) : (
                columns.map((column) => (
                  <div
                    key={column.id}
                    role="gridcell"
                    onPointerEnter={sayWhole}
                    className={`truncate px-2.5 ${column.align === 'end' ? 'text-right' : ''}`}
                  >
                    {column.cell(row)}
                  </div>
                ))
              )}
            </div>
          )
        })}
      </div>
      {cards && props.cardNote !== undefined && (
        <div className="px-5 py-3 text-ink-3 text-xs">{props.cardNote}</div>
      )}
      {props.footer}
    </div>
  )
}

/** Where a row is now: where it was, unless others came in before it. */
function indexOf<Row>(
  rows: readonly Row[],
  rowId: (row: Row) => string,
  known: { readonly at: number; readonly id: string | null },
): number {
  const there = rows[known.at]
  if (known.id === null || (there !== undefined && rowId(there) === known.id)) return known.at
  const at = rows.findIndex((row) => rowId(row) === known.id)
  return at < 0 ? known.at : at
}

const gridForCard = (selectable: boolean): string =>
  selectable ? '40px minmax(0, 1fr)' : 'minmax(0, 1fr)'

/** A link, button or checkbox inside the row handles its own click. */
function ownsClick(target: EventTarget, row: HTMLElement): boolean {
  if (!(target instanceof Element)) return false
  const control = target.closest('a, button, input, label')
  return control !== null && row.contains(control)
}

/** What a cell has no room for is said where the pointer is. */
function sayWhole({ currentTarget: cell }: PointerEvent<HTMLElement>): void {
  const cut = [cell, ...cell.querySelectorAll('*')].some((one) => one.scrollWidth > one.clientWidth)
  const own = cell.querySelector('[title]') !== null
  cell.title = cut && !own ? cell.innerText : ''
}

/** Rows that are looked at for how wide a column's texts are: the same while one scrolls. */
const widthRows = 200
const widestText = 60
const letterWidth = 7.5

/** How wide a column would like to be, in px: as its longest text, within reason. */
function wantedBy<Row>(column: Column<Row>, rows: readonly Row[]): number {
  const { text, width } = column
  if (text === undefined) return width
  const longest = Math.max(0, ...rows.slice(0, widthRows).map((row) => text(row).length))
  return Math.max(width, Math.min(longest, widestText) * letterWidth + 20)
}

/** Leaves out columns, the most expendable first, until the rest fits. */
function fitting<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  let kept = columns
  while (width > 0 && sum(kept) > width) {
    const leaving = kept
      .filter((column) => column.leaves !== undefined)
      .sort((a, b) => (b.leaves ?? 0) - (a.leaves ?? 0))[0]
    if (leaving === undefined) return kept
    kept = kept.filter((column) => column !== leaving)
  }
  return kept
}

const sum = <Row,>(columns: readonly Column<Row>[]): number =>
  columns.reduce((total, column) => total + column.width, 0)
