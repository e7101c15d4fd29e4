/**
 * Lists and the work on many deliveries in a real Chromium: recovery, everything that matches, and
 * very long lists. Numbered as the checks of the design.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { artifacts, type ConsoleUnderTest, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { seedDeliveries } from '../support/seed.ts'
import { violations } from './axe.ts'
import { runCopied, sameCopied } from './copied.ts'
import { msUntilShown, within } from './timing.ts'
import { englishTexts } from './words.ts'

let ui: ConsoleUnderTest
const english = { language: 'en', application: 'shop' } as const
const failures = 412

// biome-ignore lint/suspicious/noExplicitAny: each test reads what it expects of an answer
type Answer = any

const call = (method: string, path: string, body?: object): Promise<Answer> =>
  ui.call(method, path, body)

before(async () => {
  ui = await startConsole()
})
afterEach(() => ui.closePages())
after(() => ui.close())

/** An application whose only endpoint answers as the bin's script says, and never retries. */
async function shop(uid: string, script: string): Promise<string> {
  await call('POST', '/app', { name: uid, uid })
  await call('PUT', `/inspector/bin/${uid}`, { script })
  const endpoint = await call('POST', `/app/${uid}/endpoint`, {
    url: `${ui.url}/in/${uid}`,
    description: 'Warehouse',
    policy: { retryScheduleMs: [] },
  })
  return endpoint.id
}

async function states(app: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  let iterator: string | null = null
  do {
    const from: string = iterator === null ? '' : `&iterator=${iterator}`
    const page: Answer = await call('GET', `/app/${app}/delivery?limit=250${from}`)
    for (const { state, trigger } of page.data) {
      const key = `${trigger} ${state}`
      counts[key] = (counts[key] ?? 0) + 1
    }
    iterator = page.done ? null : page.iterator
  } while (iterator !== null)
  return counts
}

const failed = (application: string, endpoint: string, count: number): Promise<void> =>
  seedDeliveries(ui.posthorn, { application, endpoint, count, outcome: 'failed' })

/** Polls the database until `count` deliveries are there. */
function until(app: string, key: string, count: number): Promise<unknown> {
  return eventually(`${count} ${key} of ${app}`, async () =>
    (await states(app))[key] === count ? true : null,
  )
}

/** Waits until that many deliveries, of the endpoint if one is named, were tried at least once. */
function untilTried(app: string, count: number, endpoint?: string): Promise<unknown> {
  const of = endpoint === undefined ? '' : `?endpoint_id=${endpoint}`
  return eventually(`${count} tried of ${app}`, async () => {
    const { data } = await call('GET', `/app/${app}/delivery${of}`)
    const tried = data.filter(
      ({ state, attemptCount }: Answer) => state !== 'sending' && attemptCount > 0,
    )
    return tried.length === count ? true : null
  })
}

test('A28: a recovery is previewed, leaves out what arrived, is paused, resumed and ended', async () => {
  const endpoint = await shop('shop', '200')
  await failed('shop', endpoint, failures)
  const { data } = await call('GET', '/app/shop/delivery?limit=38')
  for (const { msgId } of data) {
    await call('POST', `/app/shop/msg/${msgId}/endpoint/${endpoint}/resend`)
  }
  await until('shop', 'manual succeeded', 38)

  const page = await ui.open('/app/shop/recovery', english)
  await page.getByText('posthorn recover --app shop --since 24h --go').waitFor()
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByText('374', { exact: true }).first().waitFor()
  await preview.getByText('412', { exact: true }).first().waitFor()
  await preview.getByText('38', { exact: true }).waitFor()
  await page.getByLabel('Rate').selectOption('20')
  await page.getByText('posthorn recover --app shop --since 24h --rate 20/s --go').waitFor()
  await page.getByRole('button', { name: 'Recover 374' }).click()
  const job = page.getByRole('region', { name: 'Work on many deliveries' })
  await job.getByText(/^[1-9]\d* of 374$/).waitFor()
  await job.getByRole('button', { name: 'Pause' }).click()
  await job.getByText('Paused').waitFor()
  const held = await states('shop')
  await job.getByRole('button', { name: 'Resume' }).click()
  await job.getByText('Under way').waitFor()
  await page.waitForFunction(
    (before) => Number(/^(\d+) of 374$/m.exec(document.body.innerText)?.[1]) > before,
    (held['manual succeeded'] ?? 0) - 38,
  )
  await job.getByRole('button', { name: 'End it' }).click()
  await job.getByText('Ended by a person').waitFor()
  // The step under way ends first, and the page tells of it.
  await eventually('as many arrived as the page says', async () => {
    const [, done = ''] = /(\d+) of 374/.exec((await job.textContent()) ?? '') ?? []
    return (await states('shop'))['manual succeeded'] === Number(done) + 38 ? true : null
  })
})

test('A29: a recovery stops by itself when the first one fails, and says so in Spanish too', async () => {
  await failed('down', await shop('down', '503'), 12)
  const page = await ui.open('/app/down/recovery', { ...english, language: 'es' })
  await page.getByRole('button', { name: 'Recuperar 12' }).click()
  await page.getByText('Warehouse: la primera falló, así que las demás no se enviaron').waitFor()
  assert.equal((await states('down'))['manual failed'], 1)
})

test('A16: one message of ten thousand is found by its payload', async (t) => {
  const endpoint = await shop('find', '200')
  await call('PATCH', `/app/find/endpoint/${endpoint}`, { paused: true })
  await seedDeliveries(ui.posthorn, {
    ...{ application: 'find', endpoint, count: 10_000, outcome: 'waiting' },
    payloadOf: (n) => `{"data":{"order":{"id":"o_${n}","total":${n}.0}}}`,
  })
  const page = await ui.open('/app/find/messages', english)
  await page.locator('[role=row]').nth(20).waitFor()
  const box = page.getByRole('searchbox', { name: 'Payload: path = value' })
  const times = await within({ found: 2_000 }, async () => {
    await box.fill('')
    await box.press('Enter')
    await page.locator('[data-index="20"]').waitFor()
    await box.fill('data.order.id = "o_91"')
    const one = '[role=grid][aria-rowcount="2"] [data-index="0"]'
    return { found: await msUntilShown(page, one, () => box.press('Enter')) }
  })
  t.diagnostic(times)
  assert.match(page.url(), /where=data\.order\.id/)
  await box.fill('data.order.id =')
  await box.press('Enter')
  await page.getByText('expected path = value').waitFor()
  await box.fill('')
  await page.locator('[role=row]').nth(20).waitFor()

  // Its deliveries in the same words; all that match are chosen and recovered by them.
  await page.goto(`${ui.url}/app/find/deliveries?status=held&since=30d`)
  await box.fill('data.order.total >= 9700 and data.order.total < 9950')
  await box.press('Enter')
  await page.getByRole('button', { name: 'Remove condition data.order.total < 9950' }).waitFor()
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Select all 250 that match' }).click()
  await page.getByText('All 250 that match are selected').waitFor()
  await page.getByRole('link', { name: 'Recover…' }).click()
  await page
    .getByText(/^posthorn recover .* --status held --where 'data\.order\..*' --go$/)
    .waitFor()
  await page.getByRole('button', { name: 'Recover 250' }).waitFor()
  await page.getByRole('button', { name: 'Remove condition data.order.total < 9950' }).click()
  await page.getByRole('button', { name: 'Recover 300' }).waitFor()
})

test('A30: all that match are chosen beyond what is loaded, and the job has them all', async () => {
  await failed('all', await shop('all', '200'), failures)
  const page = await ui.open('/app/all/deliveries?status=failed', english)
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByText('100 selected').waitFor()
  await page.getByRole('button', { name: 'Select all 412 that match' }).click()
  await page.getByText('All 412 that match are selected').waitFor()
  await page.getByRole('button', { name: 'Resend', exact: true }).click()
  await page.getByRole('dialog').getByText('412 requests go out now').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Resend' }).click()
  await page.getByText('412 of 412').waitFor()
  await until('all', 'manual succeeded', failures)
  assert.match(page.url(), /task=qtask_/)
})

test('queued, retrying and held are counted apart, and each filter shows as many', async () => {
  const held = await shop('kinds', '200')
  await call('PATCH', `/app/kinds/endpoint/${held}`, { paused: true })
  await seedDeliveries(ui.posthorn, {
    ...{ application: 'kinds', endpoint: held, count: 7, outcome: 'waiting' },
  })
  const retries = await call('POST', '/app/kinds/endpoint', {
    ...{ url: `${ui.url}/in/kinds-down`, description: 'Down', uid: 'down' },
    policy: { retryScheduleMs: [3_600_000] },
  })
  await call('PUT', '/inspector/bin/kinds-down', { script: '503' })
  for (let n = 0; n < 2; n++) {
    await call('POST', '/app/kinds/msg', { eventType: 'order.paid', payload: { n } })
  }
  const later = new Date(Date.now() + 3_600_000).toISOString()
  await call('PATCH', `/app/kinds/endpoint/${held}`, { channels: ['elsewhere'] })
  await call('POST', '/app/kinds/msg', {
    ...{ eventType: 'order.late', payload: {}, deliverAt: later },
  })
  await untilTried('kinds', 2, retries.id)
  const page = await ui.open('/app/kinds/deliveries', english)
  await page.getByRole('button', { name: 'Status' }).click()
  const option = (name: string, count: number) =>
    page.locator('label').filter({ hasText: name }).getByText(String(count), { exact: true })
  await option('Held', 9).waitFor()
  await option('Retrying', 2).waitFor()
  await option('Queued', 1).waitFor()
  await page.goto(`${ui.url}/app/kinds/deliveries?status=retrying`)
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('[data-index]')]
        .map((row) => row.textContent?.includes('order.paid'))
        .join() === 'true,true',
  )
})

