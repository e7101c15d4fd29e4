/**
 * The console in a real Chromium against a real server: what a person can do, numbered as the
 * checks of the design (A1 to A40).
 */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { es as otherEs } from '../../console/src/messages/es.ts'
import { firstEs } from '../../console/src/messages/first-es.ts'
import { whyEn } from '../../console/src/messages/why-en.ts'
import { whyEs } from '../../console/src/messages/why-es.ts'
import { translator } from '../../src/i18n/translate.ts'
import { makeAuthority } from '../support/certificates.ts'
import { type ConsoleUnderTest, clipboard, startConsole } from '../support/console.ts'
import { type DnsServer, startDns } from '../support/dns.ts'
import { eventually, patienceMs } from '../support/eventually.ts'
import { startReceiver } from '../support/receiver.ts'
import { violations } from './axe.ts'
import { within } from './timing.ts'

let ui: ConsoleUnderTest
let dns: DnsServer
let faults: { readonly server: Server; readonly url: string }
const english = { language: 'en', application: 'acme' } as const

interface Named {
  readonly id: string
}

before(async () => {
  dns = await startDns()
  ui = await startConsole({
    config: { dnsServers: [dns.address], allowHosts: ['localhost'] },
  })
  faults = await startFaultServer()
  for (const name of eventNames) {
    await ui.call('POST', '/event-type', {
      name,
      description: `About ${name}`,
      schemas: { '1': { type: 'object', examples: [{ order: { id: 'o_1', total: 42 } }] } },
    })
  }
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
})

afterEach(() => ui.closePages())
after(async () => {
  faults.server.close()
  await dns.close()
  await ui.close()
})

const eventNames = [
  ...['created', 'paid', 'refunded', 'shipped', 'updated'].map((verb) => `order.${verb}`),
  ...Array.from({ length: 15 }, (_, index) => `customer.event_${index}`),
]

/** Answers by path: `/500`, `/429`, `/redirect` (301), `/challenge`, `/hang`. */
async function startFaultServer() {
  const server = createServer((request, response) => {
    request.resume()
    const path = request.url ?? ''
    if (path === '/hang') return
    if (path === '/redirect') response.writeHead(301, { location: 'https://new.example/hooks' })
    else if (path === '/429') response.writeHead(429, { 'retry-after': '30' })
    else if (path === '/challenge') {
      response.writeHead(503, { 'content-type': 'text/html' })
      response.end('<!DOCTYPE html><html><title>Just a moment...</title></html>')
      return
    } else response.writeHead(Number(path.slice(1)) || 200, { 'content-type': 'application/json' })
    response.end('{"ok":false}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function application(uid: string): Promise<void> {
  await ui.call('POST', '/app', { name: uid, uid })
}

const endpoint = (app: string, body: object): Promise<Named> =>
  ui.call('POST', `/app/${app}/endpoint`, body) as Promise<Named> // the contract's type

const send = (app: string, eventType: string, payload: object): Promise<Named> =>
  ui.call('POST', `/app/${app}/msg`, { eventType, payload }) as Promise<Named> // the contract's type

/** The newest attempt of the message, once there are so many. */
function attemptOf(app: string, message: string, count = 1): Promise<Named> {
  return eventually(`attempt ${count} of ${message}`, async () => {
    const list = (await ui.call('GET', `/app/${app}/attempt/msg/${message}`)) as {
      readonly data: readonly Named[]
    } // the contract's type
    return list.data.length >= count ? (list.data[0] ?? null) : null
  })
}

/** What a press put on the clipboard. */
async function copied(page: Page, press: () => Promise<void>): Promise<string> {
  await page.evaluate('navigator.clipboard.writeText("")')
  await press()
  return clipboard(page, /./)
}

interface Command {
  readonly url: string
  readonly folder: string
  /** Another command of the same folder, to its end. */
  command(...args: readonly string[]): Promise<void>
  kill(): void
  end(): Promise<void>
}
let running: Command | undefined

/** The command itself, as `npx posthorn` starts it: ready once it has printed its address. */
async function startCommand(folder: string, port: number): Promise<Command> {
  const bin = join(import.meta.dirname, '../../bin/posthorn.mjs')
  const env = { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8' }
  const child = spawn(process.execPath, [bin, '--port', String(port)], { cwd: folder, env })
  const gone = once(child, 'exit')
  let printed = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`it ended: ${printed}`)))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk
        const address = /Console\s+(http:\S+)[\s\S]*posthorn send/.exec(printed)?.[1]
        if (address !== undefined) resolve(address)
      })
    }
  })
  const command: Command = {
    ...{ url, folder },
    async command(...args) {
      await promisify(execFile)(process.execPath, [bin, ...args], { cwd: folder, env })
    },
    kill: () => void child.kill('SIGKILL'),
    async end() {
      child.kill('SIGKILL')
      await gone
    },
  }
  running = command
  return command
}

/** Waits until that many rows have the status. */
const pillsOf = (page: Page, status: string, count: number) =>
  page.waitForFunction(
    ([wanted, least]) =>
      [...document.querySelectorAll('[role=gridcell] .pill')].filter(
        (pill) => pill.textContent === wanted,
      ).length === least,
    [status, count] as const,
  )

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

interface FirstDay {
  readonly server: Command
  /** Deliveries, in a window of its own: a tab behind another one does not listen. */
  readonly list: Page
  /** Ms from the command to the console, and from the command that sent to what it did. */
  readonly times: { readonly ready: number; readonly seen: number }
  end(): Promise<void>
}

