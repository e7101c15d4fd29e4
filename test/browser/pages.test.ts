/**
 * Every page of the console and the portal: no accessibility violation in either theme and
 * language (A37), nothing cut at 320 px (A36), a picture of each kept in `.artifacts/`.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { artifacts, type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { go, settled, violations } from './axe.ts'
import { assertCopied } from './copied.ts'
import { covered, crammed, cutTexts, mostCurrent, rowsFollow, widest } from './layout.ts'
import { inPseudo, outsideCatalog, speakPseudo } from './pseudo.ts'
import { loadAll, makeQuietKnown } from './quiet.ts'
import { englishTexts } from './words.ts'

let ui: ConsoleUnderTest
let pages: readonly (readonly [name: string, path: string])[] = []

interface Named {
  readonly id: string
}
interface Listed {
  readonly data: readonly Named[]
}

before(async () => {
  ui = await startConsole()
  await ui.call('POST', '/event-type', {
    name: 'order.paid',
    description: 'An order was paid.',
    schemas: { '1': { type: 'object', examples: [{ order: { id: 'o_91', total: 42 } }] } },
  })
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
  await ui.call('POST', '/app', { name: 'Vacía', uid: 'empty' })
  await ui.call('POST', '/app', { name: 'Cotalker', uid: 'cotalker', profile: 'cotalker' })
  for (const system of ['modyo', 'ultimate-multisite', 'logto', 'ciam', 'cotalker']) {
    await ui.call('POST', `/catalog/${system}/install`, {})
    if (system === 'cotalker') continue
    await ui.call('POST', '/app', { name: system, uid: system, profile: system })
  }
  await ui.call('PUT', '/inspector/bin/shop', { script: '200, 500, 200, 404' })
  const shop = (await ui.call('POST', '/app/acme/endpoint', {
    url: `${ui.url}/in/shop`,
    description: 'Tienda principal',
    eventTypes: ['order.paid', 'User.Created'],
    authentication: { kind: 'totp', name: 'x-otp', secret: 'GEZDGNBVGY3TQOJQ' },
  })) as Named // the contract's type
  await ui.call('PATCH', `/app/acme/endpoint/${shop.id}/transformation`, {
    code: 'function handler(webhook) {\n  webhook.payload.region = variables.region\n  return webhook\n}',
    variables: { region: 'mx' },
  })
  const off = (await ui.call('POST', '/app/acme/endpoint', {
    url: `${ui.url}/in/off`,
    description: 'Almacén de la sucursal de Guadalajara, segunda planta',
    paused: true,
  })) as Named // as above
  const users = (await ui.call('POST', '/app/cotalker/endpoint', {
    name: 'Usuarios',
    code: 'usuarios',
    url: `${ui.url}/in/users`,
    trigger: 'create-edit-delete-user',
  })) as Named // as above
  for (let n = 0; n < 12; n++) {
    await ui.call('POST', '/app/acme/msg', {
      eventType: 'order.paid',
      payload: { order: { id: `o_${n}`, total: n } },
    })
  }
  const message = ((await ui.call('GET', '/app/acme/msg?limit=1')) as Listed).data[0]?.id ?? ''
  const attempt = await firstAttempt(message)
  const delivery = ((await ui.call('GET', '/app/acme/delivery?limit=1')) as Listed).data[0]?.id
  const entry = ((await ui.call('GET', '/audit?limit=1')) as Listed).data[0]?.id
  const captured = ((await ui.call('GET', '/inspector/bin/shop/request?limit=1')) as Listed).data[0]
    ?.id
  const recovery = (await ui.call('POST', '/app/acme/delivery/recover', {
    status: 'failed',
    since: new Date(Date.now() - 3_600_000).toISOString(),
  })) as Named // as above
  const app = '/app/acme'
  await ui.call('PUT', '/public-catalog', { enabled: true })
  pages = [
    ['public-catalog', '/events'],
    ['public-event', '/events/order.paid'],
    ['catalog-public', '/catalog?dialog=public'],
    ['catalog-import', '/catalog?dialog=import'],
    ['overview', '/'],
    ['applications', '/applications'],
    ['application-create', '/applications?dialog=create'],
    ['all-deliveries', '/deliveries'],
    ['all-delivery-panel', `/deliveries?sel=${delivery}`],
    ['all-deliveries-none', '/deliveries?status=failed&app=empty&since=1h'],
    ['all-messages', '/messages'],
    ['deliveries', `${app}/deliveries`],
    ['delivery-panel', `${app}/deliveries?sel=${delivery}`],
    ['deliveries-empty', '/app/empty/deliveries'],
    ['messages', `${app}/messages`],
    ['message', `${app}/messages/${message}`],
    ['attempt', `${app}/messages/${message}/attempts/${attempt}?compare=success`],
    ['send', `${app}/messages?dialog=send&event=order.paid`],
    ['endpoints', `${app}/endpoints`],
    ['endpoint', `${app}/endpoints/${shop.id}`],
    ['endpoint-paused', `${app}/endpoints/${off.id}`],
    ['endpoint-settings', `${app}/endpoints/${shop.id}/settings`],
    ['endpoint-signing', `${app}/endpoints/${shop.id}/signing`],
    ['endpoint-create', `${app}/endpoints/new`],
    ['cotalker-create', '/app/cotalker/endpoints/new'],
    ['cotalker-list', '/app/cotalker/endpoints'],
    ...['modyo', 'ultimate-multisite', 'logto', 'ciam'].map(
      (system) => [`${system}-create`, `/app/${system}/endpoints/new`] as const,
    ),
    ['cotalker-settings', `/app/cotalker/endpoints/${users.id}/settings`],
    ['endpoint-checkup', `${app}/endpoints/${shop.id}/checkup`],
    ['endpoint-history', `${app}/endpoints/${off.id}/history`],
    ['issues', `${app}/issues`],
    ['recovery', `${app}/recovery`],
    ['recovery-never', `${app}/recovery?what=never`],
    ['recovery-report', `${app}/recovery/${recovery.id}`],
    ['statistics', `${app}/statistics`],
    ['catalog', '/catalog'],
    ['catalog-install', '/catalog?dialog=install'],
    ['event-type', '/catalog/User.Created'],
    ['inspector', '/inspector'],
    ['bin', '/inspector/shop'],
    ['bin-request', `/inspector/shop?sel=${captured}`],
    ['keys', '/keys'],
    ['key-create', '/keys?dialog=create'],
    ['users', '/users'],
    ['user-add', '/users?dialog=add'],
    ['profile', '/profile'],
    ['audit', '/audit'],
    ['audit-entry', `/audit?sel=${entry}`],
    ['settings', '/settings'],
    ['notices', '/settings?dialog=notices'],
    ['bin-settings', '/inspector/shop?dialog=settings'],
    ['not-found', '/catalog/nothing.here'],
    ['portal', 'link'],
    ['portal-overview', '/portal/overview'],
    ['portal-endpoints', '/portal/endpoints'],
    ['portal-endpoint', `/portal/endpoints/${shop.id}`],
    ['portal-settings', `/portal/endpoints/${shop.id}/settings`],
    ['portal-create', '/portal/endpoints/new'],
    ['portal-deliveries', '/portal/deliveries'],
    ['portal-messages', '/portal/messages'],
    ['portal-message', `/portal/messages/${message}`],
    ['portal-attempt', `/portal/messages/${message}/attempts/${attempt}`],
    ['portal-catalog', '/portal/catalog'],
    ['portal-event-type', '/portal/catalog/order.paid'],
    ['portal-checkup', '/portal/checkup'],
    ['portal-snippets', '/portal/snippets'],
    ['portal-recovery', '/portal/recovery'],
    ['portal-recovery-report', `/portal/recovery/${recovery.id}`],
  ]
})

afterEach(() => ui.closePages())
after(() => ui.close())

function firstAttempt(message: string): Promise<string> {
  return eventually(`an attempt of ${message}`, async () => {
    const list = (await ui.call('GET', `/app/acme/attempt/msg/${message}`)) as Listed // as above
    return list.data[0]?.id ?? null
  })
}

/** Words that a system uses in Spanish too. */
const ownWords = new Set(['Headers']) // Modyo

