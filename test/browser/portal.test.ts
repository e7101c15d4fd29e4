/**
 * The portal of a customer, alone and in the frame of a product's page: who may frame it, what it
 * may do, how it looks, and where its key is never seen (A35, A36).
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Frame, Page } from 'playwright-core'
import { systemClock } from '../../src/runtime/clock.ts'
import { jsonLog } from '../../src/runtime/log.ts'
import { artifacts, type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { go, violations } from './axe.ts'

let ui: ConsoleUnderTest
let product: Product
let stranger: Product
let folder: string
const logged: string[] = []
/** Addresses and Referers that pages asked with, of any host. */
const asked: string[] = []

interface Product {
  readonly origin: string
  /** What the page in the product holds. */
  body: string
  /** Referers and addresses that it was asked with. */
  readonly seen: string[]
  readonly server: Server
}

/** A product of its own origin, with one page. */
async function startProduct(): Promise<Product> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.referer ?? ''}`)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<!doctype html><html lang="en"><title>Product</title>${page.body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const page: Product = { origin, body: '', seen, server }
  return page
}

before(async () => {
  product = await startProduct()
  stranger = await startProduct()
  const log = jsonLog({
    clock: systemClock,
    level: 'debug',
    write: (line) => void logged.push(line),
  })
  folder = mkdtempSync(join(tmpdir(), 'posthorn-portal-'))
  const portalTexts = join(folder, 'texts.json')
  const help = 'Write to <b>dev@acme.example</b>'
  const texts = { en: { title: 'Acme events', help }, es: { title: 'Eventos de Acme' } }
  writeFileSync(portalTexts, JSON.stringify(texts))
  ui = await startConsole({ log, config: { portalOrigins: [product.origin], portalTexts } })
  await ui.call('POST', '/event-type', { name: 'order.paid', description: 'An order was paid.' })
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
  await ui.call('PUT', '/inspector/bin/down', { script: '500, 200' })
  await ui.call('POST', '/app/acme/endpoint', {
    url: `${ui.url}/in/down`,
    description: 'Billing',
    policy: { retryScheduleMs: [] },
  })
})

afterEach(() => ui.closePages())
after(async () => {
  product.server.close()
  stranger.server.close()
  await ui.close()
  rmSync(folder, { recursive: true, force: true })
})

const link = async (access: object = {}, application = 'acme'): Promise<string> => {
  const made = await ui.call('POST', `/auth/app-portal-access/${application}`, access)
  return (made as { readonly url: string }).url // the contract's type
}

const keyOf = (url: string): string => new URL(url).hash.slice('#key='.length)

async function framed(page: Page): Promise<Frame> {
  const element = await page.waitForSelector('iframe')
  const frame = await element.contentFrame()
  assert.ok(frame !== null)
  return frame
}

/** What browsers do to frames of other sites that block their storage; some block none. */
function refuseStorage(): void {
  if (window === top) return
  const refuse = (): never => {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
  }
  const refuseLater = async (): Promise<never> => refuse()
  for (const name of ['sessionStorage', 'localStorage', 'indexedDB', 'BroadcastChannel']) {
    Object.defineProperty(window, name, { get: refuse })
  }
  Object.defineProperty(navigator, 'locks', { value: { request: refuseLater, query: refuseLater } })
}

async function open(from: Product, body: string): Promise<Page> {
  from.body = body
  const page = await ui.open('/icon.svg', { language: 'en', fresh: true })
  await page.addInitScript(refuseStorage)
  page.on('request', (request) => {
    // The fragment of an address stays in the browser.
    asked.push(`${request.url().split('#')[0]} ${request.headers()['referer'] ?? ''}`)
  })
  await page.goto(from.origin)
  return page
}

const embedded = (url: string, attributes = ''): string =>
  `<script type="module" src="${ui.url}/embed.js"></script>
   <posthorn-portal src="${url}" ${attributes}></posthorn-portal>`

test('A35: in the frame of an allowed origin a customer adds an endpoint and recovers a failure', async () => {
  await ui.call('POST', '/app/acme/msg', { eventType: 'order.paid', payload: { total: 1 } })
  const url = await link()
  const page = await open(product, embedded(url, 'lang="en"'))
  const portal = await framed(page)
  await portal.getByRole('link', { name: 'Create endpoint' }).click()
  await portal.getByLabel('URL').fill('https://customer.example.com/hooks')
  await portal.getByRole('checkbox', { name: /Everything/ }).check()
  await portal.getByRole('button', { name: 'Create endpoint' }).click()
  await portal.getByRole('heading', { name: 'Endpoint created', exact: true }).waitFor()

  await portal.getByRole('link', { name: 'Deliveries' }).click()
  const failed = portal.getByRole('row').filter({ hasText: 'Billing' })
  await failed.getByText('Failed').waitFor()
  await portal.getByRole('link', { name: 'Recovery' }).click()
  await portal.getByRole('button', { name: 'Recover 1', exact: true }).click()
  await portal.getByText('1 of 1').waitFor()
  await portal.getByRole('link', { name: 'Deliveries' }).click()
  await failed.getByText('Delivered').waitFor()
  await portal.getByRole('link', { name: 'Endpoints', exact: true }).click()
  const billing = portal.getByRole('row').filter({ hasText: 'Billing' })
  await billing
    .getByRole('img', { name: 'Attempts of the last 24 hours: 1 arrived, 1 failed.' })
    .waitFor()
  await billing.getByText('50%').waitFor()

  // Storage is refused to frames of other sites: all of that worked from memory alone.
  await assert.rejects(portal.evaluate('sessionStorage.length'), /Access is denied/)
  const second = await open(product, embedded(url, 'lang="en"'))
  await (await framed(second)).getByText('This link has ended').waitFor()

  const key = keyOf(url)
  assert.ok(key.length > 100)
  assert.ok(asked.some((text) => text.includes('/api/v1/')))
  for (const text of [...logged, ...product.seen, ...asked]) assert.equal(text.includes(key), false)
})

test('A35: on another origin the portal does not render; a link may name origins of its own', async () => {
  const refused = async (from: Product, url: string): Promise<void> => {
    const page = await open(from, `<iframe src="${url}"></iframe>`)
    const frame = await framed(page)
    await eventually('the frame refused', async () =>
      frame.url().startsWith('chrome-error:') ? true : null,
    )
  }
  await refused(stranger, await link())
  const named = await link({ origins: [stranger.origin] })
  await refused(product, named)
  const page = await open(stranger, embedded(named, 'lang="en"'))
  await (await framed(page)).getByRole('grid').waitFor()
  const forged = named.replace(/frame=[^&#]*/, 'frame=eyJhbGciOiJIUzI1NiJ9.e30.x')
  await refused(stranger, forged)
})

test('the page around changes language, theme and height, and hears when the session has ended', async () => {
  const url = await link({ sessionId: 'embedded' })
  const page = await open(product, embedded(url, 'lang="es" theme="dark" height="auto"'))
  await page.evaluate(
    `document.querySelector('posthorn-portal').addEventListener('posthorn-ended', () => { document.title = 'ended' })`,
  )
  const portal = await framed(page)
  await portal.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()
  await portal.getByRole('link', { name: 'Crear endpoint' }).waitFor()
  const look = () =>
    portal.evaluate(
      '[document.documentElement.dataset.theme, document.documentElement.lang].join()',
    )
  assert.equal(await look(), 'dark,es')
  await page.evaluate(
    `for (const [name, value] of [['theme', 'light'], ['lang', 'en']]) document.querySelector('posthorn-portal').setAttribute(name, value)`,
  )
  await portal.getByRole('link', { name: 'Create endpoint' }).waitFor()
  assert.equal(await look(), 'light,en')

  await portal.getByRole('link', { name: 'Create endpoint' }).click()
  await portal.getByRole('button', { name: 'Create endpoint' }).waitFor()
  // What loads late makes the page higher still: both are asked until they agree.
  const heights = async () => [
    await portal.evaluate('document.getElementById("root").scrollHeight'),
    await page.evaluate(() => document.querySelector('iframe')?.offsetHeight),
  ]
  await eventually('the frame as high as its page', async () => {
    const [content, frame] = await heights()
    return content === frame && frame !== 640 ? true : null // the height that it begins with
  })

  // It goes where the page around says, and says where it is.
  await page.evaluate(() => {
    const paths: string[] = []
    Reflect.set(window, 'paths', paths)
    document.querySelector('posthorn-portal')?.addEventListener('posthorn-navigated', (event) => {
      paths.push(Reflect.get(event, 'detail').path)
    })
    document.querySelector('posthorn-portal')?.setAttribute('section', 'catalog')
  })
  await portal.getByRole('heading', { name: 'Catalog', exact: true }).waitFor()
  await page.waitForFunction(() => Reflect.get(window, 'paths').at(-1) === '/portal/catalog')

  // A stranger's window in the same page is not heard.
  await page.evaluate(
    `window.postMessage({ type: 'posthorn:height', height: 9 }, '*'); window.postMessage({ type: 'posthorn:ended' }, '*')`,
  )
  assert.equal(await page.title(), 'Product')
  await ui.call('POST', '/auth/app/acme/expire-all', { sessionIds: ['embedded'] })
  await portal.getByRole('link', { name: 'Deliveries' }).click()
  await portal.getByText('This link has ended').waitFor()
  await page.waitForFunction(() => document.title === 'ended')
})

test('A35: a read-only link offers nothing that changes, hidden sections are not there', async () => {
  const reader = await ui.open((await link({ readOnly: true })).slice(ui.url.length), {
    language: 'en',
    fresh: true,
  })
  await reader.getByRole('grid').waitFor()
  assert.equal(await reader.getByRole('link', { name: 'Create endpoint' }).count(), 0)
  assert.equal(await reader.getByRole('checkbox', { name: 'Select row' }).count(), 0)
  await reader.reload() // goes on with its session: the link works once, the tab remembers
  await reader.getByRole('grid').waitFor()

  const capabilities = ['ViewBase', 'ManageEndpoint', 'CreateAttempts']
  const secretless = await ui.open((await link({ capabilities })).slice(ui.url.length), {
    language: 'en',
    fresh: true,
  })
  await secretless.getByRole('link', { name: 'Billing' }).click()
  await secretless.getByRole('link', { name: 'Settings' }).waitFor()
  assert.equal(await secretless.getByRole('link', { name: 'Signing' }).count(), 0)
  await secretless.getByRole('link', { name: 'Settings' }).click()
  await secretless.getByText('TLS', { exact: true }).waitFor()
  assert.equal(await secretless.getByText('Transformation', { exact: true }).count(), 0)
  const order = { eventType: 'order.paid', payload: {} }
  const message = (await ui.call('POST', '/app/acme/msg', order)) as { readonly id: string } // the contract's type
  await go(secretless, `/portal/messages/${message.id}`)
  await secretless.getByRole('link', { name: 'Send to a new endpoint' }).click()
  await secretless.getByRole('button', { name: 'Create endpoint and send' }).waitFor()

  const coder = await ui.open(
    (await link({ capabilities: ['ManageTransformations'] })).slice(ui.url.length),
    { language: 'en', fresh: true },
  )
  await coder.getByRole('link', { name: 'Billing' }).click()
  await coder.getByRole('link', { name: 'Settings' }).click()
  await coder.getByText('Transformation', { exact: true }).click()
  await coder.getByRole('button', { name: 'Begin with an example' }).click()
  await coder.getByRole('button', { name: /^Try/ }).click()
  await coder.getByRole('row').filter({ hasText: 'order.paid' }).waitFor()
  assert.equal(await coder.getByRole('textbox', { name: 'URL' }).isDisabled(), true)
  await go(coder, `/portal/messages/${message.id}`)
  await coder.getByRole('heading', { name: 'order.paid' }).waitFor()
  assert.equal(await coder.getByRole('link', { name: 'Send to a new endpoint' }).count(), 0)

  const look = { hide: ['catalog', 'recovery'], language: 'es', theme: 'dark', accent: '#ffcc00' }
  const some = await ui.open((await link({ look })).slice(ui.url.length), { fresh: true })
  await some.getByRole('link', { name: 'Entregas' }).click()
  await some.waitForURL(/deliveries\?.*theme=dark/) // the look outlives the page
  const links = await some.getByRole('navigation').getByRole('link').allTextContents()
  assert.deepEqual(links, [
    ...['Resumen', 'Endpoints', 'Entregas', 'Mensajes', 'Revisión', 'Código'],
  ])

  await some.evaluate("history.pushState({}, '', '/portal/catalogs')")
  await some.getByText('No existe esa página').waitFor()
  await some.getByRole('link', { name: 'Webhooks', exact: true }).click() // back among its sections
  await some.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()

  const ended = await ui.open('/portal#key=abc', { language: 'en', fresh: true })
  await ended.getByText('This link has ended').waitFor()
})

test('a customer sets how their endpoint is called, where the link lets them, and never sees the secret', async () => {
  const authentication = { kind: 'api-key', name: 'x-key', secret: 'kept-by-the-server' }
  await ui.call('POST', '/app', { name: 'Locks', uid: 'locks' })
  const made = await ui.call('POST', '/app/locks/endpoint', {
    ...{ url: `${ui.url}/in/locks`, description: 'Locks', authentication },
  })
  const { id } = made as { readonly id: string } // the contract's type
  const sectionOf = async (access: object) => {
    const url = new URL(await link(access, 'locks'))
    const page = await ui.open(url.href.slice(ui.url.length), { language: 'en', fresh: true })
    await page.getByRole('grid').waitFor()
    await go(page, `/portal/endpoints/${id}/settings${new URL(page.url()).search}`)
    return page.getByRole('region', { name: 'Authentication', exact: true })
  }
  // Without ViewEndpointSecret too: what is kept is replaced, never shown.
  const capabilities = ['ViewBase', 'ManageEndpoint']
  const own = await sectionOf({ capabilities })
  const secret = own.getByLabel('Secret')
  assert.equal(await secret.inputValue(), '')
  await own.getByLabel('Name of the header').fill('x-lock')
  await own.getByRole('button', { name: 'Save' }).click()
  await own.page().getByText('Saved', { exact: true }).waitFor()
  const stored = async () => {
    const { authentication: now } = (await ui.call('GET', `/app/locks/endpoint/${id}`)) as {
      readonly authentication: Readonly<Record<string, unknown>>
    } // the contract's type
    return now
  }
  const { name, hasSecret } = await stored()
  assert.deepEqual([name, hasSecret], ['x-lock', true])
  await own.getByLabel('Kind', { exact: true }).selectOption('bearer')
  await secret.fill('another')
  await own.getByRole('button', { name: 'Save' }).click()
  await eventually('another kind', async () =>
    (await stored())['kind'] === 'bearer' ? true : null,
  )
  await eventually('what was typed gone', async () =>
    (await secret.inputValue()) === '' ? true : null,
  )

  for (const access of [{ readOnly: true }, { capabilities: ['ViewBase', 'ViewEndpointSecret'] }]) {
    const seen = await sectionOf(access)
    const field = seen.getByLabel('Secret')
    await field.waitFor()
    assert.equal(await field.inputValue(), '')
    assert.equal(await seen.getByRole('button', { name: 'Save' }).count(), 0)
    assert.equal(await field.isEnabled(), false)
  }
})

test('a row opened in a new tab goes on with the session; the address alone opens nothing', async () => {
  await ui.call('POST', '/app', { name: 'Tabs', uid: 'tabs' })
  await ui.call('POST', '/app/tabs/endpoint', { url: `${ui.url}/in/tabs`, description: 'Billing' })
  await ui.call('POST', '/app/tabs/msg', { eventType: 'order.paid', payload: { total: 1 } })
  const own = await link({}, 'tabs')
  const page = await ui.open(own.slice(ui.url.length), { language: 'en', fresh: true })
  const [second] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Billing' }).click({ button: 'middle' }),
  ])
  await second.getByRole('heading', { name: 'Billing' }).waitFor()
  assert.doesNotMatch(second.url(), /key=|token=|eyJ/)
  await second.bringToFront() // a tab in the background lays out no rows
  await second.getByRole('link', { name: 'Deliveries' }).click()
  await second.locator('[data-index="0"]').focus()
  const [third] = await Promise.all([
    page.context().waitForEvent('page'),
    second.keyboard.press('Control+Enter'),
  ])
  await third.getByRole('heading', { name: 'order.paid' }).waitFor()
  await third.reload()
  await third.getByRole('heading', { name: 'order.paid' }).waitFor()

  const elsewhere = await ui.open(third.url().slice(ui.url.length), { language: 'en', fresh: true })
  await elsewhere.getByText('This link has ended').waitFor()
})

test('the portal takes the radius, font and density of the link and of the page around; others change nothing', async () => {
  const look = { radius: 'large', font: 'serif', density: 'compact' }
  const url = await link({ look: { ...look, language: 'en' } })
  const page = await open(product, embedded(url, 'lang="en"'))
  const portal = await framed(page)
  const row = portal.locator('[data-index="0"]')
  const button = portal.getByRole('link', { name: 'Create endpoint' })
  const shape = async () => ({
    row: await row.evaluate((element) => Reflect.get(element, 'offsetHeight')),
    ...(await button.evaluate((element) => {
      const { borderRadius, fontFamily } = getComputedStyle(element)
      return { borderRadius, serif: fontFamily.startsWith('ui-serif') }
    })),
  })
  await row.waitFor()
  assert.deepEqual(await shape(), { row: 30, borderRadius: '12px', serif: true })
  const set = (attributes: Readonly<Record<string, string>>) =>
    page.evaluate((some) => {
      const element = document.querySelector('posthorn-portal')
      for (const [name, value] of Object.entries(some)) element?.setAttribute(name, value)
    }, attributes)
  await set({ radius: 'none', font: 'geist', density: 'comfortable' })
  await portal.waitForFunction(
    () => document.querySelector<HTMLElement>('[data-index="0"]')?.offsetHeight === 44,
  )
  assert.deepEqual(await shape(), { row: 44, borderRadius: '0px', serif: false })
  await set({ radius: '9px; color: red', font: 'url(https://elsewhere.example/f)', density: 'x' })
  await portal.waitForFunction(
    () => document.querySelector<HTMLElement>('[data-index="0"]')?.offsetHeight === 36,
  )
  assert.deepEqual(await shape(), { row: 36, borderRadius: '6px', serif: false })
  await assert.rejects(link({ look: { font: 'Comic Sans' } }), /422.*font/)

  // What Svix's React component adds to the address counts too.
  const svix = `${(await link()).replace('#', '&darkMode=true&primaryColor=%23ffcc00#')}`
  const alike = await ui.open(svix.slice(ui.url.length), { language: 'en', fresh: true })
  await alike.getByRole('grid').waitFor()
  assert.equal(await alike.evaluate('document.documentElement.dataset.theme'), 'dark')
  const accent = `getComputedStyle(document.documentElement).getPropertyValue('--color-accent')`
  assert.match(String(await alike.evaluate(accent)), /rgb/)
})

test('the operator’s own texts are text, in each language; overview, check-up and snippets are sections', async () => {
  const url = await link({ look: { section: 'overview', language: 'en' } })
  const page = await ui.open(url.slice(ui.url.length), { language: 'en', fresh: true })
  await page.getByText('Write to <b>dev@acme.example</b>').waitFor()
  const navigation = page.getByRole('navigation').first()
  await navigation.getByText('Acme events').waitFor()
  const inSpanish = await link({ look: { section: 'overview', language: 'es' } })
  const spanish = await ui.open(inSpanish.slice(ui.url.length), { language: 'es', fresh: true })
  await spanish.getByRole('navigation').first().getByText('Eventos de Acme').waitFor()
  assert.equal(await spanish.getByText('dev@acme.example').count(), 0, 'it has no Spanish text')

  await ui.call('PUT', '/inspector/bin/second', {})
  const second = { url: `${ui.url}/in/second`, description: 'Second' }
  await ui.call('POST', '/app/acme/endpoint', second)
  const all = await ui.open((await link()).slice(ui.url.length), { language: 'en', fresh: true })
  await all.getByRole('navigation').getByRole('link', { name: 'Check-up' }).click()
  await all.getByLabel('Endpoint', { exact: true }).selectOption({ label: 'Second' })
  await all.getByRole('button', { name: 'Run', exact: false }).first().click()
  const ask = all.getByRole('dialog')
  await ask.getByText('/in/second').waitFor()
  await ask.getByRole('button', { name: /^Run/ }).click()
  await all
    .getByText('It takes a valid event')
    .or(all.getByText(/passed/))
    .first()
    .waitFor()
  await all.getByRole('navigation').getByRole('link', { name: 'Code' }).click()
  await all.getByLabel('Endpoint', { exact: true }).selectOption({ label: 'Second' })
  await all.getByRole('button', { name: 'Python' }).click()
  await all.getByText('import').first().waitFor()
  const reader = await ui.open((await link({ readOnly: true })).slice(ui.url.length), {
    language: 'en',
    fresh: true,
  })
  await reader.getByRole('link', { name: 'Code' }).waitFor()
  assert.equal(await reader.getByRole('link', { name: 'Check-up' }).count(), 0)
})

test('A36: the product’s accent at 320 px, in Spanish, in both themes: readable and nothing cut', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const shape = { radius: 'large', font: 'serif', density: 'comfortable' }
    const url = await link({ look: { accent: 'ffcc00', language: 'es', theme, ...shape } })
    const page = await ui.open(url.slice(ui.url.length), { width: 320, height: 640, fresh: true })
    for (const section of [
      ...['overview', 'endpoints', 'endpoints/new', 'deliveries', 'messages', 'catalog'],
      ...['recovery', 'checkup', 'snippets'],
    ]) {
      await go(page, `/portal/${section}${new URL(page.url()).search}`)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      assert.equal(width, 320, section)
      assert.deepEqual(await violations(page), [], section)
      await page.screenshot({
        path: join(artifacts, `portal-${section.replace('/', '-')}-es-${theme}-320.png`),
      })
    }
    assert.doesNotMatch(page.url(), /key=|token=/)
  }
})

test('the portal asked no other host, and nothing failed in it', () => {
  const own = new Set([product, stranger].map(({ origin }) => new URL(origin).host))
  assert.deepEqual(
    [...ui.foreignHosts].filter((host) => !own.has(host)),
    [],
  )
  assert.deepEqual(
    ui.errors.filter((error) => !/status of (401|404)|frame-ancestors/.test(error)),
    [],
  )
})