/** From nothing to the first event seen. */
async function firstDay(asked: string[]): Promise<FirstDay> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-command-'))
  const began = performance.now()
  const server = await startCommand(folder, 0)
  const opened = await Promise.all(
    [1, 2].map(async () => {
      const page = await ui.browser.newPage({ locale: 'en-US', reducedMotion: 'reduce' })
      page.setDefaultTimeout(patienceMs)
      page.on('request', (request) => asked.push(new URL(request.url()).origin))
      return page
    }),
  )
  const [page, list] = opened
  assert.ok(page !== undefined && list !== undefined)
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  const ready = performance.now() - began

  const step = (text: string, state: string) =>
    page.getByRole('listitem').filter({ hasText: text }).getByLabel(state, { exact: true })
  await step('Send an event', 'To do').waitFor()
  await list.goto(`${server.url}app/demo/deliveries`)
  await list.getByText('No deliveries yet').waitFor()
  await server.command('send', 'order.created')
  const sent = performance.now()
  await Promise.all([
    list.locator('[data-row]').first().getByText('Delivered').waitFor(),
    // All four are done with the first delivery, and make room.
    page.getByText('First steps').waitFor({ state: 'detached' }),
  ])
  const seen = performance.now() - sent
  return {
    ...{ server, list, times: { ready, seen } },
    async end() {
      for (const each of opened) await each.close()
      await running?.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test('A1, A2, A3, A20: `npx posthorn` in an empty folder, its console, `posthorn send`, a kill and a start', async (t) => {
  const asked: string[] = []
  let day: FirstDay | undefined
  t.after(() => day?.end())
  const again = async (): Promise<FirstDay['times']> => {
    await day?.end()
    day = undefined // nothing to end should the next one not come up
    day = await firstDay(asked)
    return day.times
  }
  const times = await within({ ready: 5_000, seen: 2_000 }, again)
  t.diagnostic(times)
  assert.ok(day !== undefined)
  const { server, list }: FirstDay = day
  const rows = list.locator('[data-row]')
  await rows.first().click()
  const panel = list.getByRole('complementary', { name: 'Delivery' })
  await panel.getByText('The receiver answered 200').waitFor()

  server.kill()
  await list.getByRole('button', { name: 'Reconnecting' }).waitFor()
  await rows.filter({ hasText: 'order.created' }).waitFor() // what was there stays
  const back = await startCommand(server.folder, Number(new URL(server.url).port))
  await back.command('send', 'order.paid')
  await list.getByRole('button', { name: '1 new' }).click()
  await rows.filter({ hasText: 'order.paid' }).getByText('Delivered').waitFor()
  assert.equal(await rows.count(), 2)
  const own = asked.filter((origin) => !new URL(origin).host.startsWith('127.0.0.1:'))
  assert.deepEqual(own, [])
})

test('A2, A3: a sent event appears by itself, with its payload, signature and answer', async () => {
  await application('first')
  await ui.call('PUT', '/inspector/bin/first', {})
  await endpoint('first', { url: `${ui.url}/in/first`, description: 'Bin' })
  const page = await ui.open('/app/first/deliveries', english)
  await page.getByText('No deliveries yet').waitFor()
  const message = await send('first', 'order.created', { order: { id: 'o_1', total: 1.5 } })
  await row(page, 'order.created').getByText('Delivered').waitFor()
  await row(page, 'order.created').click()
  const panel = page.getByRole('complementary', { name: 'Delivery' })
  await panel.getByText('The receiver answered 200').waitFor()
  await panel.getByRole('link', { name: /Attempt 1/ }).click()
  await page.getByRole('heading', { name: 'Attempt 1 · Bin', exact: true }).waitFor()
  await page.getByText('webhook-signature', { exact: true }).waitFor()
  await page.getByText('"o_1"').first().waitFor()
  assert.match(page.url(), new RegExp(message.id))
})

test('what a payload has is found: counted, gone through by keys, shown however far down it stands', async () => {
  await application('finds')
  const items = Array.from({ length: 3_000 }, (_, n) => ({
    sku: `s_${n}`,
    note: n === 2_500 ? 'Rare' : '',
  }))
  const message = await send('finds', 'order.created', { order: { rare: true, items } })
  const page = await ui.open(`/app/finds/messages/${message.id}`, english)
  const payload = page.getByRole('region', { name: 'Payload' }).last()
  await payload.getByRole('button', { name: 'Find in it' }).click()
  const box = payload.getByRole('searchbox', { name: 'Find in it' })
  const looked = payload.locator('[data-current]')
  await box.fill('rare')
  await payload.getByText('1 of 2', { exact: true }).waitFor()
  assert.equal(await looked.textContent(), 'rare')
  await box.press('Enter')
  await payload.getByText('2 of 2', { exact: true }).waitFor()
  assert.equal(await looked.textContent(), 'Rare')
  const [mark, view] = [await looked.boundingBox(), page.viewportSize()]
  assert.ok(mark !== null && view !== null && mark.y > 0 && mark.y < view.height, 'out of sight')
  assert.ok((await payload.getByText(/^"s_\d+"$/).count()) <= 400, 'what is far from it is there')
  assert.deepEqual(await violations(page), [])
  await box.press('Shift+Enter')
  await payload.getByText('1 of 2', { exact: true }).waitFor()
  await payload.getByRole('button', { name: 'Raw' }).click()
  await payload.getByText('1 of 2', { exact: true }).waitFor()
  await payload.getByRole('button', { name: 'Next' }).click()
  assert.equal(await looked.textContent(), 'Rare')
  await box.fill('nowhere')
  await payload.getByText('Nothing found').waitFor()
  await box.press('Escape')
  await box.waitFor({ state: 'detached' })
  assert.equal(
    await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
    'Find in it',
  )
})

test('A2: the first steps tick themselves as they are done, without loading the page again', async () => {
  await application('ticks')
  const page = await ui.open('/', { ...english, application: 'ticks', fresh: true })
  const step = (text: string, state: string) =>
    page.getByRole('listitem').filter({ hasText: text }).getByLabel(state, { exact: true })
  await step('Say where events go', 'To do').waitFor()
  // Paused, so that nothing arrives and the steps stay.
  await endpoint('ticks', { url: 'https://later.example.com/', paused: true })
  await step('Say where events go', 'Done').waitFor()
  await step('Send an event', 'To do').waitFor()
  await send('ticks', 'order.created', {})
  await step('Send an event', 'Done').waitFor()
  await step('See it arrive', 'To do').waitFor()
  await step('Verify its signature', 'To do').waitFor()
})

test('the last step waits for a valid signature: of the doctor, or of a bin that the endpoint sends to', async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  await application('verifies')
  const { id } = await endpoint('verifies', { url: receiver.url })
  await send('verifies', 'order.created', { total: 1 })
  const { headers, body } = await receiver.next()
  const page = await ui.open('/', { ...english, application: 'verifies', fresh: true })
  const step = page.getByRole('listitem').filter({ hasText: 'Verify its signature' })
  await step.getByLabel('To do', { exact: true }).waitFor()
  const code = step.getByRole('link', { name: 'Show the code' })
  assert.match((await code.getAttribute('href')) ?? '', new RegExp(`endpoints/${id}/signing$`))
  assert.deepEqual(await violations(page), [])
  const hidden = await ui.open('/', { ...english, application: 'verifies', fresh: true })
  await hidden.getByRole('button', { name: 'Hide' }).click()
  await hidden.getByText('First steps').waitFor({ state: 'detached' })
  const path = `/app/verifies/endpoint/${id}/signature-doctor`
  const wrong = { headers, body: '{"total":2}' }
  assert.equal(((await ui.call('POST', path, wrong)) as { valid: boolean }).valid, false)
  const verified = () => ui.call('GET', '/app/verifies/verification')
  assert.deepEqual(await verified(), { verifiedAt: null, by: null })
  const right = { headers, body: body.toString() }
  assert.equal(((await ui.call('POST', path, right)) as { valid: boolean }).valid, true)
  await page.reload()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  await page.getByText('First steps').waitFor({ state: 'detached' })

  const verifier = async (app: string) =>
    ((await ui.call('GET', `/app/${app}/verification`)) as { readonly by: string | null }).by
  assert.equal(await verifier('verifies'), 'doctor')
  await application('binned')
  await endpoint('binned', { url: `${ui.url}/in/binned` })
  await send('binned', 'order.created', {})
  const by = await eventually('a valid signature at the bin', () => verifier('binned'))
  assert.equal(by, 'inspector')
})

test('A4: the language switches at once, keeps the URL, and is remembered', async () => {
  const page = await ui.open('/app/acme/deliveries?status=failed&since=24h', {
    ...english,
    fresh: true,
  })
  await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor()
  const before = page.url()
  await page.getByRole('button', { name: 'Español' }).click()
  await page.getByRole('heading', { name: 'Entregas', exact: true }).waitFor()
  assert.equal(page.url(), before)
  assert.equal(await page.evaluate('document.documentElement.lang'), 'es')
  await page.reload()
  await page.getByRole('heading', { name: 'Entregas', exact: true }).waitFor()
  assert.equal(await page.evaluate('document.documentElement.lang'), 'es')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor()
  assert.deepEqual(
    [page.url(), await page.evaluate('document.documentElement.lang')],
    [before, 'en'],
  )
})

test('A6: with the inspector the answer is seen before anything is saved', async () => {
  await application('probe')
  const page = await ui.open('/app/probe/endpoints', english)
  await page.getByRole('link', { name: 'Use the inspector' }).click()
  await page.waitForFunction(
    () =>
      document.querySelector<HTMLInputElement>('input[type=url]')?.value.includes('/in/') === true,
  )
  await page.getByRole('button', { name: 'Send test event' }).click()
  await page.getByText('The receiver answered 200').waitFor()
  const list = (await ui.call('GET', '/app/probe/endpoint')) as { readonly data: unknown[] } // the contract's type
  assert.equal(list.data.length, 0)
  assert.doesNotMatch(page.url(), /with=/, 'a reload makes no second bin')
})

test('a list of endpoints has the whole host of each; what lacks room is cut off its path', async () => {
  await application('hosts')
  const host = 'hooks.warehouse.eu:8443'
  const path = '/webhooks/posthorn/v1/orders/and/everything/else'
  await ui.call('POST', '/app/hosts/endpoint', {
    url: `https://${host}${path}`,
    description: 'ERP',
  })
  const page = await ui.open('/app/hosts/endpoints', english)
  const cut = (text: string) =>
    page.getByText(text, { exact: true }).evaluate((part) => part.scrollWidth > part.clientWidth)
  // What a share of success means is said where a mouse points, a finger or a key presses, and below cards.
  const meaning = page.getByText('Attempts that succeeded of those tried in 24 hours')
  const head = page.getByRole('columnheader').getByRole('button', { name: 'Success', exact: true })
  await head.press('Enter')
  await meaning.filter({ visible: true }).waitFor()
  await page.keyboard.press('Escape')
  await meaning.waitFor({ state: 'hidden' })
  await head.click()
  await meaning.filter({ visible: true }).waitFor()
  await page.getByRole('heading', { level: 1 }).click()
  await meaning.waitFor({ state: 'hidden' })
  // Once the letters that are loaded and the width of the list are known.
  await eventually('the host whole, the path cut', async () =>
    !(await cut(host)) && (await cut(path)) ? true : null,
  )
  await page.setViewportSize({ width: 320, height: 640 })
  await meaning.filter({ visible: true }).waitFor()
  assert.equal(await head.count(), 0, 'a head that is not seen takes no focus')
})

test('A7: a pasted list selects what is known and reports the rest', async () => {
  const page = await ui.open('/app/acme/endpoints/new', english)
  await page.getByRole('button', { name: 'Paste a list' }).click()
  const names = [...eventNames.slice(0, 18), 'order.vanished', 'nobody.knows']
  await page.getByLabel('Event names, separated by anything').fill(names.join('\n'))
  await page.getByRole('button', { name: 'Select these' }).click()
  await page.getByText('18 selected.').waitFor()
  await page.getByText('2 unknown:').waitFor()
  await page.getByText('order.vanished, nobody.knows').waitFor()
})

test('A8: without an event nothing is saved, the error has the focus, and the URL stays', async () => {
  const page = await ui.open('/app/acme/endpoints/new', english)
  await page.getByLabel('URL').fill('https://api.example.com/hooks')
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByRole('alert').getByText('Choose at least one event').waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
  assert.equal(await page.getByLabel('URL').inputValue(), 'https://api.example.com/hooks')
  // Several faults are listed at the top as links to their fields; what is corrected leaves.
  await page.getByLabel('URL').fill('')
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  const summary = page.getByRole('group', { name: 'To correct:' })
  await summary.getByRole('link', { name: 'Events', exact: true }).waitFor()
  await summary.getByRole('link', { name: 'URL', exact: true }).click()
  await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'url')
  assert.deepEqual(await violations(page), [])
})

test('A9: a private address is refused with the reason and the way to allow it, on its field', async () => {
  const words = {
    en: {
      all: /Everything/,
      create: 'Create endpoint',
      told: /is private, .*POSTHORN_ALLOW_NETWORKS/,
    },
    es: { all: /Todo/, create: 'Crear endpoint', told: /es privada, .*POSTHORN_ALLOW_NETWORKS/ },
  }
  for (const language of ['en', 'es'] as const) {
    const { all, create, told } = words[language]
    const page = await ui.open('/app/acme/endpoints/new', { language, application: 'acme' })
    await page.getByLabel('URL').fill('http://10.0.0.1/hooks')
    await page.getByRole('checkbox', { name: all }).check()
    await page.getByRole('button', { name: create }).click()
    const alert = page.getByRole('alert').first()
    await alert.waitFor()
    assert.match((await alert.textContent()) ?? '', told)
    assert.equal(await page.getByLabel('URL').getAttribute('aria-invalid'), 'true')
  }
})

