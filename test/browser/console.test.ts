/**
 * The console in a real Chromium against a real server: what a person can do, numbered as the
 * checks of the design (A1 to A40).
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { makeAuthority } from '../support/certificates.ts'
import { type ConsoleUnderTest, clipboard, startConsole } from '../support/console.ts'
import { type DnsServer, startDns } from '../support/dns.ts'

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

after(async () => {
  faults.server.close()
  await dns.close()
  await ui.close()
})

const eventNames = [
  ...['created', 'paid', 'refunded', 'shipped', 'updated'].map((verb) => `order.${verb}`),
  ...Array.from({ length: 15 }, (_, index) => `customer.event_${index}`),
]

/** Answers by path: `/500`, `/429`, `/redirect`, `/challenge`, `/hang`. */
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

/** The first attempt of the message, once it was made. */
async function attemptOf(app: string, message: string): Promise<Named> {
  const until = performance.now() + 10_000
  for (;;) {
    assert.ok(performance.now() < until, `no attempt of ${message} in time`)
    const list = (await ui.call('GET', `/app/${app}/attempt/msg/${message}`)) as {
      readonly data: readonly Named[]
    } // the contract's type
    if (list.data[0] !== undefined) return list.data[0]
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What a press put on the clipboard. */
async function copied(page: Page, press: () => Promise<void>): Promise<string> {
  await page.evaluate('navigator.clipboard.writeText("")')
  await press()
  return clipboard(page, /./)
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

test('A1: the first start opens signed in, within five seconds, asking no other host', async () => {
  const began = performance.now()
  const page = await ui.open('/', english)
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  assert.ok(performance.now() - began < 5_000)
  await page.getByText('No endpoint receives events yet.').waitFor()
  assert.deepEqual([...ui.foreignHosts], [])
})

test('A2, A3: a sent event appears by itself, with its payload, signature and answer', async () => {
  await application('first')
  await ui.call('PUT', '/inspector/bin/first', {})
  await endpoint('first', { url: `${ui.url}/in/first`, description: 'Bin' })
  const page = await ui.open('/app/first/deliveries', english)
  await page.getByText('No deliveries yet').waitFor()
  const message = await send('first', 'order.created', { order: { id: 'o_1', total: 1.5 } })
  await row(page, 'order.created').getByText('Delivered').waitFor({ timeout: 5_000 })
  await row(page, 'order.created').click()
  const panel = page.getByRole('complementary', { name: 'Delivery' })
  await panel.getByText('The receiver answered 200').waitFor()
  await panel.getByRole('link', { name: /Attempt 1/ }).click()
  await page.getByRole('heading', { name: 'Attempt 1 · Bin', exact: true }).waitFor()
  await page.getByText('webhook-signature', { exact: true }).waitFor()
  await page.getByText('"o_1"').first().waitFor()
  assert.match(page.url(), new RegExp(message.id))
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
})

test('A5: an endpoint is created with the keyboard alone', async () => {
  await application('keys')
  const page = await ui.open('/app/keys/endpoints/new', english)
  await page.getByLabel('URL').focus()
  await page.keyboard.type('https://api.example.com/hooks')
  await page.getByPlaceholder('Search 20 event types').focus()
  await page.keyboard.type('ord')
  await page.getByRole('checkbox', { name: /^order\.\*/ }).focus()
  await page.keyboard.press('Space')
  await page.getByText('1 rule', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Create endpoint' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Endpoint created', exact: true }).waitFor()
  await page.getByRole('textbox', { name: 'Signing secret' }).waitFor()
  await page.waitForFunction(
    () => document.activeElement?.textContent === 'Endpoint created', // the heading of the new page
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
  assert.deepEqual([await cut(host), await cut(path)], [false, true])
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
})

test('A9: a private address is refused with the reason, on its field', async () => {
  const page = await ui.open('/app/acme/endpoints/new', english)
  await page.getByLabel('URL').fill('http://10.0.0.1/hooks')
  await page.getByRole('checkbox', { name: /Everything/ }).check()
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  const alert = page.getByRole('alert').first()
  await alert.waitFor()
  assert.match((await alert.textContent()) ?? '', /is private, .*POSTHORN_ALLOW_NETWORKS/)
  assert.equal(await page.getByLabel('URL').getAttribute('aria-invalid'), 'true')
})

test('A10, A11: the secret is masked until asked for, and rolls with an overlap', async () => {
  const { id } = await endpoint('acme', { url: 'https://roll.example.com/', description: 'Roll' })
  const path = `/app/acme/endpoint/${id}/secret`
  const before = (await ui.call('GET', path)) as { readonly key: string } // the contract's type
  const page = await ui.open(`/app/acme/endpoints/${id}/signing`, english)
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
  const later = (await ui.call('GET', path)) as { readonly key: string } // the contract's type
  assert.notEqual(later.key, before.key)
  await page.getByText(/the old secret signs for 2[34]:\d\d:\d\d more/).waitFor()

  // Requests carry both signatures: either secret verifies them.
  await ui.call('PUT', '/inspector/bin/rolled', {})
  await ui.call('PATCH', `/app/acme/endpoint/${id}`, { url: `${ui.url}/in/rolled` })
  await send('acme', 'order.created', { n: 1 })
  const captured = (await ui.call('GET', '/inspector/bin/rolled/wait?timeout=5')) as {
    readonly headers: [string, string][]
    readonly body: string
  } // the contract's type
  for (const { key } of [before, later]) {
    new Webhook(key).verify(captured.body, Object.fromEntries(captured.headers))
  }
  await ui.call('DELETE', `/app/acme/endpoint/${id}`)
})

test('A12: pausing is undone from the toast; held deliveries go out in order on resume', async () => {
  await application('hold')
  await ui.call('PUT', '/inspector/bin/hold', {})
  const { id } = await endpoint('hold', {
    ...{ url: `${ui.url}/in/hold`, description: 'Warehouse', ordering: 'fifo' },
  })
  const page = await ui.open(`/app/hold/endpoints/${id}`, english)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
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

test('A15: filters live in the URL; Back undoes them one at a time', async () => {
  const page = await ui.open('/app/first/deliveries', english)
  await row(page, 'order.created').waitFor()
  await page.getByRole('button', { name: 'Status' }).click()
  await page.getByRole('checkbox', { name: 'Delivered' }).check()
  await page.waitForURL(/status=delivered/)
  await page.getByRole('checkbox', { name: 'Failed' }).check()
  await page.waitForURL(/status=delivered,failed/)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Type', exact: true }).click()
  await page.getByRole('checkbox', { name: 'order.*' }).check()
  await page.waitForURL(/type=order\.\*/)
  await page.keyboard.press('Escape')
  await page.getByLabel('Time').first().selectOption('1h')
  await page.waitForURL(/since=1h/)
  const again = await ui.open(page.url().replace(ui.url, ''), english)
  await row(again, 'order.created').waitFor()
  await page.goBack()
  await page.waitForURL(/type=order\.\*$/)
  await page.goBack()
  await page.waitForURL(/status=delivered,failed$/)
  await page.goBack()
  await page.waitForURL(/status=delivered$/)
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
  const third = page.locator('[data-index="3"]')
  await third.focus()
  const text = await third.textContent()
  await batch(50)
  await page.getByRole('button', { name: /50 new/ }).waitFor()
  assert.equal(await third.textContent(), text)
  assert.equal(await page.evaluate('document.activeElement.dataset.index'), '3')
  await page.getByRole('button', { name: /50 new/ }).click()
  await page.getByRole('button', { name: /50 new/ }).waitFor({ state: 'detached' })
})

test('A17: a range is narrowed on the chart by dragging and by the keyboard alike', async () => {
  const page = await ui.open('/app/many/deliveries', english)
  const chart = page.getByRole('application')
  await chart.waitFor()
  const box = await chart.boundingBox()
  assert.ok(box !== null)
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 2, box.y + 20)
  await page.mouse.up()
  await page.waitForURL(/from=.*&to=/)
  await page.goBack()
  await page.waitForURL(/deliveries$/)
  await chart.focus()
  for (let step = 0; step < 5; step++) await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  await page.waitForURL(/from=.*&to=/)
})

test('A20: when the server does not answer the list says so, keeps its rows, and catches up', async () => {
  const page = await ui.open('/app/first/deliveries', { ...english, fresh: true })
  await row(page, 'order.created').first().waitFor()
  await page.route('**/api/v1/**', (route) => route.abort())
  await page.getByText('Reconnecting').waitFor({ timeout: 15_000 })
  await row(page, 'order.created').first().waitFor()
  await send('first', 'order.paid', { order: { id: 'o_2' } })
  await page.unroute('**/api/v1/**')
  await row(page, 'order.paid').first().waitFor({ timeout: 15_000 })
  assert.equal(await row(page, 'order.paid').count(), 1)
})

test('A21: Ctrl+Enter and the middle button open a row in a new tab', async () => {
  const page = await ui.open('/app/first/deliveries', english)
  const first = page.locator('[data-index="0"]')
  await first.focus()
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    page.keyboard.press('Control+Enter'),
  ])
  assert.match(tab.url(), /\/app\/first\/messages\/msg_/)
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    first.click({ button: 'middle' }),
  ])
  assert.match(other.url(), /\/app\/first\/messages\/msg_/)
})

