import { type RefObject, useEffect, useRef } from 'react'
import { useT } from '../i18n.tsx'

/**
 * Of a form: whenever other faults are shown, the keyboard is put on the first field that has one,
 * once that field is marked on the page.
 */
export function useFocusOnFault(
  faults: Readonly<Record<string, string>>,
): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  const title = useRef('')
  title.current = useT()('form.faults')
  useEffect(() => {
    if (Object.keys(faults).length === 0) return
    goToFault(form.current, title.current)
  }, [faults])
  return form
}

/**
 * The same for a form whose fields tell their faults from what the server said (`refused`) and from
 * what was left out (`lacking`): whenever one of the two says anew that something is wrong.
 */
export function useFocusOnRefusal(
  refused: unknown,
  lacking?: string | boolean | null,
): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  const title = useRef('')
  title.current = useT()('form.faults')
  useEffect(() => {
    if (refused === null && (lacking ?? false) === false) return
    goToFault(form.current, title.current)
  }, [refused, lacking])
  return form
}

/**
 * Opens the closed sections that hold what is wrong, puts the keyboard on the first such field, and lists
 * them where there are several.
 */
function goToFault(form: HTMLFormElement | null, title: string): void {
  for (const fault of form?.querySelectorAll('[aria-invalid=true], [role=alert]') ?? []) {
    let section = fault.closest('details')
    while (section !== null) {
      section.open = true
      section = section.parentElement?.closest('details') ?? null
    }
  }
  const [first, second] = form?.querySelectorAll<HTMLElement>('[aria-invalid=true]') ?? []
  first?.focus()
  if (form === null || second === undefined) return
  void import('./fault-summary.ts').then(({ summarizeFaults }) => summarizeFaults(form, title))
}
