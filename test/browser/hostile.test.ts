/**
 * Every hostile string in every field that somebody can write, on every page that shows it: it is
 * text, nothing runs, nothing is fetched from elsewhere, and the Content-Security-Policy, which
 * would have stopped it, is never needed.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { portalTextNames } from '../../src/domain/portal-look.ts'
import { casesOf } from '../hostile/corpus.ts'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { go, settled } from './axe.ts'
import { plant } from './hostile-fields.ts'
import { shownAs } from './hostile-markers.ts'
import { loadAll, makeQuietKnown } from './quiet.ts'

let ui: ConsoleUnderTest
let receiver: { readonly server: Server; readonly url: string }

const cases = casesOf<{ readonly field?: string; readonly value?: string }, unknown>(
  'text in the browser',
)
const strings = [...new Set(cases.flatMap(({ input }) => input.value ?? []))]
const all = strings.join('\n')
/** Fits where no line break does. */
const line = strings.map((text) => text.replaceAll(/\p{Cc}/gu, '')).join(' ')
/** Fits where a name goes. */
const name = line.slice(0, 250)
/** What headers can carry, and how much of it. */
const header = line.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 4_000)
/** All of them in parts that fit into an address, one after the other for whoever asks. */
const parts: string[] = []
for (const text of strings.map((one) => one.replaceAll(/\p{Cc}/gu, '').toWellFormed())) {
  const longer = `${parts.at(-1) ?? ''} ${text}`
  if (parts.length > 0 && encodeURIComponent(longer).length < 1_500) parts.splice(-1, 1, longer)
  else parts.push(text)
}
let asked = 0
const part = (): string => encodeURIComponent(parts[asked++ % parts.length] ?? '')

interface Named {
  readonly id: string
}
const named = async (method: string, path: string, body?: unknown): Promise<string> =>
  ((await ui.call(method, path, body)) as Named).id // the contract's type

/** Answers with all of them, in its body and its headers. */
async function startReceiver(): Promise<typeof receiver> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(500, { 'content-type': 'text/html', 'x-evil': header, location: header })
    response.end(all)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

let pages: readonly string[] = []
/** Somebody whose name, address and browser are hostile: e-mail addresses take most signs. */
const guest = `${(strings[0] ?? '').replaceAll(/[\s@]/g, '')}@evil.example`

/** Users by name, address and browser, and what the audit log tells of them. */
async function people(offer: (path: string, body: (text: string) => unknown) => Promise<void>) {
  await offer('/user', (text) => ({ email: `${text}@evil.example`, name: text, role: 'reader' }))
  await offer('/user', (text) => ({ email: 'same@evil.example', name: text, role: text }))
  const { user, invite } = (await ui.call('POST', '/user', {
    email: `a${guest}`,
    name,
    role: 'owner',
  })) as { readonly user: Named; readonly invite: { readonly token: string } } // the contract's type
  const accepted = await fetch(`${ui.url}/api/v1/session/accept-invite`, {
    method: 'POST',
    headers: { 'user-agent': header },
    body: JSON.stringify({ token: invite.token, password: line.slice(0, 500) }),
  })
  assert.equal(accepted.status, 200, await accepted.text())
  await ui.call('PATCH', `/user/${user.id}`, { name: all.replaceAll(/\p{Cc}/gu, '').slice(0, 256) })
}

