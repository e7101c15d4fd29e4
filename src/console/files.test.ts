import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import { consoleFiles, isConsoleBuilt } from './files.ts'

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
    consoleFiles({ dir, portalOrigins: ['https://app.example.com', 'http://localhost:5000'] }),
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

test('the portal may be framed by the allowed origins alone', async () => {
  const dir = build()
  const app = await served(dir)
  for (const url of ['/portal', '/portal/endpoints']) {
    const answer = await app.inject({ url })
    assert.equal(answer.body, '<!doctype html>portal')
    assert.match(
      String(answer.headers['content-security-policy']),
      /frame-ancestors 'self' https:\/\/app\.example\.com http:\/\/localhost:5000$/,
    )
    assert.equal(answer.headers['x-frame-options'], undefined)
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
