// Verifies webhooks that sign the body alone: HMAC-SHA256 in lower-case hex. Nothing but Node.
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Whether `body` (a Buffer with the bytes as they came) was signed with the signing key. */
export function isSigned(signingKey, signature, body) {
  const expected = createHmac('sha256', signingKey).update(body).digest('hex')
  return signature?.length === expected.length && timingSafeEqual(Buffer.from(signature), Buffer.from(expected))
}

/** Answers 2xx at once; do slow work afterwards. */
export async function receive(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const signature = request.headers['logto-signature-sha-256']
  const signed = isSigned(process.env.WEBHOOK_SECRET, signature, body)
  response.writeHead(signed ? 204 : 400).end()
  if (signed) console.log(JSON.parse(body))
}

// http.createServer(receive).listen(3000), and give https://your-host/webhooks as the endpoint's URL.
