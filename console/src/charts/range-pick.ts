import { type KeyboardEvent, type PointerEvent, useState } from 'react'

export interface PickedRange {
  readonly from: number
  readonly to: number
}

/**
 * Picks a range of a chart's bars, by dragging or by keys alike: the arrows go to a bar, with Shift they
 * take in those up to another, Enter applies. The bars lie beside each other over the whole width.
 */
export function useRangePick(input: {
  /** Where each bar begins. */
  readonly starts: readonly number[]
  /** Where the last one ends. */
  readonly to: number
  readonly onRange: (range: PickedRange) => void
}) {
  const { starts, to, onRange } = input
  const [picked, setPicked] = useState<{ readonly a: number; readonly b: number } | null>(null)
  const last = starts.length - 1
  const within = (index: number): number => Math.max(0, Math.min(last, index))

  function finish(range: { readonly a: number; readonly b: number }): void {
    const from = starts[Math.min(range.a, range.b)]
    setPicked(null)
    if (from === undefined) return
    onRange({ from, to: starts[Math.max(range.a, range.b) + 1] ?? to })
  }

  /** The bar under the pointer. */
  function indexAt(event: PointerEvent): number {
    const box = event.currentTarget.getBoundingClientRect()
    return within(Math.floor(((event.clientX - box.left) / box.width) * starts.length))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const direction = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (direction !== 0) {
      event.preventDefault()
      const start = picked ?? { a: last, b: last + 1 }
      const b = within(start.b + direction)
      setPicked({ a: event.shiftKey ? start.a : b, b })
    } else if (event.key === 'Enter' && picked !== null) {
      event.preventDefault()
      finish(picked)
    } else if (event.key === 'Escape') setPicked(null)
  }

  const pointer = {
    onPointerDown(event: PointerEvent) {
      event.currentTarget.setPointerCapture(event.pointerId)
      const at = indexAt(event)
      setPicked({ a: at, b: at })
    },
    onPointerMove(event: PointerEvent) {
      if (picked !== null && event.buttons === 1) setPicked({ a: picked.a, b: indexAt(event) })
    },
    onPointerUp() {
      if (picked !== null) finish(picked)
    },
  }
  return {
    /** First and last of the bars that are picked; null: none. */
    picked:
      picked === null
        ? null
        : { low: Math.min(picked.a, picked.b), high: Math.max(picked.a, picked.b) },
    indexAt,
    onKeyDown,
    pointer,
  }
}
