/**
 * A user of each of the five systems follows that system's guide on the screen, step by step, and
 * gets the guide's result. Rows of `docs/systems/ACCEPTANCE.md` are named where they are shown.
 */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { type ConsoleUnderTest, clipboard, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { go, violations } from './axe.ts'

let ui: ConsoleUnderTest

before(async () => {
  ui = await startConsole()
})
afterEach(() => ui.closePages())
after(() => ui.close())

interface Received {
  readonly method: string
  readonly query: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** What the bin got, once it got that many. */
function received(bin: string, count: number): Promise<readonly Received[]> {
  return eventually(`${count} requests at ${bin}`, async () => {
    const list = (await ui.call('GET', `/inspector/bin/${bin}/request`)) as {
      readonly data: readonly Received[]
    } // the contract's type
    return list.data.length >= count ? list.data : null
  })
}

test('another profile says which endpoints do not fit and why, and asks', async () => {
  await ui.call('POST', '/app', { name: 'Moving', uid: 'moving' })
  const { id } = (await ui.call('POST', '/app/moving/endpoint', {
    url: 'https://example.com/moving',
  })) as { id: string } // the contract's type
  const page = await ui.open('/settings', { application: 'moving' })
  const profile = page.getByLabel('Profile', { exact: true })
  const save = page.getByRole('button', { name: 'Save', exact: true }).first()
  await profile.selectOption('modyo')
  await save.click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 endpoint does not fit Modyo').waitFor()
  await dialog.getByText('a name is required').waitFor()
  assert.deepEqual(await violations(page), [])
  const link = dialog.getByRole('link', { name: 'https://example.com/moving' })
  assert.match((await link.getAttribute('href')) ?? '', new RegExp(`/endpoints/${id}$`))
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  const stored = async () => ((await ui.call('GET', '/app/moving')) as { profile: string }).profile
  assert.equal(await stored(), 'standard')
  await save.click()
  await dialog.getByRole('button', { name: 'Change the profile all the same' }).click()
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await stored(), 'modyo')
  await page.close()
})

/** A new application of that profile, made on the screen, with its catalog installed there. */
async function start(input: {
  readonly name: string
  readonly uid: string
  readonly profile: string
  readonly language: 'en' | 'es'
  /** Of the page of webhooks, and of the button that begins a new one. */
  readonly words: { readonly title: string; readonly add: string }
}): Promise<Page> {
  const words = {
    en: { create: 'Create application', name: 'Name', id: 'Your own id', profile: 'Profile' },
    es: { create: 'Crear aplicación', name: 'Nombre', id: 'Tu propio id', profile: 'Perfil' },
  }[input.language]
  await ui.call('PUT', `/inspector/bin/${input.uid}`, {})
  const page = await ui.open('/applications?dialog=create', {
    language: input.language,
    fresh: true,
  })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.name).fill(input.name)
  await dialog.getByLabel(words.id).fill(input.uid)
  await dialog.getByLabel(words.profile).selectOption(input.profile)
  await dialog.getByRole('button', { name: words.create }).click()
  await page.waitForURL(new RegExp(`/app/${input.uid}/endpoints$`))
  // What the guide calls it is what the page calls it.
  await page.getByRole('heading', { name: input.words.title, exact: true }).waitFor()
  const navigation = page.getByRole('navigation').first()
  await navigation.getByRole('link', { name: input.words.title, exact: true }).waitFor()
  await page.getByRole('link', { name: input.words.add, exact: true }).first().click()
  const install = input.language === 'es' ? 'Instalar catálogo' : 'Install catalog'
  await page.getByRole('button', { name: install }).click()
  await page.getByRole('button', { name: install }).waitFor({ state: 'detached' })
  return page
}

/** The labels of the form, from top to bottom, those that are asked for. */
async function inOrder(page: Page, labels: readonly string[]): Promise<void> {
  const all = await page.locator('form :is(label, legend)').allTextContents()
  const found = labels.map((label) => all.findIndex((text) => text.trim().startsWith(label)))
  assert.deepEqual(
    found,
    found.toSorted((a, b) => a - b),
  )
  assert.ok(!found.includes(-1), `${labels} in ${all}`)
}

