/** Who did what, and who may: the audit log, users, roles and sessions on the screen. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { type ConsoleUnderTest, startConsole } from '../support/console.ts'

let ui: ConsoleUnderTest

before(async () => {
  ui = await startConsole()
  await ui.call('POST', '/app', { name: 'Acme', uid: 'acme' })
})
after(() => ui.close())

test('the audit log says who changed what, before and after, is filtered, and downloaded', async () => {
  const { id } = (await ui.call('POST', '/app/acme/endpoint', {
    url: 'https://old.example.com/hooks',
    description: 'ERP',
  })) as { readonly id: string } // the contract's type
  await ui.call('PATCH', `/app/acme/endpoint/${id}`, { url: 'https://new.example.com/hooks' })
  const page = await ui.open('/audit', { language: 'es', application: 'acme' })
  const change = page.getByRole('row').filter({ hasText: 'v1.endpoint.patch' })
  await change.first().click()
  const panel = page.getByRole('complementary', { name: 'Entrada' })
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
    page.getByRole('menuitem', { name: 'Descargar líneas JSON' }).click(),
  ])
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\n')
  const operations = lines.map((line) => JSON.parse(line).operation)
  assert.deepEqual(operations.toSorted(), ['v1.endpoint.create', 'v1.endpoint.patch'])
})
