/**
 * The inspector: answers in sequence, retries that need not be waited for, requests that are found,
 * compared, sent again and exported (A33, A34).
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import decodeQr from 'qr/decode.js'
import { type ConsoleUnderTest, clipboard, startConsole } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import { copyFrom } from './copied.ts'

const shell = promisify(execFile)
let ui: ConsoleUnderTest
const english = { language: 'en', application: 'acme' } as const

before(async () => {
  ui = await startConsole()
  await ui.call('POST', '/event-type', { name: 'order.paid', description: 'An order was paid.' })
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
  await ui.call('POST', '/app/acme/endpoint', { url: `${ui.url}/in/shop`, description: 'Shop' })
})
afterEach(() => ui.closePages())
after(() => ui.close())

const send = (payload: object) =>
  ui.call('POST', '/app/acme/msg', { eventType: 'order.paid', payload })

const rows = (page: Page, count: number) =>
  page.waitForFunction(
    (wanted) => document.querySelectorAll('[data-index]').length === wanted,
    count,
  )

/** Until the only delivery has failed so often and waits: a retry asked for before would move nothing. */
const waitsAfter = (attempts: number): Promise<unknown> =>
  eventually(`the retry after ${attempts} attempts`, async () => {
    const { data } = (await ui.call('GET', '/app/acme/delivery')) as {
      readonly data: readonly { readonly state: string; readonly attemptCount: number }[]
    } // the contract's type
    const [one] = data
    return one?.state === 'pending' && one.attemptCount === attempts ? one : null
  })

test('A33: 500, 500, then 200: two presses of fast-forward, three attempts, delivered', async () => {
  await ui.call('PUT', '/inspector/bin/shop', {})
  const page = await ui.open('/inspector/shop', english)
  for (const answer of ['500', '500', '200']) {
    await page.getByRole('button', { name: 'Add an answer' }).click()
    await page.getByRole('menuitem', { name: answer, exact: true }).click()
  }
  await page.getByText('every time').waitFor()
  await page.getByRole('button', { name: 'Set answers' }).click()
  await page.getByText('The next requests get these answers').waitFor()
  const began = performance.now()
  const message = (await send({ order: { id: 'o_91', total: 1 } })) as { readonly id: string } // the contract's type
  for (const count of [1, 2]) {
    await rows(page, count)
    await waitsAfter(count)
    await page.getByText('1 delivery to this bin waits for its retry').waitFor()
    // A press while the one before is still at work moves nothing.
    const forward = page.getByRole('button', { name: 'Fast-forward: retry now' })
    await forward.and(page.locator(':not([aria-busy])')).click()
  }
  await rows(page, 3)
  await page.getByText('Nothing waits for a retry to this bin.').waitFor()
  assert.ok(performance.now() - began < 240_000, 'the schedule alone would take over five minutes')
  const answers = await page.locator('[data-index] [role=gridcell]:last-child').allTextContents()
  assert.deepEqual(answers, ['200', '500', '500'])
  await page.goto(`${ui.url}/app/acme/messages/${message.id}`)
  await page.getByText('Delivered').first().waitFor()
  const attempts = (await ui.call('GET', `/app/acme/attempt/msg/${message.id}`)) as {
    readonly data: readonly { readonly responseStatusCode: number }[]
  } // the contract's type
  assert.deepEqual(
    attempts.data.map((attempt) => attempt.responseStatusCode),
    [200, 500, 500],
  )
})

test('requests show as they arrive by the stream alone; where it is held back, by asking', async () => {
  await ui.call('PUT', '/inspector/bin/stream', {})
  const page = await ui.open('/icon.svg', { ...english, fresh: true })
  await page.goto(`${ui.url}/inspector/stream`)
  const arrive = (n: number) => fetch(`${ui.url}/in/stream`, { method: 'POST', body: `{"n":${n}}` })
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor()
  await arrive(1)
  await rows(page, 1)
  const list = /\/inspector\/bin\/stream\/request/
  await page.route(list, (route) => route.abort()) // who asks gets nothing any more
  for (const n of [2, 3, 4]) await arrive(n)
  await rows(page, 4)

  await page.unroute(list)
  await page.route(/\/inspector\/bin\/stream\/stream$/, (route) => route.fulfill({ status: 404 }))
  await page.reload()
  await page.getByRole('button', { name: /^Every \d s$/ }).waitFor()
  await rows(page, 4)
  await arrive(5)
  await rows(page, 5)

  // The picture is the address: read again as a phone would.
  await page.getByRole('button', { name: 'QR code of the address' }).click()
  const picture = page.getByRole('img', { name: `QR code of ${ui.url}/in/stream` })
  const { size, path } = await picture.evaluate((svg) => ({
    size: Number(svg.getAttribute('viewBox')?.split(' ')[2]),
    path: svg.querySelector('path')?.getAttribute('d') ?? '',
  }))
  assert.equal(readQr(size, path), `${ui.url}/in/stream`)
})

