import { type FocusEvent, useState } from 'react'

/**
 * Whether a list is in somebody's hand: the keyboard or the pointer is on it, so that its rows must not
 * move by themselves. `focus` goes on what holds the rows, `pointer` also around what the hand goes to
 * next, such as the button that shows new rows.
 */
export function useInHand() {
  const [focused, setFocused] = useState(false)
  const [pointed, setPointed] = useState(false)
  return {
    inHand: focused || pointed,
    focus: {
      onFocus: () => setFocused(true),
      // From one row to another it stays.
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) =>
        setFocused(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
    },
    pointer: {
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
    },
  }
}
