// Verifies webhooks with nothing but Node: npm packages are not needed.
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'

const toleranceSeconds = 300

/**
 * Whether `body` (a Buffer with the bytes as they came) was signed with `key` and is not older than
 * five minutes. `key` is the endpoint's whsec_ secret, or its whpk_ public key; headers by
 * lower-case name.
 */
export function isSigned(key, headers, body, nowSeconds = Math.floor(Date.now() / 1000)) {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signatures = headers['webhook-signature']
  if (!id || !signatures || !/^[0-9]{1,12}$/.test(timestamp ?? '')) return false
  if (Math.abs(nowSeconds - Number(timestamp)) > toleranceSeconds) return false
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  // While a secret is being rolled there are several signatures: one that matches is enough.
  return signatures.split(' ').some((item) => {
    const [version, encoded, ...rest] = item.split(',')
    // Node would read base64url, and skip what is no base64 at all.
    if (rest.length > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded ?? '')) return false
    return matches(key, version, content, Buffer.from(encoded, 'base64'))
  })
}

function matches(key, version, content, signature) {
  if (key.startsWith('whpk_')) {
    const x = Buffer.from(key.slice(5), 'base64').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return version === 'v1a' && verify(null, content, publicKey, signature)
  }
  const secret = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', secret).update(content).digest()
  return version === 'v1' && signature.length === expected.length && timingSafeEqual(signature, expected)
}

/** Answers 2xx at once; do slow work afterwards, and only once for each webhook-id. */
export async function receive(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const signed = isSigned(process.env.WEBHOOK_SECRET, request.headers, body)
  response.writeHead(signed ? 204 : 400).end()
  if (signed) console.log(JSON.parse(body))
}

// http.createServer(receive).listen(3000), and give https://your-host/webhooks as the endpoint's URL.
