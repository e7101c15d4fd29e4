import { Pool } from 'undici'
import { benchSecret, keyOf, signatureOf } from '../support/signature.ts'

/** What a rival's job carries. */
export interface Job {
  readonly id: string
  /** JSON text; sent as it is. */
  readonly payload: string
}

export type Deliver = (job: Job) => Promise<void>

const key = keyOf(benchSecret)

/** One signed POST, as a product that builds webhooks on a queue would make it. */
export function deliverer(input: {
  readonly client: 'undici' | 'fetch'
  readonly origin: string
  readonly connections: number
}): Deliver {
  const pool = new Pool(input.origin, { connections: input.connections, pipelining: 1 })
  const path = '/ok/rival/0'
  const url = `${input.origin}${path}`
  return async ({ id, payload }) => {
    const body = Buffer.from(payload)
    const timestamp = String(Math.floor(Date.now() / 1000))
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(key, id, timestamp, body),
    }
    if (input.client === 'fetch') {
      const reply = await fetch(url, { method: 'POST', headers, body })
      await reply.arrayBuffer()
      if (!reply.ok) throw new Error(`status ${reply.status}`)
      return
    }
    const reply = await pool.request({ path, method: 'POST', headers, body })
    await reply.body.dump()
    if (reply.statusCode > 299) throw new Error(`status ${reply.statusCode}`)
  }
}

/** Runs at most `width` at a time. For rivals that hand over whole batches. */
export async function inParallel(
  jobs: readonly Job[],
  width: number,
  deliver: Deliver,
): Promise<void> {
  let at = 0
  const walk = async (): Promise<void> => {
    for (let job = jobs[at++]; job !== undefined; job = jobs[at++]) await deliver(job)
  }
  await Promise.all(Array.from({ length: width }, walk))
}