test('an endpoint shows who sends: tried before it is made, changed, kept and taken away', async (t) => {
  await application('proof')
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const page = await ui.open('/app/proof/endpoints/new', { ...english, application: 'proof' })
  await page.getByLabel('URL', { exact: true }).fill(receiver.url)
  await page.getByRole('checkbox', { name: /Everything/ }).check()
  await page.getByText(/^Advanced/).click()
  const kind = page.getByLabel('Authentication', { exact: true })
  const secret = page.getByLabel('Secret', { exact: true })
  const create = page.getByRole('button', { name: 'Create endpoint' })
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  await kind.selectOption('api-key')
  await page.getByLabel('Name of the header').fill('webhook-id')
  await secret.fill('a-key')
  await create.click()
  await page.getByText(/^This header cannot be set/).waitFor()
  await page.getByLabel('Where', { exact: true }).selectOption('query')
  await page.getByLabel('Name of the parameter').fill('key')
  await page.getByText('POST /?key=…').waitFor()
  await page.getByRole('button', { name: 'Send test event' }).click()
  assert.equal((await receiver.next()).path, '/?key=a-key')

  await kind.selectOption('basic')
  await page.getByLabel('User', { exact: true }).fill('posthorn')
  await page.getByText('authorization: Basic …').waitFor()
  await page.getByText(/^Advanced/).click()
  await create.click()
  await page.getByText('a secret is required for this kind of authentication').waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'password')
  await secret.fill('open-sesame')
  await page.getByRole('button', { name: 'Send test event' }).click()
  assert.equal((await receiver.next()).headers['authorization'], basic('posthorn:open-sesame'))
  await create.click()
  await page.getByRole('heading', { name: 'Endpoint created', exact: true }).waitFor()
  const sent = async () => {
    await send('proof', 'order.created', {})
    return (await receiver.next()).headers['authorization']
  }
  assert.equal(await sent(), basic('posthorn:open-sesame'))

  const list = (await ui.call('GET', '/app/proof/endpoint')) as { readonly data: readonly Named[] } // the contract's type
  const path = `/app/proof/endpoint/${list.data[0]?.id}`
  const saved = async (what: object | null) => {
    await page
      .getByRole('region', { name: 'Authentication' })
      .getByRole('button', { name: 'Save' })
      .click()
    await eventually(JSON.stringify(what), async () => {
      const { authentication } = Object(await ui.call('GET', path))
      return JSON.stringify(authentication ?? null) === JSON.stringify(what) ? true : null
    })
    await page.getByRole('button', { name: 'Discard' }).waitFor({ state: 'detached' })
  }
  await page.goto(`${ui.url}/app/proof/endpoints/${list.data[0]?.id}/settings`)
  await page.getByLabel('User', { exact: true }).fill('renamed')
  await page.getByText('Kept. Type to replace it.').waitFor()
  assert.equal(await secret.inputValue(), '')
  await saved({ kind: 'basic', username: 'renamed', hasSecret: true })
  assert.equal(await sent(), basic('renamed:open-sesame'))

  const other = page.getByLabel('Kind', { exact: true })
  await other.selectOption('bearer')
  await page.getByText('Kept. Type to replace it.').waitFor({ state: 'detached' })
  await secret.fill('a-token')
  const changes = page.getByRole('list', { name: 'What would change' })
  await changes.getByText('Secret: •••••• →  becomes •••••• (another)').waitFor()
  await saved({ kind: 'bearer', hasSecret: true })
  assert.equal(await secret.inputValue(), '', 'what is kept is not shown again')
  assert.equal(await sent(), 'Bearer a-token')

  await other.selectOption('None')
  await saved(null)
  assert.equal(await sent(), undefined)
})

test('a client certificate is given as an endpoint is made: refused at its field, tried, and there from the first event', async (t) => {
  await application('mutual')
  const authority = makeAuthority('Private')
  const [ours, another] = [1, 2].map((n) => authority.issue({ commonName: String(n) }))
  const receiver = await startReceiver({
    tls: {
      ...authority.issue({ commonName: 'x', names: ['127.0.0.1'] }),
      ...{ ca: [authority.cert], requestCert: true, rejectUnauthorized: true },
    },
  })
  t.after(() => receiver.close())
  const page = await ui.open('/app/mutual/endpoints/new', { ...english, application: 'mutual' })
  const advanced = page.getByText(/^Advanced/)
  const section = page.getByText(/^TLS: client certificate/)
  const key = page.getByLabel('Private key of the certificate')
  await page.getByLabel('URL', { exact: true }).fill(receiver.url)
  await page.getByRole('checkbox', { name: /Everything/ }).check()
  await advanced.click()
  await section.click()
  await page.getByLabel('Authorities of the receiver').fill(authority.cert)
  await page.getByLabel(/^Client certificate/).fill(ours?.cert ?? '')
  await key.fill(another?.key ?? '')
  await section.click()
  await advanced.click()
  await key.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByText('The private key does not belong to the client certificate.').waitFor()
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  await key.fill(ours?.key ?? '')
  await page.getByRole('button', { name: 'Send test event' }).click()
  await receiver.next()
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByRole('heading', { name: 'Endpoint created', exact: true }).waitFor()
  const message = await send('mutual', 'order.created', {})
  assert.equal((await receiver.next()).headers['webhook-id'], message.id)

  const list = (await ui.call('GET', '/app/mutual/endpoint')) as { readonly data: readonly Named[] } // the contract's type
  await page.goto(`${ui.url}/app/mutual/endpoints/${list.data[0]?.id}/settings`)
  await page.getByText('A key is kept. Paste another to replace it.').waitFor()
  assert.equal(await key.inputValue(), '')
  const certificate = page.getByLabel(/^Client certificate/)
  const end = (pem: string | undefined) => pem?.replaceAll(/\s/g, '').slice(-40, -24)
  await certificate.fill(another?.cert ?? '')
  await key.fill(another?.key ?? '')
  const changes = page.getByRole('list', { name: 'What would change' })
  assert.deepEqual(await changes.getByRole('listitem').allTextContents(), [
    `Client certificate: …${end(ours?.cert)} →  becomes …${end(another?.cert)}`,
    'Private key of the certificate: •••••• →  becomes •••••• (another)',
  ])
  await certificate.fill('')
  await key.fill('')
  await changes.getByText('Private key of the certificate: •••••• →  becomes –').waitFor()
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await changes.waitFor({ state: 'detached' })
})

test('what is refused under Advanced as an endpoint is made is opened, with the keyboard on the first field', async () => {
  await application('refused')
  const page = await ui.open('/app/refused/endpoints/new', { ...english, application: 'refused' })
  const advanced = page.getByText(/^Advanced/)
  const focused = (label: string) =>
    page.waitForFunction(
      (name) => document.querySelector('label:has(+ :focus)')?.textContent?.startsWith(name),
      label,
    )
  await page.getByLabel('URL', { exact: true }).fill('https://refused.example.com/')
  await page.getByRole('checkbox', { name: /Everything/ }).check()
  await advanced.click()
  for (const [at, name] of ['x-team', 'host'].entries()) {
    await page.getByRole('button', { name: 'Add header' }).click()
    await page.getByLabel('Header name').nth(at).fill(name)
  }
  await advanced.click()
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('[aria-invalid=true]:focus')?.value === 'host',
  )
  await page.getByLabel('Header name').nth(1).fill('x-region')
  await page.getByLabel(/^Requests a second/).fill('0')
  await advanced.click()
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await focused('Requests a second')
  await page.getByLabel(/^Time for an answer/).fill('0')
  await advanced.click()
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await focused('Time for an answer')
})

