/**
 * What "Copy as" of a dialog or a form hands out is what that does: the command for `curl` and the one for
 * the command line ask the server for the same as its own button, and the server takes it.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type { Locator, Page, Request } from 'playwright-core'
import { type ConsoleUnderTest, clipboard } from '../support/console.ts'
import { posthorn } from '../support/terminal.ts'

/** A call as all three make it: what is asked, and with what. */
interface Call {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

const shell = promisify(execFile)

/** Copies what the dialog that is open, or that part of the page, offers under that name. */
export async function copyFrom(
  page: Page,
  name: 'curl' | 'Command line',
  within: Locator = page.getByRole('dialog'),
): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText('-'))
  await within.getByRole('button', { name: /^Copy as/ }).click()
  await page.getByRole('menuitem', { name, exact: true }).click()
  return clipboard(page, /^(curl|posthorn) /)
}

/** Runs what the dialog that is open copies, on the command line and by curl. */
export async function runCopied(ui: ConsoleUnderTest, page: Page): Promise<void> {
  const env = { POSTHORN_URL: ui.url, POSTHORN_API_KEY: ui.posthorn.installation.apiKey }
  const line = await copyFrom(page, 'Command line')
  for (const words of await wordsOf(line, env)) {
    const { exit, err } = await posthorn(words, { env })
    assert.equal(exit, 0, err)
  }
  await runCurl(await copyFrom(page, 'curl'), env)
}

/** What a list copies, run on the command line and by curl, is that list: so many rows, and the first. */
export async function sameCopied(ui: ConsoleUnderTest, page: Page, rows: number): Promise<void> {
  const env = { POSTHORN_URL: ui.url, POSTHORN_API_KEY: ui.posthorn.installation.apiKey }
  const copied = async (name: string): Promise<string> => {
    await page.evaluate(() => navigator.clipboard.writeText('-'))
    await page.getByRole('button', { name: 'Copy as', exact: true }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
    return clipboard(page, /^(curl|posthorn) /)
  }
  const first = await page.locator('[data-index="0"]').getAttribute('data-row')
  const [words = []] = await wordsOf(await copied('Command line'), env)
  const { exit, out, err } = await posthorn([...words, '--limit', '250', '--json'], { env })
  assert.equal(exit, 0, err)
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id)
  assert.deepEqual([lines.length, lines[0]], [rows, first])
  const { data, iterator } = JSON.parse(await runCurl(await copied('curl'), env))
  assert.deepEqual([data[0].id, data.length, iterator !== null], [first, Math.min(rows, 50), true])
}

async function runCurl(line: string, env: Readonly<Record<string, string>>): Promise<string> {
  const script = `curl() { command curl -sS --fail-with-body "$@"; }; ${line}`
  const { stdout } = await shell('sh', ['-c', script], { env: { ...process.env, ...env } })
  return stdout
}

/** The commands of a line as a shell takes them apart, each in its words. */
async function wordsOf(line: string, env: Readonly<Record<string, string>>) {
  const say = `{ for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\1'; }`
  const script = `curl() ${say}; posthorn() ${say}; ${line}`
  const { stdout } = await shell('sh', ['-c', script], { env: { ...process.env, ...env } })
  return stdout
    .split('\u0001')
    .flatMap((text) => (text === '' ? [] : [text.split('\0').slice(0, -1)]))
}

/** Ends of keys count from when each was written. */
function bodyOf(text: string | null | undefined): unknown {
  if (text == null || text === '') return null
  const { expiresAt, ...body } = JSON.parse(text)
  return expiresAt === undefined ? body : { ...body, expires: 'set' }
}

function callOfCurl(words: readonly string[]): Call {
  const after = (flag: string): string | undefined =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined
  const url = words.find((word) => word.startsWith('http')) ?? ''
  return { method: after('-X') ?? 'GET', path: pathOf(url), body: bodyOf(after('--data-raw')) }
}

const pathOf = (url: string): string => new URL(url).pathname

const callOf = (request: Request): Call => ({
  method: request.method(),
  path: pathOf(request.url()),
  body: bodyOf(request.postData()),
})

/** The command line names an application by its id, and says of what is not given that it is null. */
function plainly({ method, path, body }: Call) {
  const given = Object.entries(body ?? {}).filter(([, value]) => value !== null)
  return { method, path: path.replace(/\/app\/[^/]+/, '/app/…'), body: Object.fromEntries(given) }
}

/** What the page asks for once that button is pressed; the server does not hear of it. */
async function askedBy(page: Page, within: Locator, verb: string): Promise<Call> {
  const asked = Promise.withResolvers<Request>()
  await page.route('**/api/v1/**', async (route, request) => {
    if (request.method() === 'GET' || request.url().endsWith('/preview')) return route.continue()
    asked.resolve(request)
    await route.fulfill({ status: 422, contentType: 'application/json', body: '{"detail":[]}' })
  })
  await within.getByRole('button', { name: verb, exact: true }).click()
  const call = callOf(await asked.promise)
  await page.unrouteAll({ behavior: 'wait' })
  return call
}

/** What the command line asks for: it reads from the server, and what it would change is only noted. */
async function askedByCommands(
  ui: ConsoleUnderTest,
  commands: readonly (readonly string[])[],
): Promise<readonly Call[]> {
  const calls: Call[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    if (method === 'GET') {
      const { authorization = '' } = headers
      const answer = await fetch(ui.url + url, { headers: { authorization } })
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(await answer.text())
      return
    }
    const text = (await request.toArray()).join('')
    calls.push({ method, path: pathOf(ui.url + url), body: bodyOf(text) })
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const env = {
    POSTHORN_URL: `http://127.0.0.1:${port}`,
    POSTHORN_API_KEY: ui.posthorn.installation.apiKey,
  }
  for (const words of commands) await posthorn(words, { env })
  server.close()
  return calls
}

/** The dialog that is open or the form, its button, and what it copies, all the same; then `curl` is run. */
export async function assertCopied(
  ui: ConsoleUnderTest,
  page: Page,
  input: {
    readonly verb: string
    readonly secrets?: readonly string[]
    readonly within?: Locator
  },
): Promise<void> {
  const { verb, secrets = [], within = page.getByRole('dialog') } = input
  const curl = await copyFrom(page, 'curl', within)
  const line = await copyFrom(page, 'Command line', within)
  for (const secret of secrets) assert.ok(!`${curl}${line}`.includes(secret), 'a secret in clear')
  const env = {
    POSTHORN_API_KEY: ui.posthorn.installation.apiKey,
    ...Object.fromEntries(secrets.map((secret, at) => [`SECRET_${at + 1}`, secret])),
  }
  const asked = await askedBy(page, within, verb)
  const calls = (await wordsOf(curl, env)).map(callOfCurl)
  assert.deepEqual(calls[0], asked, 'curl')
  const commands = await wordsOf(line, env)
  const plain = calls.map(plainly)
  assert.deepEqual((await askedByCommands(ui, commands)).map(plainly), plain, line)
  await runCurl(curl, env)
}
