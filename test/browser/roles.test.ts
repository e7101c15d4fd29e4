/**
 * Each role, and keys that may less than all, walk the pages and press everything that is offered:
 * nothing of it would be refused.
 * What a press would change is never carried out; which operation it would be is what counts.
 */
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { allPermissions, rolePermissions } from '../../src/api/principal.ts'
import type { AnyOperation, Permission } from '../../src/contract/operation.ts'
import { operations } from '../../src/contract/operations.ts'
import type { UserRole } from '../../src/domain/user.ts'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { go, settled } from './axe.ts'
import { loadAll, makeQuietKnown } from './quiet.ts'

let ui: ConsoleUnderTest
let paths: readonly string[] = []

interface Named {
  readonly id: string
}
const made = async (path: string, body: object): Promise<Named> =>
  (await ui.call('POST', path, body)) as Named // the contract's type

/** The first mail that was sent. */
const mailed = Promise.withResolvers<{ readonly to: readonly string[]; readonly text: string }>()
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, { envelope }, done) {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const to = envelope.rcptTo.map(({ address }) => address)
      mailed.resolve({ to, text: Buffer.concat(chunks).toString() })
      done()
    })
  },
})

before(async () => {
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve))
  const { port } = mailServer.server.address() as AddressInfo // it listens
  ui = await startConsole({
    config: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'posthorn@hooks.example' },
  })
  await ui.call('POST', '/catalog/cotalker/install', {})
  await made('/event-type', { name: 'order.paid', description: 'An order was paid.' })
  await made('/app', { name: 'Acme', uid: 'acme' })
  await made('/app', { name: 'Cotalker', uid: 'cotalker', profile: 'cotalker' })
  await made('/operational-webhook/endpoint', { url: 'https://ops.example.com/hooks' })
  await made('/api-key', { name: 'Shop', role: 'sender' })
  await ui.call('PUT', '/inspector/bin/shop', { script: '500, 200' })
  const endpoint = await made('/app/acme/endpoint', {
    url: `${ui.url}/in/shop`,
    description: 'Shop',
    eventTypes: ['order.paid'],
  })
  await ui.call('PATCH', `/app/acme/endpoint/${endpoint.id}/transformation`, {
    code: 'const handler = (webhook) => webhook',
    variables: { region: 'eu' },
  })
  const off = await made('/app/acme/endpoint', { url: `${ui.url}/in/off`, description: 'Off' })
  await ui.call('PATCH', `/app/acme/endpoint/${off.id}`, { description: 'Store', paused: true })
  const webhook = await made('/app/cotalker/endpoint', {
    ...{ name: 'Users', code: 'users', trigger: 'create-edit-delete-user' },
    url: `${ui.url}/in/users`,
  })
  const message = await made('/app/acme/msg', { eventType: 'order.paid', payload: { total: 1 } })
  const app = '/app/acme'
  paths = [
    ...[
      '/',
      '/applications',
      '/deliveries',
      '/messages',
      '/catalog',
      '/catalog/order.paid',
      '/inspector',
      '/inspector/shop',
    ],
    ...['/keys', '/users', '/audit', '/settings'],
    ...[
      'deliveries',
      'messages',
      'issues',
      'recovery',
      'statistics',
      'endpoints',
      'endpoints/new',
    ].map((name) => `${app}/${name}`),
    `${app}/messages/${message.id}`,
    ...['', '/settings', '/signing', '/checkup', '/history'].map(
      (tab) => `${app}/endpoints/${endpoint.id}${tab}`,
    ),
    `${app}/endpoints/${off.id}`,
    '/app/cotalker/endpoints',
    `/app/cotalker/endpoints/${webhook.id}/settings`,
    `/app/cotalker/endpoints/${webhook.id}/log`,
    // Dialogs have addresses of their own, which a colleague may send.
    ...['/applications?dialog=create', '/catalog?dialog=install', '/inspector?dialog=create'],
    ...['/inspector/shop?dialog=settings', '/settings?dialog=notices', '/keys?dialog=create'],
    ...[`${app}/messages?dialog=send`, `${app}/endpoints/${endpoint.id}?dialog=test`],
  ]
})
afterEach(() => ui.closePages())
after(async () => {
  await ui.close()
  await new Promise<void>((resolve) => mailServer.close(() => resolve()))
})

