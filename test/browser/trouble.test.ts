/**
 * Bad days of the console: the server is gone, slow or wrong, the session has ended, somebody else
 * edits the same thing, a paste is far too large, a clock is off. The page says what happened,
 * keeps what was typed and offers the next step.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page, Route } from 'playwright-core'
import { type ConsoleUnderTest, clipboard, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'

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
  await ui.call('PUT', '/inspector/bin/forms', {})
  await ui.call('POST', '/catalog/cotalker/install', {})
  await ui.call('POST', '/app', { name: 'Cotalker', uid: 'cotalker', profile: 'cotalker' })
})
afterEach(() => ui.closePages())
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
    route.fulfill({
      ...{ status: 500, contentType: 'application/json', body: JSON.stringify(broken) },
      headers: { 'x-request-id': 'a1b2c3-7' },
    }),
  )
  await page.goto(`${ui.url}/app/acme/recovery`)
  const alert = page.getByRole('alert').filter({ hasText: 'internal_error' }).first()
  await alert.getByText('Solicitud a1b2c3-7').waitFor()
  await alert.getByRole('button', { name: 'Copiar id' }).click()
  await clipboard(page, /^a1b2c3-7$/)
  await page.unroute('**/api/v1/app/acme/**')
  await page.getByRole('button', { name: 'Intentar de nuevo' }).first().click()
  await page.getByText('Vista previa').waitFor()
  // What a press comes to says it too, by the name that the server gave the request.
  await page.goto(`${ui.url}/app/acme/endpoints/${endpoint}`)
  await page.route('**/api/v1/app/acme/endpoint/*', (route) =>
    route.request().method() === 'PATCH'
      ? route.continue({ postData: '{"url":7}' })
      : route.continue(),
  )
  const answered = page.waitForResponse((one) => one.request().method() === 'PATCH')
  await page.getByRole('button', { name: 'Pausar' }).click()
  const name = (await answered).headers()['x-request-id'] ?? ''
  assert.match(name, /^[0-9a-f]{12}-\w+$/)
  await page.getByRole('status').getByText(`Solicitud ${name}`).waitFor()
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

test('what somebody else deletes says so while it is shown, keeps what was typed, and leads on', async () => {
  await ui.call('POST', '/app', { name: 'Leaving', uid: 'leaving' })
  const made = await ui.call('POST', '/app/leaving/endpoint', { url: 'https://two.example.com/' })
  const { id } = made as { readonly id: string } // the contract's type
  const page = await ui.open(`/app/leaving/endpoints/${id}/settings`, english)
  await page.getByLabel('Name').fill('Typed before')
  await ui.call('DELETE', `/app/leaving/endpoint/${id}`)
  await page.getByRole('button', { name: 'Save' }).first().click()
  const gone = page.getByRole('alert').filter({ hasText: 'It was deleted meanwhile' })
  await gone.waitFor()
  assert.equal(await page.getByLabel('Name').inputValue(), 'Typed before')
  page.on('dialog', (dialog) => void dialog.accept()) // what was typed is left
  await gone.getByRole('link', { name: 'Back to Endpoints' }).click()
  await page.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()
  await gone.waitFor({ state: 'detached' })

  await page.getByRole('link', { name: 'Settings' }).click()
  const name = page.getByRole('region', { name: 'Application Leaving' }).getByLabel('Name')
  await name.fill('Typed too')
  await ui.call('DELETE', '/app/leaving')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await gone.waitFor()
  assert.equal(await name.inputValue(), 'Typed too')
})

test('two people note something about one bin and one request: nothing is overwritten unseen', async () => {
  await ui.call('PUT', '/inspector/bin/notes', { note: 'First' })
  await fetch(`${ui.url}/in/notes`, { method: 'POST', body: '{}' })
  const listed = await ui.call('GET', '/inspector/bin/notes/request')
  const { data } = listed as { readonly data: readonly { readonly id: string }[] } // the contract's type
  const id = data[0]?.id ?? ''
  const page = await ui.open(`/inspector/notes?sel=${id}`, english)
  const note = page.getByLabel('Note', { exact: true })
  await note.fill('Mine')
  await ui.call('PATCH', `/inspector/bin/notes/request/${id}`, { note: 'Theirs' })
  await page.getByRole('button', { name: 'Save note' }).click()
  await page.getByText('Somebody changed this meanwhile').waitFor()
  assert.equal(await note.inputValue(), 'Mine')
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await page.getByRole('button', { name: 'Save note' }).click()
  await page.getByText('Noted').waitFor()
  const kept = await ui.call('GET', `/inspector/bin/notes/request/${id}`)
  assert.equal((kept as { readonly note: string }).note, 'Mine') // the contract's type

  await page.goto(`${ui.url}/inspector/notes?dialog=settings`)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Note').fill('Of the bin')
  await ui.call('PUT', '/inspector/bin/notes', { note: 'Second' })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Somebody changed this meanwhile').waitFor()
  await dialog.getByRole('button', { name: 'Take what is stored' }).click()
  assert.equal(await dialog.getByLabel('Note').inputValue(), 'Second')
})

interface Form {
  readonly name: string
  readonly path: string
  /** What is typed into, and the button that sends it. */
  readonly field: (page: Page) => Locator
  readonly press: (page: Page) => Locator
  /** What says that it went through. */
  readonly done: (page: Page) => Locator
  /** What is typed; an address where anything goes. */
  readonly text?: string
  /** What else has to be there. */
  readonly prepare?: (page: Page) => Promise<void>
}

