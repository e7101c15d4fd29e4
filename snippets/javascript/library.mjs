// A route handler for Next.js (app/webhooks/route.js), Hono, Bun, Deno and other fetch servers.
import { Webhook } from 'svix'

export async function POST(request) {
  const body = await request.text() // not request.json(): the signature is over these very bytes
  try {
    new Webhook(process.env.WEBHOOK_SECRET).verify(body, Object.fromEntries(request.headers))
  } catch {
    return new Response('The signature is not valid.', { status: 400 })
  }
  console.log(request.headers.get('webhook-id'), JSON.parse(body))
  return new Response(null, { status: 204 })
}

// Express: app.post('/webhooks', express.raw({ type: '*/*' }), (request, response) => …) and
// new Webhook(…).verify(request.body, request.headers).
