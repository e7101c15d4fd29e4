import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What the page breaks of WCAG 2.2 AA, as far as a machine can tell. */
export async function violations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axeSource)
  const options = { runOnly: rules, resultTypes: ['violations'], selectors: false }
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)})
       .then(({ violations }) => violations.map(({ id, help, nodes }) => ({ id, help, nodes })))`,
  )) as readonly Violation[] // axe's own result
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200)}`)
}

/** Shown and still: the heading is there and nothing is loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1, h2').first().waitFor()
  const loading = page.locator('[data-loading]')
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' })
  await page.waitForLoadState('load')
}

/**
 * To another page of the console or the portal as a link leads there, by way of one that nobody
 * has: what is settled afterwards is the new one. Several times as quick as loading it.
 */
export async function go(
  page: Page,
  path: string,
  nobodyHasIt = /^(There is no such page|No existe esa página)$/,
): Promise<void> {
  const between = `${path.startsWith('/portal') ? '/portal' : ''}/nobody-has-this`
  const nobody = page.getByRole('heading', { name: nobodyHasIt })
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(between)})`)
  await nobody.waitFor()
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`)
  await nobody.waitFor({ state: 'detached' })
  await settled(page)
}