test('A22: the reason of each failure is said in both languages', async () => {
  await application('faults')
  const cases: readonly (readonly [path: string, en: RegExp, es: RegExp])[] = [
    ['/301', /answered 301/, /respondió 301/],
    ['/401', /answered 401: it wants credentials/, /respondió 401: pide credenciales/],
    ['/410', /answered 410/, /respondió 410/],
    ['/429', /Retry-After 30/, /Pidió esperar: Retry-After 30/],
    ['/500', /answered 500: its program failed/, /respondió 500: su programa falló/],
    ['/challenge', /challenge of a firewall/, /desafío de un cortafuegos/],
    ['/redirect', /https:\/\/new\.example\/hooks/, /Apunta a/],
  ]
  const page = await ui.open('/applications', { ...english, fresh: true })
  const spanish = await ui.open('/applications', { ...english, language: 'es', fresh: true })
  const said = async (url: string, type: string, inEnglish: RegExp, inSpanish: RegExp) => {
    await endpoint('faults', { url, eventTypes: [type] })
    const message = await send('faults', type, {})
    const attempt = await attemptOf('faults', message.id)
    const at = `${ui.url}/app/faults/messages/${message.id}/attempts/${attempt.id}`
    await Promise.all([page.goto(at), spanish.goto(at)])
    await page.getByText(inEnglish).first().waitFor()
    await spanish.getByText(inSpanish).first().waitFor()
  }
  for (const [index, [path, inEnglish, inSpanish]] of cases.entries()) {
    await said(faults.url + path, eventNames[index] ?? '', inEnglish, inSpanish)
  }
  const closed = `http://127.0.0.1:${await freePort()}/`
  await said(closed, 'customer.event_9', /refused the connection/, /rechazó la conexión/)
})