const inDialog = (page: Page, button: string | RegExp) =>
  page.getByRole('dialog').getByRole('button', { name: button })

const forms: readonly Form[] = [
  {
    name: 'a new endpoint',
    path: '/app/acme/endpoints/new',
    field: (page) => page.getByLabel('URL', { exact: true }),
    press: (page) => page.getByRole('button', { name: 'Create endpoint' }),
    done: (page) => page.getByRole('heading', { name: 'Endpoint created', exact: true }),
    prepare: (page) => page.getByRole('checkbox', { name: /Everything/ }).check(),
  },
  {
    name: 'an endpoint as a system has it',
    path: '/app/cotalker/endpoints/new',
    field: (page) => page.getByLabel('Url', { exact: true }),
    press: (page) => page.getByRole('button', { name: 'Save', exact: true }),
    done: (page) => page.getByRole('heading', { name: 'Users', exact: true }),
    async prepare(page) {
      // The suggested code is late: who saves before it comes has one that the server chooses.
      await page.route('**/webhook/code?*', () => {})
      await page.getByLabel('Name', { exact: true }).fill('Users')
      await page.getByLabel('Trigger').selectOption('create-edit-delete-user')
    },
  },
  {
    name: 'an API key',
    path: '/keys?dialog=create',
    field: (page) => page.getByRole('dialog').getByLabel('Name'),
    press: (page) => inDialog(page, 'Create API key'),
    done: (page) => page.getByRole('dialog').getByRole('textbox', { name: 'API key' }),
  },
  {
    name: 'an application',
    path: '/applications?dialog=create',
    field: (page) => page.getByRole('dialog').getByLabel('Name'),
    press: (page) => inDialog(page, 'Create application'),
    done: (page) => page.getByRole('heading', { name: 'Endpoints', exact: true }),
  },
  {
    name: 'event types to import',
    path: '/catalog?dialog=import',
    field: (page) => page.getByRole('dialog').getByLabel('Document or list'),
    press: (page) => inDialog(page, 'Show what would change'),
    done: (page) => page.getByRole('dialog').getByText('New', { exact: true }),
    text: 'kept.event',
  },
  {
    name: 'the settings of a bin',
    path: '/inspector/forms?dialog=settings',
    field: (page) => page.getByRole('dialog').getByLabel('Note'),
    press: (page) => inDialog(page, 'Save'),
    done: (page) => page.locator('body:not(:has(dialog[open]))'),
  },
  {
    name: 'whom to tell of trouble',
    path: '/settings?dialog=notices',
    field: (page) => page.getByRole('dialog').getByLabel('URL of the receiver'),
    press: (page) => inDialog(page, 'Add receiver'),
    done: (page) => page.getByRole('button', { name: /^Try: .*kept/ }),
  },
  {
    name: 'what is masked',
    path: '/settings',
    field: (page) => page.getByLabel('Masked paths, one a line'),
    press: (page) =>
      page.getByRole('region', { name: 'Redaction' }).getByRole('button', { name: 'Save' }),
    done: (page) => page.getByText('Saved', { exact: true }),
    text: 'customer.email',
  },
  {
    name: 'an event type',
    path: '/catalog/order.created?dialog=edit',
    field: (page) => page.getByRole('dialog').getByLabel('Description'),
    press: (page) => page.getByRole('dialog').getByRole('button', { name: 'Save' }),
    done: (page) => page.getByText('Saved', { exact: true }),
  },
  {
    name: 'the settings of an application',
    path: '/settings',
    field: (page) => page.getByLabel('Name', { exact: true }),
    press: (page) => page.getByRole('button', { name: 'Save' }),
    done: (page) => page.getByText('Saved', { exact: true }),
  },
  {
    name: 'a test event',
    path: '/app/acme/messages?dialog=send&event=order.created',
    field: (page) => page.getByRole('dialog').getByLabel('Payload'),
    press: (page) => page.getByRole('dialog').getByRole('button', { name: /^Send/ }),
    done: (page) => page.getByRole('dialog').getByRole('link', { name: /^msg_/ }),
    text: '{"kept": true}',
  },
]