/** The operation that a request is, and what it takes. */
function operationOf(
  method: string,
  url: string,
): Pick<AnyOperation, 'id' | 'permission' | 'access' | 'path'> {
  const path = new URL(url).pathname.replace('/api/v1', '')
  const found = operations.find(
    (one) =>
      one.method === method &&
      new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )
  assert.ok(found !== undefined, `${method} ${path} is no operation`)
  return found
}

/** A page of somebody with that role. */
async function signedIn(role: UserRole, name: string = role): Promise<Page> {
  const { invite } = (await ui.call('POST', '/user', { email: `${name}@example.com`, role })) as {
    readonly invite: { readonly token: string }
  } // the contract's type
  const page = await ui.open('/icon.svg', { language: 'en', application: 'acme', fresh: true })
  const accepted = await page.request.post(`${ui.url}/api/v1/session/accept-invite`, {
    data: { token: invite.token, password: 'correct horse battery staple' },
    headers: { origin: ui.url },
  })
  assert.equal(accepted.status(), 200)
  return page
}

/**
 * Presses whatever `main` offers and is not in `done` yet, with every row chosen and every field
 * filled: menus item by item, dialogs to their end. Ends early when a press leads to another page.
 */
async function pressAll(done: string[]): Promise<{ pressed: string[]; moved: boolean }> {
  const settle: () => Promise<void> = Reflect.get(window, 'quiet') // see quiet.ts
  const here = location.pathname
  const nameOf = (element: Element): string =>
    (element.getAttribute('aria-label') ?? element.textContent ?? '').trim()
  const shown = (element: Element): boolean => element.getClientRects().length > 0
  const all = (selector: string, within: ParentNode = document): HTMLElement[] =>
    [...within.querySelectorAll<HTMLElement>(selector)].filter(shown)
  function fill(within: ParentNode): void {
    for (const field of all('input:not([type=checkbox]):not([type=radio]), textarea', within)) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) continue
      if (
        field.value !== '' ||
        field.readOnly ||
        field.disabled ||
        /^(search|file)$/.test(field.type)
      )
        continue
      const named = /^Type (.+) to confirm/.exec(field.labels?.[0]?.textContent ?? '')?.[1]
      const texts: Record<string, string> = {
        email: 'x@example.com',
        url: 'https://example.com',
        textarea: '{}',
      }
      const text = texts[field.type] ?? 'x'
      const prototype =
        field instanceof HTMLInputElement
          ? HTMLInputElement.prototype
          : HTMLTextAreaElement.prototype
      Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, named ?? text)
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
  async function finishDialog(): Promise<void> {
    for (let step = 0; step < 4; step++) {
      const dialog = all('dialog[open]').at(-1)
      if (dialog === undefined) return
      fill(dialog)
      await settle()
      for (const button of all('button:enabled', dialog)) {
        if (!button.isConnected || /^(Close|Cancel)$|^Copy/.test(nameOf(button))) continue
        pressed.push(`${nameOf(button)} (dialog)`)
        button.click()
        await settle()
      }
      const top = all('dialog[open]').at(-1)
      all('button', top)
        .find((button) => /^(Cancel|Close)$/.test(nameOf(button)))
        ?.click()
      await settle()
    }
  }
  const pressed: string[] = []
  for (const box of all('[aria-label="Select all rows"]'))
    if (box instanceof HTMLInputElement && !box.checked) box.click()
  fill(document.querySelector('main') ?? document)
  await settle()
  await finishDialog()
  for (;;) {
    const next = all(
      'main button:enabled, main [role=switch]:enabled, main select[aria-label^=Role]:enabled',
    ).find(
      (element) =>
        !done.includes(nameOf(element)) &&
        !/^(Sign out|End$|Copy|Remove answer)/.test(nameOf(element)),
    )
    if (next === undefined) return { pressed, moved: false }
    const name = nameOf(next)
    done.push(name)
    pressed.push(name)
    next.click()
    await settle()
    for (let item = 0; item < all('[role=menuitem]').length; item++) {
      const entry = all('[role=menuitem]')[item]
      if (entry === undefined) break
      pressed.push(`${name} › ${nameOf(entry)}`)
      entry.click()
      await settle()
      await finishDialog()
      if (location.pathname !== here) return { pressed, moved: true }
      next.click()
      await settle()
    }
    document.dispatchEvent(new PointerEvent('pointerdown'))
    document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
    await settle()
    await finishDialog()
    if (location.pathname !== here) return { pressed, moved: true }
  }
}