/** Draws the squares of the path eight pixels wide, and reads what they say. */
function readQr(size: number, path: string): string {
  const scale = 8
  const width = size * scale
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)/g)) {
    for (let row = 0; row < scale; row++) {
      const from = ((Number(y) * scale + row) * width + Number(x) * scale) * 4
      for (let at = 0; at < scale * 4; at += 4) data.fill(0, from + at, from + at + 3)
    }
  }
  return decodeQr({ width, height: width, data })
}

test('answers with a body and headers are shown and changed in JSON, and lose nothing', async () => {
  const step = { status: 202, headers: { 'x-queue': 'late' }, body: 'queued' }
  await ui.call('PUT', '/inspector/bin/queue', { script: { rules: [{ steps: [step] }] } })
  const page = await ui.open('/inspector/queue', english)
  const field = page.getByLabel('Answers in JSON')
  const text = await field.inputValue()
  assert.match(text, /"body": "queued"/)
  await field.fill('{')
  await page.getByRole('button', { name: 'Set answers' }).click()
  await page.getByText('This is not a JSON object.').waitFor()
  await field.fill(text.replace('queued', 'later'))
  await page.getByRole('button', { name: 'Set answers' }).click()
  await page.getByText('The next requests get these answers').waitFor()
  const answer = await fetch(`${ui.url}/in/queue`, { method: 'POST' })
  assert.deepEqual(
    [answer.status, answer.headers.get('x-queue'), await answer.text()],
    [202, 'late', 'later'],
  )
  // From text to JSON and back, where text says all of it.
  await ui.call('PUT', '/inspector/bin/queue', { script: '500, 200' })
  await page.reload()
  await page.getByRole('button', { name: 'With body and headers' }).click()
  assert.equal(JSON.parse(await field.inputValue()).rules[0].steps.length, 2)
  await page.getByRole('button', { name: 'As text' }).click()
  assert.equal(await page.getByPlaceholder('500, 500, 200').inputValue(), '500, 200')
})

test('A34: a request is found, sent again with another body, compared and exported', async () => {
  await ui.call('PUT', '/inspector/bin/shop', { script: '200' })
  await ui.call('DELETE', '/inspector/bin/shop/request')
  await send({ order: { id: 'o_92', total: 7 } })
  const page = await ui.open('/inspector/shop', english)
  await rows(page, 1)
  await page.locator('[data-index="0"]').click()
  const panel = page.getByRole('complementary', { name: 'Request' })
  await panel.getByText('Signature valid').waitFor()
  await panel.getByText(/^Signed with the current secret, made /).waitFor()
  await panel.getByRole('button', { name: 'Send again…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Send a request again' })
  await dialog.getByLabel('Body').fill('{"order":{"id":"o_92","total":8}}')
  await dialog.getByText('edited').first().waitFor()
  const curl = await copyFrom(page, 'curl')
  await shell('sh', ['-c', curl.replace('/in/shop', '/in/copied')])
  const { data: copied } = (await ui.call('GET', '/inspector/bin/copied/request')) as {
    readonly data: readonly { readonly body: string }[]
  } // the contract's type
  assert.deepEqual(
    copied.map(({ body }) => body),
    ['{"order":{"id":"o_92","total":8}}'],
  )
  await dialog.getByRole('button', { name: 'Send again', exact: true }).click()
  await dialog.getByText('Answered 200').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await rows(page, 2)
  await page.locator('[data-index="0"]').getByText('not valid').waitFor()

  await page.locator('[data-index="0"] input').check()
  await page.locator('[data-index="1"] input').check()
  const differences = page.getByRole('table', { name: 'Differences' })
  await differences.getByText('body.order.total').waitFor()
  assert.match((await differences.textContent()) ?? '', /− 7.*\+ 8/)

  await page.getByRole('searchbox', { name: 'Search requests' }).fill('"total":8')
  await rows(page, 1)
  await page.waitForURL(/q=/)
  await page.getByRole('searchbox', { name: 'Search requests' }).fill('')
  await rows(page, 2)
  await page.getByRole('button', { name: 'Export' }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Download HAR' }).click(),
  ])
  assert.equal(file.suggestedFilename(), 'shop.har')
  const har = JSON.parse(readFileSync(await file.path(), 'utf8'))
  assert.equal(har.log.version, '1.2')
  assert.deepEqual(
    har.log.entries.map((entry: { request: { postData: { text: string } } }) =>
      JSON.parse(entry.request.postData.text),
    ),
    [7, 8].map((total) => ({ order: { id: 'o_92', total } })),
  )
  for (const { request, response } of har.log.entries) {
    assert.match(request.url, /\/in\/shop$/)
    assert.equal(response.status, 200)
    assert.ok(request.headers.every((one: object) => 'name' in one && 'value' in one))
  }
})