const answer = (status: number, code: string) => ({
  ...{ status, contentType: 'application/json' },
  body: JSON.stringify({ code, detail: 'Not now.' }),
})

for (const {
  name,
  path,
  field,
  press,
  done,
  text = 'https://kept.example.com/',
  prepare,
} of forms) {
  test(`${name}: gone, failing, signed out or slow: it is said, kept as typed, and sent once by the next press`, async () => {
    const page = await ui.open('/icon.svg', english)
    await page.evaluate(
      (key) => sessionStorage.setItem('posthorn.session', key),
      ui.posthorn.installation.apiKey,
    )
    await page.goto(ui.url + path)
    await prepare?.(page)
    await field(page).fill(text)
    const kept = async () => assert.equal(await field(page).inputValue(), text)
    const every = '**/api/v1/**'
    const meanwhile = async (
      happens: (route: Route) => Promise<void>,
      said: RegExp,
      only: 'writes' | 'all' = 'writes',
    ): Promise<void> => {
      await page.route(every, (route) =>
        only === 'writes' && route.request().method() === 'GET' ? route.continue() : happens(route),
      )
      // What the page asks for by itself may have found it out before: no pointer gets through then.
      await press(page).first().dispatchEvent('click')
      await page.getByText(said).first().waitFor()
      await page.unroute(every)
      await kept()
    }
    await meanwhile((route) => route.abort(), /server does not answer/)
    await meanwhile((route) => route.fulfill(answer(503, 'unavailable')), /unavailable/)
    await meanwhile(
      (route) => route.fulfill(answer(401, 'authentication_failed')),
      /What you typed is kept/,
      'all',
    )
    const over = page.getByRole('dialog').filter({ hasText: 'What you typed is kept' })
    await over.getByLabel('API key').fill(ui.posthorn.installation.apiKey)
    await over.getByRole('button', { name: 'Sign in' }).click()
    await over.waitFor({ state: 'detached' })
    await kept()

    const writes: string[] = []
    let letGo = (): void => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(every, async (route) => {
      const request = route.request()
      if (request.method() !== 'GET') {
        writes.push(`${request.method()} ${request.url()}`)
        await gate
      }
      return route.continue()
    })
    await press(page).first().click()
    await page.locator('button[aria-busy=true]').first().waitFor()
    await press(page).first().dispatchEvent('click')
    letGo()
    await done(page).first().waitFor()
    assert.ok(writes.length > 0)
    assert.deepEqual(writes, [...new Set(writes)])
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.close()
  })
}