test('what an open circuit holds back says until when it waits, and why', async () => {
  const endpoint = await shop('circuit', '429 retry-after 3000')
  const body = { eventType: 'order.paid', payload: {} }
  await call('PATCH', `/app/circuit/endpoint/${endpoint}`, {
    policy: { retryScheduleMs: [60_000] },
  })
  await call('POST', '/app/circuit/msg', body)
  await untilTried('circuit', 1)
  const second = await call('POST', '/app/circuit/msg', body)
  const [held] = (await call('GET', '/app/circuit/delivery')).data
  assert.equal(held.msgId, second.id)
  assert.ok(['sending', 'pending'].includes(held.state), held.state)
  assert.ok(Date.parse(held.circuitOpenUntil) > Date.now() + 1_000_000, held.circuitOpenUntil)
  const page = await ui.open('/app/circuit/deliveries', { ...english, language: 'es' })
  const row = page.getByRole('row').nth(1)
  await row.getByText(/^En espera · hasta /).click()
  const panel = page.getByRole('complementary')
  await panel.getByText('El endpoint falla: su circuito está abierto').waitFor()
  await page.goto(`${ui.url}/app/circuit/messages/${second.id}`)
  await page.getByText(/^En espera · hasta /).waitFor()
})

test('messages are resent and their payloads dropped, those chosen and all that match', async () => {
  await failed('mails', await shop('mails', '200'), 120)
  const page = await ui.open('/app/mails/messages', english)
  await page.locator('[data-index="0"]').getByText('Warehouse: Failed.').waitFor()
  await page.getByRole('checkbox', { name: 'Select row' }).first().check()
  await page.getByRole('button', { name: 'Resend' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Resend 1 message?').waitFor()
  await runCopied(ui, page)
  await until('mails', 'manual succeeded', 2) // by the command line and by curl
  await dialog.getByRole('button', { name: 'Resend' }).click()
  await page.getByText('Resent', { exact: true }).waitFor()
  await until('mails', 'manual succeeded', 3)

  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Select all 120 that match' }).click()
  await page.getByRole('button', { name: 'Resend' }).click()
  await dialog.getByRole('button', { name: 'Resend' }).click()
  await page.getByText('120 of 120').waitFor()
  await until('mails', 'manual succeeded', 123)
  await page.locator('[data-index="0"]').getByText('Warehouse: Delivered.').waitFor()

  // A text and a view are part of what matches: the job has them too.
  await page.goto(`${ui.url}/app/mails/messages?view=failed&q=NOTHING-LIKE-IT`)
  await page.getByText('Nothing matches these filters').waitFor()
  await page.goto(`${ui.url}/app/mails/messages?view=failed&q=ORDER`)
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Select all 120 that match' }).click()
  await page.getByRole('button', { name: 'Drop payloads…' }).click()
  await dialog.getByRole('button', { name: 'Drop payloads' }).click()
  await dialog.getByText('Type 120 to confirm').waitFor() // nothing goes without it
  await dialog.getByRole('textbox').fill('120')
  await dialog.getByRole('button', { name: 'Drop payloads' }).click()
  // A job, which goes on without the page.
  const job = page.getByRole('region', { name: 'Work on many deliveries' })
  await job.getByText('120 dealt with').waitFor()
  const { data } = await call('GET', '/app/mails/msg?limit=250')
  assert.equal(data.filter(({ payload }: Answer) => 'order' in payload).length, 0)
})

test('endpoints are paused, resumed, disabled and enabled many at once, with Undo', async () => {
  const first = await shop('several', '200')
  const { id: second } = await call('POST', '/app/several/endpoint', {
    ...{ url: `${ui.url}/in/second`, description: 'Second' },
  })
  const stateOf = async (id: string) => {
    const { paused, disabled } = await call('GET', `/app/several/endpoint/${id}`)
    return { paused, disabled }
  }
  await call('PATCH', `/app/several/endpoint/${second}`, { paused: true })
  const page = await ui.open('/app/several/endpoints', english)
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('1 endpoint paused').waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await page.getByRole('button', { name: 'Pause' }).waitFor()
  // Undo takes back what it did, and leaves what was paused before.
  assert.deepEqual(
    [await stateOf(first), await stateOf(second)],
    [
      { paused: false, disabled: false },
      { paused: true, disabled: false },
    ],
  )
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('1 endpoint goes on').waitFor()
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByText('2 endpoints disabled').waitFor()
  await page.getByRole('checkbox', { name: /Show 2 disabled/ }).check()
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByText('2 endpoints enabled').waitFor()
  assert.deepEqual(
    [await stateOf(first), await stateOf(second)],
    [
      { paused: false, disabled: false },
      { paused: false, disabled: false },
    ],
  )

  // The server narrows the list; what empties it is named, and what is copied is this list.
  await call('PATCH', `/app/several/endpoint/${second}`, { metadata: { team: 'money' } })
  await page.goto(`${ui.url}/app/several/endpoints?q=SECOND`)
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length === 2)
  await page.getByRole('button', { name: 'Label' }).click()
  await page.getByRole('checkbox', { name: 'team:money' }).check()
  await page.waitForURL(/label=team:money/)
  await page.keyboard.press('Escape')
  await sameCopied(ui, page, 1)
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'CSV', exact: true }).click(),
  ])
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n')
  assert.match(lines.join('\n'), /^"id","uid",[^\n]*\n"ep_[^\n]*"team:money"[^\n]*$/)
  await page.goto(`${ui.url}/app/several/endpoints?q=second&state=paused`)
  await page.getByText('Without “Paused” there is 1.').waitFor()
  await page.getByRole('button', { name: 'Take away “Paused”' }).click()
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length === 2)
})

test('what waits is taken back by its filter, and nothing else', async () => {
  const endpoint = await shop('wait', '200')
  const seed = { application: 'wait', endpoint }
  await call('PATCH', `/app/wait/endpoint/${endpoint}`, { paused: true })
  await seedDeliveries(ui.posthorn, { ...seed, count: 3, outcome: 'succeeded' })
  await seedDeliveries(ui.posthorn, { ...seed, count: 5, outcome: 'waiting' })
  const page = await ui.open('/app/wait/deliveries?status=held', english)
  await page.getByText('Held').nth(4).waitFor()
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Cancel deliveries' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel deliveries' }).click()
  await page.getByText('Done', { exact: true }).waitFor()
  assert.deepEqual(await states('wait'), { 'scheduled succeeded': 3, 'scheduled canceled': 5 })
})

test('A20: the badge says Live; what came while it was cut off is there on return, once', async () => {
  await shop('live', '200')
  const page = await ui.open('/app/live/deliveries', { ...english, fresh: true })
  const badge = page.getByRole('button', { name: /^(Live|Connecting…|Reconnecting.*|Every 2 s)$/ })
  const send = (eventType: string) =>
    call('POST', '/app/live/msg', { eventType, payload: {} }) as Promise<{ id: string }>
  await badge.getByText('Live').waitFor()
  await send('order.created')
  await page.getByRole('row').filter({ hasText: 'order.created' }).getByText('Delivered').waitFor()
  await page.route('**/api/v1/**', (route) => route.abort())
  ui.posthorn.api.app.server.closeAllConnections()
  await badge.getByText('Reconnecting').waitFor()
  await badge.getByText(/^\([1-9]\d*\)$/).waitFor()
  await send('order.paid')
  await page.getByText('order.created').waitFor()
  await page.unroute('**/api/v1/**')
  await badge.getByText('Live').waitFor()
  await page.getByRole('row').filter({ hasText: 'order.paid' }).getByText('Delivered').waitFor()
  assert.equal(await page.getByRole('row').filter({ hasText: 'order.paid' }).count(), 1)
})

test('A19: an attempt changes its row at once, and nothing else moves', async () => {
  const endpoint = await shop('still', '200')
  await call('PATCH', `/app/still/endpoint/${endpoint}`, { paused: true })
  await seedDeliveries(ui.posthorn, {
    ...{ application: 'still', endpoint, count: 300, outcome: 'waiting' },
  })
  const page = await ui.open('/app/still/deliveries', { ...english, fresh: true })
  await page.getByText('Live', { exact: true }).waitFor()
  const seventh = page.locator('[data-index="7"]')
  await seventh.focus()
  const before = await seventh.boundingBox()
  const id = await seventh.getAttribute('data-row')
  await call('PATCH', `/app/still/endpoint/${endpoint}`, { paused: false })
  await page.locator(`[data-row="${id}"]`).getByText('Delivered').waitFor()
  assert.deepEqual(await page.locator(`[data-row="${id}"]`).boundingBox(), before)
  assert.equal(await page.evaluate('document.activeElement.dataset.row'), id)
})