test('all that a bin keeps is exported, page by page, as far as the search goes, unless it is stopped', async () => {
  await ui.call('PUT', '/inspector/bin/many', {})
  const count = 260 // more than a page of the server
  for (let at = 0; at < count; at += 20) {
    const some = Array.from({ length: 20 }, (_, n) =>
      fetch(`${ui.url}/in/many/${at + n}`, { method: 'POST', body: at < 20 ? 'first' : 'later' }),
    )
    await Promise.all(some)
  }
  const page = await ui.open('/inspector/many', english)
  const saved = async (item: string): Promise<string> => {
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ])
    return readFileSync(await file.path(), 'utf8')
  }
  const lines = (await saved('Download JSON lines')).trim().split('\n')
  await page.getByText('260 rows exported').waitFor()
  const paths = lines.map((line): unknown => JSON.parse(line).path)
  assert.deepEqual([lines.length, new Set(paths).size], [count, count])
  await page.getByRole('button', { name: 'Copy as HAR' }).click()
  const copied = JSON.parse(await clipboard(page, /"log"/))
  assert.equal(copied.log.entries.length, count)
  await page.getByRole('searchbox', { name: 'Search requests' }).fill('FIRST')
  await page.waitForURL(/q=/)
  assert.equal(JSON.parse(await saved('Download HAR')).log.entries.length, 20)

  const second = Promise.withResolvers<void>()
  await page.route(/iterator=/, async (route) => {
    await second.promise
    await route.abort()
  })
  await page.getByRole('button', { name: 'Copy as HAR' }).click()
  await page.getByRole('progressbar', { name: 'Export' }).waitFor()
  await page.getByRole('button', { name: 'Stop the export' }).click()
  await page.getByText('The export was stopped; nothing was saved.').waitFor()
  await page.getByRole('button', { name: 'Copy as HAR' }).waitFor()
  second.resolve()
})