/** Waits until a delivery to that endpoint was given up. */
function failedAt(id: string): Promise<unknown> {
  return eventually('a failed delivery', async () => {
    const list = (await ui.call('GET', `/app/acme/delivery?state=failed&endpoint_id=${id}`)) as {
      readonly data: readonly unknown[]
    } // the contract's type
    return list.data[0] ?? null
  })
}

test('a recovery that cannot start says why, keeps what was planned, and starts with the next press', async () => {
  await ui.call('PUT', '/inspector/bin/trouble', { script: '500' })
  const made = await ui.call('POST', '/app/acme/endpoint', {
    url: `${ui.url}/in/trouble`,
    description: 'Trouble',
    policy: { retryScheduleMs: [] },
  })
  const { id } = made as { readonly id: string } // the contract's type
  await ui.call('POST', '/app/acme/msg', { eventType: 'order.created', payload: {} })
  await failedAt(id)
  const page = await ui.open(`/app/acme/recovery?status=failed&endpoint=${id}`, english)
  const start = page.getByRole('button', { name: 'Recover 1', exact: true })
  await page.getByLabel('Rate').selectOption('5')
  await page.route('**/delivery/recover', (route) => route.abort())
  await start.click()
  await page.getByText(/server does not answer/).waitFor()
  assert.equal(await page.getByLabel('Rate').inputValue(), '5')
  await page.unroute('**/delivery/recover')
  await start.click()
  await page.waitForURL(/task=/)
  await ui.call('DELETE', `/app/acme/endpoint/${id}`)
})

interface Shared {
  readonly name: string
  readonly path: () => string
  readonly field: (page: Page) => Locator
  readonly save: (page: Page) => Locator
  /** Another person's change of the same. */
  readonly theirs: () => Promise<unknown>
  /** What is stored of it now. */
  readonly stored: () => Promise<string>
}

const region = (page: Page, name: string): Locator => page.getByRole('region', { name })
const put = (path: string, method: string, body: object) => () => ui.call(method, path, body)
const member =
  (path: string, ...names: readonly string[]) =>
  async (): Promise<string> =>
    names.reduce(
      (whole, name) => Reflect.get(Object(whole), name),
      await ui.call('GET', path),
    ) as string // what the form holds
let webhook = ''

const shared: readonly Shared[] = [
  {
    name: 'the headers of an endpoint',
    path: settings,
    field: (page) => page.getByLabel('Header value'),
    save: (page) => region(page, 'Headers').getByRole('button', { name: 'Save' }),
    theirs: () => put(`/app/acme/endpoint/${endpoint}/headers`, 'PUT', theirHeaders)(),
    stored: () => member(`/app/acme/endpoint/${endpoint}/headers`, 'headers', 'x-shared')(),
  },
  {
    name: 'the authentication of an endpoint',
    path: settings,
    field: (page) => page.getByLabel('User', { exact: true }),
    save: (page) => region(page, 'Authentication').getByRole('button', { name: 'Save' }),
    theirs: () => put(`/app/acme/endpoint/${endpoint}`, 'PATCH', { authentication: theirProof })(),
    stored: () => member(`/app/acme/endpoint/${endpoint}`, 'authentication', 'username')(),
  },
  {
    name: 'a webhook as its system has it',
    path: () => `/app/cotalker/endpoints/${webhook}/settings`,
    field: (page) => page.getByLabel('Name', { exact: true }),
    save: (page) => page.getByRole('button', { name: 'Save', exact: true }),
    theirs: () => put(`/app/cotalker/endpoint/${webhook}`, 'PATCH', { name: 'Theirs' })(),
    stored: () => member(`/app/cotalker/endpoint/${webhook}`, 'name')(),
  },
  {
    name: 'the name of an application',
    path: () => '/settings',
    field: (page) => region(page, 'Application').getByLabel('Name', { exact: true }),
    save: (page) => region(page, 'Application').getByRole('button', { name: 'Save' }),
    theirs: put('/app/acme', 'PATCH', { name: 'Theirs' }),
    stored: member('/app/acme', 'name'),
  },
  {
    name: 'what is masked',
    path: () => '/settings',
    field: (page) => page.getByLabel('Masked paths, one a line'),
    save: (page) => region(page, 'Redaction').getByRole('button', { name: 'Save' }),
    theirs: put('/masking', 'PUT', { paths: ['theirs'] }),
    stored: async () => String(await member('/masking', 'paths')()),
  },
  {
    name: 'an event type',
    path: () => '/catalog/order.created?dialog=edit',
    field: (page) => page.getByRole('dialog').getByLabel('Description'),
    save: (page) => inDialog(page, 'Save'),
    theirs: put('/event-type/order.created', 'PATCH', { description: 'Theirs' }),
    stored: member('/event-type/order.created', 'description'),
  },
]
const theirHeaders = { headers: { 'x-shared': 'Theirs' } }
const theirProof = { kind: 'basic', username: 'theirs', secret: 'open-sesame' }