test('a list that is looked through for a condition stays live, and its badge says so', async () => {
  await shop('condition', '200')
  await call('POST', '/event-type', { name: 'size.known', description: 'A size' })
  const send = (size: number) =>
    call('POST', '/app/condition/msg', { eventType: 'size.known', payload: { size } })
  const first = await send(7)
  const messages = await ui.open('/app/condition/messages?where=size > 5', english)
  await messages.locator(`[data-row="${first.id}"]`).waitFor()
  const page = await ui.open('/app/condition/deliveries?where=size > 5', english)
  for (const one of [page, messages]) await one.getByText('Live', { exact: true }).waitFor()
  await page.locator('[data-index="0"]').waitFor()
  await send(3)
  const second = await send(9)
  await messages.locator(`[data-row="${second.id}"]`).waitFor()
  await page.locator('[data-index="1"]').waitFor()
  for (const one of [page, messages]) {
    assert.equal(await one.locator('[data-row]').count(), 2, 'what does not fit stays out')
  }
})

test('A17: the chart counts all; a range is dragged or picked by arrows alike, and is the list’s', async () => {
  const endpoint = await shop('chart', '200')
  const seed = { application: 'chart', endpoint, spanMs: 5 * 3_600_000 }
  await seedDeliveries(ui.posthorn, { ...seed, count: 450, outcome: 'succeeded' })
  await seedDeliveries(ui.posthorn, { ...seed, count: 150, outcome: 'failed' })
  const page = await ui.open('/app/chart/deliveries?since=6h', english)
  const chart = page.getByRole('application')
  await page.getByRole('application', { name: /^450 delivered, 150 failed/ }).waitFor()
  await page.getByRole('button', { name: 'Status' }).click()
  await page.locator('label').filter({ hasText: 'Failed' }).getByText('150').waitFor()
  await page.keyboard.press('Escape')
  // Of a fixed range, so that each way finds the same bars.
  const hour = 3_600_000
  const end = Math.floor(Date.now() / 60_000) * 60_000
  const [from, to] = [new Date(end - 6 * hour).toISOString(), new Date(end).toISOString()]
  await page.goto(`${ui.url}/app/chart/deliveries?from=${from}&to=${to}`)
  const stateOf = (of: Answer, state: string) =>
    of.facets.state.find(({ value }: Answer) => value === state).count
  const summary = (after: string, before: string) =>
    call('GET', `/app/chart/summary/delivery?after=${after}&before=${before}`)
  // Until the server has counted there are only the rows that are loaded.
  const all = await summary(from, to)
  const whole = page.getByRole('application', {
    name: new RegExp(`^${stateOf(all, 'succeeded')} delivered, ${stateOf(all, 'failed')} failed`),
  })
  await whole.waitFor()
  const bars = await chart.locator('svg > g').count()
  const [first, last] = [Math.floor(bars / 2), Math.floor(bars * 0.75)]
  const box = await chart.boundingBox()
  assert.ok(box !== null && bars > 8)
  const middle = (bar: number) => box.x + (box.width * (bar + 0.5)) / bars
  await page.mouse.move(middle(first), box.y + 20)
  await page.mouse.down()
  await page.mouse.move(middle(last), box.y + 20)
  await page.mouse.up()
  const picked = async () => {
    await page.waitForURL((url) => url.searchParams.get('from') !== from)
    const { searchParams } = new URL(page.url())
    return { from: searchParams.get('from'), to: searchParams.get('to') }
  }
  const dragged = await picked()
  await page.goBack()
  await page.waitForURL((url) => url.searchParams.get('from') === from)
  await whole.waitFor()
  await chart.focus()
  for (let bar = bars; bar > last; bar--) await page.keyboard.press('ArrowLeft')
  for (let bar = last; bar > first; bar--) await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  assert.deepEqual(await picked(), dragged)

  const counted = await summary(String(dragged.from), String(dragged.to))
  assert.ok(counted.total > 50 && counted.total < 350, `${counted.total}`)
  await page
    .getByRole('application', { name: new RegExp(`, ${stateOf(counted, 'failed')} failed`) })
    .waitFor()
  // Down to the newest bar: the newest delivery is in it.
  await page.goto(`${ui.url}/app/chart/deliveries?status=failed&since=1h`)
  await page.locator('[data-index="0"]').waitFor()
  const newest = await page.locator('[data-index="0"]').getAttribute('data-row')
  await chart.focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.waitForURL(/from=.*&to=/)
  await page.locator(`[data-row="${newest}"]`).waitFor()

  // The page of the endpoint has the same, with latency, what waits and what was changed.
  await call('PATCH', `/app/chart/endpoint/${endpoint}`, { throttleRate: 50 })
  await page.goto(`${ui.url}/app/chart/endpoints/${endpoint}?since=6h`)
  const strips = /^450 delivered, 150 failed, 0 waiting\. How long attempts took, at most \d+ ms/
  await page.getByRole('application', { name: strips }).waitFor()
  await page.locator('summary').filter({ hasText: 'Changes of settings, and notes (2)' }).click()
  const mark = page.getByRole('link', { name: 'Delivery rules changed by the first key' })
  assert.match((await mark.getAttribute('href')) ?? '', /\/history$/)
  await chart.focus()
  for (const key of ['ArrowLeft', 'Shift+ArrowLeft', 'Enter']) await page.keyboard.press(key)
  await page.waitForURL(/endpoints\/ep_\w+\?from=.*&to=/)
  await page.getByRole('application', { name: /^\d\d? delivered/ }).waitFor()
  await page.locator(`[data-row="${newest}"]`).waitFor()
})

test('an endpoint gets what it never got: made after the message, it is sent from the planner', async () => {
  await shop('late', '200')
  const early = await call('POST', '/app/late/msg', { eventType: 'order.paid', payload: { n: 1 } })
  await call('PUT', '/inspector/bin/late-comer', {})
  const url = `${ui.url}/in/late-comer`
  const made = await call('POST', '/app/late/endpoint', { url, description: 'Late comer' })
  const page = await ui.open('/app/late/recovery', english)
  await page.getByRole('radio', { name: 'What an endpoint never got' }).check()
  await page.getByRole('button', { name: 'Send what it never got' }).click()
  await page.getByRole('alert').getByText('Choose the endpoint.').waitFor()
  await page.getByLabel('Endpoint', { exact: true }).selectOption(made.id)
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByText('order.paid').waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'Send 1', exact: true }).click()
  await page.waitForURL(/what=never.*task=/)
  const captured = await call('GET', '/inspector/bin/late-comer/wait?timeout=20')
  assert.equal(captured.signature.messageId, early.id)
})

test('a recovery takes the rows that were chosen or a gap of an endpoint, and its report has a page', async () => {
  const endpoint = await shop('gaps', '200')
  const patch = (settings: object) => call('PATCH', `/app/gaps/endpoint/${endpoint}`, settings)
  const missed = (eventType: string) => call('POST', '/app/gaps/msg', { eventType, payload: {} })
  await failed('gaps', endpoint, 3)
  await patch({ disabled: true })
  await missed('order.paid')
  await patch({ disabled: false, eventTypes: ['order.*'] })
  await missed('gap.closed')
  const page = await ui.open('/app/gaps/deliveries?status=failed', english)
  const boxes = page.getByRole('checkbox', { name: 'Select row' })
  for (const row of [0, 1]) await boxes.nth(row).check()
  await page.getByRole('link', { name: 'Recover…', exact: true }).click()
  await page.waitForURL(/recovery\?ids=dlv_\w+,dlv_\w+$/)
  const chosen = page.getByRole('radio', { name: 'This selection: 2 deliveries' })
  assert.equal(await chosen.isChecked(), true)
  await page.getByRole('button', { name: 'Recover 2', exact: true }).click()
  const job = page.getByRole('region', { name: 'Work on many deliveries' })
  await job.getByText('Done', { exact: true }).waitFor()
  assert.equal((await states('gaps'))['manual succeeded'], 2)

  const send = page.getByRole('button', { name: 'Send 1', exact: true })
  const sent = async (count: number): Promise<void> => {
    const taskOf = (url: URL | string) => new URL(url).searchParams.get('task')
    const before = taskOf(page.url())
    await send.click()
    await page.waitForURL((url) => taskOf(url) !== before)
    await until('gaps', 'manual succeeded', count)
    await job.getByText('Done', { exact: true }).waitFor()
  }
  await page.getByRole('radio', { name: 'What was missed while it was disabled' }).check()
  await page.getByLabel('Endpoint', { exact: true }).selectOption(endpoint)
  await sent(3)
  await page.getByRole('radio', { name: 'What was sent before the endpoint existed' }).check()
  await page.getByText('Nothing is missing here').waitFor()
  await patch({ eventTypes: null })
  await page.reload()
  await page.getByRole('radio', { name: /^What an older filter/ }).check()
  await send.waitFor()
  assert.deepEqual(await violations(page), [])
  await sent(4)
  await job.getByRole('link', { name: 'Report' }).click()
  await page.getByRole('heading', { name: 'Recovery report' }).waitFor()
  await page.getByRole('definition').filter({ hasText: 'What an endpoint never got' }).waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByRole('link', { name: 'Deliveries of that time' }).click()
  await page.waitForURL(/deliveries\?from=.*&to=.*&endpoint=ep_/)
  await page.getByRole('row').filter({ hasText: 'gap.closed' }).waitFor()
})

