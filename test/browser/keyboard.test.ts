/**
 * The five main jobs with the keyboard alone: create, find, resend, recover, roll. At every press
 * of Tab the focus is seen, and not under something else (A38).
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type ConsoleUnderTest, clipboard, startConsole } from '../support/console.ts'

let ui: ConsoleUnderTest
let endpoint = ''

before(async () => {
  ui = await startConsole()
  await ui.call('POST', '/event-type', { name: 'order.paid', description: 'An order was paid.' })
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
  await ui.call('PUT', '/inspector/bin/down', { script: '500, 500, 200' })
  const made = await ui.call('POST', '/app/acme/endpoint', {
    url: `${ui.url}/in/down`,
    description: 'Billing',
    policy: { retryScheduleMs: [] },
  })
  endpoint = (made as { readonly id: string }).id // the contract's type
  for (const n of [1, 2]) {
    await ui.call('POST', '/app/acme/msg', { eventType: 'order.paid', payload: { n } })
  }
})
afterEach(() => ui.closePages())
after(() => ui.close())

const tabsMax = 120

interface Focused {
  readonly name: string
  readonly seen: boolean
  readonly covered: string
}

/** What has the focus: its name, whether an outline or the like shows it, and what lies over it. */
const focused = (page: Page): Promise<Focused> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement) || element === document.body) {
      return { name: '', seen: true, covered: '' }
    }
    const label = element instanceof HTMLInputElement ? (element.labels?.[0]?.innerText ?? '') : ''
    const name = [element.getAttribute('aria-label'), label, element.innerText]
    const style = getComputedStyle(element)
    const box = element.getBoundingClientRect()
    const over = document.elementFromPoint(
      Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 2),
      Math.min(Math.max(box.y + box.height / 2, 1), innerHeight - 2),
    )
    const free = over === null || element.contains(over) || over.contains(element)
    const ofLabel = over?.closest('label')?.contains(element) === true
    return {
      name: name.find((text) => text !== null && text.trim() !== '')?.trim() ?? '',
      seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
      covered: free || ofLabel ? '' : (over?.className ?? ''),
    }
  })

/** Presses Tab until that has the focus, and looks at each stop. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const stops: string[] = []
  for (let press = 0; press < tabsMax; press++) {
    await page.keyboard.press('Tab')
    const { name, seen, covered } = await focused(page)
    assert.ok(seen, `the focus on "${name}" is not seen`)
    assert.equal(covered, '', `"${name}" is under something`)
    if (wanted.test(name)) return
    stops.push(name)
  }
  assert.fail(`no way to ${wanted} by Tab; stops: ${stops.join(' | ')}`)
}

const open = (path: string) => ui.open(path, { language: 'en', application: 'acme', fresh: true })

test('A5, A10, A38: an endpoint is created; its secret is there to be copied', async () => {
  const page = await open('/app/acme/endpoints')
  await page.getByRole('grid').waitFor()
  await tabTo(page, /^Create endpoint$/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/endpoints\/new/)
  await page.getByLabel('URL').waitFor()
  await tabTo(page, /^URL/)
  await page.keyboard.type('https://keys.example.com/hooks')
  await tabTo(page, /^Events$/)
  await page.keyboard.type('ord')
  await tabTo(page, /^order\.\*/)
  await page.keyboard.press('Space')
  await page.getByText('1 rule', { exact: true }).waitFor()
  await tabTo(page, /^Create endpoint$/)
  await page.keyboard.press('Enter')
  const heading = page.getByRole('heading', { name: 'Endpoint created', exact: true })
  await heading.waitFor()
  await page.waitForFunction(
    () => document.activeElement?.textContent === 'Endpoint created', // the heading of the new page
  )
  const secret = page.getByRole('textbox', { name: 'Signing secret' })
  const shown = await secret.inputValue()
  assert.match(shown, /^whsec_/)
  await tabTo(page, /^Copy signing secret$/)
  await page.keyboard.press('Enter')
  assert.equal(await clipboard(page, /^whsec_/), shown)
  const { data } = (await ui.call('GET', '/app/acme/endpoint?limit=1&order=descending')) as {
    readonly data: readonly { readonly id: string; readonly eventTypes: readonly string[] }[]
  } // the contract's type
  assert.deepEqual(data[0]?.eventTypes, ['order.*'])
  const kept = await ui.call('GET', `/app/acme/endpoint/${data[0]?.id}/secret`)
  assert.equal(Object(kept).key, shown)
})

test('A38: a delivery is found by its status, and sent again', async () => {
  const page = await open('/app/acme/deliveries')
  await page.getByRole('grid').waitFor()
  await tabTo(page, /^Status/)
  await page.keyboard.press('Enter')
  await tabTo(page, /^Failed/)
  await page.keyboard.press('Space')
  await page.waitForURL(/status=failed/)
  await page.keyboard.press('Escape')
  await tabTo(page, /Failed[\s\S]*order\.paid/)
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'Delivery' })
  await panel.waitFor()
  await tabTo(page, /^Resend$/)
  await page.keyboard.press('Enter')
  await page
    .getByText(/^Resent$|1 resent/)
    .first()
    .waitFor()
})

test('A38: failed deliveries are recovered', async () => {
  const page = await open('/app/acme/recovery?status=failed')
  await page.getByRole('button', { name: /^Recover \d/ }).waitFor()
  await tabTo(page, /^Recover \d/)
  await page.keyboard.press('Enter')
  await page.waitForURL(/task=/)
})

test('A38: a secret is rolled', async () => {
  const page = await open(`/app/acme/endpoints/${endpoint}/signing`)
  await page.getByRole('button', { name: 'Roll secret' }).waitFor()
  await tabTo(page, /^Roll secret$/)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo(page, /^Roll secret$/)
  await page.keyboard.press('Enter')
  await page.getByText('Rolled. The old secret signs until').waitFor()
})