test('A10, A11: the secret is masked until asked for, and rolls with an overlap', async () => {
  const { id } = await endpoint('acme', { url: 'https://roll.example.com/', description: 'Roll' })
  const path = `/app/acme/endpoint/${id}/secret`
  type Secret = { readonly key: string; readonly createdAt: string } // the contract's
  const before = (await ui.call('GET', path)) as Secret
  const page = await ui.open(`/app/acme/endpoints/${id}/signing`, english)
  await page.getByText('In use since').waitFor()
  await page.getByText('No signature of it was found valid here yet').waitFor()
  const secret = page.getByRole('textbox', { name: 'Signing secret' })
  assert.match(await secret.inputValue(), /^•+$/)
  await page.getByRole('button', { name: 'Show' }).click()
  await page.waitForFunction(
    (key) => [...document.querySelectorAll('input')].some(({ value }) => value === key),
    before.key,
  )
  await page.getByRole('button', { name: 'Roll secret' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('two signatures for 24 h').waitFor()
  await dialog.getByRole('button', { name: 'Roll secret' }).click()
  await page.getByText('Rolled. The old secret signs until').waitFor()
  const later = (await ui.call('GET', path)) as Secret
  assert.notEqual(later.key, before.key)
  assert.ok(Date.parse(later.createdAt) > Date.parse(before.createdAt))
  await page.getByText(/the old secret signs for 2[34]:\d\d:\d\d more/).waitFor()

  // Requests carry both signatures: either secret verifies them.
  await ui.call('PUT', '/inspector/bin/rolled', {})
  await ui.call('PATCH', `/app/acme/endpoint/${id}`, { url: `${ui.url}/in/rolled` })
  await send('acme', 'order.created', { n: 1 })
  const captured = (await ui.call('GET', '/inspector/bin/rolled/wait?timeout=30')) as {
    readonly headers: [string, string][]
    readonly body: string
  } // the contract's type
  for (const { key } of [before, later]) {
    new Webhook(key).verify(captured.body, Object.fromEntries(captured.headers))
  }
  await eventually('the bin’s finding', async () => {
    const found = await ui.call('GET', `/app/acme/endpoint/${id}/verification`)
    return (found as { readonly by: string | null }).by === 'inspector' ? true : null // the contract's
  })
  await page.reload()
  await page.getByText('Last found valid by the inspector').waitFor()

  // Who may not see secrets is not offered them, and cannot be sent there either.
  const reader = { name: 'Looks only', role: 'reader' }
  const { token } = (await ui.call('POST', '/api-key', reader)) as { readonly token: string } // the contract's type
  const theirs = await ui.open('/icon.svg', { ...english, fresh: true })
  await theirs.evaluate((key) => sessionStorage.setItem('posthorn.session', key), token)
  await theirs.goto(`${ui.url}/app/acme/endpoints/${id}/signing`)
  await theirs.getByRole('heading', { name: 'Roll', exact: true }).waitFor()
  assert.equal(await theirs.getByRole('link', { name: 'Signing' }).count(), 0)
  assert.equal(await theirs.getByRole('textbox', { name: 'Signing secret' }).count(), 0)
  await ui.call('DELETE', `/app/acme/endpoint/${id}`)
})

test('A12: pausing is undone from the toast; held deliveries go out in order on resume', async () => {
  await application('hold')
  await ui.call('PUT', '/inspector/bin/hold', {})
  const { id } = await endpoint('hold', {
    ...{ url: `${ui.url}/in/hold`, description: 'Warehouse', ordering: 'fifo' },
  })
  const page = await ui.open(`/app/hold/endpoints/${id}`, english)
  await page.clock.install()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  const undo = page.getByRole('button', { name: 'Undo' })
  await undo.hover()
  await page.clock.runFor(60_000)
  await undo.focus() // it stays under the pointer, and as long as the keyboard is on it
  await page.mouse.move(0, 0)
  await page.clock.runFor(60_000)
  await undo.click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await undo.waitFor()
  await page.mouse.move(0, 0)
  await page.clock.runFor(12_000)
  await undo.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Resume', exact: true }).waitFor()
  for (const n of [1, 2, 3]) await send('hold', 'order.created', { n })
  await pillsOf(page, 'Held', 3)
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await pillsOf(page, 'Delivered', 3)
  const { data } = (await ui.call('GET', '/inspector/bin/hold/request')) as {
    readonly data: readonly { readonly body: string }[]
  } // the contract's type
  assert.deepEqual(
    data.map(({ body }) => JSON.parse(body).n),
    [3, 2, 1], // the newest first
  )
})

test('A13: deleting needs the name, and Cancel has the focus first', async () => {
  const { id } = await endpoint('acme', {
    url: 'https://gone.example.com/',
    description: 'Old one',
  })
  const page = await ui.open(`/app/acme/endpoints/${id}`, english)
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete endpoint…' }).click()
  const dialog = page.getByRole('dialog')
  await page.waitForFunction(() => document.activeElement?.textContent === 'Cancel')
  await dialog.getByRole('button', { name: 'Delete endpoint' }).click()
  await dialog.getByText('That is not the name').waitFor()
  await dialog.getByRole('textbox').fill('Old one')
  await dialog.getByRole('button', { name: 'Delete endpoint' }).click()
  await page.getByText('Old one was deleted').waitFor()
  await page.waitForURL(/\/app\/acme\/endpoints$/)
})

test('A15: two statuses, a wildcard and an hour: the same rows and selection in another window; Back undoes each', async () => {
  await application('filters')
  const policy = { retryScheduleMs: [] }
  await endpoint('filters', { url: `${faults.url}/200`, description: 'Up' })
  await endpoint('filters', { url: `${faults.url}/500`, description: 'Down', policy })
  const asleep = await endpoint('filters', { url: `${faults.url}/200`, description: 'Asleep' })
  await ui.call('PATCH', `/app/filters/endpoint/${asleep.id}`, { paused: true })
  for (const type of ['order.created', 'order.paid', 'customer.event_1']) {
    await send('filters', type, {})
  }
  const page = await ui.open('/app/filters/deliveries', english)
  const shown = (on: Page): Promise<readonly string[]> =>
    on
      .locator('[data-row]')
      .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-row') ?? ''))
  const rows = (on: Page, count: number) =>
    on.waitForFunction((wanted) => document.querySelectorAll('[data-row]').length === wanted, count)
  await pillsOf(page, 'Delivered', 3)
  await pillsOf(page, 'Failed', 3)
  await rows(page, 9)
  const choose = async (filter: string, option: string): Promise<void> => {
    await page.getByRole('button', { name: filter }).first().click()
    await page.getByRole('checkbox', { name: option }).check()
    await page.keyboard.press('Escape')
  }
  const steps: readonly (readonly [filter: () => Promise<unknown>, url: RegExp, rows: number])[] = [
    [() => choose('Status', 'Delivered'), /status=delivered$/, 3],
    [() => choose('Status', 'Failed'), /status=delivered,failed$/, 6],
    [() => choose('Type', 'order.*'), /failed&type=order\.\*$/, 4],
    [() => page.getByLabel('Time').first().selectOption('1h'), /\*&since=1h$/, 4],
    [() => page.locator('[data-index="2"]').click(), /&sel=\w+$/, 4],
  ]
  for (const [filter, url, count] of steps) {
    await filter()
    await page.waitForURL(url)
    await rows(page, count)
  }
  const panel = (on: Page) => on.getByRole('complementary', { name: 'Delivery' })
  await panel(page)
    .getByRole('link', { name: /Attempt 1/ })
    .waitFor()
  const again = await ui.open(page.url().replace(ui.url, ''), { ...english, fresh: true })
  await panel(again)
    .getByRole('link', { name: /Attempt 1/ })
    .waitFor()
  await rows(again, 4)
  assert.deepEqual(await shown(again), await shown(page))
  const selected = '[data-row][aria-current]'
  assert.equal(
    await again.locator(selected).getAttribute('data-row'),
    new URL(page.url()).searchParams.get('sel'),
  )
  await eventually('the same in both panels', async () =>
    (await panel(again).textContent()) === (await panel(page).textContent()) ? true : null,
  )

  await page.goBack()
  await panel(page).waitFor({ state: 'detached' })
  for (const [, url, count] of steps.slice(0, -1).reverse()) {
    await page.waitForURL(url)
    await rows(page, count)
    await page.goBack()
  }
  await page.waitForURL(/deliveries$/)
  await rows(page, 9)
})

test('A19: new rows wait, and move nothing under the reader', async () => {
  await application('many')
  const { id } = await endpoint('many', { url: `${faults.url}/200`, description: 'Sink' })
  await ui.call('PATCH', `/app/many/endpoint/${id}`, { paused: true })
  const batch = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, count - sent) }, () =>
          send('many', 'order.created', { a: 1 }),
        ),
      )
    }
  }
  await batch(600)
  const page = await ui.open('/app/many/deliveries', english)
  const grid = page.getByRole('grid')
  await grid.getByRole('row').nth(5).waitFor()
  const nodes = () => page.locator('[data-index]').count()
  assert.ok((await nodes()) <= 60)
  const newest = await page.locator('[data-index="0"]').getAttribute('data-row')
  await page.locator('[data-index="3"]').focus()
  const read = page.locator('[data-index="5"]')
  await read.hover()
  const before = await read.boundingBox()
  assert.ok(before !== null)
  /** The row with the focus, and the one under the pointer. */
  const held = () =>
    page.evaluate(
      ([x, y]) =>
        [document.activeElement, document.elementFromPoint(x, y)?.closest('[data-row]')].map(
          (one) => one?.getAttribute('data-row'),
        ),
      [before.x + before.width / 2, before.y + before.height / 2] as const,
    )
  const reading = await held()
  assert.ok(reading.every((id) => id != null))
  await batch(50)
  await page.getByRole('button', { name: /50 new/ }).waitFor()
  assert.deepEqual(await held(), reading)
  assert.deepEqual(await read.boundingBox(), before)
  assert.ok((await nodes()) <= 60)
  await page.getByRole('button', { name: /50 new/ }).click()
  await page.getByRole('button', { name: /50 new/ }).waitFor({ state: 'detached' })
  await page.waitForFunction(
    (id) => document.querySelector('[data-index="0"]')?.getAttribute('data-row') !== id,
    newest,
  )
  const grew = (await ui.call('GET', '/app/many/delivery?limit=51')) as { readonly data: Named[] } // the contract's type
  assert.equal(await page.locator('[data-index="0"]').getAttribute('data-row'), grew.data[0]?.id)
  assert.equal(grew.data[50]?.id, newest)
})

test('A21: Ctrl+Enter and the middle button open a row in a new tab', async () => {
  const page = await ui.open('/app/first/deliveries', english)
  const first = page.locator('[data-index="0"]')
  await first.focus()
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    page.keyboard.press('Control+Enter'),
  ])
  await tab.waitForURL(/\/app\/first\/messages\/msg_/)
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    first.click({ button: 'middle' }),
  ])
  await other.waitForURL(/\/app\/first\/messages\/msg_/)
})