test('a message is resent to those endpoints that are ticked, or to all', async () => {
  const ids = []
  await call('POST', '/app', { name: 'some', uid: 'some' })
  await call('POST', '/event-type', { name: 'some.sent', description: 'Sent to some' })
  for (const name of ['one', 'two', 'three']) {
    await call('PUT', `/inspector/bin/some-${name}`, {})
    const url = `${ui.url}/in/some-${name}`
    ids.push((await call('POST', '/app/some/endpoint', { url, description: name })).id)
  }
  const sent = await call('POST', '/app/some/msg', { eventType: 'some.sent', payload: {} })
  await until('some', 'scheduled succeeded', 3)
  const page = await ui.open(`/app/some/messages/${sent.id}`, english)
  await page.getByRole('button', { name: 'Resend to all 3' }).waitFor()
  for (const name of ['one', 'three']) {
    await page.getByRole('checkbox', { name: `Resend to ${name}` }).check()
  }
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'Resend to 2 chosen' }).click()
  await until('some', 'manual succeeded', 2)
  const { data } = await call('GET', '/app/some/delivery?limit=50')
  const to = data
    .filter(({ trigger }: Answer) => trigger === 'manual')
    .map(({ endpointId }: Answer) => endpointId)
  assert.deepEqual(new Set(to), new Set([ids[0], ids[2]]))
  await page.getByRole('button', { name: 'Resend to all 3' }).click()
  await until('some', 'manual succeeded', 5)

  await call('PUT', '/inspector/bin/some-new', {})
  await page.getByRole('link', { name: 'Send to a new endpoint' }).click()
  await page.getByText('Once it is created, this message is sent to it:').waitFor()
  await page.getByLabel('URL', { exact: true }).fill(`${ui.url}/in/some-new`)
  await page.getByRole('button', { name: 'Create endpoint and send' }).click()
  await page.getByText('The message was sent to it.').waitFor()
  await page.getByRole('status').getByText('Delivered').waitFor()
  assert.deepEqual(await violations(page), [])
  const captured = await call('GET', '/inspector/bin/some-new/request')
  assert.equal(captured.data[0].signature.messageId, sent.id)
  const made = await call('GET', '/app/some/endpoint?limit=1&order=descending')
  assert.deepEqual(made.data[0].eventTypes, ['some.sent'])
  await page.getByRole('link', { name: 'Back to the message' }).click()
  await page.getByRole('button', { name: 'Resend to all 4' }).waitFor()
})

test('deliveries are narrowed by their answer, and all that match become a file', async () => {
  const endpoint = await shop('answers', '200')
  const seed = { application: 'answers', endpoint, spanMs: 3_600_000 }
  await seedDeliveries(ui.posthorn, { ...seed, count: 300, outcome: 'succeeded' })
  await seedDeliveries(ui.posthorn, { ...seed, spanMs: 7_200_000, count: 20, outcome: 'failed' })
  await seedDeliveries(ui.posthorn, { ...seed, count: 2, spanMs: 1_000, outcome: 'unanswered' })
  const page = await ui.open('/app/answers/deliveries?since=6h', { ...english, fresh: true })
  await page.getByRole('button', { name: 'Response' }).click()
  await page.getByRole('checkbox', { name: /^500\s*20$/ }).check() // counted on the server
  await page.waitForURL(/code=500/)
  await page.keyboard.press('Escape')
  // All of them, also those beyond the hundred rows that were loaded.
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length === 21)
  await page.getByRole('row').nth(1).getByText('Failed').waitFor()
  await page.reload()
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length === 21)
  // The recovery that is offered is of these alone.
  await page.getByRole('link', { name: /^Recover 20/ }).click()
  await page.getByText(/^posthorn recover .* --code 500 --go$/).waitFor()
  await page.getByRole('button', { name: 'Recover 20' }).waitFor()
  await page.goBack()
  await page.getByRole('row').nth(1).getByText('Failed').waitFor()
  const lines = async (format: string): Promise<readonly string[]> => {
    await page.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: format, exact: true }).click(),
    ])
    return readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n')
  }
  const rows = await lines('NDJSON')
  assert.equal(rows.length, 20)
  assert.ok(rows.every((line) => JSON.parse(line).lastAttempt.responseStatusCode === 500))
  await page.goto(`${ui.url}/app/answers/deliveries?since=6h`)
  await page.getByRole('row').nth(1).waitFor()
  const csv = await lines('CSV')
  assert.equal(csv.length, 323)
  assert.match(csv[0] ?? '', /^"id","messageId","eventType","endpointId","endpoint","status",/)
  // Why there was no answer stands beside the answers.
  await page.getByRole('button', { name: 'Response' }).click()
  await page.getByRole('checkbox', { name: /^connection refused\s*2$/ }).check()
  await page.waitForURL(/code=connect_refused/)
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length === 3) // and the head
  // What empties the list is named, with what there would be without it.
  await page.goto(`${ui.url}/app/answers/deliveries?since=6h&status=failed&code=200&type=order.*`)
  await page.getByText('Without “Failed” there are 300.').waitFor()
  await page.getByRole('button', { name: 'Take away “Failed”' }).click()
  await page.waitForURL(/since=6h&code=200&type=order/)
  await page.getByRole('row').nth(20).waitFor()
  // The command and the request that are copied ask for exactly this.
  const filters = 'status=failed&code=500&since=6h&q=ORDER&where=order%20exists'
  await page.goto(`${ui.url}/app/answers/deliveries?${filters}`)
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length === 21)
  await sameCopied(ui, page, 20)
  await page.goto(`${ui.url}/app/answers/messages?type=order.*&since=6h&view=failed&q=ORDER`)
  await page.waitForFunction(() => document.querySelectorAll('[role=row]').length > 20)
  await sameCopied(ui, page, 22)
})

test('an export goes on while its person is elsewhere and a part is lost, and is stopped', async () => {
  const endpoint = await shop('taken', '200')
  const filler = 'x'.repeat(60_000)
  const count = 100 // of so many bytes: more than one part
  const payloadOf = (n: number): string => `{"n":${n},"filler":"${filler}"}`
  const seed = { application: 'taken', endpoint, count, payloadOf }
  await seedDeliveries(ui.posthorn, { ...seed, outcome: 'succeeded' })
  const page = await ui.open('/app/taken/messages?since=6h', { ...english, fresh: true })
  // It needs no storage for that: some browsers refuse it.
  await page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', {
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError')
      },
    })
  })
  await page.reload()
  let asked = 0
  const held = Promise.withResolvers<void>()
  await page.route('**/export/msg?*', async (route) => {
    asked += 1
    if (asked === 1 || asked > 2) return route.continue()
    await held.promise
    return route.abort('failed')
  })
  const begin = async (format: string): Promise<void> => {
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: format, exact: true }).click()
  }
  const progress = page.getByRole('progressbar', { name: 'Export' })
  await begin('CSV')
  await page.getByText(/^\d+ rows, back to /).waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByRole('link', { name: 'Endpoints' }).click()
  await progress.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Messages', exact: true }).click()
  await progress.waitFor()
  const saved = page.waitForEvent('download')
  held.resolve()
  const file = await saved
  assert.match(file.suggestedFilename(), /^messages-taken-.*\.csv$/)
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n')
  assert.equal(lines.length, count + 1)
  await page.getByText(`${count} rows exported`).waitFor()
  await progress.waitFor({ state: 'detached' })
  asked = 1 // the next one is held
  await begin('NDJSON')
  await page.getByRole('button', { name: 'Stop the export' }).click()
  await page.getByText('The export was stopped; nothing was saved.').waitFor()
  await progress.waitFor({ state: 'detached' })
})