/** A link works once. */
async function portalLink(): Promise<string> {
  const access = await ui.call('POST', '/auth/app-portal-access/acme', {})
  return (access as { readonly url: string }).url // the contract's type
}

const wide = { width: 1360, height: 860 } as const
/** As wide as 1280 px at 400 %. */
const narrow = { width: 320, height: 640 } as const
const usual = { width: 1280, height: 860 } as const
type Look = { readonly theme: 'light' | 'dark'; readonly width: number; readonly height: number }

const partOf = (path: string): string | undefined => /^\/(events|portal)\b/.exec(path)?.[0]

/** To that page: pages that are not the console's own are loaded. */
async function show(page: Page, path: string): Promise<void> {
  const [here, there] = [partOf(page.url().slice(ui.url.length)), partOf(path)]
  if (path !== 'link' && here === there && there !== '/events') await go(page, path)
  else {
    await page.goto(path === 'link' ? await portalLink() : ui.url + path)
    await settled(page)
  }
  if (path.includes('dialog=')) await page.getByRole('dialog').waitFor() // it is loaded late
}

/** Every page in that language, wide in the one theme and narrow in the other: what is wrong. */
async function walk(language: 'en' | 'es', looks: readonly Look[]): Promise<readonly string[]> {
  const wrong: string[] = []
  const page = await ui.open('/', { language, application: 'acme', fresh: true })
  for (const [name, path] of pages) {
    // What a portal shows is the console's: once is enough.
    if (path.startsWith('/portal/') && language === 'en') continue
    for (const [index, { theme, width, height }] of looks.entries()) {
      await page.emulateMedia({ colorScheme: theme })
      await page.setViewportSize({ width, height })
      if (index === 0) await show(page, path)
      const file = `${name}-${language}-${theme}-${width}.png`
      await page.screenshot({ path: join(artifacts, file) })
      const faults = [...(await violations(page)), ...(await faultsOf(page, name, language, width))]
      wrong.push(...faults.map((fault) => `${name} (${language}, ${theme}, ${width}): ${fault}`))
      if (language !== 'es' || width !== wide.width || path.startsWith('/portal/')) continue
      const large = await faultsOfLetters(page, name)
      wrong.push(...large.map((fault) => `${name} (${language}, ${fault}`))
    }
  }
  return wrong
}