/** What the card of a failure has to say, in the words of both catalogs. */
interface Told {
  readonly url: string
  readonly reason: string
  readonly fixer: 'receiver' | 'operator'
  readonly values?: Readonly<Record<string, string>>
  /** What it says beside. */
  readonly more?: readonly string[]
  /** What the page says elsewhere. */
  readonly beside?: Readonly<Record<'en' | 'es', RegExp>>
  readonly policy?: object
}

test('A22: each failure has a card with the finding, its cause, who fixes it and what it asked for, in both languages', async (t) => {
  await application('faults')
  const authority = makeAuthority()
  const expired = { commonName: 'x', names: ['localhost'], notAfter: new Date(Date.now() - 60_000) }
  const secure = createSecureServer(authority.issue(expired), (_, response) => response.end())
  t.after(() => secure.close())
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo // it listens on a port
  dns.script('localhost', [{ a: ['127.0.0.1'] }])
  dns.script('nowhere.example.com', [{ rcode: 3 }])
  dns.script('broken.example.com', [{ rcode: 2 }])
  const target = 'https://new.example/hooks'
  const at = (path: string) => faults.url + path
  const cases: readonly Told[] = [
    { url: `http://127.0.0.1:${await freePort()}/`, reason: 'connectRefused', fixer: 'receiver' },
    { url: 'https://nowhere.example.com/', reason: 'dnsNotFound', fixer: 'receiver' },
    { url: 'https://broken.example.com/', reason: 'dnsFailed', fixer: 'receiver' },
    {
      ...{ url: `https://localhost:${port}/`, reason: 'tlsExpired', fixer: 'receiver' },
      beside: { en: /certificate expired on .*ago\)/, es: /El certificado venció el .*hace/ },
    },
    {
      ...{ url: at('/hang'), reason: 'responseTimeout', fixer: 'receiver' },
      policy: { attemptTimeoutMs: 700 },
    },
    {
      ...{ url: at('/redirect'), reason: 'redirect', fixer: 'operator' },
      ...{ values: { status: '301' }, more: [target] },
    },
    { url: at('/401'), reason: 'status401', fixer: 'receiver' },
    { url: at('/410'), reason: 'status410', fixer: 'operator' },
    {
      ...{ url: at('/429'), reason: 'status429', fixer: 'receiver' },
      more: ['Retry-After 30'],
    },
    { url: at('/500'), reason: 'status5xx', fixer: 'receiver', values: { status: '500' } },
    { url: at('/challenge'), reason: 'challenge', fixer: 'receiver', values: { status: '503' } },
  ]
  for (const [index, { url, policy }] of cases.entries()) {
    const { id } = await endpoint('faults', {
      ...{ url, eventTypes: [eventNames[index] ?? ''] },
      policy: { retryScheduleMs: [], ...policy },
    })
    if (url.startsWith('https://localhost')) {
      await ui.call('PUT', `/app/faults/endpoint/${id}/tls`, { ca: authority.cert })
    }
  }
  const attempts = await Promise.all(
    cases.map(async (_, index) => {
      const message = await send('faults', eventNames[index] ?? '', {})
      const attempt = await attemptOf('faults', message.id)
      return `/app/faults/messages/${message.id}/attempts/${attempt.id}`
    }),
  )
  for (const [language, catalog] of [['en', whyEn] as const, ['es', whyEs] as const]) {
    const page = await ui.open('/applications', { ...english, language, fresh: true })
    for (const [index, { reason, fixer, values, beside, more = [] }] of cases.entries()) {
      const t = translator({ en: catalog, es: catalog }, language)
      const said = [`why.${reason}`, `why.${reason}.cause`, `why.fixer.${fixer}`].map(
        (key) => t(key as keyof typeof whyEn, values as never), // a wrong name fails below
      )
      await page.goto(ui.url + attempts[index])
      const card = page
        .getByRole('main')
        .locator('.tone-err', { hasText: said[0] ?? '' })
        .first()
      await card.waitFor()
      const text = (await card.textContent()) ?? ''
      for (const sentence of [...said, ...more]) {
        assert.ok(text.includes(sentence), `${reason} (${language}): no ${sentence} in ${text}`)
      }
      if (beside !== undefined) await page.getByText(beside[language]).first().waitFor()
    }
  }
})

test('a test says at which step it ended, before anything is saved, in both languages', async () => {
  await application('steps')
  dns.script('nothing-here.example.com', [{ rcode: 3 }])
  const page = await ui.open('/app/steps/endpoints/new', { ...english, application: 'steps' })
  const sent = async (url: string, first: RegExp): Promise<readonly (string | null)[]> => {
    await page.getByLabel('URL').fill(url)
    await page.getByRole('button', { name: 'Send test event' }).click()
    const way = page.getByRole('list', { name: 'The way of the request' }).getByRole('listitem')
    await way.filter({ hasText: first }).waitFor() // not the one of the test before
    return way.allTextContents()
  }
  const unknown = await sent('https://nothing-here.example.com/', /host name does not exist/)
  assert.match(unknown[0] ?? '', /^Name resolved\s*failed/)
  assert.match(unknown[5] ?? '', /^Answer\s*not reached$/)
  const closed = `http://127.0.0.1:${await freePort()}/`
  const refused = await sent(closed, /refused the connection/)
  assert.match(refused[0] ?? '', /^Name resolved\s*not needed$/)
  assert.match(refused[1] ?? '', /^Address allowed\s*passed127\.0\.0\.1$/)
  assert.match(refused[2] ?? '', /^Connected\s*failed[\d.,]+ m?s/)
  const failing = await sent(`${faults.url}/500`, /^Answer\s*failed500/)
  assert.match(failing[2] ?? '', /^Connected\s*passed[\d.,]+ m?s$/)
  await sent(`${faults.url}/redirect`, /^Answer\s*failed301/)
  await page.getByRole('button', { name: 'Use that address' }).click()
  assert.equal(await page.getByLabel('URL').inputValue(), 'https://new.example/hooks')

  const look = { language: 'es', application: 'steps' } as const
  const spanish = await ui.open('/app/steps/endpoints/new', look)
  await spanish.getByLabel('URL').fill('https://nothing-here.example.com/')
  await spanish.getByRole('button', { name: 'Enviar evento de prueba' }).click()
  const way = spanish.getByRole('list', { name: 'El camino de la solicitud' })
  const first = way.getByRole('listitem').filter({ hasText: 'El nombre del host no existe' })
  assert.match((await first.textContent()) ?? '', /^Nombre resuelto\s*falló/)
})

