import { type RefObject, useEffect, useRef } from 'react'

/**
 * Of a form: whenever other faults are shown, the keyboard is put on the first field that has one,
 * once that field is marked on the page.
 */
export function useFocusOnFault(
  faults: Readonly<Record<string, string>>,
): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (Object.keys(faults).length === 0) return
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [faults])
  return form
}
