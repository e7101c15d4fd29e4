/**
 * Bad days of the console: the server is gone, slow or wrong, the session has ended, somebody else
 * edits the same thing, a paste is far too large, a clock is off. The page says what happened,
 * keeps what was typed and offers the next step.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'

let ui: ConsoleUnderTest
let endpoint = ''
const english = { language: 'en', application: 'acme', fresh: true } as const

before(async () => {
  ui = await startConsole()
  await ui.call('POST', '/event-type', { name: 'order.created', description: '' })
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
  const made = await ui.call('POST', '/app/acme/endpoint', {
    url: 'https://one.example.com/',
    description: 'One',
    eventTypes: ['order.created'],
  })
  endpoint = (made as { readonly id: string }).id // the contract's type
})
after(() => ui.close())

const settings = (): string => `/app/acme/endpoints/${endpoint}/settings`

test('a server that is gone is said so; what was typed stays, and saves when it is back', async () => {
  const page = await ui.open(settings(), english)
  const name = page.getByLabel('Name')
  await name.fill('Typed while it was gone')
  await page.route('**/api/v1/**', (route) => route.abort())
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page
    .getByRole('alert')
    .getByText(/server does not answer/)
    .waitFor()
  assert.equal(await name.inputValue(), 'Typed while it was gone')
  await page.unroute('**/api/v1/**')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved', { exact: true }).first().waitFor()
})

test('an error of the server has its code and another try, in Spanish', async () => {
  const page = await ui.open('/applications', { ...english, language: 'es' })
  const broken = { code: 'internal_error', detail: 'An internal error.' }
  await page.route('**/api/v1/app/acme/**', (route) =>
    route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify(broken) }),
  )
  await page.goto(`${ui.url}/app/acme/recovery`)
  await page.getByText('internal_error').first().waitFor({ timeout: 15_000 })
  await page.unroute('**/api/v1/app/acme/**')
  await page.getByRole('button', { name: 'Intentar de nuevo' }).first().click()
  await page.getByText('Vista previa').waitFor()
})

test('a slow server: the button says that it works, and a second press sends nothing', async () => {
  const page = await ui.open(settings(), english)
  let patches = 0
  let let_go = (): void => {}
  const gate = new Promise<void>((resolve) => {
    let_go = resolve
  })
  await page.route('**/api/v1/app/acme/endpoint/*', async (route) => {
    if (route.request().method() !== 'PATCH') return route.continue()
    patches += 1
    await gate
    return route.continue()
  })
  await page.getByLabel('Name').fill('Slowly')
  const save = page.getByRole('button', { name: 'Save' }).first()
  await save.click()
  await page.locator('button[aria-busy=true]').waitFor()
  await save.click()
  let_go()
  await page.getByText('Saved', { exact: true }).first().waitFor()
  assert.equal(patches, 1)
})

test('a session that ended asks for the key over the page, and nothing typed is lost', async () => {
  const page = await ui.open(settings(), english)
  await page.evaluate(
    (key) => sessionStorage.setItem('posthorn.session', key),
    ui.posthorn.installation.apiKey,
  )
  await page.reload()
  await page.getByLabel('Name').fill('Typed before it ended')
  const ended = { code: 'authentication_failed', detail: 'Who are you?' }
  await page.route('**/api/v1/**', (route) =>
    route.fulfill({ status: 401, contentType: 'application/json', body: JSON.stringify(ended) }),
  )
  // What the page asks for by itself may have found it out before.
  await page.getByRole('button', { name: 'Save' }).first().dispatchEvent('click')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('What you typed is kept').waitFor()
  await page.unroute('**/api/v1/**')
  await dialog.getByLabel('API key').fill(ui.posthorn.installation.apiKey)
  await dialog.getByRole('button').click()
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await page.getByLabel('Name').inputValue(), 'Typed before it ended')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved', { exact: true }).first().waitFor()
})

test('two people edit one endpoint: the second is told, and chooses whose text stays', async () => {
  const mine = await ui.open(settings(), english)
  const theirs = await ui.open(settings(), english)
  await mine.getByLabel('Name').fill('Mine')
  await theirs.getByLabel('Name').fill('Theirs')
  await theirs.getByRole('button', { name: 'Save' }).first().click()
  await theirs.getByText('Saved', { exact: true }).first().waitFor()
  await mine.getByRole('button', { name: 'Save' }).first().click()
  await mine.getByText('Somebody changed this meanwhile').waitFor()
  assert.equal(await mine.getByLabel('Name').inputValue(), 'Mine')
  await mine.getByRole('button', { name: 'Keep mine' }).click()
  await mine.getByRole('button', { name: 'Save' }).first().click()
  await mine.getByText('Saved', { exact: true }).first().waitFor()
  const stored = await ui.call('GET', `/app/acme/endpoint/${endpoint}`)
  assert.equal((stored as { readonly description: string }).description, 'Mine') // the contract's type
})

test('ten megabytes pasted as a payload are refused with the reason, and stay where they are', async () => {
  const page = await ui.open('/app/acme/messages?dialog=send&event=order.created', english)
  const dialog = page.getByRole('dialog')
  const payload = dialog.locator('textarea').first()
  await payload.waitFor()
  const size = 10 * 1024 * 1024
  await payload.evaluate((element, length) => {
    const area = element as HTMLTextAreaElement
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set
    set?.call(area, JSON.stringify({ text: 'x'.repeat(length) }))
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }, size)
  await dialog.getByRole('button', { name: /^Send/ }).last().click({ timeout: 20_000 })
  await dialog.getByRole('alert').first().waitFor({ timeout: 20_000 })
  const length = await payload.evaluate((element) => (element as HTMLTextAreaElement).value.length)
  assert.ok(length > size)
})

test('a machine whose clock is a day off still lists what just came', async () => {
  const page = await ui.open('/app/acme/deliveries', english)
  await page.clock.setSystemTime(Date.now() - 86_400_000)
  await page.goto(`${ui.url}/app/acme/messages`)
  await ui.call('POST', '/app/acme/msg', { eventType: 'order.created', payload: {} })
  await page.getByRole('row').filter({ hasText: 'order.created' }).first().waitFor()
})
