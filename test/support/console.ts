/**
 * A whole Posthorn with its console, and a real Chromium to look at it. One server and one browser
 * serve all the pages of a test file.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Config, configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { type Log, silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { eventually, patienceMs } from './eventually.ts'

const root = join(import.meta.dirname, '../..')
export const artifacts = join(root, '.artifacts')

/** How many times slower every page runs, to find what only holds on a quick machine; 1 as it is. */
export const slowdown = Number(process.env['POSTHORN_TEST_CPU_SLOWDOWN'] ?? 1)

export interface ConsoleUnderTest {
  readonly url: string
  readonly posthorn: Posthorn
  readonly browser: Browser
  /** Hosts other than the server that any page asked for: must stay empty. */
  readonly foreignHosts: ReadonlySet<string>
  /** Errors that pages logged or threw. */
  readonly errors: readonly string[]
  open(path: string, look?: Look): Promise<Page>
  /** After each test: pages that nobody looks at any more go on asking the server. */
  closePages(): Promise<void>
  /** The API with the bootstrap key. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  close(): Promise<void>
}

export interface Look {
  readonly language?: 'en' | 'es'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  readonly application?: string
  /** Of the browser, as `Europe/Madrid`. */
  readonly timeZone?: string
  /** With storage of its own, for tests that change preferences. */
  readonly fresh?: boolean
}

/** The browser: the machine's Chromium, or the one that `POSTHORN_CHROMIUM` names. */
export function chromiumPath(): string {
  const candidates = [
    process.env['POSTHORN_CHROMIUM'],
    '/usr/bin/chromium-headless-shell', // the same without its windows: takes a third less time
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ]
  const found = candidates.find((path) => path !== undefined && existsSync(path))
  if (found === undefined) {
    throw new Error(
      'No Chromium: install it (apt-get install chromium-headless-shell) or set POSTHORN_CHROMIUM.',
    )
  }
  return found
}

/** The text on the page's clipboard, once it is as wanted. */
export function clipboard(page: Page, wanted: RegExp): Promise<string> {
  return eventually(`${wanted} on the clipboard`, async () => {
    const text = String(await page.evaluate('navigator.clipboard.readText()'))
    return wanted.test(text) ? text : null
  })
}

/** As on a computer that is that many times slower (`POSTHORN_TEST_CPU_SLOWDOWN`). */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
}

/** So that servers that start afterwards have its pages. */
export function buildConsole(): void {
  execFileSync(process.execPath, [join(root, 'scripts/build-console.ts'), '--if-stale'], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
}

export async function startConsole(
  options: { readonly config?: Partial<Config>; readonly log?: Log } = {},
): Promise<ConsoleUnderTest> {
  buildConsole()
  mkdirSync(artifacts, { recursive: true })
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-browser-'))
  const posthorn = createPosthorn(
    configWith({
      port: 0,
      dataDir,
      allowNetworks: ['127.0.0.0/8', '::1/128'],
      ...options.config,
    }),
    { clock: systemClock, random: systemRandom, log: options.log ?? silentLog },
  )
  await posthorn.start()
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      // Letters as wide as people's browsers draw them, not rounded up to whole pixels.
      '--font-render-hinting=none',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Cut off from everything but this machine (A40).
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
    ],
  })
  const foreignHosts = new Set<string>()
  const errors: string[] = []
  const shared = new Map<string, Promise<BrowserContext>>()
  const own = new URL(posthorn.url).host

  async function newContext(look: Look): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1360, height: look.height ?? 860 },
      colorScheme: look.theme ?? 'light',
      reducedMotion: 'reduce',
      locale: look.language === 'es' ? 'es-MX' : 'en-US',
      ...(look.timeZone === undefined ? {} : { timezoneId: look.timeZone }),
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    context.setDefaultTimeout(patienceMs)
    if (slowdown > 1) context.on('page', (page) => void slowDown(page).catch(() => null)) // closed by now
    if (look.application !== undefined) {
      const stored = JSON.stringify({ application: look.application })
      await context.addInitScript(
        `localStorage.getItem('posthorn.preferences') ??
          localStorage.setItem('posthorn.preferences', ${JSON.stringify(stored)})`,
      )
    }
    return context
  }

  async function open(path: string, look: Look = {}): Promise<Page> {
    const key = JSON.stringify(look)
    const known = look.fresh === true ? undefined : shared.get(key)
    const made = known ?? newContext(look)
    if (look.fresh !== true) shared.set(key, made)
    const context = await made
    const page = await context.newPage()
    page.on('request', (request) => {
      const { host, protocol } = new URL(request.url())
      if (protocol.startsWith('http') && host !== own) foreignHosts.add(host)
    })
    page.on('pageerror', (error) => errors.push(`${path}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${path}: ${message.text()}`)
    })
    await page.goto(posthorn.url + path)
    return page
  }

  return {
    url: posthorn.url,
    posthorn,
    browser,
    foreignHosts,
    errors,
    open,
    async call(method, path, body) {
      const response = await fetch(`${posthorn.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${posthorn.installation.apiKey}`,
          'content-type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return text === '' ? null : JSON.parse(text)
    },
    async closePages() {
      const kept = new Set(await Promise.all(shared.values()))
      for (const context of browser.contexts()) {
        if (kept.has(context)) for (const page of context.pages()) await page.close()
        else await context.close()
      }
    },
    async close() {
      await browser.close()
      await posthorn.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
