import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { slowdown } from '../support/console.ts'

/**
 * How long a page takes from a press until it shows what matches, as the page itself sees it: the
 * clock starts with the press and stops with the frame that shows it.
 */
export async function msUntilShown(
  page: Page,
  wanted: string,
  press: () => Promise<void>,
): Promise<number> {
  await page.evaluate((selector) => {
    const began = new Promise<number>((resolve) => {
      const at = () => resolve(performance.now())
      addEventListener('pointerdown', at, { capture: true, once: true })
      addEventListener('keydown', at, { capture: true, once: true })
    })
    const shown = new Promise<number>((resolve) => {
      const look = () => {
        if (document.querySelector(selector) === null) requestAnimationFrame(look)
        else resolve(performance.now())
      }
      void began.then(look)
    })
    Reflect.set(
      window,
      '__shownAfter',
      Promise.all([began, shown]).then(([from, to]) => to - from),
    )
  }, wanted)
  await press()
  return page.evaluate(async () => Number(await Reflect.get(window, '__shownAfter')))
}

/** The speed at which the numbers of the design were asked for: this machine, when it is left alone. */
const referenceMs = 30
const rounds = 8_000_000

/**
 * How much slower than that this machine is now: other machines, and this one with others at work.
 * At least 1: a fast machine is held to the number itself.
 */
export function slowness(): number {
  const began = performance.now()
  let sum = 0
  for (let n = 0; n < rounds; n++) sum = (sum + n * 31) % 1_000_003
  return Math.max(1, (performance.now() - began) / referenceMs) + (sum < 0 ? 1 : 0)
}

/** Others use the machine too: so often a number is tried for before it counts as missed. */
const triesMax = 6
/** And other tests run beside this one, whose turns `slowness` sees only in part. */
const beside = 3

/**
 * What the design asks in so many ms is done so fast at least once, each of the numbers, on a
 * machine as fast as the one that they were asked for; a slower one has as much longer. Returns how
 * long it took, for people.
 */
export async function within<Name extends string>(
  numbers: Readonly<Record<Name, number>>,
  attempt: () => Promise<Readonly<Record<Name, number>>>,
): Promise<string> {
  const open = new Set(Object.keys(numbers) as Name[]) // its own keys
  const tries: string[] = []
  while (open.size > 0 && tries.length < triesMax) {
    const before = slowness()
    const times = await attempt()
    const slower = Math.max(before, slowness()) * beside * slowdown
    for (const name of open) if (times[name] <= numbers[name] * slower) open.delete(name)
    const told = Object.entries(times).map(([name, ms]) => `${name} ${Math.round(Number(ms))} ms`)
    tries.push(`${told.join(', ')} (of ×${slower.toFixed(1)})`)
  }
  assert.equal(open.size, 0, `${[...open]} of ${JSON.stringify(numbers)}: ${tries.join('; ')}`)
  return tries.join('; ')
}
