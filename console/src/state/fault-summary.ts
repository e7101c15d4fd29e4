/**
 * At the top of a form that was refused: the fields to correct, as links that put the keyboard on them.
 * It is made from what the fields say of themselves, so that every form has it, and goes as they are
 * corrected. One fault alone needs none: the keyboard is on its field already.
 */
import { announce } from '../components/toast.tsx'

const invalid = '[aria-invalid=true]'
const shownFrom = 2
const watched = new WeakMap<HTMLFormElement, MutationObserver>()

/** `title` heads the list and is announced with the names of the fields. */
export function summarizeFaults(form: HTMLFormElement, title: string): void {
  watched.get(form)?.disconnect()
  const names = draw(form, title)
  if (names.length === 0) return
  announce(`${title} ${names.join(', ')}`)
  const observer = new MutationObserver(() => {
    if (draw(form, title).length === 0) observer.disconnect()
  })
  observer.observe(form, { attributes: true, attributeFilter: ['aria-invalid'], subtree: true })
  watched.set(form, observer)
}

/** The names of the fields that it shows. */
function draw(form: HTMLFormElement, title: string): readonly string[] {
  form.querySelector('[data-faults]')?.remove()
  const fields = [...form.querySelectorAll<HTMLElement>(invalid)].filter(
    (field) => nameOf(field) !== '',
  )
  if (fields.length < shownFrom) return []
  const box = document.createElement('div')
  box.dataset['faults'] = ''
  box.className = 'rounded-md border border-err bg-surface px-3 py-2'
  box.setAttribute('role', 'group')
  box.setAttribute('aria-label', title)
  const heading = document.createElement('p')
  heading.className = 'font-[550] text-err'
  heading.textContent = title
  const list = document.createElement('ul')
  list.className = 'flex flex-wrap gap-x-4'
  list.append(...fields.map(entryOf))
  box.append(heading, list)
  form.prepend(box)
  return fields.map(nameOf)
}

function entryOf(field: HTMLElement): HTMLLIElement {
  const link = document.createElement('a')
  link.href = `#${field.id}`
  link.className = 'link inline-flex min-h-6 items-center'
  link.textContent = nameOf(field)
  const told = field.getAttribute('aria-describedby')
  if (told !== null) link.setAttribute('aria-describedby', told) // what is wrong stands below the field
  link.addEventListener('click', (event) => {
    event.preventDefault() // no step in the history
    field.scrollIntoView({ block: 'center' })
    field.focus({ preventScroll: true })
  })
  const entry = document.createElement('li')
  entry.append(link)
  return entry
}

function nameOf(field: HTMLElement): string {
  const label =
    field instanceof HTMLInputElement ||
    field instanceof HTMLTextAreaElement ||
    field instanceof HTMLSelectElement
      ? field.labels?.[0]?.firstChild?.textContent
      : null
  return (label ?? field.getAttribute('aria-label') ?? '').trim()
}