async function faultsOf(
  page: Page,
  name: string,
  language: 'en' | 'es',
  room: number,
): Promise<readonly string[]> {
  const faults: string[] = []
  const english = (await englishTexts(page)).filter((text) => !ownWords.has(text))
  if (language === 'es') faults.push(...english.map((text) => `in English: ${text}`))
  else if (english.length === 0 && !/^public-/.test(name)) {
    faults.push('no English found where it should be') // the public pages have words of their own
  }
  if (Number(await page.evaluate(mostCurrent)) > 1) faults.push('two links are the current page')
  const width = Number(await page.evaluate(widest))
  if (width > room) faults.push(`scrolls sideways: ${width}`)
  faults.push(...(await cutTexts(page)).map((text) => `is cut: ${text}`))
  return faults
}

test('every route of console and portal is a page that is looked at here', () => {
  const routed = ['router.tsx', 'portal-router.tsx'].flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, '../../console/src', file), 'utf8')
    const calls = [...text.matchAll(/\b(page|scoped)\(\s*'([^']+)'/g)]
    return calls.map(([, by, path]) => (by === 'scoped' ? `/app/$app${path}` : `${path}`))
  })
  assert.ok(routed.length > 35, 'the routers are written otherwise now')
  const shown = pages.map(([, path]) => path.replace(/\?.*/, ''))
  const missing = routed.filter((route) => {
    const pattern = new RegExp(`^${route.replace(/\$\w+/g, '[^/]+')}$`)
    return !shown.some((path) => pattern.test(path))
  })
  assert.deepEqual(missing, [])
})

test('A4, A36, A37: every page, in both languages and themes, wide and at 320 px (400 %)', async () => {
  const wrong = await Promise.all([
    walk('es', [
      { theme: 'light', ...wide },
      { theme: 'dark', ...narrow },
    ]),
    walk('en', [
      { theme: 'dark', ...wide },
      { theme: 'light', ...narrow },
    ]),
  ])
  assert.deepEqual(wrong.flat(), [])
})

/** Where texts have least room, and where most is beside one another. */
const tight = [usual.width, narrow.width]
/** With the same texts as another. */
const alike = /-(paused|empty|never|entry)$/
const inTight =
  /^(all-|overview|application|profile|deliver|message|attempt|send|endpoint|issues|recovery|statistics|catalog$|event-type|inspector|bin|keys|users|audit$|settings)/

