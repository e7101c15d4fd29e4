import { useEffect } from 'react'
import { preferences } from './preferences.ts'

/** Whether somebody is typing, so that single letters are text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  )
}

/** Runs `handlers` for keys of the whole page: `mod+k`, `?`, `/`, and chords such as `g d`. */
export function usePageKeys(handlers: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    let chord: string | null = null
    let chordTimer = 0
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return
      if (event.ctrlKey || event.metaKey) {
        run(`mod+${event.key.toLowerCase()}`, event)
        return
      }
      if (isTyping(event.target) || event.altKey || !preferences().singleKeys) return
      const key = chord === null ? event.key : `${chord} ${event.key}`
      clearTimeout(chordTimer)
      chord = null
      if (run(key, event)) return
      if (event.key === 'g') {
        chord = 'g'
        chordTimer = window.setTimeout(() => {
          chord = null
        }, 1_000)
      }
    }
    const run = (key: string, event: KeyboardEvent): boolean => {
      const handler = handlers[key]
      if (handler === undefined) return false
      event.preventDefault()
      handler()
      return true
    }
    document.addEventListener('keydown', onKeyDown)
    return () => {
      clearTimeout(chordTimer)
      document.removeEventListener('keydown', onKeyDown)
    }
  }, [handlers])
}