/** To another page as a link leads there: the whole console is loaded once only. */
async function show(page: Page, path: string): Promise<void> {
  if (page.url().endsWith('.svg')) {
    await page.goto(ui.url)
    await settled(page)
    await loadAll(page)
  }
  await page.evaluate(() => {
    for (const open of document.querySelectorAll<HTMLDialogElement>('dialog[open]')) open.close()
  })
  await go(page, path)
  await page.evaluate('quiet()')
}

interface Walked {
  /** What the server would refuse, with the page. */
  readonly refused: readonly string[]
  readonly operations: ReadonlySet<string>
  readonly pressed: ReadonlySet<string>
}

interface Walker {
  readonly page: Page
  readonly granted: ReadonlySet<Permission>
  /** Sees one application only. */
  readonly ofOne?: boolean
}

const user = async (role: UserRole): Promise<Walker> => ({
  page: await signedIn(role),
  granted: rolePermissions[role],
})

/** A tab that somebody signed in to with a key. */
async function key(
  settings: { readonly role: string; readonly applicationId?: string },
  granted: ReadonlySet<Permission>,
): Promise<Walker> {
  const { token } = (await ui.call('POST', '/api-key', { name: 'A key', ...settings })) as {
    readonly token: string
  } // the contract's type
  const page = await ui.open('/icon.svg', { language: 'en', application: 'acme', fresh: true })
  await page.evaluate((given) => sessionStorage.setItem('posthorn.session', given), token)
  return { page, granted, ofOne: settings.applicationId !== undefined }
}

async function walk(
  { page, granted, ofOne = false }: Walker,
  where: readonly string[],
): Promise<Walked> {
  const refused: string[] = []
  const asked = new Set<string>()
  const pressed = new Set<string>()
  let at = ''
  await makeQuietKnown(page)
  page.on('dialog', (asked) => void asked.accept()) // leave without saving
  page.on('response', (response) => {
    if (response.status() === 403 && !response.url().endsWith('/console/session'))
      refused.push(`${at}: ${response.request().method()} ${response.url()}`)
  })
  await page.route('**/api/v1/**', async (route: Route) => {
    const request = route.request()
    const asksWhoIsThere = request.url().endsWith('/console/session')
    if (request.method() === 'GET' || asksWhoIsThere) return route.continue()
    const { id, permission, access, path } = operationOf(request.method(), request.url())
    asked.add(id)
    if (!granted.has(permission)) refused.push(`${at}: ${id} takes ${permission}`)
    if (ofOne && access === 'organization' && !path.includes('{app_id}')) {
      refused.push(`${at}: ${id} is of the organisation`)
    }
    if (permission === 'read') return route.continue()
    return route.fulfill({ status: 503, json: { code: 'unavailable', detail: 'Not now.' } })
  })
  for (const path of where) {
    at = path
    const done: string[] = []
    for (let moved = true; moved; ) {
      await show(page, path)
      for (const link of await page
        .locator('main a[href]')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))) {
        const wanted = /\/endpoints\/new/.test(link)
          ? 'manage-endpoints'
          : /dialog=create/.test(link)
            ? 'administer'
            : 'read'
        if (!granted.has(wanted)) refused.push(`${path}: leads to ${link}`)
      }
      const result = await page.evaluate(pressAll, done)
      for (const name of result.pressed) {
        pressed.add(name)
        done.push(name)
      }
      moved = result.moved
    }
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await page.close()
  return { refused: [...new Set(refused)], operations: asked, pressed }
}