test('every text may be 40 % longer, in a language with accents, and none is outside the catalogs', async () => {
  const page = await ui.open('/icon.svg', { language: 'en', application: 'acme', fresh: true })
  const said = await speakPseudo(page)
  await makeQuietKnown(page)
  await page.goto(ui.url)
  await settled(page)
  await loadAll(page)
  const nobody = new RegExp(`^${inPseudo('There is no such page')}$`)
  const wrong: string[] = []
  for (const [name, path] of pages.filter(([one]) => inTight.test(one) && !alike.test(one))) {
    await go(page, path, nobody)
    if (path.includes('dialog=')) await page.getByRole('dialog').waitFor()
    for (const width of tight) {
      await page.setViewportSize({ width, height: 860 })
      await page.evaluate('quiet()') // what comes late is there, and lists are as wide as they will be
      await page.waitForFunction(rowsFollow)
      const found = [
        ...(await cutTexts(page)).map((text) => `is cut: ${text}`),
        ...(await page.evaluate(crammed)),
        ...(await page.evaluate(covered)),
      ]
      if (Number(await page.evaluate(widest)) > width) found.push('scrolls sideways')
      if (found.length > 0) await page.screenshot({ path: join(artifacts, `${name}-pseudo.png`) })
      wrong.push(...found.map((fault) => `${name} (${width}): ${fault}`))
    }
    const outside = await outsideCatalog(page, await said())
    wrong.push(...outside.map((text) => `${name}: in no catalog: ${text}`))
  }
  assert.deepEqual(wrong, [])
})

/** Letters twice as large, and with the space between them that WCAG 1.4.12 names. */
const letters = {
  'at 200 %': 'html { font-size: 200% }',
  spaced: `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`,
} as const

/** With other letters, on a screen of usual width (1.4.4, 1.4.12): nothing cut, nothing over another. */
async function faultsOfLetters(page: Page, name: string): Promise<readonly string[]> {
  const faults: string[] = []
  await page.setViewportSize(usual)
  for (const [how, css] of Object.entries(letters)) {
    await page.evaluate(restyled, css)
    await page.waitForFunction(rowsFollow)
    const found = [
      ...(await cutTexts(page)),
      ...(await page.evaluate(crammed)),
      ...(await page.evaluate(covered)),
    ]
    const width = Number(await page.evaluate(widest))
    if (width > usual.width) found.push(`scrolls sideways: ${width}`)
    faults.push(...found.map((fault) => `${how}): ${fault}`))
    if (how !== 'spaced') await page.screenshot({ path: join(artifacts, `${name}-es-200.png`) })
  }
  await page.evaluate(restyled, '')
  await page.waitForFunction(rowsFollow)
  return faults
}

/** As a person's own style sheet: what the page may load is its server's business. */
function restyled(css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [sheet]
}

test('A40: with forced colours and reduced motion statuses stay apart, and nothing comes from elsewhere', async () => {
  const page = await ui.open('/app/acme/deliveries', { language: 'en', application: 'acme' })
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  await page.getByRole('row').nth(1).waitFor()
  const pills = await page.evaluate(() =>
    [...document.querySelectorAll('[role=gridcell] .pill')].map((pill) => ({
      text: pill.textContent?.split(' · ')[0],
      icon: pill.querySelector('svg')?.getAttribute('class') ?? '',
      border: getComputedStyle(pill).borderTopStyle,
    })),
  )
  // Each status has a word, an icon of its own, and an edge: none depends on its colour.
  const byText = new Map(pills.map(({ text, icon }) => [text, icon]))
  assert.ok(byText.size >= 2)
  assert.equal(new Set(byText.values()).size, byText.size)
  assert.ok(
    pills.every(({ text, icon, border }) => text !== '' && icon !== '' && border === 'solid'),
  )
  const moving = await page.evaluate(
    () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
  )
  assert.equal(moving, 0)
  await page.screenshot({ path: join(artifacts, 'deliveries-forced-colors.png') })
  const button = page.locator('.btn').first()
  const lasts = await button.evaluate((one) => getComputedStyle(one).transitionDuration)
  assert.equal(lasts, '0s')

  // The browser reaches nothing but this machine: fonts, icons, charts and docs are there.
  await page.goto(`${ui.url}/app/acme/statistics`)
  await page.locator('main svg g rect:not([height="0"])').first().waitFor()
  await page.locator('nav svg.lucide').first().waitFor()
  await page.waitForFunction(() =>
    ['13px Geist', '13px "Geist Mono"'].every((font) => document.fonts.check(font)),
  )
  const loaded = await page.evaluate(() =>
    [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family),
  )
  assert.ok(loaded.length >= 2, String(loaded))
  await page.goto(`${ui.url}/docs`)
  await page.locator('h1').first().waitFor()
  assert.deepEqual([...ui.foreignHosts], [])
  assert.deepEqual(
    ui.errors.filter((error) => !/status of (404|401|422)/.test(error)),
    [],
  )
})

