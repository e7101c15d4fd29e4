import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { fastify } from 'fastify'
import type { OrganizationId } from '../domain/ids.ts'
import { systemClock } from '../runtime/clock.ts'
import { silentLog } from '../runtime/log.ts'
import { consoleSession } from './console-session.ts'
import { verifyToken } from './json-web-token.ts'
import { errorHandler } from './problem.ts'

const keys = {
  bootstrapKey: 'sk_bootstrap',
  jwtSecret: 'a secret of the test',
  defaultOrganizationId: 'org_23rb8YdGqMT0qIzpgGwdXfHirMu' as OrganizationId, // of the right form
}

async function served(enabled = true, users = false) {
  const app = fastify()
  app.setErrorHandler(errorHandler(silentLog))
  await app.register(
    consoleSession({ keys, clock: systemClock, enabled, hasUsers: async () => users }),
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, port: Number(new URL(url).port) }
}

/** Raw HTTP: `fetch` does not let a test choose `Host` and `Origin`. */
function ask(
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port, method: 'POST', path: '/api/v1/console/session', headers },
      (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

test('once there are users, they sign in', async () => {
  const { app, port } = await served(true, true)
  const host = `127.0.0.1:${port}`
  assert.equal((await ask(port, { host, origin: `http://${host}` })).status, 404)
  await app.close()
})

test('a page of this server on this machine is signed in without a form', async () => {
  const { app, port } = await served()
  for (const name of ['127.0.0.1', 'localhost']) {
    const host = `${name}:${port}`
    const answer = await ask(port, { host, origin: `http://${host}` })
    assert.equal(answer.status, 200)
    const { token } = JSON.parse(answer.body)
    const claims = verifyToken(token, keys.jwtSecret, Date.now())
    assert.equal(claims?.['sub'], keys.defaultOrganizationId)
    assert.ok(Number(claims?.['exp']) * 1000 < Date.now() + 13 * 3_600_000)
  }
  await app.close()
})

test('another site, a foreign host name and a proxied visitor get nothing', async () => {
  const { app, port } = await served()
  const host = `127.0.0.1:${port}`
  const refused: readonly Readonly<Record<string, string>>[] = [
    { host },
    { host, origin: 'https://evil.example' },
    { host, origin: 'null' },
    { host, origin: 'http://127.0.0.1:1' },
    { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    { host: '127.0.0.1.evil.example', origin: 'http://127.0.0.1.evil.example' },
    { host, origin: `http://${host}`, 'x-forwarded-for': '203.0.113.9' },
    { host, origin: `http://${host}`, forwarded: 'for=203.0.113.9' },
  ]
  for (const headers of refused) {
    const answer = await ask(port, headers)
    assert.equal(answer.status, 404, JSON.stringify(headers))
    assert.doesNotMatch(answer.body, /token/)
  }
  await app.close()
})

test('switched off, it asks everybody for a key', async () => {
  const { app, port } = await served(false)
  const host = `127.0.0.1:${port}`
  assert.equal((await ask(port, { host, origin: `http://${host}` })).status, 404)
  await app.close()
})