before(async () => {
  receiver = await startReceiver()
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-hostile-'))
  const texts = Object.fromEntries(
    portalTextNames.map((one) => [one, `${shownAs(`portal.${one}`)} ${line}`.slice(0, 300)]),
  )
  const portalTexts = join(folder, 'texts.json')
  writeFileSync(portalTexts, JSON.stringify({ en: texts, es: texts }))
  ui = await startConsole({ config: { portalTexts } })
  rmSync(folder, { recursive: true }) // it was read
  const refused: string[] = []
  /** Where a field takes only names, the string is refused, with a reason and nothing stored. */
  const offer = async (path: string, body: (text: string) => unknown): Promise<void> => {
    for (const text of strings) {
      try {
        await ui.call('POST', path, body(text))
      } catch (error) {
        refused.push(String(error))
      }
    }
  }
  await ui.call('POST', '/event-type', {
    name: 'order.paid',
    description: line,
    groupName: 'group',
    schemas: { '1': { type: 'object', description: all, examples: [{ [line]: all }] } },
  })
  await offer('/event-type', (text) => ({ name: text, description: text, groupName: text }))
  await offer('/app', (text) => ({ name: text, metadata: { name: text, [text]: text } }))
  await ui.call('POST', '/app', { name, uid: 'evil', metadata: { [name]: name } })
  await offer('/app/evil/endpoint', (text) => ({
    url: `${receiver.url}/${text}?${text}#${text}`,
    description: text,
    metadata: { name: text },
    channels: [text],
    uid: text,
  }))
  const endpoint = await named('POST', '/app/evil/endpoint', {
    url: `${receiver.url}/hooks`,
    description: name,
    headers: { 'x-custom': header },
    filter: null,
    eventTypes: ['order.paid'],
  })
  // What code makes of a request is shown with the attempt.
  await ui.call('PATCH', `/app/evil/endpoint/${endpoint}/transformation`, {
    code: `function handler(webhook) {
      webhook.url += '?' + encodeURIComponent(variables.header.slice(0, 400))
      webhook.headers['x-code'] = variables.header.slice(0, 3000).trim()
      return webhook
    }`,
    variables: { header },
    enabled: true,
  })
  const message = await named('POST', '/app/evil/msg', {
    eventType: 'order.paid',
    payload: { [line]: all, list: strings },
  })
  const thrower = await named('POST', '/app/evil/endpoint', { url: `${receiver.url}/never` })
  await ui.call('PATCH', `/app/evil/endpoint/${thrower}/transformation`, {
    code: `function handler() { throw new Error(${JSON.stringify(all)}) }`,
    enabled: true,
  })
  const thrown = await named('POST', '/app/evil/msg', { eventType: 'order.paid', payload: {} })
  await firstAttempt(thrown)
  await offer('/app/evil/msg', (text) => ({
    eventType: 'order.paid',
    eventId: text,
    tags: [text],
    channels: [text],
    payload: {},
  }))
  await ui.call('POST', '/api-key', { name, role: 'reader' })
  await offer('/api-key', (text) => ({ name: text, role: 'reader' }))
  await ui.call('PUT', '/inspector/bin/evil', { note: line.slice(0, 500) })
  await fetch(`${ui.url}/in/evil/${part()}?${part()}=1`, {
    method: 'POST',
    headers: { 'x-evil': header, 'content-type': 'text/html' },
    body: all,
  })
  await ui.call('POST', '/operational-webhook/endpoint', { url: `${receiver.url}/hooks?${name}` })
  await people(offer)
  for (const error of refused) assert.match(error, /: 4\d\d \{/)
  const attempt = await firstAttempt(message)
  pages = [
    '/',
    '/applications',
    `/deliveries?app=${part()}&code=${part()}`,
    ...['/deliveries', '/messages'],
    '/catalog',
    '/catalog/order.paid',
    '/keys',
    '/users',
    '/audit',
    '/profile',
    ...['q', 'actor', 'operation', 'sel'].map((parameter) => `/audit?${parameter}=${part()}`),
    `/sign-in#invite=${part()}`,
    `/sign-in/openid?code=${part()}&error=${part()}`,
    '/app/evil/statistics',
    '/settings',
    '/inspector',
    '/inspector/evil',
    '/app/evil/deliveries',
    '/app/evil/messages',
    '/app/evil/endpoints',
    `/app/evil/endpoints/${endpoint}`,
    `/app/evil/endpoints/${endpoint}/settings`,
    `/app/evil/endpoints/${endpoint}/signing`,
    '/app/evil/endpoints/new',
    `/app/evil/messages/${message}`,
    `/app/evil/messages/${thrown}`,
    `/app/evil/endpoints/${thrower}`,
    `/app/evil/endpoints/${thrower}/settings`,
    `/app/evil/messages/${message}/attempts/${attempt}?compare=previous`,
    '/app/evil/recovery',
    '/app/evil/messages?dialog=send&event=order.paid',
    ...['q', 'status', 'type', 'since', 'from', 'sel', 'dialog', 'endpoint', 'lang'].map(
      (parameter) => `/app/evil/deliveries?${parameter}=${part()}`,
    ),
    `/catalog?q=${part()}`,
    `/app/${part()}/deliveries`,
    `/catalog/${part()}`,
  ]
})

afterEach(() => ui.closePages())
after(async () => {
  receiver.server.close()
  await ui.close()
})

function firstAttempt(message: string): Promise<string> {
  return eventually(`an attempt of ${message}`, async () => {
    const list = (await ui.call('GET', `/app/evil/attempt/msg/${message}`)) as {
      readonly data: readonly Named[]
    } // the contract's type
    return list.data[0]?.id ?? null
  })
}

/** What is read once, when the page is loaded. */
const loaded = /[?&]lang=|^\/sign-in|^\/$/

/** A page that counts what the policy had to stop, and says when a dialog opened. */
async function watched(): Promise<{ readonly page: Page; readonly seen: string[] }> {
  const seen: string[] = []
  const page = await ui.open('/icon.svg', { language: 'es', application: 'evil', fresh: true })
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => {
       window.__violations = [...(window.__violations ?? []), event.violatedDirective + ' ' + event.blockedURI]
     })`,
  )
  // There are users by now: nobody comes in without a key.
  const key = JSON.stringify(ui.posthorn.installation.apiKey)
  await page.addInitScript(`sessionStorage.setItem('posthorn.session', ${key})`)
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', () => seen.push('popup'))
  return { page, seen }
}

/** What the page did that it should not have done. */
async function harm(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href]')]
    return {
      ran: Reflect.get(window, '__pwn') ?? null,
      violations: Reflect.get(window, '__violations') ?? [],
      links: links.map(({ href }) => href).filter((href) => !/^https?:/.test(href)),
      made: document.querySelectorAll('#root :is(script, iframe, meta, object, embed, base)')
        .length,
      handlers: document.querySelectorAll('[onerror], [onmouseover], [onfocus], [onload]').length,
    }
  })
}

const harmless = { ran: null, violations: [], links: [], made: 0, handlers: 0 }

/** Where the guest is signed in: their browser names itself. */
async function openSessions(page: Page): Promise<void> {
  await page.getByRole('button', { name: `Más acciones: a${guest.toLowerCase()}` }).click()
  await page.getByRole('menuitem', { name: 'Sesiones' }).click()
  await page.getByRole('dialog').getByText('__pwn').first().waitFor()
}

test('hostile strings are text on every page of the console (G26)', async () => {
  assert.ok(strings.length >= 20)
  const { page, seen } = await watched()
  const shown: string[] = []
  await page.goto(ui.url)
  for (const path of pages) {
    if (loaded.test(path)) {
      await page.goto(ui.url + path)
      await settled(page)
    } else await go(page, path)
    const row = page.locator('[data-index="0"]')
    if (['/inspector/evil', '/app/evil/deliveries', '/audit'].includes(path)) await row.click()
    if (path === '/users') await openSessions(page)
    assert.deepEqual(await harm(page), harmless, path)
    const text = (await page.locator('body').textContent()) ?? ''
    if (text.includes('<script>window.__pwn=1</script>')) shown.push(path)
  }
  assert.ok(shown.length >= 12, `only ${shown} showed the strings as they are`)
  for (const path of ['/users', '/audit', '/keys']) assert.ok(shown.includes(path), path)
  assert.deepEqual(seen, [])
})

/** All that the page says, also in its fields; and what stands in addresses as people read it. */
async function saidOn(page: Page): Promise<string> {
  const said = await page.evaluate(() =>
    [
      document.body.textContent ?? '',
      ...[...document.querySelectorAll('input, textarea')].map((field) =>
        'value' in field ? String(field.value) : '',
      ),
    ].join('\n'),
  )
  const decoded = said.replaceAll(/(?:%[0-9A-F]{2})+/g, (bytes) => {
    try {
      return decodeURIComponent(bytes)
    } catch {
      return bytes
    }
  })
  return plain(decoded.replaceAll(/\(([a-zA-Z.]+)\) </g, '«$1» <')) // as headers carry it
}

/** Paths have no spaces, and lines break at them. */
const plain = (text: string): string => text.replaceAll(/\s+/g, '')

test('each field that somebody else can write is somewhere on the screen, as text', async (t) => {
  const { marked, pages: theirs, imported } = await plant(ui, strings, (close) => t.after(close))
  assert.deepEqual(marked.forgotten(), [], 'fields of the API that no marker was put into')
  const { page, seen } = await watched()
  const where = new Map<string, string[]>(marked.fields.map((field) => [field, []]))
  await makeQuietKnown(page)
  await page.goto(ui.url)
  await loadAll(page)
  for (const path of theirs) {
    await go(page, path)
    await lookInto(page, path, imported)
    await page.evaluate('window.quiet()')
    assert.deepEqual(await harm(page), harmless, path)
    const said = await saidOn(page)
    for (const [field, at] of where) if (said.includes(plain(shownAs(field)))) at.push(path)
    for (const secret of marked.secrets) assert.ok(!said.includes(plain(shownAs(secret))), path)
  }
  const nowhere = [...where].flatMap(([field, at]) => (at.length === 0 ? [field] : []))
  assert.deepEqual(nowhere, [])
  assert.deepEqual(seen, [])
})

/** Opens what a person opens there. */
async function lookInto(page: Page, path: string, imported: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  if (['/inspector/fields', '/app/fields/deliveries'].includes(path)) {
    await page.locator('[data-index="0"]').click()
    await page.getByRole('complementary').getByRole('heading').first().waitFor()
  }
  if (path === '/keys') {
    await page.locator('[data-index="0"]').focus() // above are those of the other tests
    await page.keyboard.press('End')
    await page.getByText('«key.name»').waitFor()
  }
  if (path === '/settings') {
    await page
      .getByRole('button', { name: /^Probar: .*notices/ })
      .first()
      .click()
    await page.getByRole('status').filter({ hasText: '500' }).waitFor()
  }
  if (path === '/catalog/field.versions') {
    await page.getByText('«eventType.version»').first().waitFor({ state: 'attached' })
  }
  if (path.startsWith('/audit?'))
    await page.getByRole('complementary', { name: 'Entrada' }).waitFor()
  if (path.endsWith('dialog=import')) {
    await dialog.getByLabel('Documento o lista').fill(imported)
    await page.getByRole('button', { name: 'Ver qué cambiaría' }).click()
    await page.getByText('«import.description»').last().waitFor()
  }
  if (/cotalker\/endpoints\/[^/]+\/log$/.test(path)) {
    await page.getByRole('button', { name: 'Abrir registro' }).first().click()
    await dialog.getByText('«cotalker.previous»').first().waitFor()
  }
  if (/modyo\/endpoints\/[^/]+\/log$/.test(path)) {
    await page.getByRole('button', { name: 'Enviar prueba' }).click()
    await dialog.getByRole('button', { name: 'Enviar evento de prueba' }).click()
    await dialog.getByText('«answer.body»').first().waitFor()
  }
}

test('hostile strings are text on the public page of event types', async () => {
  await ui.call('PUT', '/public-catalog', { enabled: true })
  const { page, seen } = await watched()
  await page.goto(`${ui.url}/events`)
  const hrefs = await page
    .locator('.types a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  assert.ok(hrefs.length > 0)
  assert.ok(((await page.locator('body').textContent()) ?? '').includes('window.__pwn'))
  for (const href of ['/events', ...hrefs.slice(0, 40)]) {
    await page.goto(ui.url + href)
    await page.locator('h1').waitFor()
    assert.deepEqual(await harm(page), harmless, href)
    assert.equal(await page.locator('script, iframe, img, object, embed, base').count(), 0, href)
  }
  assert.deepEqual(seen, [])
})

test('hostile strings are text in the portal', async () => {
  const { url } = (await ui.call('POST', '/auth/app-portal-access/evil', {})) as {
    readonly url: string
  } // the contract's type
  const { page, seen } = await watched()
  const query = ['section', 'hide', 'accent', 'theme', 'lang', 'frame', 'logo']
    .map((parameter) => `${parameter}=${encodeURIComponent(name)}`)
    .join('&')
  await page.goto(url)
  await settled(page)
  await go(page, '/portal/overview')
  for (const text of ['title', 'welcome', 'help']) {
    const said = page.getByText(shownAs(`portal.${text}`)).first()
    await said.waitFor({ state: 'attached' }) // the title is there twice, once for phones
  }
  assert.deepEqual(await harm(page), harmless)
  const theirs = /^\/app\/evil\/(?!statistics)/ // customers have no statistics
  for (const path of pages.filter((one) => theirs.test(one))) {
    await go(page, path.replace('/app/evil', '/portal'))
    assert.deepEqual(await harm(page), harmless, path)
  }
  await page.goto(`${ui.url}/portal/endpoints?${query}`)
  await settled(page)
  assert.deepEqual(await harm(page), harmless)
  assert.deepEqual(seen, [])
})

test('no page asked another host, and the policy of each page would have stopped it', async () => {
  assert.deepEqual([...ui.foreignHosts], [])
  assert.deepEqual(
    ui.errors.filter((error) => /Content Security Policy|__pwn|Uncaught/.test(error)),
    [],
  )
  for (const path of ['/', '/portal']) {
    const { headers } = await fetch(ui.url + path)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /object-src 'none'/)
    assert.match(policy, /require-trusted-types-for 'script'/)
    assert.match(policy, /base-uri 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
  }
})
