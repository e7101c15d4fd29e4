/** Who did what, and who may: the audit log, users, roles and sessions on the screen. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { type OpenIdTestProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { violations } from './axe.ts'
import { englishTexts } from './words.ts'

let ui: ConsoleUnderTest
let provider: OpenIdTestProvider

before(async () => {
  provider = await startOpenIdProvider()
  const port = await freePort()
  ui = await startConsole({
    config: {
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      oidcIssuer: provider.issuer,
      oidcClientId: provider.clientId,
      oidcClientSecret: provider.clientSecret,
      oidcName: 'Example',
    },
  })
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
})
afterEach(() => ui.closePages())
after(async () => {
  await ui.close()
  await provider.close()
})

/** The provider is told where to send people back before the server listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('the audit log says who changed what, before and after, is filtered, and downloaded', async () => {
  const { id } = (await ui.call('POST', '/app/acme/endpoint', {
    url: 'https://old.example.com/hooks',
    description: 'ERP',
  })) as { readonly id: string } // the contract's type
  await ui.call('PATCH', `/app/acme/endpoint/${id}`, { url: 'https://new.example.com/hooks' })
  const page = await ui.open('/audit', { language: 'es', application: 'acme' })
  const change = page.getByRole('row').filter({ hasText: 'v1.endpoint.patch' })
  await change.first().getByText('Cambia los campos indicados de un endpoint').waitFor()
  await change.first().click()
  const panel = page.getByRole('complementary', { name: 'Entrada' })
  await panel.getByRole('heading', { name: 'Cambia los campos indicados de un endpoint' }).waitFor()
  const differences = panel.getByRole('table', { name: 'Diferencias' })
  await differences.getByText('https://old.example.com/hooks').waitFor()
  await differences.getByText('https://new.example.com/hooks').waitFor()
  await panel.getByText(id).waitFor()
  assert.match(page.url(), /sel=aud_/)

  await page.getByRole('searchbox').fill('v1.application.create')
  await page.getByRole('row').filter({ hasText: 'v1.application.create' }).first().waitFor()
  await change.first().waitFor({ state: 'detached' })
  await page.getByRole('searchbox').fill(id)
  await change.first().waitFor()
  assert.equal(await page.locator('[data-index]').count(), 2)

  await page.getByRole('button', { name: 'Exportar' }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'NDJSON', exact: true }).click(),
  ])
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n')
  const operations = lines.map((line) => JSON.parse(line).operation)
  assert.deepEqual(operations.toSorted(), ['v1.endpoint.create', 'v1.endpoint.patch'])
})

test('a key is rolled: the new one is shown once, and both work until the overlap ends', async () => {
  const key = { name: 'Tienda', role: 'reader' }
  const old = (await ui.call('POST', '/api-key', key)) as { readonly token: string } // the contract's type
  // On a phone the row is a card, with a menu.
  const phone = await ui.open('/keys', { language: 'es', application: 'acme', width: 320 })
  await phone.getByRole('button', { name: 'Más acciones: Tienda' }).click()
  await phone.getByRole('menuitem', { name: 'Rotar', exact: true }).click()
  await phone.getByRole('dialog').getByLabel('La anterior sirve todavía').waitFor()
  await phone.close()
  const page = await ui.open('/keys', { language: 'es', application: 'acme' })
  await page.getByRole('button', { name: 'Rotar', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('La anterior sirve todavía').selectOption({ label: 'durante 1 hora' })
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(await englishTexts(page), [])
  await dialog.getByRole('button', { name: 'Rotar clave' }).click()
  await dialog.getByText('Cópiala ahora').waitFor()
  const token = await dialog.getByRole('textbox').inputValue()
  assert.match(token, /^phk_/)
  for (const bearer of [old.token, token]) {
    const headers = { authorization: `Bearer ${bearer}` }
    assert.equal((await fetch(`${ui.url}/api/v1/app`, { headers })).status, 200)
  }
  await dialog.getByRole('button', { name: 'Ya la guardé' }).click()
  const rows = page.getByRole('row').filter({ hasText: 'Tienda' })
  await rows.nth(1).waitFor()

  // Without an overlap whoever uses it is cut off: by name only, and it says who that was.
  const other = await makeKey('Almacén')
  const used = { authorization: `Bearer ${other.token}`, 'user-agent': 'tienda/1.0' }
  assert.equal((await fetch(`${ui.url}/api/v1/app`, { headers: used })).status, 200)
  await page.reload()
  const row = page.getByRole('row').filter({ hasText: 'Almacén' })
  await row.getByText('127.0.0.1 tienda/1.0').waitFor()
  await row.getByRole('button', { name: 'Rotar', exact: true }).click()
  await dialog.getByLabel('La anterior sirve todavía').selectOption('0')
  await dialog.getByText(/desde 127\.0\.0\.1 \(tienda\/1\.0\)/).waitFor()
  await dialog.getByRole('button', { name: 'Rotar clave' }).click()
  await dialog.getByRole('alert').waitFor()
  assert.equal((await fetch(`${ui.url}/api/v1/app`, { headers: used })).status, 200)
  assert.deepEqual(await violations(page), [])
  await dialog.getByLabel(/Almacén/).fill('Almacén')
  await dialog.getByRole('button', { name: 'Rotar clave' }).click()
  await dialog.getByText('Cópiala ahora').waitFor()
  assert.equal((await fetch(`${ui.url}/api/v1/app`, { headers: used })).status, 401)
})

test('a key is made of chosen permissions, and the list says which they are', async () => {
  const page = await ui.open('/keys?dialog=create', { language: 'es', application: 'acme' })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Nombre').fill('Despliegue')
  await dialog.getByLabel('Puede').selectOption({ label: 'Permisos elegidos' })
  await dialog.getByRole('button', { name: 'Crear clave de API' }).click()
  await dialog.getByText('Elige al menos un permiso.').waitFor()
  await dialog.getByRole('checkbox', { name: /^Leer y exportar el registro/ }).check()
  await dialog.getByRole('checkbox', { name: /^Enviar eventos/ }).check()
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(await englishTexts(page), [])
  await dialog.getByRole('button', { name: 'Crear clave de API' }).click()
  await dialog.getByText('Cópiala ahora').waitFor()
  const token = await dialog.getByRole('textbox').inputValue()
  await dialog.getByRole('button', { name: 'Ya la guardé' }).click()
  const status = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${ui.url}/api/v1${path}`, { headers })).status
  }
  assert.deepEqual([await status('/audit'), await status('/app')], [200, 403])
  await page.getByRole('button', { name: '2 permisos: Despliegue' }).click()
  await dialog.getByText('Leer y exportar el registro de auditoría').waitFor()
  assert.deepEqual(await violations(page), [])
})

async function makeKey(name: string): Promise<{ readonly token: string }> {
  const made = await ui.call('POST', '/api-key', { name, role: 'reader' })
  return made as { readonly token: string } // the contract's type
}

test('a chat is told in a sentence, tried out on the page; mail says what the server lacks', async () => {
  const page = await ui.open('/settings?dialog=notices', { language: 'es', application: 'acme' })
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('A quién avisar').selectOption({ label: 'Personas, por correo' })
  await dialog.getByLabel('Direcciones de correo').fill('ops@example.com; dev@example.com')
  await dialog.getByRole('button', { name: 'Agregar receptor' }).click()
  await dialog.getByText('quien lo opera define POSTHORN_SMTP_URL').waitFor()
  assert.deepEqual(await violations(page), [])

  await dialog.getByLabel('A quién avisar').selectOption('Un chat: Slack, Mattermost o Discord')
  await dialog.getByLabel('URL del receptor').fill(`${ui.url}/in/chat`)
  await dialog.getByLabel('Idioma').selectOption('es')
  await dialog.getByRole('button', { name: 'Agregar receptor' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Cuando un endpoint falla desde hace 15 minutos').waitFor()
  await page.getByRole('button', { name: /^Probar: .*\/in\/chat$/ }).click()
  await page.getByText('Avisado', { exact: true }).waitFor()
  const { data } = (await ui.call('GET', '/inspector/bin/chat/request')) as {
    readonly data: readonly { readonly body: string }[]
  } // the contract's type
  assert.match(JSON.stringify(data[0]), /Prueba, de Ejemplo, falla desde/)
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(await englishTexts(page), [])
})

test('an owner changes how deliveries are tried again; what the environment fixes is shown as fixed', async () => {
  const page = await ui.open('/settings', { application: 'acme' })
  const delivery = page.getByRole('region', { name: 'Delivery defaults' })
  const schedule = delivery.getByLabel('Retry after')
  await schedule.fill('10 s, 1 hour')
  await delivery.getByText('This has to be a number.').waitFor()
  await schedule.fill('10 s, 1 h')
  await delivery.getByText('gives up after 1 h').waitFor()
  const before = '5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h'
  await delivery.getByRole('list', { name: 'What would change' }).getByText(before).waitFor()
  await delivery.getByRole('button', { name: 'Save', exact: true }).click()
  await delivery.getByText(`Default: ${before}`).waitFor()
  const stored = async () => {
    const { data } = (await ui.call('GET', '/installation/settings')) as {
      readonly data: readonly { readonly name: string; readonly value: unknown }[]
    } // the contract's type
    return data.find(({ name }) => name === 'retryScheduleMs')?.value
  }
  assert.deepEqual(await stored(), [10_000, 3_600_000])
  assert.deepEqual(await violations(page), [])
  await schedule.fill(before)
  await delivery.getByRole('button', { name: 'Save', exact: true }).click()
  await delivery.getByText(`Default: ${before}`).waitFor({ state: 'detached' })

  const retention = page.getByRole('region', { name: 'Retention' })
  await retention.getByLabel(/^Messages, deliveries/).fill('30')
  await retention.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('dialog', { name: 'Keep less, and remove the rest?' }).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await retention.getByRole('button', { name: 'Discard changes' }).click()

  const network = page.getByRole('region', { name: 'Network' })
  await network.getByText('Fixed by POSTHORN_ALLOW_NETWORKS').waitFor()
  assert.equal(await network.getByLabel('Private networks that may be reached').isDisabled(), true)
  await network.getByLabel('Networks that are never reached').fill('ten')
  await network.getByRole('button', { name: 'Save', exact: true }).click()
  await network.getByText('expected IP networks such as 10.0.0.0/8').waitFor()

  const spanish = await ui.open('/settings', { language: 'es', application: 'acme', width: 320 })
  await spanish.getByText('npx posthorn backup posthorn-backup.db').waitFor()
  await spanish.getByRole('region', { name: 'Entrega por defecto' }).waitFor()
  await spanish.getByText('Fijado por POSTHORN_ALLOW_NETWORKS').waitFor()
  assert.deepEqual(await englishTexts(spanish), [])
})

test('a test environment says so above every page, leads to the live one, and not in a customer’s portal', async () => {
  const page = await ui.open('/settings', { application: 'acme' })
  assert.equal(await page.locator('html[data-environment]').count(), 0)
  const section = page.getByRole('region', { name: 'Environment' })
  await section.getByLabel('This installation is').selectOption({ label: 'Test' })
  await section.getByLabel('Address of the other one').fill('https://live.example.com')
  await section.getByRole('button', { name: 'Save', exact: true }).click()
  await section.getByText('Default: live').waitFor()
  try {
    for (const look of [
      { language: 'en', theme: 'light' },
      { language: 'es', theme: 'dark' },
      { language: 'es', theme: 'light', width: 320 },
    ] as const) {
      const test = await ui.open('/keys', { ...look, application: 'acme' })
      const name = look.language === 'es' ? 'Prueba' : 'Test'
      await test.getByRole('status').filter({ hasText: name }).waitFor()
      const stripe = await test.evaluate(() => getComputedStyle(document.body).borderTopWidth)
      assert.equal(stripe, '3px')
      if (look.theme === 'light' && look.language === 'en') {
        const other = test.getByRole('list', { name: 'Environment' }).getByRole('link')
        await other.waitFor()
        assert.equal(await other.getAttribute('href'), 'https://live.example.com')
      }
      const over = await test.evaluate(() => document.documentElement.scrollHeight - innerHeight)
      assert.equal(over, 0, 'the page is as high as before')
      assert.deepEqual(await violations(test), [])
      if (look.language === 'es') assert.deepEqual(await englishTexts(test), [])
    }
    const access = (await ui.call('POST', '/auth/app-portal-access/acme', {})) as {
      readonly url: string
    } // the contract's type
    const [address = '', key = ''] = access.url.replace(ui.url, '').split('#')
    const portal = await ui.open(`${address}#${key}`, { fresh: true })
    await portal.getByRole('main').waitFor()
    assert.equal(await portal.locator('html[data-environment]').count(), 0)
    const again = (await ui.call('POST', '/auth/app-portal-access/acme', {})) as typeof access
    const fragment = again.url.split('#')[1] ?? ''
    const preview = await ui.open(`${address}?as=customer#${fragment}`, { fresh: true })
    await preview.getByRole('status').filter({ hasText: 'Test · You see the portal' }).waitFor()
    assert.equal(await preview.locator('html[data-environment=test]').count(), 1)
  } finally {
    await ui.call('PATCH', '/installation/settings', {
      environment: null,
      otherEnvironmentUrl: null,
    })
  }
})

test('the first owner adds themselves, chooses a password by the link, and signs in', async () => {
  const page = await ui.open('/users', { language: 'es', application: 'acme' })
  await page.getByText('Todavía no hay usuarios').waitFor()
  await page.getByRole('button', { name: 'Agregar usuario' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Correo').fill('ana@example.com')
  await dialog.getByRole('button', { name: 'Agregar usuario' }).click()
  const link = page.getByRole('textbox', { name: 'Enlace para ana@example.com' })
  const url = await link.inputValue()
  assert.match(url, /\/sign-in#invite=phi_/)

  const ana = await ui.open(url.slice(ui.url.length), { language: 'es', fresh: true })
  assert.doesNotMatch(ana.url(), /invite=/)
  await ana.getByLabel('Elige una contraseña').fill('corta')
  await ana.getByRole('button', { name: 'Guardar e iniciar sesión' }).click()
  await ana.getByText('Al menos 12 caracteres.', { exact: true }).waitFor()
  await ana.getByLabel('Elige una contraseña').fill('una frase larga y mía')
  await ana.getByRole('button', { name: 'Guardar e iniciar sesión' }).click()
  await ana.getByRole('link', { name: 'ana@example.com' }).click()
  await ana.getByText('Propietario · Todo, también las personas.').waitFor()
  assert.deepEqual(await violations(ana), [])

  // The link works once; from now on everybody signs in, on this machine too.
  const again = await ui.open(url.slice(ui.url.length), { language: 'en', fresh: true })
  await again.getByLabel('Choose a password').fill('another long sentence')
  await again.getByRole('button', { name: 'Keep it and sign in' }).click()
  await again.getByText('This link has ended or was used.').waitFor()
})

test('people sign in with a password; a wrong one is told, a session is ended from elsewhere', async () => {
  const page = await ui.open('/app/acme/endpoints', { language: 'en', fresh: true })
  await page.getByLabel('E-mail').fill('ana@example.com')
  await page.getByLabel('Password').fill('not this one at all')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('E-mail or password is wrong.').waitFor()
  assert.equal(await page.getByLabel('E-mail').inputValue(), 'ana@example.com')
  assert.deepEqual(await violations(page), [])
  await page.getByLabel('Password').fill('una frase larga y mía')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()
  assert.match(page.url(), /\/app\/acme\/endpoints$/) // where they wanted to go
  await page.reload()
  await page.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()

  const other = await ui.open('/profile', { language: 'en', fresh: true })
  await other.getByLabel('E-mail').fill('ana@example.com')
  await other.getByLabel('Password').fill('una frase larga y mía')
  await other.getByRole('button', { name: 'Sign in' }).click()
  const sessions = other.getByRole('region', { name: 'Where you are signed in' })
  await sessions.getByText('this one').waitFor()
  const ends = sessions.getByRole('button', { name: 'End' })
  for (let left = await ends.count(); left > 0; left--) {
    await ends.first().click()
    await other.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('button')].filter((one) => one.textContent === 'End')
          .length === wanted,
      left - 1,
    )
  }
  await page.getByRole('button', { name: 'Sign in' }).waitFor() // its next call is refused
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByLabel('Password', { exact: true }).waitFor()
})

test('a reader sees what may be read, and nothing that changes; roles are changed, people removed', async () => {
  const owner = await ui.open('/users', { language: 'en', fresh: true })
  await owner.getByLabel('E-mail').fill('ana@example.com')
  await owner.getByLabel('Password').fill('una frase larga y mía')
  await owner.getByRole('button', { name: 'Sign in' }).click()
  await owner.getByRole('button', { name: 'Add user' }).click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel('E-mail').fill('luz@example.com')
  await dialog.getByLabel('Role').selectOption('reader')
  await dialog.getByRole('button', { name: 'Add user' }).click()
  const link = owner.getByRole('textbox', { name: 'Link for luz@example.com' })
  const url = await link.inputValue()
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  const reader = await ui.open(url.slice(ui.url.length), { language: 'en', fresh: true })
  await reader.getByLabel('Choose a password').fill('what luz remembers')
  await reader.getByRole('button', { name: 'Keep it and sign in' }).click()
  await reader.getByRole('link', { name: 'Endpoints', exact: true }).click()
  await reader.getByRole('row').nth(1).waitFor()
  const nav = await reader.getByRole('navigation').first().getByRole('link').allTextContents()
  for (const hidden of ['API keys', 'Users', 'Audit log']) assert.ok(!nav.includes(hidden), hidden)
  assert.equal(await reader.getByRole('link', { name: 'Create endpoint' }).count(), 0)
  assert.equal(await reader.getByRole('checkbox', { name: 'Select row' }).count(), 0)
  await reader.goto(`${ui.url}/users`)
  await reader.getByText('You may not do this.').waitFor()

  await owner.getByLabel('Role of luz@example.com').selectOption('support')
  await owner.getByText('Saved', { exact: true }).waitFor()
  await owner.getByLabel('Role of ana@example.com').selectOption('reader')
  await owner.getByText('The last owner stays one').waitFor()
  await owner.getByRole('button', { name: 'More actions: luz@example.com' }).click()
  await owner.getByRole('menuitem', { name: 'Remove' }).click()
  await dialog.getByRole('textbox').fill('luz@example.com')
  await dialog.getByRole('button', { name: 'Remove user' }).click()
  await owner.getByLabel('Role of luz@example.com').waitFor({ state: 'detached' })
  assert.deepEqual(await violations(owner), [])
})

test('people come in by the provider, to where they wanted to go; who may not is told why', async () => {
  const email = 'eva@example.com'
  const { user } = (await ui.call('POST', '/user', { email, role: 'developer' })) as {
    readonly user: { readonly id: string }
  } // the contract's type
  provider.person = { sub: 'eva', email, email_verified: true }
  const page = await ui.open('/app/acme/endpoints', { language: 'en', fresh: true })
  const button = page.getByRole('button', { name: 'Continue with Example' })
  await button.waitFor()
  assert.deepEqual(await violations(page), [])
  await button.click()
  await page.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()
  assert.match(page.url(), /\/app\/acme\/endpoints$/)
  await page.reload()
  await page.getByRole('heading', { name: 'Endpoints', exact: true }).waitFor()
  await page.getByRole('link', { name: email }).click()
  await page.getByText('Where you are signed in').waitFor()
  assert.equal(await page.getByText('Change password').count(), 0)

  // What was typed outlives the session: the provider opens in another tab.
  const url = 'https://typed.example.com/hooks'
  const { id: endpoint } = (await ui.call('POST', '/app/acme/endpoint', { url })) as {
    readonly id: string
  } // the contract's type
  await page.goto(`${ui.url}/app/acme/endpoints/${endpoint}/settings`)
  await page.getByLabel('Name').fill('Typed before it ended')
  const sessions = (await ui.call('GET', `/user/${user.id}/session`)) as {
    readonly data: readonly { readonly id: string }[]
  } // the contract's type
  for (const { id } of sessions.data) await ui.call('DELETE', `/user/${user.id}/session/${id}`)
  const dialog = page.getByRole('dialog')
  const ended = { status: 401, contentType: 'application/json', body: '{"code":"ended"}' }
  await page.route('**/api/v1/app**', (route) => route.fulfill(ended)) // as it is within a second
  await page.getByRole('button', { name: 'Save' }).first().dispatchEvent('click')
  await dialog.getByText('What you typed is kept').waitFor()
  await page.unroute('**/api/v1/app**')
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    dialog.getByRole('button', { name: 'Continue with Example' }).click(),
  ])
  await tab.getByRole('link', { name: email }).waitFor()
  await tab.close()
  await page.bringToFront()
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await dialog.waitFor({ state: 'detached' })
  assert.equal(await page.getByLabel('Name').inputValue(), 'Typed before it ended')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved', { exact: true }).first().waitFor()

  provider.person = { sub: 'stranger', email: 'stranger@example.com', email_verified: true }
  const stranger = await ui.open('/', { language: 'es', fresh: true })
  await stranger.getByRole('button', { name: 'Continuar con Example' }).click()
  await stranger.getByText('Aquí no se agregó a nadie con tu correo.').waitFor()
  assert.equal(stranger.url(), `${ui.url}/`, 'the code is not left in the address')
  await stranger.getByLabel('Contraseña').waitFor()
  assert.deepEqual(await violations(stranger), [])
  assert.deepEqual(await englishTexts(stranger), [])
})