test('what a form on a page copies is what it would save, with its secrets left out', async () => {
  await ui.call('POST', '/app', { name: 'Forms', uid: 'forms' })
  const { id } = (await ui.call('POST', '/app/forms/endpoint', {
    url: `${ui.url}/in/shop`,
    eventTypes: ['order.paid'],
  })) as Named // as above
  const page = await ui.open('/', { language: 'en', application: 'forms', fresh: true })
  await settled(page)
  page.on('dialog', (asked) => void asked.accept()) // to leave what was typed
  const main = page.getByRole('main')
  const section = (name: string) => main.getByRole('region', { name, exact: true })
  const details = (name: string) => main.locator('details').filter({ hasText: name })
  const type = (at: Locator, label: string, text: string) =>
    at.getByLabel(label, { exact: true }).fill(text)
  const settings = `/app/forms/endpoints/${id}/settings`
  const cases: readonly (readonly [
    path: string,
    within: Locator,
    verb: string,
    fill: (at: Locator) => Promise<unknown>,
    secrets?: readonly string[],
  ])[] = [
    [
      '/app/forms/endpoints/new',
      main.locator('form'),
      'Create endpoint',
      async (at) => {
        await type(at, 'URL', `${ui.url}/in/off`)
        await at.getByRole('checkbox', { name: /Everything/ }).check()
        await at.getByText(/^Advanced/).click()
        await at.getByLabel('Authentication', { exact: true }).selectOption('bearer')
        await type(at, 'Secret', "ope'n $HOME")
      },
      ["ope'n $HOME"],
    ],
    [
      '/app/logto/endpoints/new',
      main.locator('form'),
      'Create Webhook',
      async (at) => {
        await type(at, 'Name', 'Mail')
        await type(at, 'Endpoint URL', `${ui.url}/in/off`)
        await type(at, 'Events', 'PostRegister')
        await at.getByRole('checkbox', { name: /^PostRegister/ }).check()
      },
    ],
    [settings, section('General'), 'Save', (at) => at.getByLabel(/^Name/).fill("Ana's")],
    [
      settings,
      section('Headers'),
      'Save',
      async (at) => {
        await at.getByText('Headers', { exact: true }).first().click()
        await at.getByRole('button', { name: 'Add header' }).click()
        await type(at, 'Header name', 'authorization')
        await type(at, 'Header value', 'Bearer abc')
      },
      ['Bearer abc'],
    ],
    [
      settings,
      details('Transformation').locator('form'),
      'Save',
      async (at) => {
        await main.getByText('Transformation', { exact: true }).click()
        await at.getByRole('button', { name: 'Begin with an example' }).click()
      },
    ],
    ['/settings', main.locator('form').first(), 'Save', (at) => type(at, 'Name', 'Forms 2')],
  ]
  for (const [path, within, verb, fill, secrets = []] of cases) {
    await page.goto(ui.url + path)
    await settled(page)
    await fill(within)
    await assertCopied(ui, page, { within, verb, secrets }).catch((error) => {
      throw new Error(`${path}: ${verb}`, { cause: error })
    })
  }
})

