import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { InjectOptions } from 'light-my-request'

/** For who calls every operation: keeps those from waiting that wait for what never comes. */
export const unhurried: Readonly<Record<string, string>> = {
  'v1.inspector.request.wait': 'timeout=0',
}

/** What the server answers; of a stream that stands open, its head and no body. */
export async function inject(
  app: FastifyInstance,
  request: InjectOptions,
): Promise<Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body'>> {
  const reply = await app.inject({ ...request, payloadAsStream: true })
  const { statusCode, headers } = reply
  const stream = reply.stream()
  if (String(headers['content-type']).startsWith('text/event-stream')) {
    stream.on('error', () => {}) // that it was cut off
    reply.raw.res.destroy()
    return { statusCode, headers, body: '' }
  }
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return { statusCode, headers, body: Buffer.concat(chunks).toString() }
}
