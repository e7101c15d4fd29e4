import { Pool } from 'undici'
import { benchApiKey } from './node.ts'
import { benchSecret } from './signature.ts'

export interface Answer {
  /** 0: no answer came; whether the request was carried out is not known. */
  readonly status: number
  readonly text: string
}

/** The API as a producer's program uses it: JSON text in, status and text out, never a throw. */
export class Api {
  readonly #pool: Pool
  readonly #timeoutMs: number

  constructor(port: number, input: { readonly connections?: number; timeoutMs?: number } = {}) {
    this.#timeoutMs = input.timeoutMs ?? 30_000
    this.#pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: input.connections ?? 8,
      pipelining: 1,
    })
  }

  async call(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    input: { readonly body?: string | Buffer; readonly idempotencyKey?: string } = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Bearer ${benchApiKey}` }
    if (input.body !== undefined) headers['content-type'] = 'application/json'
    if (input.idempotencyKey !== undefined) headers['idempotency-key'] = input.idempotencyKey
    try {
      const reply = await this.#pool.request({
        method,
        path,
        headers,
        body: input.body ?? null,
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
      })
      return { status: reply.statusCode, text: await reply.body.text() }
    } catch {
      return { status: 0, text: '' } // killed, refused or cut off: what this client is for
    }
  }

  /** For the arrangement of an experiment, where anything but success is a mistake. */
  async must(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<{ id: string }> {
    const answer = await this.call(method, path, { body: JSON.stringify(body) })
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 500)}`)
    }
    return JSON.parse(answer.text) as { id: string } // every resource that is made has an id
  }

  async createApplication(name: string): Promise<string> {
    return (await this.must('POST', '/api/v1/app', { name })).id
  }

  async createEndpoint(
    applicationId: string,
    url: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const body = { url, secret: benchSecret, ...more }
    return (await this.must('POST', `/api/v1/app/${applicationId}/endpoint`, body)).id
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }
}