test('an export outlives its tab: it goes on where it was, once, for whom it was begun', async () => {
  const endpoint = await shop('kept', '200')
  const filler = 'x'.repeat(60_000)
  const count = 150 // of so many bytes: three parts
  const payloadOf = (n: number): string => `{"n":${n},"filler":"${filler}"}`
  await seedDeliveries(ui.posthorn, {
    ...{ application: 'kept', endpoint, count, payloadOf, outcome: 'succeeded' },
  })
  const { data } = await call('GET', '/app/kept/msg?limit=250&with_content=false')
  const expected = data.map(({ id }: Answer) => id)
  const path = '/app/kept/messages?since=6h'
  const mine = await ui.open(path, { ...english, fresh: true })
  const other = await mine.context().newPage()
  const rowsIn = async (page: Page): Promise<readonly string[]> => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Go on with it' }).click(),
    ])
    const lines = readFileSync(await file.path(), 'utf8')
      .trimEnd()
      .split('\n')
    return lines.map((line) => JSON.parse(line).id)
  }
  let [parts, release] = [0, (): void => {}]
  const begin = async (): Promise<void> => {
    parts = 0
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await mine.route('**/export/msg?*', async (route) => {
      parts += 1
      if (parts === 2) await held
      return route.continue().catch(() => {}) // its page may be gone
    })
    await mine.getByRole('button', { name: 'Export' }).click()
    await mine.getByRole('menuitem', { name: 'NDJSON', exact: true }).click()
    await mine.getByText(/^[1-9]\d* rows, back to /).waitFor()
  }
  const offer = (page: Page) =>
    page.getByText(/NDJSON export of .* did not end: [1-9]\d* rows so far/)

  await begin()
  await mine.reload()
  await call('POST', '/app/kept/msg', { eventType: 'order.created', payload: { later: true } })
  await offer(mine).waitFor()
  assert.deepEqual(await violations(mine), [])
  await mine.unroute('**/export/msg?*')
  assert.deepEqual(await rowsIn(mine), expected)
  await mine.getByText(`${count} rows exported`).waitFor()
  await mine.getByRole('button', { name: 'Export' }).waitFor() // nothing is left to go on with

  // A browser that has no more room after the first part: the export ends all the same, whole.
  await mine.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    let parts = 0
    IDBObjectStore.prototype.put = function (...args) {
      if (this.name === 'parts') parts += 1
      if (parts < 2) return put.apply(this, args)
      IDBObjectStore.prototype.put = put
      throw new DOMException('It is full.', 'QuotaExceededError')
    }
  })
  await mine.getByRole('button', { name: 'Export' }).click()
  const [full] = await Promise.all([
    mine.waitForEvent('download'),
    mine.getByRole('menuitem', { name: 'CSV', exact: true }).click(),
  ])
  const rows = readFileSync(await full.path(), 'utf8').match(/^"msg_/gm)
  assert.equal(rows?.length, count + 1)
  await mine.getByRole('button', { name: 'Export' }).waitFor()

  // Two tabs: the second takes it over, and the first one, whose part comes then, adds nothing.
  await begin()
  await other.goto(ui.url + path)
  await offer(other).waitFor()
  const [later, ...others] = await rowsIn(other)
  assert.deepEqual([others, later === expected[0]], [expected, false], 'from what is there now')
  release()
  await mine.getByText('The export goes on in another tab, or was dropped there.').waitFor()

  // Whoever else uses this browser is not shown what was fetched, and signing out erases it.
  await begin()
  const { token } = await call('POST', '/api-key', { name: 'reader', role: 'reader' })
  await other.evaluate((key) => sessionStorage.setItem('posthorn.session', key), token)
  await other.reload()
  await other.getByRole('button', { name: 'Export' }).waitFor()
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByRole('button', { name: 'Sign out' }).waitFor({ state: 'detached' })
  await mine.reload()
  await mine.getByRole('button', { name: 'Export' }).waitFor()
  assert.equal(await offer(mine).count(), 0)
})

test('A14: who changed the URL, before and after, and taken back', async () => {
  const endpoint = await shop('history', '200')
  await call('PATCH', `/app/history/endpoint/${endpoint}`, { url: `${ui.url}/in/elsewhere` })
  const page = await ui.open(`/app/history/endpoints/${endpoint}/history`, english)
  const changed = page.getByRole('listitem').filter({ hasText: '/in/elsewhere' })
  await changed.getByText('First key', { exact: true }).waitFor()
  await changed.getByText(`${ui.url}/in/history`).waitFor()
  await changed.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click()
  await page.getByText('The change was taken back').waitFor()
  const after = await call('GET', `/app/history/endpoint/${endpoint}`)
  assert.equal(after.url, `${ui.url}/in/history`)
})

test('statistics count what was sent, by endpoint, type and answer, and narrow by the chart', async () => {
  const endpoint = await shop('stats', '200')
  const seed = { application: 'stats', endpoint, spanMs: 3_600_000 }
  await seedDeliveries(ui.posthorn, { ...seed, count: 30, outcome: 'succeeded' })
  await seedDeliveries(ui.posthorn, {
    ...{ ...seed, count: 10, outcome: 'failed', eventType: 'order.paid' },
  })
  const page = await ui.open('/app/stats/statistics', { ...english, language: 'es' })
  await page.getByText('75 %').first().waitFor()
  const types = page.getByRole('region', { name: 'Por tipo de evento' })
  await types.getByRole('row').filter({ hasText: 'order.paid' }).getByText('0 %').waitFor()
  await page.getByRole('region', { name: 'Qué falló' }).getByText('500').waitFor()
  await page.getByRole('button', { name: 'Ver como tabla' }).click()
  await page.getByRole('columnheader', { name: 'Desde' }).waitFor()
  await page.getByRole('button', { name: 'Ver como gráfico' }).click()

  // A note is left where the marks are, seen there, and taken back.
  await page.getByRole('button', { name: 'Dejar una nota…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Dejar una nota' })
  const leave = dialog.getByRole('button', { name: 'Dejar una nota' })
  await leave.click()
  await dialog.getByText('Di qué pasó.').first().waitFor()
  await dialog.getByLabel('Qué pasó').fill('Deployed <b>1.4.2</b>')
  assert.deepEqual(await violations(page), [])
  assert.deepEqual(await englishTexts(page), [])
  await leave.click()
  await dialog.waitFor({ state: 'detached' })
  const undo = page.getByRole('button', { name: 'Deshacer' })
  await undo.focus() // so it stays, however long the rest takes
  const marks = page.getByRole('listitem', { includeHidden: true })
  const mark = marks.filter({ hasText: 'Deployed <b>1.4.2</b>' })
  await mark.waitFor({ state: 'attached' })
  await undo.press('Enter')
  await mark.waitFor({ state: 'detached' })
  assert.deepEqual((await call('GET', '/note')).data, [])
  await page.goto(`${ui.url}/`)
  await page.getByRole('link', { name: 'Estadísticas' }).first().waitFor()
})

test('A31: a check-up shows what a receiver takes and what it should have refused', async () => {
  const endpoint = await shop('check', '200')
  const page = await ui.open(`/app/check/endpoints/${endpoint}/checkup`, english)
  await page.getByRole('button', { name: 'Run the check-up' }).click()
  await page.getByRole('dialog').getByText(`${ui.url}/in/check`).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Run the check-up' }).click()
  const result = (text: string) => page.getByRole('listitem').filter({ hasText: text })
  await result('Takes the same event twice').getByText('Passed').waitFor()
  await result('Refuses a wrong signature').getByText('Failed').waitFor()
  await result('Refuses a wrong signature').getByText('→').waitFor()
  await result('Refuses a request of ten minutes ago').getByText('Look at it').waitFor()
  // What it answered to each is beside the judgement.
  for (const text of [
    'Takes the same event twice',
    'Refuses a wrong signature',
    'Refuses a request',
  ]) {
    await result(text).getByText('200', { exact: true }).waitFor()
  }
})

test('A18: of a hundred thousand deliveries few are nodes, and End reaches the very last', async (t) => {
  const endpoint = await shop('long', '200')
  await call('PATCH', `/app/long/endpoint/${endpoint}`, { paused: true })
  const span = { spanMs: 20 * 86_400_000 }
  await seedDeliveries(ui.posthorn, {
    ...{ application: 'long', endpoint, count: 100_000, outcome: 'waiting', ...span },
  })
  let page: Page = await ui.open('/app/long/endpoints', english)
  const times = await within({ 'first rows': 500 }, async () => {
    await page.close()
    page = await ui.open('/app/long/endpoints', english) // remembers nothing of another page
    await page.getByText('Warehouse').first().waitFor()
    const link = page.getByRole('link', { name: 'Deliveries', exact: true })
    return { 'first rows': await msUntilShown(page, '[data-index="5"]', () => link.click()) }
  })
  t.diagnostic(times)
  const nodes = () => page.locator('[data-index]').count()
  assert.ok((await nodes()) <= 60)
  await page.locator('[data-index="0"]').focus()
  await page.keyboard.press('End')
  const oldest = await call(
    'GET',
    `/app/long/delivery?limit=1&after=${new Date(Date.now() - 30 * 86_400_000).toISOString()}`,
  )
  await page.waitForFunction(
    (id) => document.activeElement?.getAttribute('data-row') === id,
    oldest.data[0].id,
  )
  assert.ok((await nodes()) <= 60)
  for (let n = 0; n < 12; n++) await page.keyboard.press('PageUp')
  await page.waitForFunction(
    () => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) > 300,
  )
  assert.ok((await nodes()) <= 60)
  // Counts that stopped at their limit say so.
  await page.goto(`${ui.url}/app/long/deliveries?since=30d`)
  await page.getByRole('button', { name: 'Status' }).click()
  const counts = page.getByRole('group', { name: 'Status' })
  await counts.getByText(/^There are more than can be counted: these are since /).waitFor()
  // What is rare is looked for a while; then a person decides, down to the end.
  await page.goto(`${ui.url}/app/long/deliveries?code=500`)
  const further = page.getByRole('button', { name: 'Look further back' })
  await page.getByText(/^Looked back to .* There may be older ones\./).waitFor()
  await further.click()
  await page.getByText('Nothing matches').waitFor()
  assert.equal(await further.count(), 0)
})

