/**
 * Every example of GitHub's webhooks, sent through the official Svix client with only its server
 * URL changed, to two endpoints: the inspector and a receiver of our own. Each delivery is verified
 * with both published libraries, and its bytes are compared with what was sent.
 */
import { createRequire } from 'node:module'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Svix, Webhook as SvixWebhook } from 'svix'
import { createClient } from '../../src/client/client.ts'
import { startReceiver } from './receiver.ts'

export interface DemoResult {
  readonly sent: number
  readonly bytes: number
  /** Deliveries that arrived, were verified by both libraries and had the sent bytes. */
  readonly verified: Readonly<Record<'inspector' | 'receiver', number>>
  /** What was wrong, in words; empty when everything was right. */
  readonly faults: readonly string[]
}

interface Arrived {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const senders = 16
const binName = 'octokit'

/** The package is one JSON file, whose published types describe a module that it does not have. */
const examples: readonly { readonly name: string; readonly examples: readonly object[] }[] =
  createRequire(import.meta.url)('@octokit/webhooks-examples')

export const demoPayloads: readonly { readonly type: string; readonly payload: object }[] =
  examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => ({
      type: 'action' in payload ? `github.${name}.${String(payload.action)}` : `github.${name}`,
      payload,
    })),
  )

export async function runDemo(input: {
  readonly serverUrl: string
  readonly key: string
  readonly onProgress: (arrived: number, expected: number) => void
}): Promise<DemoResult> {
  const svix = new Svix(input.key, { serverUrl: input.serverUrl })
  const client = createClient({ url: input.serverUrl, key: input.key })
  const receiver = await startReceiver()
  const app = await svix.application.create({ name: 'Every GitHub webhook' })
  const [toInspector, toReceiver] = await Promise.all(
    [`${input.serverUrl}/in/${binName}`, `${receiver.url}/hooks`].map((url) =>
      svix.endpoint.create(app.id, { url }),
    ),
  )
  const secretOf = async (endpoint: { id: string } | undefined): Promise<string> =>
    (await svix.endpoint.getSecret(app.id, endpoint?.id ?? '')).key
  const sent = await sendAll(svix, app.id, () =>
    input.onProgress(receiver.requests.length, demoPayloads.length),
  )
  await receiver.waitFor(sent.size)
  input.onProgress(receiver.requests.length, demoPayloads.length)
  const captured = await capturedBy(client, sent)
  const inspector = check('inspector', await secretOf(toInspector), captured, sent)
  const own = check('receiver', await secretOf(toReceiver), receiver.requests, sent)
  await receiver.close()
  return {
    sent: sent.size,
    bytes: [...sent.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    verified: { inspector: inspector.verified, receiver: own.verified },
    faults: [...inspector.faults, ...own.faults],
  }
}

/** The text of each payload by the id of its message. */
async function sendAll(
  svix: Svix,
  app: string,
  progress: () => void,
): Promise<ReadonlyMap<string, string>> {
  const sent = new Map<string, string>()
  const queue = [...demoPayloads]
  const sender = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { type, payload } = next
      const message = await svix.message.create(app, { eventType: type, payload })
      sent.set(message.id, JSON.stringify(payload))
      progress()
    }
  }
  await Promise.all(Array.from({ length: senders }, sender))
  return sent
}

/** What the bin holds, once each message has been waited for. */
async function capturedBy(
  client: ReturnType<typeof createClient>,
  sent: ReadonlyMap<string, string>,
): Promise<readonly Arrived[]> {
  for (const id of sent.keys()) {
    await client.bins.wait(binName, { match: `id=${id}`, timeout: 60 })
  }
  const arrived: Arrived[] = []
  let iterator: string | undefined
  for (let done = false; !done; ) {
    const page = await client.bins.requests(binName, { limit: 250, iterator })
    for (const { headers, bodyBase64 } of page.data) {
      const lower = headers.map(([name, value]) => [name.toLowerCase(), value] as const)
      arrived.push({ headers: Object.fromEntries(lower), body: Buffer.from(bodyBase64, 'base64') })
    }
    done = page.done
    iterator = page.iterator ?? undefined
  }
  return arrived
}

function check(
  where: string,
  secret: string,
  arrived: readonly Arrived[],
  sent: ReadonlyMap<string, string>,
): { readonly verified: number; readonly faults: readonly string[] } {
  const faults: string[] = []
  const seen = new Set<string>()
  const verifiers = [new StandardWebhook(secret), new SvixWebhook(secret)]
  let verified = 0
  for (const { headers, body } of arrived) {
    const id = headers['webhook-id'] ?? ''
    const text = sent.get(id)
    if (text === undefined || seen.has(id)) faults.push(`${where}: ${id} came once too often`)
    seen.add(id)
    if (text !== undefined && !body.equals(Buffer.from(text))) {
      faults.push(`${where}: the bytes of ${id} differ`)
    }
    try {
      for (const verifier of verifiers) verifier.verify(body.toString('utf8'), { ...headers })
      verified++
    } catch (error) {
      faults.push(`${where}: ${id} is not verified: ${String(error)}`)
    }
  }
  for (const id of sent.keys()) if (!seen.has(id)) faults.push(`${where}: ${id} is missing`)
  return { verified, faults }
}