test('a reader, an auditor, support and a developer are offered nothing that would be refused, on any page', async () => {
  const [reader, auditor, support, developer] = await Promise.all([
    walk(await user('reader'), paths),
    walk(
      await user('auditor'),
      paths.filter((path) => /^\/(keys|users|audit|settings)/.test(path)),
    ),
    walk(
      await user('support'),
      paths.filter((path) => /^\/app\/acme\/[^?]+$|shop$/.test(path)),
    ),
    walk(await user('developer'), paths),
  ])
  assert.deepEqual(reader.refused, [])
  assert.deepEqual(auditor.refused, [])
  assert.deepEqual(support.refused, [])
  assert.deepEqual(developer.refused, [])
  // That the walk presses what is there: each role reached what is its own, and no more.
  const changes = (walked: Walked) =>
    [...walked.operations].filter((id) => !/^v1\.(delivery\.preview|session)/.test(id))
  assert.deepEqual([changes(reader), changes(auditor)], [[], []])
  assert.ok(auditor.pressed.has('Sessions'), 'people are shown')
  for (const id of ['v1.message-attempt.resend', 'v1.endpoint.retry-now']) {
    assert.ok(support.operations.has(id), id)
  }
  for (const id of [
    ...['v1.application.create', 'v1.application.patch', 'v1.application.delete'],
    ...['v1.api-key.create', 'v1.api-key.revoke', 'v1.catalog.install', 'v1.event-type.create'],
    ...[
      'v1.webhook.test-unsaved',
      'v1.endpoint.patch',
      'v1.endpoint.delete',
      'v1.endpoint.checkup',
    ],
    ...['v1.endpoint.rotate-secret', 'v1.message.create', 'v1.webhook.change-several'],
    ...['v1.operational-webhook.endpoint.create', 'v1.inspector.bin.update'],
  ]) {
    assert.ok(developer.operations.has(id), id)
  }
})

test('keys that send only, or see one application, are offered nothing that would be refused', async () => {
  const ofAcme = paths.filter((path) => /^\/app\/acme\/|^\/$|^\/catalog|^\/settings$/.test(path))
  const sender = await walk(
    await key({ role: 'sender' }, new Set(['read', 'send'])),
    ofAcme.filter((path) => /messages|endpoints/.test(path)),
  )
  assert.deepEqual(sender.refused, [])
  assert.ok(sender.operations.has('v1.message.create'))
  assert.ok(!sender.operations.has('v1.endpoint.patch'))

  const one = await key({ role: 'admin', applicationId: 'acme' }, allPermissions)
  const walked = await walk(one, ofAcme)
  assert.deepEqual(walked.refused, [])
  const may = [
    ...['v1.endpoint.patch', 'v1.endpoint.rotate-secret', 'v1.message.create'],
    // What is administered of the application itself.
    ...['v1.application.patch', 'v1.message.bulk-expunge-content'],
  ]
  for (const id of may) {
    assert.ok(walked.operations.has(id), id)
  }
})

test('what is masked is previewed, then hidden from support and shown to the owner', async () => {
  const { id } = await made('/app/acme/msg', {
    ...{ eventType: 'order.paid', payload: { customer: { email: 'ana@example.org' }, total: 2 } },
  })
  const owner = await signedIn('owner', 'masking')
  await owner.goto(`${ui.url}/settings`)
  const redaction = owner.getByRole('region', { name: 'Redaction' })
  const paths = redaction.getByLabel('Masked paths, one a line')
  await paths.fill('customer.email\nnowhere')
  await owner.getByText('This message has nothing at: nowhere').waitFor()
  await owner.getByRole('region', { name: 'What support sees of' }).getByText('masked').waitFor()
  await paths.fill('customer..email')
  await redaction.getByRole('button', { name: 'Save' }).click()
  await owner.getByText(/^customer\.\.email: expected names/).waitFor()
  await paths.fill('customer.email')
  await redaction.getByRole('button', { name: 'Save' }).click()
  await owner.getByText('Saved', { exact: true }).waitFor()
  try {
    const support = await signedIn('support', 'masked')
    await support.goto(`${ui.url}/app/acme/messages/${id}`)
    await support.getByText('Masked for your role: customer.email').waitFor()
    const payload = support.getByRole('region', { name: 'Payload' })
    await payload.getByText('masked', { exact: true }).waitFor()
    assert.ok(!(await support.content()).includes('ana@example.org'))
    const whole = JSON.stringify(await ui.call('GET', `/app/acme/msg/${id}`))
    assert.ok(whole.includes('ana@example.org'))
  } finally {
    await ui.call('PUT', '/masking', { paths: [] })
  }
})