test('A22: an unknown name, an expired certificate and a timeout are told apart, in both languages', async (t) => {
  await application('network')
  const authority = makeAuthority()
  const expired = { commonName: 'x', names: ['localhost'], notAfter: new Date(Date.now() - 60_000) }
  const secure = createSecureServer(authority.issue(expired), (_, response) => response.end())
  t.after(() => secure.close())
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as AddressInfo
  dns.script('localhost', [{ a: ['127.0.0.1'] }])
  dns.script('nowhere.example.com', [{ rcode: 3 }])
  const cases: readonly (readonly [url: string, en: RegExp, es: RegExp])[] = [
    ['https://nowhere.example.com/', /host name does not exist/, /El nombre del host no existe/],
    [
      `https://localhost:${port}/`,
      /certificate expired on .*ago\)/,
      /El certificado venció el .*hace/,
    ],
    [`${faults.url}/hang`, /did not answer in time/, /El receptor no respondió a tiempo/],
  ]
  for (const [index, [url, inEnglish, inSpanish]] of cases.entries()) {
    const type = eventNames[index] ?? ''
    const { id } = await endpoint('network', {
      url,
      eventTypes: [type],
      policy: { attemptTimeoutMs: 700, retryScheduleMs: [] },
    })
    await ui.call('PUT', `/app/network/endpoint/${id}/tls`, { ca: authority.cert })
    const message = await send('network', type, {})
    const attempt = await attemptOf('network', message.id)
    const at = `/app/network/messages/${message.id}/attempts/${attempt.id}`
    const page = await ui.open(at, { ...english, application: 'network' })
    const spanish = await ui.open(at, { language: 'es', application: 'network' })
    await page.getByText(inEnglish).first().waitFor()
    await spanish.getByText(inSpanish).first().waitFor()
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
  const { id } = await endpoint('curl', { url: `${ui.url}/in/curl`, description: 'Curl' })
  const { key } = (await ui.call('GET', `/app/curl/endpoint/${id}/secret`)) as { key: string } // the contract's type
  const good = await send('curl', 'order.created', { order: { total: 1 } })
  const before = await attemptOf('curl', good.id)
  const bad = await send('curl', 'order.created', { order: { total: 2 } })
  const attempt = await attemptOf('curl', bad.id)
  await ui.call('PATCH', `/app/curl/endpoint/${id}`, { url: `${ui.url}/in/elsewhere` })
  const page = await ui.open(
    `/app/curl/messages/${bad.id}/attempts/${attempt.id}?compare=success`,
    english,
  )
  await page.getByText(`POST ${ui.url}/in/curl`).waitFor()
  const differences = page.getByRole('table', { name: 'Differences' })
  await differences.getByText('body.order.total').waitFor()
  assert.match((await differences.textContent()) ?? '', /− 1.*\+ 2/)
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
      await page.getByRole('menuitem', { name }).click()
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
  assert.equal(got.filter((body) => JSON.parse(body).id === 'again').length, 5)
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
  const page = await ui.open(`/app/why/messages/${message.id}`, { ...english, fresh: true })
  await page.getByText('Not subscribed to order.created').waitFor()
  await page.getByText(/payload\.order\.total: found 42, wanted/).waitFor()
  await page.getByRole('button', { name: 'Local' }).click()
  await page.getByRole('button', { name: 'UTC' }).waitFor()
  await page
    .getByRole('button', { name: /Copy as ISO 8601/ })
    .first()
    .click()
  await clipboard(page, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
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
  const until = performance.now() + 5_000
  while ((await ask()).status !== 401) assert.ok(performance.now() < until)
})

test('A39: single-letter shortcuts can be switched off; ? lists them', async () => {
  const page = await ui.open('/app/acme/deliveries', { ...english, fresh: true })
  await page.getByRole('heading', { name: 'Deliveries', exact: true }).waitFor()
  await page.keyboard.press('?')
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await dialog.getByText('Single-letter shortcuts').click()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.keyboard.press('g')
  await page.keyboard.press('e')
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.match(page.url(), /deliveries/)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Go to' }).fill('endpo')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/app\/acme\/endpoints$/)
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
