/** The menu of what can be done with a row or a panel: `.` asks for it, the shell around the page shows it. */
import type { MenuItem } from '../components/menu.tsx'
import { preferences } from './preferences.ts'

/** What a list knows of one of its rows; the rest of the menu is what the row itself has to press. */
export interface RowDeeds {
  readonly open: () => void
  readonly openTab: () => void
  /** Null: the list has no boxes. */
  readonly toggle: (() => void) | null
  /** By the letter that does the same. */
  readonly keys: Readonly<Record<string, () => void>>
  readonly more: readonly MenuItem[]
}

export interface ActionsAsked {
  /** The row, the panel or the entry. */
  readonly of: HTMLElement
  readonly deeds: RowDeeds | null
}

let show: ((asked: ActionsAsked) => void) | null = null

/** The page that shows the menu from now on. */
export function showActionsWith(shown: (asked: ActionsAsked) => void): () => void {
  show = shown
  return () => {
    show = null
  }
}

export function askForActions(asked: ActionsAsked): void {
  if (preferences().singleKeys) show?.(asked)
}

/** Outside of grids, which know their rows: of the entry or panel that has the focus. */
export function askHere(): void {
  for (
    let of = document.activeElement?.closest<HTMLElement>(places);
    of != null;
    of = of.parentElement?.closest<HTMLElement>(places)
  ) {
    if (controlsOf(of).length > 0) {
      askForActions({ of, deeds: null })
      return
    }
  }
}

const places = 'main li, main tr, main [data-entry], main aside'

/** What can be pressed inside: in a panel only what has words, for it has an icon for everything it shows. */
export function controlsOf(place: HTMLElement): readonly HTMLElement[] {
  const wanted = place.matches('aside') ? '.btn:not(.btn-icon)' : 'button, a.btn, [role=switch]'
  const found = [...place.querySelectorAll<HTMLElement>(wanted)].filter(
    (one) => one.offsetParent !== null && !one.matches(':disabled') && nameOf(one) !== '',
  )
  return [...new Map(found.map((one) => [nameOf(one), one])).values()]
}

/** As it is heard. */
export function nameOf(control: HTMLElement): string {
  return (control.getAttribute('aria-label') ?? control.innerText).trim()
}