test('no page asked another host, and none logged an error', () => {
  assert.deepEqual([...ui.foreignHosts], [])
  // Played above: a connection that broke, and half a search.
  const played = /ERR_FAILED|ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|find\/messages: .* 422/
  assert.deepEqual(
    ui.errors.filter((error) => !played.test(error)),
    [],
  )
})

test('on a phone the filters come as a sheet; what they show is kept as a view, and opened again', async () => {
  const endpoint = await shop('phone', '200')
  await failed('phone', endpoint, 3)
  const page = await ui.open('/app/phone/deliveries?lang=en', {
    ...{ ...english, application: 'phone', width: 320, height: 640, fresh: true },
  })
  await page.getByRole('row').first().waitFor()
  await page.getByRole('button', { name: 'Filters', exact: true }).click()
  const sheet = page.getByRole('dialog', { name: 'Filters' })
  await sheet.getByRole('checkbox', { name: /Delivered/ }).check()
  await page.getByText('Nothing matches these filters').waitFor()
  assert.deepEqual(await violations(page), [])
  await page.screenshot({ path: join(artifacts, 'filter-sheet-320.png') })
  await sheet.getByRole('checkbox', { name: /Delivered/ }).uncheck()
  await sheet.getByRole('checkbox', { name: /Failed/ }).check()
  await sheet.getByRole('button', { name: 'Show results' }).click()
  await page.getByRole('button', { name: 'Filters: 1' }).waitFor()
  assert.match(page.url(), /status=failed/)

  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save this view…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save view' })
  await dialog.getByLabel('Name of the view').fill('What broke')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'What broke' }).waitFor()

  await page.goto(`${ui.url}/app/phone/deliveries?since=1h`)
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'What broke' }).click()
  await page.waitForURL(/deliveries\?status=failed$/)
  await page.getByRole('button', { name: 'What broke' }).click()
  await page.getByRole('menuitem', { name: 'Delete view “What broke”' }).click()
  await page.getByRole('button', { name: 'Views' }).click()
  assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Save this view…'])

  // For everybody: another browser finds it, calls it otherwise, and deletes it for all.
  await page.getByRole('menuitem', { name: 'Save this view…' }).click()
  await dialog.getByLabel('Name of the view').fill('Broken')
  await dialog.getByLabel('For everybody').check()
  assert.deepEqual(await violations(page), [])
  await dialog.getByRole('button', { name: 'Save view' }).click()
  await page.getByRole('button', { name: 'Broken' }).waitFor()
  const theirs = await ui.open('/app/phone/deliveries', {
    ...{ language: 'es', theme: 'dark', application: 'phone', width: 320, fresh: true },
  })
  await theirs.getByRole('button', { name: 'Vistas' }).click()
  await theirs.getByRole('menuitem', { name: /Broken/ }).click()
  await theirs.waitForURL(/deliveries\?status=failed$/)
  await theirs.getByRole('button', { name: 'Broken' }).click()
  assert.deepEqual(await violations(theirs), [])
  assert.deepEqual(await englishTexts(theirs), [])
  await theirs.getByRole('menuitem', { name: 'Cambiar el nombre de “Broken”…' }).click()
  const naming = theirs.getByRole('dialog')
  await naming.getByLabel('Nombre de la vista').fill('Rotas')
  await naming.getByRole('button', { name: 'Cambiar nombre' }).click()
  await theirs.getByRole('button', { name: 'Rotas' }).click()
  await theirs.getByRole('menuitem', { name: 'Eliminar “Rotas” para todos…' }).click()
  await naming.getByText('Nadie la tendrá ya.').waitFor()
  assert.deepEqual(await englishTexts(theirs), [])
  await naming.getByRole('button', { name: 'Eliminar vista' }).click()
  await theirs.getByRole('button', { name: 'Vistas' }).waitFor()
  assert.deepEqual((await call('GET', '/view')).data, [])
})

test('the overview says what is wrong, since when and what waits, and pauses it', async () => {
  const endpoint = await shop('wrong', '500')
  await call('POST', '/app/wrong/msg', { eventType: 'order.paid', payload: {} })
  const page = await ui.open('/', { ...english, application: 'wrong', fresh: true })
  const row = page.getByRole('listitem').filter({ hasText: 'Warehouse' })
  await row.getByText(/^500 · since .* · 1 attempt failed in 24 h$/).waitFor()
  await row.getByRole('button', { name: 'Pause' }).click()
  await row.getByRole('button', { name: 'Pause' }).waitFor({ state: 'detached' })
  assert.equal((await call('GET', `/app/wrong/endpoint/${endpoint}`)).paused, true)
  await call('POST', '/app/wrong/msg', { eventType: 'order.paid', payload: {} })
  await page.reload() // rather than wait for the next look
  await page.getByText('1 delivery waits.').waitFor()
  await row.getByText(/1 waiting$/).waitFor()
  const listed = async (name: RegExp) =>
    new URL((await row.getByRole('link', { name }).getAttribute('href')) ?? '', ui.url).search
  assert.equal(await listed(/^500$/), `?since=24h&code=500&endpoint=${endpoint}`)
  assert.match(await listed(/failed in 24 h$/), /^\?since=24h&status=failed,retrying&endpoint=ep_/)
  assert.match(await listed(/waiting$/), /^\?status=queued,sending,retrying,held&endpoint=ep_/)
  const chart = page.getByRole('application', { name: /^0 delivered, 1 failed, 1 waiting/ })
  await chart.focus()
  for (const key of ['ArrowLeft', 'Enter']) await page.keyboard.press(key)
  await page.waitForURL(/\/\?from=.*&to=/)
  await page.getByRole('link', { name: /^500 ?1$/ }).click()
  await page.waitForURL(/deliveries\?from=.*&to=.*&code=500$/)
})

test('the list of applications says whose endpoints fail, finds them, and leads there', async () => {
  const failing = await shop('whose-fails', '500')
  await shop('whose-works', '200')
  await call('POST', '/app/whose-fails/msg', { eventType: 'order.created', payload: {} })
  await until('whose-fails', 'scheduled failed', 1)
  const page = await ui.open('/applications?q=whose-', english)
  const row = (name: string) => page.locator('[data-row]', { hasText: name })
  await row('whose-fails').getByText('1 of 1 failing').waitFor()
  await row('whose-works').getByText('Healthy').waitFor()
  await page.getByRole('button', { name: 'Health' }).click()
  await page.getByRole('checkbox', { name: 'Needs attention' }).check()
  await page.waitForURL(/health=attention/)
  await row('whose-works').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await page.reload()
  await row('whose-fails').getByText('1 of 1 failing').click()
  await page.waitForURL(/\/app\/whose-fails\/endpoints/)
  await page.locator(`[data-row="${failing}"]`).waitFor()
})

test('what failed anywhere in the last hour is one list, by application, and each leads to its own', async () => {
  await shop('all-fails', '500')
  await shop('all-works', '200')
  const send = (app: string) =>
    call('POST', `/app/${app}/msg`, { eventType: 'all.sent', payload: {} })
  for (const app of ['all-fails', 'all-works', 'all-works']) await send(app)
  await until('all-fails', 'scheduled failed', 1)
  await until('all-works', 'scheduled succeeded', 2)
  const page = await ui.open('/applications?q=all-', { ...english, fresh: true })
  await page.getByRole('link', { name: 'Failed in the last hour, all applications' }).click()
  await page.waitForURL(/\/deliveries\?status=failed&since=1h$/)
  const rows = page.locator('[data-row]')
  await rows.filter({ hasText: 'all-fails' }).filter({ hasText: '500' }).waitFor()
  await page.getByRole('button', { name: 'Application' }).click()
  for (const name of ['all-fails', 'all-works']) await page.getByRole('checkbox', { name }).check()
  await page.waitForURL(/app=all-fails,all-works/)
  await page.keyboard.press('Escape')
  await eventually('one row', async () => ((await rows.count()) === 1 ? true : null))
  await page.getByRole('button', { name: 'Clear Status' }).click()
  await eventually('three rows', async () => ((await rows.count()) === 3 ? true : null))
  await page.getByRole('button', { name: 'Response' }).click()
  await page.getByRole('checkbox', { name: '5xx' }).check()
  await page.waitForURL(/code=5xx/)
  await eventually('one of 5xx', async () => ((await rows.count()) === 1 ? true : null))
  await page.getByRole('checkbox', { name: '5xx' }).uncheck()
  await page.keyboard.press('Escape')
  await eventually('all three', async () => ((await rows.count()) === 3 ? true : null))
  await page.getByText('3 deliveries of').waitFor()
  await page.getByRole('button', { name: 'Show only all-works 2' }).waitFor()
  await page.getByText('Every 2 s').waitFor()
  await page.mouse.move(0, 0) // a list that is under the hand moves nothing
  await send('all-works')
  await eventually('the new row', async () => ((await rows.count()) === 4 ? true : null))
  await sameCopied(ui, page, 4)
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  const lines = readFileSync(await (await saved).path(), 'utf8')
    .trim()
    .split('\r\n')
  assert.deepEqual(
    [lines.length, lines.filter((line) => line.includes('all-fails')).length],
    [5, 1],
  )

  await rows.filter({ hasText: 'all-fails' }).getByText('Failed').click()
  const panel = page.getByRole('complementary', { name: 'Delivery' })
  await panel.getByRole('button', { name: 'Resend' }).waitFor()
  assert.deepEqual(await violations(page), [])
  await panel.getByRole('link', { name: 'all-fails', exact: true }).click()
  await page.waitForURL(/\/app\/all-fails\/deliveries\?since=1h$/)

  await page.goto(`${ui.url}/messages?app=all-works&type=all.*`)
  await eventually('its messages', async () => ((await rows.count()) === 3 ? true : null))
  await sameCopied(ui, page, 3)
  await rows.first().getByRole('link', { name: 'all.sent' }).click()
  await page.waitForURL(/\/app\/all-works\/messages\/msg_/)
})