test('how an endpoint shows who sends is there for a reader to see, without its secret', async () => {
  const { id } = await made('/app/acme/endpoint', {
    url: `${ui.url}/in/proof`,
    authentication: { kind: 'basic', username: 'posthorn', secret: 'open-sesame' },
  })
  const reader = await signedIn('reader', 'proof')
  await reader.goto(`${ui.url}/app/acme/endpoints/${id}/settings`)
  const proof = reader.getByRole('region', { name: 'Authentication', exact: true })
  const user = proof.getByLabel('User', { exact: true })
  assert.equal(await user.inputValue(), 'posthorn')
  assert.equal(await user.isDisabled(), true)
  await proof.getByText('Kept, and never shown.').waitFor()
  assert.equal(await proof.getByLabel('Secret', { exact: true }).inputValue(), '')
  assert.equal(await proof.getByRole('button').count(), 0)
})

test('a tab opened beside one that has a key goes on with it, until that one signs out', async () => {
  // Where there are people, nobody is signed in by themselves.
  await ui.call('POST', '/user', { email: 'somebody@example.com', role: 'reader' })
  const { page } = await key({ role: 'reader' }, new Set(['read']))
  await page.goto(`${ui.url}/app/acme/endpoints`)
  const heading = { name: 'Endpoints', exact: true } as const
  await page.getByRole('heading', heading).waitFor()
  const beside = await page.context().newPage()
  await beside.goto(`${ui.url}/app/acme/endpoints`)
  await beside.getByRole('heading', heading).waitFor()
  await beside.reload()
  await beside.getByRole('heading', heading).waitFor()
  await beside.close()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).first().waitFor()
  const late = await page.context().newPage()
  await late.goto(`${ui.url}/app/acme/endpoints`)
  await late.getByRole('button', { name: 'Sign in' }).first().waitFor()
})

test('the inspector lets a reader look at a bin, and change none', async () => {
  const page = await signedIn('reader', 'looks')
  const csrf = (await (await page.request.get(`${ui.url}/api/v1/session`)).json()).csrfToken
  const headers = { origin: ui.url, 'x-posthorn-csrf': csrf }
  const bin = `${ui.url}/api/v1/inspector/bin/shop`
  assert.equal((await page.request.get(bin, { headers })).status(), 200)
  assert.equal((await page.request.put(bin, { headers, data: {} })).status(), 403)
  assert.equal((await page.request.delete(bin, { headers })).status(), 403)
})

test('who starts a recovery is told of its end by mail, if they want to be', async () => {
  await made('/app', { name: 'Told', uid: 'told' })
  await ui.call('PUT', '/inspector/bin/told', { script: '500' })
  await made('/app/told/endpoint', {
    ...{ url: `${ui.url}/in/told`, description: 'Told', policy: { retryScheduleMs: [] } },
  })
  await made('/app/told/msg', { eventType: 'order.paid', payload: {} })
  const page = await signedIn('support', 'eva')
  await page.goto(`${ui.url}/app/told/deliveries`)
  await page.getByRole('row').getByText('Failed', { exact: true }).waitFor()
  await ui.call('PUT', '/inspector/bin/told', { script: '200' })
  await page.goto(`${ui.url}/app/told/recovery`)
  await page.getByText('To eva@example.com').waitFor()
  await page.getByRole('switch', { name: 'Tell me by mail when it ends' }).check()
  await page.getByRole('button', { name: 'Recover 1', exact: true }).click()
  await page.getByText('1 of 1').waitFor()
  const { to, text } = await mailed.promise
  assert.deepEqual(to, ['eva@example.com'])
  assert.match(text, /Subject: .*[Rr]ecover/)
  assert.match(text, /ended: finished\. Done: 1\./)
})
