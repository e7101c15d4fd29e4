import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import { consoleFiles, isConsoleBuilt, type ShownEnvironment } from './files.ts'

function build(): string {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-console-'))
  mkdirSync(join(dir, 'assets'))
  writeFileSync(join(dir, 'index.html'), '<!doctype html>console')
  writeFileSync(join(dir, 'portal.html'), '<!doctype html>portal')
  writeFileSync(join(dir, 'assets/a-1.js'), 'run()')
  writeFileSync(join(dir, 'assets/a-1.js.gz'), gzipSync('run()'))
  return dir
}

async function served(dir: string) {
  const app = fastify()
  await app.register(
    consoleFiles({
      dir,
      portalOrigins: () => ['https://app.example.com', 'http://localhost:5000'],
      linkOrigins: (frame) => ({ one: ['https://one.example'], nobody: [] })[frame] ?? null,
    }),
  )
  return app
}

test('every path of the console is its page, and nothing may frame it', async () => {
  const dir = build()
  const app = await served(dir)
  for (const url of ['/', '/app/acme/deliveries', '/catalog/order.paid', '/settings']) {
    const answer = await app.inject({ url })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.body, '<!doctype html>console')
    const policy = String(answer.headers['content-security-policy'])
    assert.match(policy, /frame-ancestors 'none'/)
    assert.match(policy, /script-src 'self'(;|$)/)
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.equal(answer.headers['cache-control'], 'no-cache')
  }
  rmSync(dir, { recursive: true })
})

test('the console is told its environment in the page; live with no other is as it was built', async () => {
  const dir = build()
  writeFileSync(join(dir, 'index.html'), '<!doctype html><html lang="en">')
  writeFileSync(join(dir, 'portal.html'), '<!doctype html><html lang="en">')
  let shown: ShownEnvironment = { name: 'live', hasOther: false }
  const app = fastify()
  await app.register(consoleFiles({ dir, environment: () => shown }))
  const page = async (url: string) =>
    /<html (.*)>/.exec((await app.inject({ url, headers: { 'accept-encoding': 'br' } })).body)?.[1]
  assert.equal(await page('/settings'), 'lang="en"')
  shown = { name: 'live', hasOther: true }
  assert.equal(await page('/settings'), 'data-environment="live" lang="en"')
  shown = { name: 'test', hasOther: false }
  assert.equal(await page('/sign-in'), 'data-environment="test" lang="en"')
  assert.equal(await page('/portal'), 'data-operator="test" lang="en"')
  rmSync(dir, { recursive: true })
})

test('the portal may be framed by the allowed origins alone', async () => {
  const dir = build()
  const app = await served(dir)
  const ancestors = async (from: typeof app, url: string) => {
    const answer = await from.inject({ url })
    assert.equal(answer.body, '<!doctype html>portal')
    const policy = String(answer.headers['content-security-policy'])
    return [policy.split('frame-ancestors ')[1], answer.headers['x-frame-options']]
  }
  const settings = ['https://app.example.com http://localhost:5000', undefined]
  assert.deepEqual(await ancestors(app, '/portal'), settings)
  assert.deepEqual(await ancestors(app, '/portal/endpoints?frame=forged'), settings)
  assert.deepEqual(await ancestors(app, '/portal/endpoints?frame=one'), [
    'https://one.example',
    undefined,
  ])
  assert.deepEqual(await ancestors(app, '/portal?frame=nobody'), ["'none'", 'DENY'])
  const closed = fastify()
  await closed.register(consoleFiles({ dir }))
  assert.deepEqual(await ancestors(closed, '/portal'), ["'none'", 'DENY'])
  rmSync(dir, { recursive: true })
})

test('the logo is served from the file that the settings name, and a bad one stops the start', async () => {
  const dir = build()
  const light = join(dir, 'logo.svg')
  writeFileSync(light, '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const app = fastify()
  await app.register(consoleFiles({ dir, logo: { light, dark: null } }))
  for (const ground of ['light', 'dark']) {
    const answer = await app.inject({ url: `/portal/logo/${ground}` })
    assert.equal(answer.headers['content-type'], 'image/svg+xml')
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/)
  }
  const bad = { light: join(dir, 'index.html'), dark: null }
  await assert.rejects(
    async () => void (await fastify().register(consoleFiles({ dir, logo: bad }))),
    /not svg, png or webp/,
  )
  rmSync(dir, { recursive: true })
})

test('the operator’s texts for the portal are served as they are; what is not as it must be stops the start', async () => {
  const dir = build()
  const path = join(dir, 'texts.json')
  const serve = async (texts: unknown) => {
    writeFileSync(path, typeof texts === 'string' ? texts : JSON.stringify(texts))
    const app = fastify()
    await app.register(consoleFiles({ dir, portalTexts: path }))
    return app.inject({ url: '/portal/texts' })
  }
  const texts = { en: { title: 'Acme <events>', help: 'Write to us.' }, es: { title: 'Eventos' } }
  const answer = await serve(texts)
  assert.deepEqual(answer.json(), texts)
  assert.match(String(answer.headers['content-type']), /application\/json/)
  for (const [bad, why] of [
    ['{', /are not JSON/],
    [[], /must be an object with en, es/],
    [{ de: {} }, /have no "de": there are en, es/],
    [{ en: { footer: 'x' } }, /at "en" have no "footer"/],
    [{ en: { title: ' ' } }, /en\.title must be a text of 1 to 300 characters/],
    [{ es: { help: 'x'.repeat(301) } }, /es\.help must be a text/],
    [{ es: { help: 'a\nb' } }, /es\.help has control characters/],
  ] as const) {
    await assert.rejects(() => serve(bad), why)
  }
  rmSync(dir, { recursive: true })
})

test('hashed files are cached for ever and sent compressed to who takes it', async () => {
  const dir = build()
  const app = await served(dir)
  const plain = await app.inject({ url: '/assets/a-1.js' })
  assert.equal(plain.body, 'run()')
  assert.match(String(plain.headers['cache-control']), /immutable/)
  const packed = await app.inject({
    url: '/assets/a-1.js',
    headers: { 'accept-encoding': 'gzip, br' },
  })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(packed.rawPayload).toString(), 'run()')
  assert.equal((await app.inject({ url: '/assets/missing.js' })).statusCode, 404)
  assert.equal((await app.inject({ url: '/assets/..%2f..%2fetc%2fpasswd' })).statusCode, 404)
  rmSync(dir, { recursive: true })
})

test('a folder without a build is told apart', () => {
  const dir = mkdtempSync(join(tmpdir(), 'posthorn-console-'))
  assert.equal(isConsoleBuilt(dir), false)
  assert.equal(isConsoleBuilt(join(dir, 'missing')), false)
  rmSync(dir, { recursive: true })
})