test('messages have views of the server’s own, in the URL, with their size and source, in both languages', async () => {
  const endpoint = await shop('views', '200')
  await call('PATCH', `/app/views/endpoint/${endpoint}`, { eventTypes: ['order.*'] })
  await seedDeliveries(ui.posthorn, {
    ...{ application: 'views', endpoint, count: 1, outcome: 'failed' },
    eventType: 'order.failed',
  })
  await call('POST', '/app/views/msg', { eventType: 'lost.event', payload: { n: 1 } })
  await call('POST', `/app/views/endpoint/${endpoint}/send-example`, { eventType: 'svix.ping' })
  await call('POST', '/app/views/msg', { eventType: 'order.paid', payload: {} })
  const page = await ui.open('/app/views/messages', { ...english, application: 'views' })
  const types = async (count: number): Promise<readonly string[]> => {
    await page.waitForFunction(
      (wanted) => document.querySelectorAll('[role=row]').length === wanted + 1, // and the head
      count,
    )
    const all = await page.getByRole('row').allTextContents()
    return all.slice(1).map((text) => /(?:order|lost|svix)\.[a-z]+/.exec(text)?.[0] ?? text)
  }
  assert.deepEqual(await types(4), ['order.paid', 'svix.ping', 'lost.event', 'order.failed'])
  const lost = page.getByRole('row').filter({ hasText: 'lost.event' })
  assert.match((await lost.textContent()) ?? '', /7 B\s*API/)
  const views = page.getByRole('navigation', { name: 'Views of messages' })
  for (const [name, view, found] of [
    ['Failed somewhere', 'failed', 'order.failed'],
    ['Nobody subscribed', 'unsubscribed', 'lost.event'],
    ['Test', 'test', 'svix.ping'],
  ] as const) {
    await views.getByRole('link', { name, exact: true }).click()
    await page.waitForURL(new RegExp(`messages\\?view=${view}$`))
    await page.getByRole('row').filter({ hasText: found }).waitFor()
    assert.deepEqual(await types(1), [found])
  }
  await page.getByRole('row').filter({ hasText: 'svix.ping' }).getByRole('link').click()
  await page.waitForURL(/messages\/msg_/)
  await page
    .getByRole('definition')
    .filter({ hasText: /^Test$/ })
    .waitFor()
  await page
    .getByRole('definition')
    .filter({ hasText: /^16 B$/ })
    .waitFor()
  await call('POST', '/app', { name: 'Calm', uid: 'calm' })
  await call('POST', '/app/calm/msg', { eventType: 'order.paid', payload: {} })
  const spanish = await ui.open('/app/calm/messages?view=failed', {
    ...{ language: 'es', application: 'calm' },
  })
  await spanish.getByText('Ninguna entrega de un mensaje ha fallado del todo.').waitFor()
})

test('the overview tells of messages for nobody, and a filter is counted without itself', async () => {
  const endpoint = await shop('nobody', '200')
  await call('PATCH', `/app/nobody/endpoint/${endpoint}`, { eventTypes: ['order.*'] })
  for (const eventType of ['order.paid', 'lost.event', 'lost.event']) {
    await call('POST', '/app/nobody/msg', { eventType, payload: {} })
  }
  const page = await ui.open('/', { ...english, application: 'nobody', fresh: true })
  await page.getByText(/^2 messages of the last 24 h are for nobody/).waitFor()
  await page.getByText(/^lost\.event/).waitFor()
  await page.getByRole('link', { name: 'Show messages' }).click()
  await page.waitForURL(/messages\?type=lost\.event&since=24h$/)
  await page.getByRole('row').filter({ hasText: 'lost.event' }).nth(1).waitFor()

  await page.goto(`${ui.url}/app/nobody/deliveries?status=failed`)
  await page.getByRole('button', { name: 'Status Failed' }).click()
  await page.getByRole('checkbox', { name: /^Delivered\s*1$/ }).waitFor()
  await page.getByRole('checkbox', { name: /^Failed\s*0$/ }).waitFor()
})