test('what a dialog copies for a shell is what it would do, and works', async () => {
  const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
  const { id: app } = (await ui.call('POST', '/app', { name: 'Gone', uid: 'gone' })) as Named // as above
  await ui.call('POST', '/api-key', { name: 'Robot', role: 'sender' })
  await ui.call('PUT', '/inspector/bin/spare', {})
  await ui.call('POST', '/operational-webhook/endpoint', { url: `${ui.url}/in/told` })
  const shop = (await ui.call('POST', `/app/${app}/endpoint`, {
    url: `${ui.url}/in/shop`,
  })) as Named
  const second = (await ui.call('POST', `/app/${app}/endpoint`, {
    ...{ url: `${ui.url}/in/spare`, description: "Ana's" },
    eventTypes: ['order.paid'],
  })) as Named // as above
  await ui.call('PATCH', `/app/gone/endpoint/${second.id}`, { description: 'Second' })
  const page = await ui.open('/', { language: 'en', application: 'acme', fresh: true })
  await settled(page)
  // Whoever comes from now on has to sign in.
  await ui.call('POST', '/user', { email: 'ana@example.com', role: 'reader' })
  const dialog = page.getByRole('dialog')
  const type = (label: string, text: string) => dialog.getByLabel(label, { exact: true }).fill(text)
  const press = (name: string | RegExp) => page.getByRole('button', { name }).last().click()
  const choose = async (row: string | RegExp, item: string) => {
    await page.getByRole('button', { name: row }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const cases: readonly (readonly [
    path: string,
    verb: string,
    fill: () => Promise<unknown>,
    secrets?: readonly string[],
  ])[] = [
    [
      '/settings?dialog=notices',
      'Add receiver',
      () => type('URL of the receiver', "https://hooks.example.com/it's"),
    ],
    ['/settings', 'Delete receiver', () => press(/^Delete receiver:/)],
    [
      '/inspector/shop?dialog=settings',
      'Save',
      async () => {
        await type('Note', 'What\'s $HOME "here"')
        await type('Secret', secret)
      },
      [secret],
    ],
    ['/inspector/spare?dialog=settings', 'Delete bin', () => press('Delete bin…')],
    ['/inspector?dialog=create', 'New bin', () => type('Name', ' fresh ')],
    [
      '/keys?dialog=create',
      'Create API key',
      async () => {
        await type('Name', ' Nightly job ')
        await dialog.getByLabel('Application').selectOption({ label: 'Gone' })
        await dialog.getByLabel('Expires').selectOption({ index: 1 })
      },
    ],
    ['/keys', 'Roll key', () => press('Roll')],
    [
      '/keys',
      'Revoke',
      () => press('Revoke').then(() => dialog.getByRole('textbox').fill('Robot')),
    ],
    ['/users?dialog=add', 'Add user', () => type('E-mail', ' eva@example.com')],
    [
      '/users',
      'Remove user',
      async () => {
        await choose('More actions: ana@example.com', 'Remove')
        await dialog.getByRole('textbox').fill('ana@example.com')
      },
    ],
    [
      '/catalog?dialog=create',
      'Create event type',
      async () => {
        await type('Name, as programs spell it', 'stock.low ')
        await type('Description', "Little's left")
        await dialog.getByRole('textbox').last().fill('{ "n": 1.50 }')
      },
    ],
    [
      '/catalog?dialog=import',
      'Show what would change',
      () => type('Document or list', "a.b, It's new\nc.d, Other"),
    ],
    [
      '/catalog/order.paid?dialog=edit',
      'Save',
      async () => {
        await type('Description', 'Somebody paid')
        await dialog.getByRole('textbox').last().fill('{"type":"object"}')
      },
    ],
    ['/catalog/User.Created?dialog=edit', 'Archive', () => press('Archive…')],
    [
      '/applications?dialog=create',
      'Create application',
      async () => {
        await type('Name', ' Logs ')
        await dialog.getByLabel('Profile').selectOption('logto')
      },
    ],
    [`/app/gone/endpoints/${shop.id}/checkup`, 'Run the check-up', () => press('Run the check-up')],
    [`/app/gone/endpoints/${second.id}/history`, 'Take it back', () => press('Take it back')],
    [`/app/gone/endpoints/${shop.id}`, 'Disable', () => choose('More actions', 'Disable…')],
    [
      '/app/gone/endpoints?disabled=show',
      'Send test event',
      async () => {
        await page.getByRole('checkbox', { name: 'Select all rows' }).check()
        await press('Send test')
      },
    ],
    [
      '/app/gone/endpoints',
      'Change 1 endpoint',
      async () => {
        await page.getByRole('checkbox', { name: 'Select all rows' }).check()
        await press('Change events…')
        await dialog.getByRole('searchbox').fill('PostRegister')
        await dialog.getByRole('checkbox', { name: 'PostRegister' }).check()
      },
    ],
    [
      '/settings',
      'Delete application',
      async () => {
        await press('Delete application…')
        await dialog.getByRole('textbox').fill('Gone')
      },
    ],
  ]
  for (const [path, verb, fill, secrets = []] of cases) {
    await go(page, path)
    if (path.includes('dialog=')) await dialog.waitFor()
    await fill()
    await assertCopied(ui, page, { verb, secrets }).catch((error) => {
      throw new Error(`${path}: ${verb}`, { cause: error })
    })
  }
})