test('Modyo: name, URL, sites, log types, headers, save, master switch, test, list (M1, M2, M6, M7, M13, M14)', async () => {
  const page = await start({
    ...{ name: 'Banco', uid: 'modyo', profile: 'modyo', language: 'es' },
    words: { title: 'Webhooks', add: 'Nuevo Webhook' },
  })
  await page.getByLabel('Nombre', { exact: true }).waitFor()
  await inOrder(page, ['Nombre', 'URL', 'Sitios o espacios', 'Tipo de log'])
  await page.getByLabel('Nombre', { exact: true }).fill('Páginas del sitio')
  await page.getByLabel('URL', { exact: true }).fill(`${ui.url}/in/modyo`)
  await page.getByLabel('Sitios o espacios').selectOption({ label: 'Sitios' })
  await page.getByLabel('Tipo de log').fill('Página creada')
  await page
    .getByRole('button', { name: /Mostrar eventos de/ })
    .first()
    .waitFor()
  await page.getByRole('checkbox', { name: /^layout_page_created_log/ }).check()
  await page.getByRole('button', { name: 'Agregar encabezado' }).click()
  await page.getByLabel('Nombre del encabezado').fill('x-banco')
  await page.getByLabel('Valor del encabezado').fill('uno')
  assert.equal(await page.getByRole('button', { name: 'Enviar prueba' }).count(), 0) // only once saved
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  await page.getByRole('heading', { name: 'Páginas del sitio', exact: true }).waitFor()

  // All that was filled in is there when the page is loaded again.
  await page.goto(page.url().replace(/\/?$/, '/settings'))
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('form input')?.value === 'Páginas del sitio',
  )
  assert.equal(await page.getByLabel('URL', { exact: true }).inputValue(), `${ui.url}/in/modyo`)
  assert.equal(await page.getByLabel('Sitios o espacios').inputValue(), 'site')
  await page.getByRole('listitem').filter({ hasText: 'layout_page_created_log' }).waitFor()
  assert.equal(await page.getByLabel('Nombre del encabezado').inputValue(), 'x-banco')
  assert.equal(await page.getByLabel('Valor del encabezado').inputValue(), 'uno')

  await page.goto(`${ui.url}/app/modyo/endpoints`)
  const listed = page.getByRole('row').filter({ hasText: 'Páginas del sitio' })
  await listed.getByText('Página creada', { exact: true }).waitFor()
  await listed.getByText('Sitios', { exact: true }).waitFor()
  // The box at the top of this very page.
  const master = page.getByRole('switch', { name: /Enviar webhooks/ })
  const switched = (): Promise<unknown> =>
    Promise.all([
      page.waitForResponse((response) => response.request().method() !== 'GET' && response.ok()),
      master.click(),
    ])
  await switched()
  await page.getByText('Guardado', { exact: true }).waitFor()
  const event = { eventType: 'layout_page_created_log', payload: { id: 1, site_id: 7 } }
  await ui.call('POST', '/app/modyo/msg', event)
  await switched()
  await ui.call('POST', '/app/modyo/msg', { ...event, payload: { id: 2, site_id: 7 } })
  const [first, ...others] = await received('modyo', 1)
  assert.equal(others.length, 0)
  assert.equal(JSON.parse(first?.body ?? '{}').id, 2)
  assert.equal(new Map(first?.headers).get('x-banco'), 'uno')

  await page.goto(`${ui.url}/app/modyo/endpoints`)
  await page.getByRole('row').filter({ hasText: 'Páginas del sitio' }).click()
  await page.getByRole('button', { name: 'Enviar prueba' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Enviar evento de prueba' }).click()
  await page.getByText('Prueba enviada correctamente.').waitFor()
  assert.equal((await received('modyo', 2)).length, 2)

  // The guide's second list of steps: of a realm, which is always one.
  await page.goto(`${ui.url}/app/modyo/endpoints/new`)
  await page.getByLabel('Nombre', { exact: true }).fill('Altas del reino')
  await page.getByLabel('URL', { exact: true }).fill(`${ui.url}/in/realm`)
  await page.getByLabel('Sitios o espacios').selectOption({ label: 'Reino' })
  await page.getByLabel('Tipo de log').fill('Usuario creado')
  await page.getByRole('checkbox', { name: /^user_created_log/ }).check()
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  const realm = page.getByLabel('Solo estos: Reino')
  await page.getByText('Ids separados por comas, al menos uno.').waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
  assert.equal(await realm.getAttribute('aria-invalid'), 'true')
  await realm.fill('clientes')
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  await page.getByRole('heading', { name: 'Altas del reino', exact: true }).waitFor()

  await page.goto(`${ui.url}/app/modyo/endpoints`)
  await listed.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Deshabilitar', exact: true }).click()
  await listed.waitFor({ state: 'detached' })
  await page.getByRole('checkbox', { name: 'Mostrar deshabilitados' }).check()
  await listed.waitFor()
})

test('Ultimate Multisite: name, URL, event with its payload, test window, list and bulk (U1, U2, U3, U6, U13, U14)', async () => {
  const page = await start({
    name: 'Network',
    uid: 'multisite',
    profile: 'ultimate-multisite',
    language: 'en',
    words: { title: 'Webhooks', add: 'Add New Webhook' },
  })
  // Every event with its words and its payload, at the bottom of the page.
  const all = page.getByRole('region', { name: 'All events and their payloads' })
  assert.equal(await all.getByRole('group').count(), 26)
  const payment = all.getByRole('group').filter({ hasText: 'payment_received' })
  await payment.locator('summary').click()
  await payment.getByText('payment_total_raw').waitFor()

  await page.getByRole('button', { name: 'Add New Webhook', exact: true }).click()
  await page.getByText('Name is missing.').waitFor()
  await page.getByText('URL is missing.').waitFor()
  await page.getByText('Event is missing.').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Payments')
  const url = `${ui.url}/in/multisite?event=payment_received&from=the-network`
  await page.getByLabel('URL', { exact: true }).fill(url)
  await page.getByLabel('Event', { exact: true }).selectOption({ label: 'Payment Received' })
  const preview = page.getByRole('region', { name: 'Payload of this event' })
  await preview.getByText('payment_id').waitFor()
  const before = await preview.textContent()
  await page.getByLabel('Event', { exact: true }).selectOption({ label: 'Payment Created' })
  await page.waitForFunction(
    (text) =>
      document.querySelector('section[aria-label="Payload of this event"]')?.textContent !== text,
    before,
  )
  await page.getByLabel('Event', { exact: true }).selectOption({ label: 'Payment Received' })
  await preview.getByRole('button', { name: 'Copy body' }).click()
  await clipboard(page, /payment_id/)
  const active = page.getByRole('switch', { name: 'Active' })
  if (!(await active.isChecked())) await active.check()
  await page.getByRole('button', { name: 'Add New Webhook', exact: true }).click()
  await page.getByRole('heading', { name: 'Payments', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Send Test Event', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send test event' }).click()
  await dialog.getByText('Test sent successfully.').waitFor()
  assert.ok(JSON.parse((await received('multisite', 1))[0]?.body ?? '{}').payment_id !== undefined)
  await dialog.getByRole('button', { name: 'Close' }).first().click()
  // The guide's bin: the payload was received, with test data.
  await page.goto(`${ui.url}/inspector/multisite`)
  await page.locator('[data-index="0"]').getByText('POST').waitFor()
  await page.locator('[data-index="0"]').click()
  const captured = page.getByRole('complementary', { name: 'Request' })
  await captured.getByText('payment_id').first().waitFor()

  await page.goto(`${ui.url}/app/multisite/endpoints`)
  for (const column of ['Name', 'Target URL', 'Trigger Event', 'Count', 'Integration', 'Active']) {
    await page.getByRole('columnheader', { name: column }).waitFor()
  }
  await page.getByRole('columnheader', { name: 'ID', exact: true }).waitFor()
  const row = page.getByRole('row').filter({ hasText: 'Payments' })
  await row.getByText('Yes').waitFor()
  await row.getByText('Payment Received', { exact: true }).waitFor()
  await row.getByText(`${url.slice(0, 50)}…`, { exact: true }).waitFor()
  const bulk = async (button: string) => {
    await row.getByRole('checkbox').check()
    await page.getByRole('button', { name: button, exact: true }).click()
  }
  await bulk('Disable')
  await row.getByText('No', { exact: true }).waitFor()
  await bulk('Enable')
  await row.getByText('Yes', { exact: true }).waitFor()
  const search = page.getByRole('searchbox', { name: 'Search endpoints' })
  await search.fill('no such webhook')
  await row.waitFor({ state: 'detached' })
  await search.fill('payment_rec')
  await row.waitFor()
  await search.fill('')
  await row.getByRole('link', { name: 'Edit Payments' }).waitFor()
  await row.getByRole('button', { name: 'Send a test to Payments' }).click()
  await dialog.getByRole('button', { name: 'Send test event' }).click()
  await dialog.getByText('Test sent successfully.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).first().click()
  // An empty answer is a failed test; and no test counts.
  await ui.call('PUT', '/inspector/bin/multisite', { script: '204' })
  await row.getByRole('button', { name: 'Send a test to Payments' }).click()
  await dialog.getByRole('button', { name: 'Send test event' }).click()
  await dialog.getByText('Not every test arrived.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).first().click()
  await page.reload()
  await row.getByRole('gridcell').filter({ hasText: /^0$/ }).waitFor()
  await row.getByRole('button', { name: 'Delete Payments' }).click()
  await dialog.getByRole('textbox').fill('Payments')
  await dialog.getByRole('button', { name: 'Delete endpoint' }).click()
  await row.waitFor({ state: 'detached' })

  // A hidden one leaves the list until it is asked for; then several are deleted at once.
  const made = (name: string, hidden: boolean) =>
    ui.call('POST', '/app/multisite/endpoint', {
      ...{ name, hidden, url, eventTypes: ['payment_received'] },
    })
  await Promise.all([made('Old one', false), made('Secret one', true)])
  await page.goto(`${ui.url}/app/multisite/endpoints`)
  const [old, secret] = ['Old one', 'Secret one'].map((name) =>
    page.getByRole('row').filter({ hasText: name }),
  )
  assert.ok(old !== undefined && secret !== undefined)
  await old.waitFor()
  assert.equal(await secret.count(), 0)
  await page.getByRole('checkbox', { name: 'Show hidden' }).check()
  await secret.getByRole('checkbox').check()
  await old.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await dialog.getByRole('textbox').fill('2')
  await dialog.getByRole('button', { name: 'Delete 2 endpoints' }).click()
  await old.waitFor({ state: 'detached' })
  await secret.waitFor({ state: 'detached' })

  // Every event of the system with its words and its payload.
  const { data } = (await ui.call('GET', '/event-type?limit=250&with_content=true')) as {
    readonly data: readonly { readonly name: string; readonly attributes?: { catalog?: string } }[]
  } // the contract's type
  const events = data.filter(({ attributes }) => attributes?.catalog === 'ultimate-multisite')
  assert.equal(events.length, 26)
  await page.goto(`${ui.url}/catalog/payment_received`)
  await page.getByRole('region', { name: 'Example' }).getByText('payment_id').waitFor()
})

test('Logto: events, signing key, test payload, recent requests, disable and reactivate (L8, L17 to L20)', async () => {
  const page = await start({
    ...{ name: 'Auth', uid: 'logto', profile: 'logto', language: 'en' },
    words: { title: 'Webhooks', add: 'Create Webhook' },
  })
  await page.getByLabel('Name', { exact: true }).fill('Welcome mail')
  await page.getByLabel('Endpoint URL').fill(`${ui.url}/in/logto`)
  await page.getByLabel('Events', { exact: true }).fill('PostRegister')
  await page.getByRole('checkbox', { name: /^PostRegister/ }).check()
  await page.getByRole('button', { name: 'Create Webhook', exact: true }).click()
  await page.getByRole('heading', { name: 'Welcome mail', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Send test payload', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send test event' }).click()
  await page.getByText('Test sent successfully.').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click()
  const [test] = await received('logto', 1)
  assert.ok(new Map(test?.headers).has('logto-signature-sha-256'))

  await page.getByRole('link', { name: 'Log', exact: true }).click()
  await page.getByText('Nothing was sent yet.').waitFor() // tests are not in the recent requests
  const message = (await ui.call('POST', '/app/logto/msg', {
    eventType: 'PostRegister',
    payload: { userId: 'u_1', ip: '203.0.113.9' },
  })) as { readonly id: string } // the contract's type
  await page.getByText('SUCCESS').waitFor()
  await page.getByRole('button', { name: 'Type', exact: true }).click()
  await page.getByRole('checkbox', { name: 'PostRegister' }).check()
  await page.waitForURL(/type=PostRegister/)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Open log entry' }).click()
  await page.getByRole('dialog').getByText('hookId').waitFor()
  await page.keyboard.press('Escape')

  // The key as Logto has it: hidden, shown, and replaced after a confirmation.
  await page.getByRole('link', { name: 'Signing', exact: true }).click()
  const key = page.getByRole('textbox', { name: 'Signing secret', exact: true })
  assert.match(await key.inputValue(), /^•+$/)
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  const old = await key.inputValue()
  assert.match(old, /^[A-Za-z0-9]{32}$/)
  await page.getByRole('button', { name: 'Copy signing secret' }).click()
  await clipboard(page, new RegExp(`^${old}$`))
  assert.equal(await page.getByLabel('The old secret goes on signing for').count(), 0)
  await page.getByRole('button', { name: 'Roll secret' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('Welcome mail')
  await dialog.getByRole('button', { name: 'Roll secret' }).click()
  await page.waitForFunction(
    (before) =>
      [...document.querySelectorAll('input')].some(
        ({ value }) => value !== before && /^[A-Za-z0-9]{32}$/.test(value),
      ),
    old,
  )

  await page.goto(`${ui.url}/app/logto/endpoints`)
  const row = page.getByRole('row').filter({ hasText: 'Welcome mail' })
  await row.getByText('100.00%').waitFor()
  assert.match((await row.getByText('100.00%').getAttribute('class')) ?? '', /text-ok/)
  await row.click()
  const choose = async (item: string, confirm: string) => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: item }).click()
    return dialog.getByRole('button', { name: confirm })
  }
  await (await choose('Disable…', 'Disable')).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  await page.goto(`${ui.url}/app/logto/endpoints`)
  await row.getByText('Not in use').waitFor()
  await row.click()
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor({ state: 'detached' })
  const remove = await choose('Delete endpoint…', 'Delete endpoint')
  await dialog.getByRole('textbox').fill('Welcome mail')
  await remove.click()
  await page.getByText('No webhooks yet').waitFor()

  // One that is made for a message has its event chosen, and gets it as it is saved.
  await go(page, `/app/logto/messages/${message.id}`)
  await page.getByRole('link', { name: 'Send to a new endpoint' }).click()
  await page.getByText('Once it is created, this message is sent to it:').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Late')
  await page.getByLabel('Endpoint URL').fill(`${ui.url}/in/logto`)
  await page.getByRole('button', { name: 'Create Webhook', exact: true }).click()
  await page.waitForURL(new RegExp(`/messages/${message.id}$`))
  const late = page.getByRole('link', { name: 'Late', exact: true })
  await page.getByRole('listitem').filter({ has: late }).getByText('Delivered').waitFor()
})

test('Cotalker: code from the name, trigger shows its fields, deactivate, show disabled, log (C8 to C14)', async () => {
  const page = await start({
    ...{ name: 'Planta', uid: 'cotalker', profile: 'cotalker', language: 'es' },
    words: { title: 'Webhooks', add: 'Crear webhook' },
  })
  await inOrder(page, ['Nombre', 'Código', 'Url', 'Descripción', 'Disparador'])
  await page.getByLabel('Nombre', { exact: true }).fill('Altas de usuarios')
  await page.getByLabel('Descripción').fill('Avisa de cada alta')
  await page.getByLabel('Url', { exact: true }).fill(`${ui.url}/in/cotalker`)
  await page.waitForFunction(() =>
    [...document.querySelectorAll('input')].some((input) => input.value === 'altas_de_usuarios'),
  )
  assert.equal(await page.getByLabel('Flujo de trabajo').count(), 0)
  await page.getByLabel('Disparador').selectOption('create-edit-delete-task')
  await page.getByLabel('Flujo de trabajo').waitFor()
  await page.getByLabel('Disparador').selectOption('create-edit-delete-survey')
  await page.getByLabel('Encuesta').waitFor()
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  await page.getByText('Falta Encuesta.').waitFor()
  await page.getByText('Falta Grupo.').waitFor()
  await page.getByLabel('Disparador').selectOption('create-edit-delete-user')
  await page.getByRole('button', { name: 'Guardar', exact: true }).click()
  await page.getByRole('heading', { name: 'Altas de usuarios', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Ajustes' }).last().click()
  assert.equal(await page.getByLabel('Código', { exact: true }).getAttribute('readonly'), '')
  assert.match(await page.getByLabel('Identificador').inputValue(), /^ep_/)
  const active = page.getByRole('switch', { name: 'Activo' })
  for (const on of [false, true]) {
    await active.setChecked(on)
    await page.getByRole('button', { name: 'Guardar' }).click()
    await page.getByRole('button', { name: on ? 'Pausar' : 'Habilitar', exact: true }).waitFor()
  }

  await ui.call('POST', '/app/cotalker/msg', {
    eventType: 'COTUser.create',
    payload: { _id: '1', name: 'Ana' },
  })
  await received('cotalker', 1)
  await ui.call('PUT', '/inspector/bin/cotalker', { script: '404' })
  await ui.call('POST', '/app/cotalker/msg', {
    eventType: 'COTUser.create',
    payload: { _id: '2', name: 'Luz' },
  })
  await received('cotalker', 2)
  await page.getByRole('link', { name: 'Registro', exact: true }).click()
  for (const column of ['Resultado', 'Fecha de ejecución', 'Estado', 'Registro']) {
    await page.getByRole('columnheader', { name: column, exact: true }).waitFor()
  }
  // The newest is the first.
  const tries = page.getByRole('row').filter({ has: page.getByRole('button') })
  await tries.nth(0).getByText('FAILED').waitFor()
  await tries.nth(0).getByText('404').waitFor()
  await tries.nth(1).getByText('SUCCESS').waitFor()
  await tries.nth(1).getByRole('button', { name: 'Abrir registro' }).click()
  const log = page.getByRole('dialog')
  await log.getByRole('button', { name: 'Copiar cuerpo' }).first().click()
  await clipboard(page, /Ana/)
  await log.getByRole('button', { name: 'Copiar cuerpo' }).nth(1).click() // what the server answered
  await clipboard(page, /^(?![\s\S]*Ana)[\s\S]+/)
  await page.keyboard.press('Escape')

  await page.goto(`${ui.url}/app/cotalker/endpoints`)
  for (const column of ['Nombre', 'Disparador', 'Url']) {
    await page.getByRole('columnheader', { name: column, exact: true }).waitFor()
  }
  const row = page.getByRole('row').filter({ hasText: 'Altas de usuarios' })
  await row.getByRole('link', { name: 'Editar Altas de usuarios' }).click()
  await page.waitForURL(/\/settings$/)
  assert.equal(await page.getByLabel('Descripción').inputValue(), 'Avisa de cada alta')
  await page.goto(`${ui.url}/app/cotalker/endpoints`)
  await row.getByRole('checkbox').check()
  assert.equal(await page.getByRole('button', { name: 'Eliminar' }).count(), 0) // no delete offered
  await page.getByRole('button', { name: 'Deshabilitar', exact: true }).click()
  await row.waitFor({ state: 'detached' })
  await page.getByRole('checkbox', { name: 'Mostrar deshabilitados' }).check()
  await row.waitFor()
})

test('CIAM: name, events, REST, URL, API key, Create and Cancel (K1, K2, K5)', async () => {
  const page = await start({
    ...{ name: 'Identity', uid: 'ciam', profile: 'ciam', language: 'en' },
    words: { title: 'Webhook Settings', add: 'Create Webhook' },
  })
  await page.getByLabel('Webhook Name').waitFor()
  await inOrder(page, ['Webhook Name', 'Webhook Events', 'Notification Type', 'URL', 'API Key'])
  await page.getByLabel('Webhook Name').fill('Never saved')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('No webhooks yet').waitFor()
  await page.getByRole('link', { name: 'Create Webhook' }).first().click()
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  for (const field of ['Webhook Name', 'Webhook Events', 'URL']) {
    await page.getByText(`${field} is missing.`).waitFor()
  }
  await page.getByLabel('Webhook Name').fill('Logins')
  await page.getByLabel('Webhook Events').fill('USER_LOGIN')
  await page.getByRole('checkbox', { name: /^USER_LOGIN User login$/ }).check()
  assert.deepEqual(await page.getByLabel('Notification Type').locator('option').allTextContents(), [
    'REST',
  ])
  await page.getByLabel('URL', { exact: true }).fill(`${ui.url}/in/ciam`)
  await page.getByLabel('API Key', { exact: true }).selectOption('api-key')
  await page.getByLabel('Name of the header').fill('x-key')
  await page.getByLabel('Secret', { exact: true }).fill('open-sesame')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('heading', { name: 'Logins', exact: true }).waitFor()
  await ui.call('POST', '/app/ciam/msg', { eventType: 'USER_LOGIN', payload: { sub: 'u_1' } })
  const [request] = await received('ciam', 1)
  assert.equal(new Map(request?.headers).get('x-key'), 'open-sesame')
  assert.deepEqual(Object.keys(JSON.parse(request?.body ?? '{}')).sort(), [
    'current_context',
    'data',
    'event_time',
    'event_type',
  ])

  // What the form does not show of a one-time code stays as it was.
  const totp = {
    kind: 'totp',
    name: 'x-code',
    digits: 8,
    periodSeconds: 60,
    secret: 'GEZDGNBVGY3TQOJQ',
  }
  const { id } = (await ui.call('POST', '/app/ciam/endpoint', {
    ...{ name: 'Codes', url: `${ui.url}/in/codes`, eventTypes: ['USER_LOGIN'] },
    authentication: totp,
  })) as { readonly id: string } // the contract's type
  await page.goto(`${ui.url}/app/ciam/endpoints/${id}/settings`)
  const name = page.getByLabel('Webhook Name')
  await name.fill('Renamed')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const saved = (await ui.call('GET', `/app/ciam/endpoint/${id}`)) as {
    readonly name: string
    readonly authentication: Readonly<Record<string, unknown>>
  } // the contract's type
  assert.equal(saved.name, 'Renamed')
  assert.deepEqual([saved.authentication['digits'], saved.authentication['periodSeconds']], [8, 60])
})

/** What a webhook of each system is made of, and how that system calls the button that saves. */
const systems = [
  ['modyo', { eventTypes: ['site_disabled_log'], context: 'site' }, 'Save', 'Guardar'],
  ...([
    ['ultimate-multisite', { eventTypes: ['payment_received'] }, 'Save Webhook', 'Guardar webhook'],
    ['logto', { eventTypes: ['PostSignIn'] }, 'Save changes', 'Guardar cambios'],
    ['cotalker', { code: 'changed', trigger: 'create-edit-delete-user' }, 'Save', 'Guardar'],
    ['ciam', { eventTypes: ['USER_LOGIN'] }, 'Save', 'Guardar'],
  ] as const),
] as const

test('the settings of every system end with a transformation; what it makes goes out in that system’s shape', async () => {
  for (const [profile, more, en, es] of systems) {
    const app = `changed-${profile}`
    await ui.call('POST', `/catalog/${profile}/install`, {})
    await ui.call('POST', '/app', { name: profile, uid: app, profile })
    const { id } = (await ui.call('POST', `/app/${app}/endpoint`, {
      ...{ name: 'Changed', url: `${ui.url}/in/${app}` },
      ...more,
    })) as { readonly id: string } // the contract's type
    const language = profile === 'cotalker' ? 'es' : 'en'
    const page = await ui.open(`/app/${app}/endpoints/${id}/settings`, { language, fresh: true })
    const details = page.locator('details').filter({ hasText: /^Transformaci|^Transformation/ })
    await details.locator('summary').click() // closed until there is one
    const save = details.getByRole('button', { name: language === 'es' ? es : en, exact: true })
    await save.waitFor()
    assert.equal(
      await page
        .locator('form')
        .last()
        .evaluate((form) => form.closest('details') !== null),
      true,
    )
    if (profile === 'cotalker') await changeUsers(page, { app, save, details })
  }
})

/** Cotalker's own envelope stays round what the code returns, in the bench, on the wire and in its log. */
async function changeUsers(
  page: Page,
  {
    app,
    save,
    details,
  }: { readonly app: string; readonly save: Locator; readonly details: Locator },
): Promise<void> {
  await ui.call('PUT', `/inspector/bin/${app}`, {})
  await details
    .getByLabel('JavaScript', { exact: true })
    .fill('const handler = (w) => { w.payload.name = w.payload.name.toUpperCase(); return w }')
  const bench = details.getByRole('region', { name: 'Probar el código' })
  await bench.getByLabel('Payload').fill('{"_id": "1", "name": "Ana"}')
  await bench.getByRole('button', { name: /^Probar/ }).click()
  const body = bench.getByRole('region', { name: 'Cuerpo que saldría' })
  await body.getByText('"COTUser"').waitFor()
  await body.getByText('"ANA"').waitFor()
  assert.deepEqual(await violations(page), [])
  await details.getByRole('switch').check()
  await save.click()
  await details.getByText('Último cambio').waitFor()
  // Both forms of this page are of one version: what was saved below does not stop what is saved above.
  await page.getByLabel('Descripción').fill('En mayúsculas')
  await page.getByRole('button', { name: 'Guardar', exact: true }).first().click()
  await page.getByText('Guardado', { exact: true }).first().waitFor()
  await eventually('the description', async () => {
    const { data } = (await ui.call('GET', `/app/${app}/endpoint`)) as {
      readonly data: readonly { readonly description: string }[]
    } // the contract's type
    return data[0]?.description === 'En mayúsculas' ? data : null
  })
  await ui.call('POST', `/app/${app}/msg`, {
    eventType: 'COTUser.create',
    payload: { _id: '1', name: 'Ana' },
  })
  const [request] = await received(app, 1)
  const sent = JSON.parse(request?.body ?? '{}')
  assert.deepEqual([sent.type, sent.data], ['COTUser', { _id: '1', name: 'ANA' }])
  await page.getByRole('link', { name: 'Registro', exact: true }).click()
  await page.getByRole('button', { name: 'Abrir registro' }).first().click()
  await page.getByRole('dialog').getByText('"ANA"').waitFor()
}