for (const { name, path, field, save, theirs, stored } of shared) {
  test(`two people edit ${name}: the second is told before anything is overwritten, and chooses`, async () => {
    if (webhook === '') {
      await ui.call('PUT', `/app/acme/endpoint/${endpoint}/headers`, {
        headers: { 'x-shared': 'first' },
      })
      await ui.call('PATCH', `/app/acme/endpoint/${endpoint}`, {
        authentication: { ...theirProof, username: 'first' },
      })
      const made = await ui.call('POST', '/app/cotalker/endpoint', {
        ...{ name: 'First', code: 'shared', url: 'https://shared.example.com/' },
        trigger: 'create-edit-delete-user',
      })
      webhook = (made as { readonly id: string }).id // the contract's type
    }
    const page = await ui.open(path(), english)
    await field(page).fill('mine')
    await theirs()
    await save(page).click()
    const told = page.getByText('Somebody changed this meanwhile')
    await told.waitFor()
    assert.equal(await field(page).inputValue(), 'mine')
    assert.match(await stored(), /^theirs$/i)
    await page.getByRole('button', { name: 'Keep mine' }).click()
    await told.waitFor({ state: 'detached' })
    await save(page).click()
    await page.getByText('Saved', { exact: true }).first().waitFor()
    assert.equal(await stored(), 'mine')
    await page.close()
  })
}

/** As a paste is: too much to be typed. */
async function paste(field: Locator, text: string): Promise<void> {
  await field.focus()
  await field.evaluate((element, value) => {
    const { prototype } =
      element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, value)
    element.dispatchEvent(new Event('input', { bubbles: true }))
  }, text)
}

/** One of each kind of field; so much text takes a browser its time. */
const pastedInto = ['an endpoint as a system has it', 'a test event']

for (const { name, path, field, press, prepare } of forms) {
  if (!pastedInto.includes(name)) continue
  test(`ten megabytes pasted into ${name} are refused with the reason, and stay where they are`, async () => {
    const page = await ui.open(path, english)
    page.setDefaultTimeout(120_000)
    await prepare?.(page)
    const long = JSON.stringify({ text: 'x'.repeat(10 * 1024 * 1024) })
    await paste(field(page), long)
    await press(page).first().click()
    await page
      .getByRole('alert')
      .filter({ hasText: /too large|at most|longer|larger|not valid|invalid|must|fault/i })
      .first()
      .waitFor()
    assert.equal(
      await field(page).evaluate((element) => Reflect.get(element, 'value').length),
      long.length,
    )
    await page.close()
  })
}

for (const [direction, off] of [
  ['behind', -86_400_000],
  ['ahead', 86_400_000],
] as const) {
  test(`a machine whose clock is a day ${direction} still lists what just came`, async () => {
    const page = await ui.open('/icon.svg', english)
    await page.clock.setSystemTime(Date.now() + off)
    await page.goto(`${ui.url}/app/acme/messages`)
    const sent = await ui.call('POST', '/app/acme/msg', { eventType: 'order.created', payload: {} })
    const { id } = sent as { readonly id: string } // the contract's type
    await page.locator(`[data-row="${id}"]`).waitFor()
  })
}
