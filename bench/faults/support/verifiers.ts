import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { benchSecret } from '../../support/signature.ts'
import type { Arrival } from './ledger.ts'

export interface Verification {
  readonly by: string
  readonly checked: number
  readonly wrong: number
}

const folder = new URL('../verify/', import.meta.url)

/** The official JavaScript library; it parses the body as well, so bodies must be JSON. */
export function verifyInJavaScript(arrivals: readonly Arrival[]): Verification {
  const webhook = new Webhook(benchSecret)
  let wrong = 0
  for (const { body, headers } of arrivals) {
    try {
      webhook.verify(body.toString('utf8'), headers as Record<string, string>) // a copy is read
    } catch {
      wrong += 1
    }
  }
  return { by: 'javascript standardwebhooks', checked: arrivals.length, wrong }
}

export function verifyInPython(arrivals: readonly Arrival[]): Promise<Verification> {
  return verifyOutside('python3', [fileURLToPath(new URL('verify.py', folder))], arrivals)
}

export function verifyInGo(arrivals: readonly Arrival[]): Promise<Verification> {
  return verifyOutside('go', ['run', fileURLToPath(new URL('verify.go', folder))], arrivals)
}

/** Rejects when the language is not installed: an independent check is never left out silently. */
function verifyOutside(
  command: string,
  args: readonly string[],
  arrivals: readonly Arrival[],
): Promise<Verification> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let said = ''
    child.on('error', (cause) => reject(new Error(`${command} is needed to verify`, { cause })))
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.on('close', (code) => {
      if (code === 0)
        resolve(JSON.parse(said) as Verification) // printed by our own script
      else reject(new Error(`${command} ended with ${code}`))
    })
    child.stdin.end(arrivals.map(lineOf).join(''))
  })
}

function lineOf({ messageId, headers, body }: Arrival): string {
  const line = {
    secret: benchSecret,
    id: messageId,
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body: body.toString('base64'),
  }
  return `${JSON.stringify(line)}\n`
}