test('an attempt tells its TLS version, until when the certificate lasts, and how much of the body was kept', async (t) => {
  await application('certificates')
  const authority = makeAuthority('Test Authority')
  const notAfter = new Date(Date.now() + 12.5 * 86_400_000)
  const issued = authority.issue({ commonName: 'receiver', names: ['localhost'], notAfter })
  const secure = createSecureServer(issued, (_, response) => response.end('x'.repeat(40_960)))
  t.after(() => secure.close())
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo
  dns.script('localhost', [{ a: ['127.0.0.1'] }])
  const { id } = await endpoint('certificates', { url: `https://localhost:${port}/` })
  await ui.call('PUT', `/app/certificates/endpoint/${id}/tls`, { ca: authority.cert })
  const message = await send('certificates', 'order.created', {})
  const attempt = await attemptOf('certificates', message.id)
  const at = `/app/certificates/messages/${message.id}/attempts/${attempt.id}`
  const page = await ui.open(at, { ...english, application: 'certificates' })
  await page.getByText(/receiver expires in 12 days, on /).waitFor()
  await page.getByText('HTTP/1.1 · TLSv1.3 · made for this request').waitFor()
  await page.getByText(/receiver, issued by Test Authority · expires/).waitFor()
  await page.getByText('The first 16 KB of 40 KB were kept.').waitFor()
  const spanish = await ui.open(at, { language: 'es', application: 'certificates' })
  await spanish.getByText(/certificado del receptor vence dentro de 12 d/).waitFor()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('A23, A24, A25: as sent after a change, compared with a success, and again by curl', async () => {
  await application('curl')
  await ui.call('PUT', '/inspector/bin/curl', { script: '200, 500' })
  const { id } = await endpoint('curl', {
    ...{ url: `${ui.url}/in/curl`, description: 'Curl', headers: { 'x-plan': 'one' } },
    policy: { retryScheduleMs: [1] },
  })
  const headers = (plan: string) =>
    ui.call('PUT', `/app/curl/endpoint/${id}/headers`, { headers: { 'x-plan': plan } })
  const { key } = (await ui.call('GET', `/app/curl/endpoint/${id}/secret`)) as { key: string } // the contract's type
  const good = await send('curl', 'order.created', { order: { total: 1 } })
  const before = await attemptOf('curl', good.id)
  await headers('two')
  const bad = await send('curl', 'order.created', { order: { total: 2 } })
  const attempt = await attemptOf('curl', bad.id, 2)
  await ui.call('PATCH', `/app/curl/endpoint/${id}`, { url: `${ui.url}/in/elsewhere` })
  await headers('three')
  const page = await ui.open(
    `/app/curl/messages/${bad.id}/attempts/${attempt.id}?compare=success`,
    english,
  )
  await page.getByRole('heading', { name: 'Attempt 2 · Curl', exact: true }).waitFor()
  await page.getByText(`POST ${ui.url}/in/curl`).waitFor()
  const asSent = page.getByRole('table', { name: 'Request headers' })
  await asSent.getByRole('row').filter({ hasText: 'x-plan' }).getByText('two').waitFor()
  await asSent.getByText('webhook-signature', { exact: true }).waitFor()
  // What changed is marked by a sign, not by its colour alone.
  const differences = page.getByRole('table', { name: 'Differences' })
  const changed = async (path: string) =>
    (await differences.getByRole('row').filter({ hasText: path }).textContent()) ?? ''
  assert.match(await changed('body.order.total'), /− 1.*\+ 2/)
  assert.match(await changed('x-plan'), /− "?one"?.*\+ "?two"?/)
  const command = await copied(page, () => page.getByRole('button', { name: 'curl' }).click())
  await promisify(execFile)('sh', ['-c', `${command} -s -o /dev/null`])
  const captured = (await ui.call('GET', '/inspector/bin/curl/request')) as {
    readonly data: readonly { headers: [string, string][]; body: string }[]
  } // the contract's type
  const last = captured.data[0]
  assert.ok(last !== undefined)
  new Webhook(key).verify(last.body, Object.fromEntries(last.headers))

  const as = (name: string) =>
    copied(page, async () => {
      await page.getByRole('button', { name: 'Copy as', exact: true }).click()
      await page.getByRole('menuitem', { name, exact: true }).click()
    })
  const { entries } = JSON.parse(await as('HAR')).log
  assert.equal(entries[0].request.postData.text, last.body)
  assert.match(await as('HTTP/1.1'), /^POST \/in\/curl HTTP\/1\.1\r\nhost: 127/)
  assert.match(await as('HTTPie'), /^http --ignore-stdin POST .*'webhook-id: msg_.*--raw .*'\{/s)
  const script = await as('fetch (JavaScript)')
  await import(`data:text/javascript,${encodeURIComponent(script)}`)
  const again = (await ui.call('GET', '/inspector/bin/curl/request')) as typeof captured
  const [newest] = again.data
  assert.ok(newest !== undefined && again.data.length === captured.data.length + 1)
  new Webhook(key).verify(newest.body, Object.fromEntries(newest.headers))

  // Compared with any other, by the address of its page; and how it was signed.
  await page.getByLabel('Compare with').selectOption('Another attempt…')
  const asked = page.getByRole('dialog', { name: 'Compare with' })
  await asked.getByRole('textbox').fill('nothing')
  await asked.getByRole('button', { name: 'Compare' }).click()
  await asked.getByText('That is no id of an attempt').waitFor()
  const address = `${ui.url}/app/curl/messages/${good.id}/attempts/${before.id}`
  await asked.getByRole('textbox').fill(address)
  await asked.getByRole('button', { name: 'Compare' }).click()
  await page.waitForURL(new RegExp(`compare=${good.id}~${before.id}`))
  await differences.getByText('status', { exact: true }).waitFor()
  await page.getByText(/^The secret in use, made/).waitFor()
  await page.getByText('HMAC-SHA256 (v1)').waitFor()
  const sent = page.getByRole('region', { name: 'Request body' })
  await sent.getByRole('button', { name: 'Hex' }).click()
  await sent.getByText(/^000000 {2}7b 22 6f 72/).waitFor()

  // Verified by hand; signed with the time of now; kept as a file.
  await page.getByText('Verify it yourself').click()
  const byHand = await page.getByText(/openssl dgst/).innerText()
  const env = { ...process.env, WEBHOOK_SECRET: key }
  const { stdout } = await promisify(execFile)('sh', ['-c', byHand], { env })
  const signature = new Map(last.headers).get('webhook-signature')
  assert.equal(`v1,${stdout.trim()}`, signature)
  const fresh = await as('curl, signed now')
  await promisify(execFile)('sh', ['-c', `${fresh} -s -o /dev/null`])
  const [now] = ((await ui.call('GET', '/inspector/bin/curl/request')) as typeof captured).data
  assert.ok(now !== undefined)
  new Webhook(key).verify(now.body, Object.fromEntries(now.headers))
  const file = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Copy as', exact: true }).click()
  await page.getByRole('menuitem', { name: 'HAR, as a file' }).click()
  const saved = JSON.parse(await readFile(await (await file).path(), 'utf8'))
  assert.equal(saved.log.entries[0].request.postData.text, last.body)
})

test('a delivery is tried now from its attempt, with what was changed between, texts by line, and its secrets shown', async () => {
  await application('next')
  const text = (second: string) => ({ status: 500, body: `first\n${second}\nthird\n` })
  const script = { rules: [{ steps: [text('one'), text('two')] }] }
  await ui.call('PUT', '/inspector/bin/next', { script })
  const { id } = await endpoint('next', {
    ...{ url: `${ui.url}/in/next`, description: 'Next', headers: { 'x-api-key': 'sesame' } },
    authentication: { kind: 'bearer', secret: 'never-shown' },
    policy: { retryScheduleMs: [3_600_000] },
  })
  const message = await send('next', 'order.created', { n: 1 })
  const first = await attemptOf('next', message.id)
  await ui.call('PATCH', `/app/next/endpoint/${id}`, { url: `${ui.url}/in/next?again` })
  const page = await ui.open(`/app/next/messages/${message.id}/attempts/${first.id}`, english)
  const next = page.getByRole('region', { name: 'The delivery now' })
  await next.getByText(/^Retrying/).waitFor()
  await next.getByRole('button', { name: 'Stop' }).waitFor()
  await next.getByRole('button', { name: 'Retry now' }).click()
  await next.getByText('Failed').waitFor()
  await next.getByRole('button', { name: 'Resend' }).waitFor()
  assert.match((await next.getByRole('link').getAttribute('href')) ?? '', /recovery\?endpoint=ep_/)
  await page.getByRole('button', { name: 'Next attempt' }).click()
  await page.getByRole('heading', { name: 'Attempt 2 · Next', exact: true }).waitFor()

  const headers = page.getByRole('table', { name: 'Request headers' })
  await headers.getByText('masked', { exact: true }).first().waitFor()
  await page.getByText('authorization is what the endpoint authenticates with').waitFor()
  await page.getByRole('button', { name: 'Show masked values' }).click()
  await headers.getByText('sesame', { exact: true }).waitFor()
  const told = (await ui.call('GET', '/audit?operation=v1.message-attempt.sign-again')) as {
    readonly data: readonly { readonly after: unknown }[]
  } // the contract's type
  assert.deepEqual(told.data[0]?.after, { secrets: true })
  await headers.getByRole('row', { name: /^authorization masked/ }).waitFor()

  const { data } = (await ui.call('GET', '/app/next/delivery')) as {
    readonly data: readonly Named[]
  } // the contract's type
  await page.goto(`${ui.url}/app/next/deliveries?sel=${data[0]?.id}`)
  const timeline = page.getByRole('list', { name: 'Attempts' }).getByRole('listitem')
  await timeline.nth(2).waitFor()
  const order = await timeline.allTextContents()
  assert.match(order[1] ?? '', /^URL changed by the first key/)
  await page.getByRole('link', { name: 'Compare', exact: true }).click()
  await page.waitForURL(new RegExp(`compare=${first.id}$`))
  const differences = page.getByRole('table', { name: 'Differences' })
  const lines = differences.getByRole('row').filter({ hasText: 'response' }).last()
  await lines
    .locator('del')
    .filter({ hasText: /^− one$/ })
    .waitFor()
  await lines
    .locator('ins')
    .filter({ hasText: /^\+ two$/ })
    .waitFor()
})

test('a redirect offers its target as the new address of the endpoint', async () => {
  await application('moved')
  const { id } = await endpoint('moved', { url: `${faults.url}/redirect`, description: 'Moved' })
  const message = await send('moved', 'order.created', {})
  const attempt = await attemptOf('moved', message.id)
  const page = await ui.open(`/app/moved/messages/${message.id}/attempts/${attempt.id}`, english)
  await page.getByRole('button', { name: 'Use this address' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(`go to https://new.example/hooks instead of ${faults.url}`).waitFor()
  await dialog.getByRole('button', { name: 'Use this address' }).click()
  await page.getByText('Moved sends to the new address').waitFor()
  const saved = (await ui.call('GET', `/app/moved/endpoint/${id}`)) as { readonly url: string } // the contract's type
  assert.equal(saved.url, 'https://new.example/hooks')
  // It no longer sends there: the offer is gone.
  await page.getByRole('button', { name: 'Use this address' }).waitFor({ state: 'detached' })
})

test('a message is found by its tag or your id, says where it leaves its schema, becomes a sample', async () => {
  await application('found')
  await ui.call('POST', '/event-type', {
    name: 'order.shaped',
    description: 'Shaped',
    schemas: {
      '1': {
        type: 'object',
        required: ['total'],
        properties: { total: { type: 'integer' } },
        examples: [{ total: 1 }],
      },
    },
  })
  await endpoint('found', { url: `${faults.url}/200`, eventTypes: ['order.shaped'] })
  await endpoint('found', { url: `${faults.url}/200?2`, eventTypes: ['order.paid'] })
  const odd = (await ui.call('POST', '/app/found/msg', {
    ...{ eventType: 'order.shaped', eventId: 'order-91', tags: ['vip'] },
    payload: { total: 'a lot' },
  })) as Named // the contract's type
  for (let n = 0; n < 60; n += 20) {
    await ui.call('POST', '/app/found/msg/batch', {
      messages: Array.from({ length: 20 }, () => ({ eventType: 'order.created', payload: {} })),
    })
  }
  const page = await ui.open('/app/found/messages?q=vip', english)
  await row(page, 'order.shaped').waitFor()
  await page.goto(`${ui.url}/app/found/messages?q=order-91`)
  await row(page, odd.id).waitFor()
  await page.goto(`${ui.url}/app/found/messages/${odd.id}`)
  await page.getByText('2 endpoints looked at, 1 took it').waitFor()
  await page.getByText('It leaves its schema in 1 place.').waitFor()
  await page.getByText('must be of the type integer').waitFor()
  await page.getByRole('button', { name: 'Use as sample of this type' }).click()
  await page.getByText('Samples of order.shaped begin with this message now').waitFor()
  const examples = async () => {
    const type = (await ui.call('GET', '/event-type/order.shaped')) as {
      readonly schemas: { readonly '1': { readonly examples: readonly unknown[] } }
    } // the contract's type
    return type.schemas['1'].examples
  }
  assert.deepEqual(await examples(), [{ total: 'a lot' }, { total: 1 }])
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('The samples of order.shaped are as they were').waitFor()
  assert.deepEqual(await examples(), [{ total: 1 }])
})

test('a test goes to its endpoint alone, in variants checked against the schema, and rehearses faults', async () => {
  await application('tested')
  for (const bin of ['tested', 'bystander']) await ui.call('PUT', `/inspector/bin/${bin}`, {})
  await ui.call('POST', '/event-type', {
    name: 'order.typed',
    description: 'Typed',
    schemas: {
      '1': {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string' },
          total: { type: 'integer' },
          note: { type: ['string', 'null'] },
        },
        examples: [{ id: 'o_1', total: 2, note: 'x' }],
      },
    },
  })
  const { id } = await endpoint('tested', { url: `${ui.url}/in/tested`, description: 'Tested' })
  await endpoint('tested', { url: `${ui.url}/in/bystander`, description: 'Bystander' })
  const page = await ui.open(`/app/tested/endpoints/${id}`, { ...english, fresh: true })
  await page.getByRole('button', { name: 'Send test' }).click()
  const dialog = page.getByRole('dialog', { name: 'Test Tested' })
  await dialog.getByLabel('Event type').fill('order.typed')
  const payload = dialog.getByLabel('Payload')
  const shown = async () => JSON.parse(await payload.inputValue())
  assert.deepEqual(await shown(), { id: 'o_1', total: 2, note: 'x' })
  await dialog.getByLabel('Sample').selectOption('Only what is required')
  assert.deepEqual(await shown(), { id: 'o_1' })
  await dialog.getByText('It fits its schema').waitFor()
  await dialog.getByLabel('Sample').selectOption('edge')
  const edge = await payload.inputValue()
  assert.match(edge, /"total": 9007199254740993/)
  assert.equal(JSON.parse(edge).note, null)
  assert.match(JSON.parse(edge).id, /漢/)
  await dialog.getByRole('button', { name: /^Send/ }).click()
  await dialog.getByText('The receiver answered 200').waitFor()
  await payload.fill('{"total": 1}')
  await dialog.getByText('lacks id').waitFor()
  await dialog.getByRole('button', { name: 'Rehearse faults…' }).click()
  await payload.fill('{"id": "again"}')
  await dialog.getByRole('button', { name: 'Rehearse now' }).click()
  const result = (text: string) => dialog.getByRole('listitem').filter({ hasText: text })
  await result('Takes the same event twice').getByText('Passed').waitFor()
  const disorder = result('Takes an older event after a newer one')
  await disorder.getByText('only the receiver shows').waitFor()
  await result('Refuses a wrong signature').getByText('Failed').waitFor()
  await result('Refuses a request of ten minutes ago').getByText('Look at it').waitFor()

  const bodies = async (bin: string) => {
    const { data } = (await ui.call('GET', `/inspector/bin/${bin}/request`)) as {
      readonly data: readonly { readonly body: string }[]
    } // the contract's type
    return data.map(({ body }) => body)
  }
  assert.deepEqual(await bodies('bystander'), [])
  const got = await bodies('tested')
  assert.equal(got.at(-1), edge) // byte for byte as it was shown
  assert.equal(got.filter((body) => JSON.parse(body).id === 'again').length, 7)
})

test('code of an endpoint is tried before it is saved, says the line of a fault, and rewrites what is sent', async () => {
  await application('rewritten')
  await ui.call('PUT', '/inspector/bin/rewritten', {})
  const eventTypes = ['order.created']
  const url = `${ui.url}/in/rewritten`
  const { id } = await endpoint('rewritten', { url, description: 'Rewritten', eventTypes })
  const page = await ui.open(`/app/rewritten/endpoints/${id}/settings`, { ...english, fresh: true })
  await page.getByText('Transformation', { exact: true }).click()
  const details = page.locator('details').filter({ hasText: 'Transformation' })
  const code = details.getByLabel('JavaScript', { exact: true })
  const save = details.getByRole('button', { name: 'Save' })
  await details.getByRole('button', { name: 'Begin with an example' }).click()
  assert.match(await code.inputValue(), /^function handler\(webhook\) \{/)

  await code.fill('function handler(webhook) {\n  return missing\n}')
  const attempt = details.getByRole('button', { name: /^Try/ })
  const bench = details.getByRole('region', { name: 'Try the code' })
  assert.equal(await bench.getByLabel('Event type').inputValue(), 'order.created')
  await bench.getByLabel('Payload').fill('{"total": 42}')
  await attempt.click()
  await bench.getByText("'missing' is not defined").waitFor()
  await bench.getByRole('button', { name: 'Go to line 2' }).click()
  const marked = await code.evaluate((area: HTMLTextAreaElement) =>
    area.value.slice(area.selectionStart, area.selectionEnd),
  )
  assert.equal(marked, '  return missing')

  await code.fill(`function handler(webhook) {
  webhook.payload.region = variables.region
  webhook.method = 'PUT'
  webhook.url += '/orders?total=' + webhook.payload.total
  webhook.headers['X-Region'] = variables.region
  return webhook
}`)
  await details.getByRole('button', { name: 'Add variable' }).click()
  await details.getByLabel('Variable name').fill('region')
  await details.getByLabel('Variable value').fill('<b>EU</b>')
  await attempt.click()
  for (const [path, value] of [
    ['payload.region', '"<b>EU</b>"'],
    ['headers.X-Region', '"<b>EU</b>"'],
    ['method', '"PUT"'],
    ['url', `"${url}/orders?total=42"`],
  ] as const) {
    await bench.getByRole('row', { name: path }).getByText(value).waitFor()
  }
  await bench.getByText(`PUT ${url}/orders?total=42`).waitFor()
  const path = `/app/rewritten/endpoint/${id}/transformation`
  const stored = () => ui.call('GET', path) as Promise<{ readonly code: string | null }> // the contract's type
  assert.equal((await stored()).code, null) // tried, not saved

  const good = await code.inputValue()
  await code.fill('const handler =\n  (webhook) => {,}')
  await save.click()
  await details.getByText('(line 2)').waitFor()
  assert.equal(await code.evaluate((area) => area === document.activeElement), true)
  await code.fill(good)
  await details.getByRole('switch').check()
  const changes = details.getByRole('list', { name: 'What would change' })
  await changes.getByText('Rewrite requests with this code: off →  becomes on').waitFor()
  await changes.getByText("+   webhook.method = 'PUT'").waitFor()
  await changes.getByText('variables.region: – →  becomes <b>EU</b>').waitFor()
  await save.click()
  await page.getByText('Saved', { exact: true }).first().waitFor()
  await details.getByText('Last changed').waitFor()
  assert.equal((await stored()).code, good)
  const message = await send('rewritten', 'order.created', { total: 1 })
  const tried = await attemptOf('rewritten', message.id)
  const { data } = (await ui.call('GET', '/inspector/bin/rewritten/request')) as {
    readonly data: readonly Readonly<Record<'method' | 'path' | 'query' | 'body', string>>[]
  } // the contract's type
  const body = '{"total":1,"region":"<b>EU</b>"}'
  assert.deepEqual(
    data.map((got) => [got.method, got.path, got.query, got.body]),
    [['PUT', '/orders', 'total=1', body]],
  )

  // The attempt is shown, verified and copied as it went out, not as the message came.
  await page.goto(`${ui.url}/app/rewritten/messages/${message.id}/attempts/${tried.id}`)
  await page.getByText(`PUT ${url}/orders?total=1`).waitFor()
  await page
    .getByRole('link', { name: 'the body, the method, the URL, the headers X-Region' })
    .waitFor()
  await page.getByRole('row', { name: 'X-Region' }).getByText('<b>EU</b>').waitFor()
  await page.getByRole('region', { name: 'Request body' }).getByText('"<b>EU</b>"').waitFor()
  await page.getByText(/^The secret in use/).waitFor()
  const curl = await copied(page, () =>
    page.getByRole('button', { name: 'curl', exact: true }).click(),
  )
  assert.match(curl, /^curl -X PUT /)
  assert.ok(curl.includes(`'${url}/orders?total=1'`) && curl.includes(body), curl)
  assert.deepEqual(await violations(page), [])
  await ui.call('PATCH', path, { variables: { region: 'US' } })
  await page.reload()
  await page.getByText('The body cannot be made again').waitFor()
  assert.equal(await page.getByRole('button', { name: 'curl', exact: true }).count(), 0)
})

test('A26, A27: who did not get it and why; times in local and UTC, copied with milliseconds', async () => {
  await application('why')
  await endpoint('why', {
    url: 'https://bi.example.com/',
    description: 'BI',
    eventTypes: ['order.refunded'],
  })
  await endpoint('why', {
    url: 'https://big.example.com/',
    description: 'Big orders',
    filter: { 'order.total': { $gte: 100 } },
  })
  const message = await send('why', 'order.created', { order: { total: 42 } })
  const page = await ui.open(`/app/why/messages/${message.id}`, {
    ...{ ...english, timeZone: 'Asia/Kathmandu', fresh: true }, // 5 h 45 min before UTC
  })
  await page.getByText('Not subscribed to order.created').waitFor()
  await page.getByText(/payload\.order\.total: found 42, wanted/).waitFor()
  assert.equal(await page.getByRole('table').getByText('Skipped').count(), 2)
  /** Hours and minutes that the page shows, and those of the zone. */
  const times = async (timeZone: string) => {
    const shown = await page
      .locator('time')
      .evaluateAll((all) => all.map((one) => [one.getAttribute('datetime'), one.textContent ?? '']))
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
    })
    const clocks = shown.filter(([, text]) => /\d:\d\d:\d\d/.test(text ?? ''))
    assert.ok(clocks.length > 0)
    return clocks.map(([at, text]) => [
      /(\d\d:\d\d):\d\d/.exec(text ?? '')?.[1],
      format.format(new Date(at ?? '')),
    ])
  }
  for (const [shown, right] of await times('Asia/Kathmandu')) assert.equal(shown, right)
  await page.getByRole('button', { name: 'Local' }).click()
  await page.getByRole('button', { name: 'UTC' }).waitFor()
  for (const [shown, right] of await times('UTC')) assert.equal(shown, right)
  const first = page.getByRole('button', { name: /Copy as ISO 8601/ }).first()
  const iso = await copied(page, () => first.click())
  assert.match(iso, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.equal(iso, await first.locator('time').getAttribute('datetime'))
  await page.goto(`${ui.url}/app/why/messages`)
  await page.getByText('Big orders: Skipped.').waitFor()
})

test('failures are an issue, counted beside its entry, that is known with a note and leads on', async () => {
  await application('troubles')
  const policy = { retryScheduleMs: [] }
  await endpoint('troubles', { url: `${faults.url}/500`, description: 'Down', policy })
  await attemptOf('troubles', (await send('troubles', 'order.created', {})).id)
  const page = await ui.open('/app/troubles/issues', { ...english, application: 'troubles' })
  const issue = page.getByRole('list', { name: 'Issues' }).getByRole('listitem')
  await issue.getByText('Answers with 500', { exact: true }).waitFor()
  await page.getByRole('link', { name: /^Issues\s*1$/ }).waitFor()
  await issue.getByText('Note', { exact: true }).click()
  await issue.getByLabel(/^Note on Down/).fill('their deploy')
  await issue.getByRole('button', { name: 'Save note' }).click()
  await issue.getByText('“their deploy”').waitFor()
  await issue.getByRole('button', { name: 'Acknowledge' }).click()
  await issue.getByText('Acknowledged', { exact: true }).waitFor()
  await page.getByRole('link', { name: /^Issues$/ }).waitFor()
  assert.deepEqual(await violations(page), [])
  await issue.getByRole('link', { name: 'Deliveries', exact: true }).click()
  await page.waitForURL(/code=500/)
  await row(page, 'Down').waitFor()
})

test('an API key is made, seen once, used, and revoked by its name', async () => {
  const page = await ui.open('/keys?dialog=create', english)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('shop backend')
  await dialog.getByRole('button', { name: 'Create API key' }).click()
  const key = await dialog.getByRole('textbox', { name: 'API key' }).inputValue()
  await dialog.getByRole('button', { name: 'I have kept it' }).click()
  const ask = () =>
    fetch(`${ui.url}/api/v1/app/acme/msg`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await ask()).status, 200)
  await row(page, 'shop backend').getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByRole('textbox').fill('shop backend')
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('shop backend was revoked').waitFor()
  await eventually('the key refused', async () => ((await ask()).status === 401 ? true : null))
})

test('A39: single-letter shortcuts can be switched off, r then sends nothing; ? lists them in either language', async () => {
  const page = await ui.open('/app/first/deliveries', { ...english, fresh: true })
  const sent: string[] = []
  page.on('request', (request) => {
    if (/\/resend$/.test(request.url())) sent.push(request.url())
  })
  const row = page.locator('[data-index="0"]')
  await row.focus()
  await Promise.all([page.waitForResponse(/\/resend$/), page.keyboard.press('r')])
  assert.equal(sent.length, 1)
  // What can be done with a row, and with the panel beside the list.
  const menu = page.getByRole('menu', { name: 'Actions' })
  await page.keyboard.press('.')
  await menu.waitFor()
  const offered = await menu.getByRole('menuitem').allInnerTexts()
  for (const one of ['Open', 'Open in a new tab', 'Resend', 'Copy id', 'Select']) {
    assert.ok(
      offered.some((text) => text.startsWith(one)),
      `${one}: ${offered}`,
    )
  }
  await page.keyboard.press('Escape')
  await menu.waitFor({ state: 'detached' })
  await page.keyboard.press('.')
  await menu.getByRole('menuitem', { name: /^Open(?! in)/ }).press('Enter')
  const panel = page.getByRole('complementary', { name: 'Delivery' })
  await panel.getByRole('button', { name: 'Resend', exact: true }).focus()
  await page.keyboard.press('.')
  await menu.getByRole('menuitem', { name: 'Open message' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await dialog.getByText('Resend', { exact: true }).waitFor()
  await dialog.getByText('Single-letter shortcuts').click()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await row.focus()
  for (const key of ['r', '.', '?', 'g', 'e']) await page.keyboard.press(key)
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.equal(await menu.count(), 0)
  assert.match(page.url(), /deliveries/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to' }).fill('endpo')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/app\/first\/endpoints$/)
  assert.equal(sent.length, 1)
  // Any id leads to its page, and so do the parts of the settings.
  const palette = page.getByRole('combobox', { name: 'Go to' })
  const { data: attempted } = (await ui.call('GET', '/app/first/delivery?limit=1')) as {
    readonly data: readonly { readonly id: string; readonly msgId: string }[]
  } // the contract's type
  const [delivery] = attempted
  const { data: tries } = (await ui.call('GET', `/app/first/attempt/msg/${delivery?.msgId}`)) as {
    readonly data: readonly { readonly id: string }[]
  } // the contract's type
  await page.keyboard.press('Control+k')
  await palette.fill(tries[0]?.id ?? '')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/messages/${delivery?.msgId}/attempts/${tries[0]?.id}`))
  await page.keyboard.press('Control+k')
  await palette.fill(delivery?.id ?? '')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/messages/${delivery?.msgId}$`))
  await page.keyboard.press('Control+k')
  await palette.fill('retent')
  await page.getByRole('option', { name: 'Retention' }).click()
  await page.waitForFunction(() => document.activeElement?.id === 'retention')
  // An id of the producer's own is neither a page nor an id: the messages are searched for it.
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to' }).fill('order-77')
  await page.getByRole('option', { name: 'order-77' }).click()
  await page.waitForURL(/\/app\/first\/messages\?.*q=order-77/)

  const spanish = await ui.open('/app/first/deliveries', {
    ...english,
    language: 'es',
    fresh: true,
  })
  await spanish.locator('[data-index="0"]').waitFor()
  await spanish.keyboard.press('?')
  const es = { ...firstEs, ...otherEs }
  const help = spanish.getByRole('dialog', { name: es['help.title'] })
  for (const key of ['action.resend', 'help.palette', 'nav.deliveries'] as const) {
    await help.getByText(es[key], { exact: true }).waitFor()
  }
})

test('texts of strangers are shown as text and run nothing', async () => {
  await application('strange')
  const evil = '<img src=x onerror="window.__hit=1"><script>window.__hit=1</script>'
  await ui.call('PUT', '/inspector/bin/strange', {})
  const { id } = await endpoint('strange', { url: `${ui.url}/in/strange`, description: evil })
  const message = await send('strange', 'order.created', { [evil]: evil })
  const attempt = await attemptOf('strange', message.id)
  const page = await ui.open('/applications', english)
  for (const path of [
    '/app/strange/endpoints',
    `/app/strange/endpoints/${id}`,
    `/app/strange/messages/${message.id}`,
    `/app/strange/messages/${message.id}/attempts/${attempt.id}`,
  ]) {
    await page.goto(ui.url + path)
    await page.getByText('onerror').first().waitFor()
    assert.equal(await page.evaluate('window.__hit'), undefined, path)
  }
})

test('the first load of either page stays under 170 KB gzipped, fonts aside', async (t) => {
  const { url } = (await ui.call('POST', '/auth/app-portal-access/acme', {})) as {
    readonly url: string
  } // the contract's type
  for (const path of ['/', url.slice(ui.url.length)]) {
    const page = await ui.open('/icon.svg', { language: 'es', fresh: true })
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(request.url()))
    await page.goto(ui.url + path)
    await page.locator('h1').first().waitFor()
    await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => null) // it polls
    let bytes = 0
    for (const asset of asked) {
      if (!/\.(js|css)$/.test(asset)) continue
      const answer = await fetch(asset, { headers: { 'accept-encoding': 'gzip' } })
      bytes += Number(answer.headers.get('content-length'))
    }
    t.diagnostic(`${new URL(ui.url + path).pathname}: ${(bytes / 1024).toFixed(1)} KB`)
    assert.ok(bytes > 50 * 1024 && bytes < 170 * 1024, `${path}: ${bytes} bytes`)
  }
})

test('no page asked another host, and none logged an error', () => {
  assert.deepEqual([...ui.foreignHosts], [])
  assert.deepEqual(
    ui.errors.filter((error) => !/status of (404|422|400)|ERR_FAILED/.test(error)),
    [],
  )
})
