/** Where a grid's rows are on the screen: how large its frame is, and how they stay put. */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

/**
 * When rows were put in above the view, scrolls by as much, so that what is read stays where it is.
 * The returned function does it once the new rows are drawn, and says by how many rows.
 */
export function useKeepInPlace<Row>(
  frame: RefObject<HTMLDivElement | null>,
  input: {
    readonly rows: readonly Row[]
    readonly rowId: (row: Row) => string
    readonly height: number
    readonly first: number
  },
): () => number {
  const { rows, rowId, height, first } = input
  const seen = useRef<{ readonly rows: readonly Row[]; readonly at: number }>({ rows, at: 0 })
  return useCallback(() => {
    const before = seen.current
    const anchor = before.rows[before.at]
    const element = frame.current
    seen.current = { rows, at: first }
    if (before.rows === rows || anchor === undefined || element === null) return 0
    if (element.scrollTop < 8) return 0 // at the top the newest are wanted
    const id = rowId(anchor)
    const now = rows.findIndex((row) => rowId(row) === id)
    const shift = now < 0 ? 0 : now - before.at
    if (shift !== 0) {
      element.scrollTop += shift * height
      seen.current = { rows, at: now }
    }
    return shift
  }, [frame, rows, rowId, height, first])
}

/** And `scale`: how much larger than usual people have their letters. */
export function useSize(frame: RefObject<HTMLDivElement | null>): {
  readonly width: number
  readonly height: number
  readonly scale: number
} {
  const [size, setSize] = useState({ width: 0, height: 0, scale: 1 })
  useLayoutEffect(() => {
    const element = frame.current
    if (element === null) return
    const measure = (): void =>
      setSize({ width: element.clientWidth, height: element.clientHeight, scale: letterScale() })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])
  return size
}

const usualLetters = 16

function letterScale(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Math.max(1, size / usualLetters)
}
