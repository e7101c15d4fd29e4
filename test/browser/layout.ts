/** What a person would see as wrong with how a page is laid out: cut, covered, too low, too wide. */
import type { Page } from 'playwright-core'

/** Rows of lists are as high as the letters ask for: 36 px, or 56 as a card, at 16. */
export function rowsFollow(): boolean {
  const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
  const rows = [...document.querySelectorAll<HTMLElement>('[data-index]')]
  return rows.every(({ offsetHeight }) => [36 * scale, 56 * scale].includes(offsetHeight))
}

/** Rows of lists and small marks whose text is higher than they are. */
export const crammed = () => {
  const boxes = document.querySelectorAll<HTMLElement>(
    '[data-index] > *, .pill, .btn, .chip, .input:not(textarea)',
  )
  const full = [...boxes].filter(
    (box) => !box.matches('.sr-only') && box.scrollHeight > box.clientHeight + 2,
  )
  const rows = [...document.querySelectorAll<HTMLElement>('[data-index]')].filter((row) =>
    [...row.children].some((cell) => cell.getBoundingClientRect().height > row.offsetHeight + 1),
  )
  return [...full, ...rows].map(
    (one) => `is too low: ${one.className.slice(0, 40)} ${one.innerText.slice(0, 40)}`,
  )
}

/** Texts in whose middle another text lies, but for what stays in place while a page scrolls. */
export const covered = () => {
  const above = (element: Element | null, is: (one: Element) => boolean): boolean =>
    element !== null && (is(element) || above(element.parentElement, is))
  const stays = (one: Element) => /sticky|fixed/.test(getComputedStyle(one).position)
  const isText = (one: Element) =>
    one instanceof HTMLElement && one.childElementCount === 0 && one.innerText.trim() !== ''
  if (document.querySelector('dialog[open]') !== null) return []
  return [...document.querySelectorAll<HTMLElement>('main *')].flatMap((one) => {
    if (!isText(one) || one.closest('.sr-only, [role=grid], svg') !== null) return []
    const { left, top, width, height } = one.getBoundingClientRect()
    const [x, y] = [left + width / 2, top + height / 2]
    const scrolledAway = (box: Element) => {
      const { left, right, top, bottom } = box.getBoundingClientRect()
      const holds = x >= left && x <= right && y >= top && y <= bottom
      return !holds && getComputedStyle(box).overflow !== 'visible'
    }
    const over = document.elementFromPoint(x, y)
    if (over === null || !isText(over) || over.contains(one)) return []
    if (above(one, scrolledAway) || above(over, stays)) return []
    return [`is covered: ${one.innerText.slice(0, 40)} by ${over.textContent?.slice(0, 40)}`]
  })
}

/** Words of buttons, headings, labels and fields that do not fit, or lie beyond the edge, and lists wider than their place. */
export const cutTexts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
    const found = [...document.querySelectorAll('[role=grid]')]
      // Without any room a panel lies over it, as on a phone.
      .filter((list) => list.clientWidth > 0 && list.scrollWidth > list.clientWidth + 1)
      .map((list) => `list ${list.ariaLabel}: ${list.scrollWidth} of ${list.clientWidth}`)
    for (const element of document.querySelectorAll<HTMLElement>(
      'button, a.btn, h1, h2, h3, label, legend, dt, summary, .pill, input, select',
    )) {
      const box = element.getBoundingClientRect()
      if (box.width <= 1 || box.height <= 1 || element.closest('.sr-only, [role=row]') !== null)
        continue
      const typed = element instanceof HTMLInputElement || element instanceof HTMLSelectElement
      const spills =
        !typed && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1
      const beyond = box.right > innerWidth + 1 || box.left < -1
      if (spills || (beyond && !scrolls(element))) {
        found.push(
          `${element.tagName} ${(element.innerText || element.ariaLabel) ?? ''}`.slice(0, 80),
        )
      }
    }
    return found
  })

/** Links of one navigation that say they are where one is. */
export const mostCurrent = `Math.max(0, ...[...document.querySelectorAll('nav')].map((nav) => nav.querySelectorAll('[aria-current]').length))`

export const widest = `Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0,
  document.querySelector('main')?.scrollWidth > document.querySelector('main')?.clientWidth ? 9999 : 0)`