test('an event type says who takes it, is edited, gets a real example, and is archived', async () => {
  const endpoint = await shop('typed', '200')
  await call('POST', '/event-type', { name: 'typed.first', description: 'Before' })
  await call('PATCH', `/app/typed/endpoint/${endpoint}`, { eventTypes: ['typed.*'] })
  await call('POST', '/app/typed/msg', { eventType: 'typed.first', payload: { total: 7 } })
  const page = await ui.open('/catalog/typed.first', {
    ...{ ...english, application: 'typed', fresh: true },
  })
  const takers = page.getByRole('listitem').filter({ hasText: 'Warehouse' })
  await takers.getByText('typed.*').waitFor()
  await page.getByRole('link', { name: '1 message in 7 days' }).waitFor()
  await page.getByRole('button', { name: 'Edit' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit typed.first' })
  await dialog.getByLabel('Description').fill('After')
  await dialog.getByLabel('JSON Schema').fill('{ not json')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.locator('[aria-invalid=true]').waitFor()
  await dialog.getByLabel('JSON Schema').fill('{"type":"object"}')
  await dialog.getByRole('button', { name: 'Use the newest message' }).click()
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('"total": 7'))
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  const saved = await call('GET', '/event-type/typed.first')
  assert.equal(saved.description, 'After')
  assert.deepEqual(saved.schemas['1'].examples, [{ total: 7 }])

  await page.getByRole('button', { name: 'Edit' }).click()
  await dialog.getByRole('button', { name: 'Archive…' }).click()
  await page.getByRole('button', { name: 'Archive', exact: true }).click()
  await page.waitForURL(/\/catalog$/)
  assert.equal((await call('GET', '/event-type/typed.first')).archived, true)
})

test('an event type shows its fields, its payload as programs write it, its versions, and drift', async () => {
  await shop('drifts', '200')
  const properties = { id: { type: 'string', description: 'Ours.' }, total: { type: 'number' } }
  const schema = { type: 'object', required: ['id', 'total'], properties }
  const newer = { ...schema, required: ['id'] }
  const schemas = { '1': schema, '2': newer }
  await call('POST', '/event-type', { name: 'drift.paid', description: 'Paid', schemas })
  await call('POST', '/app/drifts/msg', { eventType: 'drift.paid', payload: { id: 'o', more: 1 } })
  const page = await ui.open('/catalog?q=drift.paid', {
    ...{ ...english, application: 'drifts', fresh: true },
  })
  const row = page.getByRole('row').filter({ hasText: 'drift.paid' })
  await row.getByText('Drift: 1 field').waitFor()
  await row.getByRole('img', { name: '1 message in 7 days' }).waitFor()
  await row.getByRole('link', { name: 'drift.paid' }).click()
  await page.getByRole('row', { name: /id.*Always present.*Ours\..*string/ }).waitFor()
  await page.getByRole('button', { name: 'TypeScript' }).click()
  await page.getByText('export interface DriftPaid').waitFor()
  const versions = page.getByRole('region', { name: 'What changed between versions' })
  await versions.getByText('Breaks receivers', { exact: true }).waitFor()
  await versions.getByRole('listitem').filter({ hasText: 'Now optional' }).waitFor()
  const sent = page.getByRole('region', { name: 'What is really sent' })
  await sent.getByRole('listitem').filter({ hasText: 'more' }).waitFor()

  await sent.getByRole('button', { name: 'Infer a schema…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit drift.paid' })
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('"more"'))
  await dialog.getByRole('switch', { name: /^Save as version 3/ }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  const saved = await call('GET', '/event-type/drift.paid')
  assert.deepEqual(Object.keys(saved.schemas), ['1', '2', '3'])
  assert.equal(saved.schemas['3'].properties.id.description, 'Ours.')
  await sent.getByText('The newest message is as the schema says.').waitFor()
})

test('event types are imported from a list after a look; a deprecated one says until when to its endpoint', async () => {
  const endpoint = await shop('ending', '200')
  const page = await ui.open('/catalog?dialog=import', {
    ...{ ...english, application: 'ending', fresh: true },
  })
  const dialog = page.getByRole('dialog', { name: 'Import event types' })
  await dialog.getByLabel('Document or list').fill('ends.soon, It ends, Ends\nends.two')
  await dialog.getByRole('button', { name: 'Show what would change' }).click()
  await dialog.getByRole('listitem').filter({ hasText: 'ends.two' }).getByText('New').waitFor()
  await dialog.getByRole('button', { name: 'Import 2 changes' }).click()
  await dialog.waitFor({ state: 'detached' })
  await call('PATCH', `/app/ending/endpoint/${endpoint}`, { eventTypes: ['ends.*'] })

  await page.goto(`${ui.url}/catalog/ends.soon?dialog=edit`)
  const edit = page.getByRole('dialog', { name: 'Edit ends.soon' })
  await edit.getByRole('switch', { name: /^Deprecated/ }).check()
  await edit.getByLabel('Sent until').fill('2027-02-01')
  await edit.getByRole('button', { name: 'Save' }).click()
  await edit.waitFor({ state: 'detached' })
  await page.getByText('Feb 1, 2027').waitFor()
  const link = (await call('POST', '/auth/app-portal-access/ending', {})) as { url: string }
  const portal = await ui.open('/icon.svg', { ...english, fresh: true })
  await portal.goto(link.url)
  await portal.getByRole('link', { name: 'Warehouse' }).first().click()
  await portal.getByText('One of the events of this endpoint goes out of use').waitFor()
  await portal.getByText(/ends\.soon.*sent until Feb 1, 2027/).waitFor()
})

test('while an endpoint is made its filter is held to real messages, and the first event shows by itself', async () => {
  await shop('making', '200')
  for (const total of [50, 150, 250]) {
    await call('POST', '/app/making/msg', { eventType: 'order.paid', payload: { total } })
  }
  await call('PUT', '/inspector/bin/making-new', { script: '200' })
  const page = await ui.open('/app/making/endpoints/new', { ...english, fresh: true })
  await page.getByRole('button', { name: 'My computer' }).click()
  await page.getByText("npx posthorn listen 3000 --app 'making'").waitFor()
  await page.getByLabel('URL').fill('https://192.168.7.7/hooks')
  await page.getByText('A private or local address').waitFor()
  await page.getByLabel('URL').fill(`${ui.url}/in/making-new`)
  const name = page.getByLabel(/^Name/)
  assert.equal(await name.inputValue(), new URL(ui.url).host)
  await name.fill('Made here')
  await page
    .getByRole('region', { name: 'What your server will get' })
    .getByText('new Webhook(')
    .waitFor()
  await page.getByRole('checkbox', { name: /^Everything/ }).check()
  await page.getByRole('button', { name: 'Add condition' }).click()
  await page.getByLabel('Field').fill('total')
  await page.getByLabel('Comparison').selectOption('is at least')
  await page.getByLabel('Value', { exact: true }).fill('100')
  await page.getByText('2 of the newest 3 messages would pass').waitFor()
  const held = page.getByRole('list', { name: 'What the filter makes of them' })
  assert.equal(await held.getByText(/order\.paid: passes$/).count(), 2)
  await page.getByText('is 50, wanted: 100').waitFor()
  await page.getByText('Would this example match?').click()
  await page.getByLabel('Example payload').fill('{ "total": 99 }')
  await page.getByText('This example would not pass: total is 99, wanted: 100').waitFor()
  await page.getByLabel('Example payload').fill('{ "total": 100 }')
  await page.getByText('This example would pass.').waitFor()
  await page.getByRole('button', { name: 'JSON', exact: true }).click()
  await page.getByLabel(/^Payload filter/).fill('{ "total": { "$gte": 120 } }')
  await page.getByRole('button', { name: 'Conditions', exact: true }).click()
  assert.equal(await page.getByLabel('Value', { exact: true }).inputValue(), '120')
  await page.getByText(/^Advanced/).click()
  await page.getByLabel('Retry after').fill('1, 60')
  await page.getByLabel('Time for an answer (seconds)').fill('soon')
  await page.getByRole('button', { name: 'Add label' }).click()
  await page.getByLabel('Label', { exact: true }).fill('team')
  await page.getByLabel('Value of the label').fill('warehouse')
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByText('This has to be a number.').waitFor()
  await page.getByLabel('Time for an answer (seconds)').fill('2.5')
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByText('Waiting for the first event…').waitFor()
  await page.getByText('Saved without a test that worked.').waitFor()
  await call('POST', '/app/making/msg', { eventType: 'order.paid', payload: { total: 500 } })
  await page.getByText('The first event is here.').waitFor()
  const { data } = (await call('GET', '/app/making/endpoint')) as {
    readonly data: readonly { readonly id: string; readonly description: string }[]
  } // the contract's type
  const id = data.find(({ description }) => description === 'Made here')?.id
  const stored = async () => {
    const found = await call('GET', `/app/making/endpoint/${id}`)
    const { filter, policy, metadata } = found as Readonly<Record<string, unknown>> // the contract's type
    return { filter, policy, metadata }
  }
  const kept = {
    policy: { retryScheduleMs: [1000, 60_000], attemptTimeoutMs: 2500 },
    metadata: { team: 'warehouse' },
  }
  assert.deepEqual(await stored(), { ...kept, filter: { total: { $gte: 120 } } })
  await page.goto(`${ui.url}/app/making/endpoints/${id}/settings`)
  assert.equal(await page.getByLabel('Retry after').inputValue(), '1 s, 1 min')
  assert.equal(await page.getByLabel('Value of the label').inputValue(), 'warehouse')
  await page.getByLabel('Comparison').selectOption('is less than')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.getByText('Saved', { exact: true }).first().waitFor()
  assert.deepEqual(await stored(), { ...kept, filter: { total: { $lt: 120 } } })
})

test('several endpoints are tested at once, and get another event together', async () => {
  await shop('together', '200')
  for (const name of ['order.paid', 'order.sent']) {
    await call('POST', '/event-type', { name, description: name })
  }
  const url = `${ui.url}/in/together`
  const [one, two] = [
    await call('POST', '/app/together/endpoint', { url, eventTypes: ['order.paid'] }),
    await call('POST', '/app/together/endpoint', { url, eventTypes: ['order.sent'] }),
  ]
  const page = await ui.open('/app/together/endpoints', { ...english, fresh: true })
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Send test' }).click()
  const tests = page.getByRole('dialog', { name: 'Test 3 endpoints' })
  await tests.getByRole('button', { name: 'Send test event' }).click()
  await tests
    .getByText(/^200 · /)
    .nth(2)
    .waitFor()
  await tests.getByRole('button', { name: 'Close' }).last().click()
  await page.reload()
  const card = page.getByRole('region', { name: 'Work on many endpoints' })
  await card.getByText('Test · Done').waitFor()
  await card.getByText('3 answered well').waitFor()
  await card.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByRole('button', { name: 'Change events…' }).click()
  const events = page.getByRole('dialog', { name: 'Events of 3 endpoints' })
  await events.getByPlaceholder(/^Search/).fill('order.sent')
  await events.getByRole('checkbox', { name: 'order.sent' }).check()
  await events.getByRole('button', { name: 'Change 1 endpoint' }).click()
  await page.getByText('Events of 1 endpoint changed').waitFor()
  const eventsOf = async (id: string) =>
    (await call('GET', `/app/together/endpoint/${id}`)).eventTypes
  assert.deepEqual(await eventsOf(one.id), ['order.paid', 'order.sent'])
  assert.deepEqual(await eventsOf(two.id), ['order.sent'])
})

test('more endpoints than one answer takes are changed by a job that outlives its page', async () => {
  const first = await shop('masses', '200')
  await call('PATCH', `/app/masses/endpoint/${first}`, { paused: true })
  const url = `${ui.url}/in/masses`
  for (let n = 1; n < 52; n++) await call('POST', '/app/masses/endpoint', { url })
  const page = await ui.open('/app/masses/endpoints', { ...english, fresh: true })
  await page.getByRole('checkbox', { name: 'Select all rows' }).check()
  await page.getByText('52 selected').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  const card = page.getByRole('region', { name: 'Work on many endpoints' })
  await card.getByText('Pause · Done').waitFor()
  await card.getByText('51 changed').waitFor()
  await page.goto(`${ui.url}/app/masses/endpoints`)
  await page.getByText('Changes and tests of many endpoints').click()
  await page.getByRole('link', { name: /Pause · Done/ }).click()
  await page.getByRole('heading', { name: 'What became of each' }).waitFor()
  await page.getByRole('button', { name: 'and 1 more' }).click()
  await page.getByText('51 of 51').waitFor()
  const { data } = await call('GET', '/app/masses/endpoint?state=paused&limit=100')
  assert.equal(data.length, 52)
})