test('a request sent again as an event goes the usual road; a bin has settings and an end', async () => {
  await ui.call('PUT', '/inspector/bin/other', {})
  await fetch(`${ui.url}/in/other/deep?x=1`, {
    method: 'POST',
    body: '{"type":"order.paid","n":1}',
  })
  const page = await ui.open('/inspector/other', { ...english, language: 'es' })
  await page.locator('[data-index="0"]').click()
  await page.getByRole('button', { name: 'Enviar otra vez…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Adónde').selectOption('event')
  await dialog.getByRole('button', { name: 'Enviar otra vez', exact: true }).click()
  await dialog.getByText(/Aceptado como msg_/).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Más acciones' }).click()
  await page.getByRole('menuitem', { name: 'Ajustes…' }).click()
  await dialog.getByLabel('Nota').fill('Pruebas de la tienda')
  await dialog.getByLabel('Emisor').selectOption('github')
  await dialog.getByLabel('Secreto', { exact: true }).fill('s3cret')
  await dialog.getByRole('button', { name: 'Agregar' }).click()
  await dialog.getByLabel('Emisor').selectOption('standard')
  // Typed and not added: saving keeps it too.
  await dialog.getByLabel('Secreto', { exact: true }).fill('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  await dialog.getByRole('button', { name: 'Guardar' }).click()
  await dialog.waitFor({ state: 'detached' })
  const bin = (await ui.call('GET', '/inspector/bin/other')) as object
  assert.deepEqual(
    ['note', 'secretCount', 'senders'].map((name) => Reflect.get(bin, name)),
    ['Pruebas de la tienda', 2, ['github']],
  )
  const body = 'a=1&b=%C3%B1'
  await fetch(`${ui.url}/in/other/form`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: 'session=xyz',
      'x-hub-signature-256': `sha256=${createHmac('sha256', 's3cret').update(body).digest('hex')}`,
    },
  })
  await page.locator('[data-index]').filter({ hasText: '/form' }).click()
  const panel = page.getByRole('complementary', { name: 'Solicitud' })
  await panel.getByText('Firmada como firma GitHub, en x-hub-signature-256').waitFor()
  await panel.getByRole('table', { name: 'Formulario' }).getByText('ñ').waitFor()
  await panel.getByRole('table', { name: 'Cookies' }).getByText('xyz').waitFor()
  await panel.getByLabel('Nota').fill('la del formulario')
  await panel.getByRole('button', { name: 'Guardar nota' }).click()
  await panel.getByRole('button', { name: 'Fijar' }).click()
  await panel.getByRole('button', { name: 'Fijada' }).waitFor()
  await page.getByRole('button', { name: 'Más acciones' }).click()
  await page.getByRole('menuitem', { name: 'Vaciar' }).click()
  await rows(page, 1)
  await page.locator('[data-index="0"]').getByText('la del formulario').waitFor()
  const other = await ui.open('/inspector/other', english)
  await other.locator('[data-index="0"]').click()
  await page.getByRole('button', { name: 'Más acciones' }).click()
  await page.getByRole('menuitem', { name: 'Ajustes…' }).click()
  await dialog.getByRole('button', { name: 'Eliminar buzón…' }).click()
  await dialog.getByRole('button', { name: 'Eliminar buzón', exact: true }).click()
  await page.waitForURL(/\/inspector$/)
  await other.getByText('It was deleted meanwhile').waitFor() // and its stream does not make it anew
  await assert.rejects(ui.call('GET', '/inspector/bin/other'), /404/)
})

test('A32: a body that was parsed and printed again is told, with the fix for Express', async () => {
  await ui.call('PUT', '/inspector/bin/shop', { script: '200' })
  await ui.call('DELETE', '/inspector/bin/shop/request')
  const raw = '{"eventType":"order.paid","payload":{ "order": {"total": 1.0,  "id":"o_93"} }}'
  await fetch(`${ui.url}/api/v1/app/acme/msg`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ui.posthorn.installation.apiKey}` },
    body: raw,
  })
  const captured = (await ui.call('GET', '/inspector/bin/shop/wait?timeout=30')) as {
    readonly headers: readonly (readonly [string, string])[]
    readonly body: string
  } // the contract's type
  const endpoints = (await ui.call('GET', '/app/acme/endpoint')) as {
    readonly data: readonly { readonly id: string }[]
  } // the contract's type
  const words = {
    en: {
      ask: 'Find out why',
      headers: 'Headers',
      body: 'Body',
      valid: /It verifies/,
      told: /without its spaces/,
    },
    es: {
      ask: 'Averiguar por qué',
      headers: 'Encabezados',
      body: 'Cuerpo',
      valid: /Verifica tal/,
      told: /sin (sus )?espacios/,
    },
  }
  for (const language of ['en', 'es'] as const) {
    const { ask, headers, body, valid, told } = words[language]
    const page = await ui.open(`/app/acme/endpoints/${endpoints.data[0]?.id}/signing`, {
      language,
      application: 'acme',
    })
    const pasted = captured.headers.map(([name, value]) => `${name}: ${value}`).join('\n')
    await page.getByLabel(headers, { exact: true }).fill(pasted)
    await page.getByLabel(body, { exact: true }).fill(captured.body)
    await page.getByRole('button', { name: ask }).click()
    await page.getByText(valid).waitFor()
    await page.getByLabel(body, { exact: true }).fill(JSON.stringify(JSON.parse(captured.body)))
    await page.getByRole('button', { name: ask }).click()
    await page.getByText(language === 'en' ? /first byte that differs/ : /primer byte/).waitFor()
    await page.getByText('express.raw').first().waitFor()
    await page.getByText(told).first().waitFor()
  }
})

test('nothing failed in these pages, and they asked no other host', () => {
  assert.deepEqual([...ui.foreignHosts], [])
  assert.deepEqual(
    ui.errors.filter((error) => !/status of (404|500)|ERR_FAILED/.test(error)),
    [],
  )
})
