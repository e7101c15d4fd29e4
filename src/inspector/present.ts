import { maskedText } from '../domain/masking.ts'
import { type Sender, senders } from '../domain/senders.ts'
import type { Bin, Captured, MadeBy } from './bins.ts'
import { formatScript, isSayable, okStep, type Script, type Step } from './script.ts'

/** A bin as the API shows it. Secrets are counted, never returned. */
export interface BinOut {
  readonly name: string
  readonly path: string
  readonly createdAt: string
  readonly lastRequestAt: string | null
  readonly requestCount: number
  readonly script: string
  /** False: the answers have bodies, headers or paths that `script` does not say. */
  readonly scriptIsWhole: boolean
  /** The same in JSON, with all of it, as `PUT` takes it for `script`. */
  readonly answers: AnswersOut
  readonly secretCount: number
  /** Whose secrets there are, besides those of Standard Webhooks. */
  readonly senders: readonly Sender[]
  readonly note: string
  /** Of its settings; for `If-Match`. */
  readonly updatedAt: string
}

export interface AnswersOut {
  readonly rules: readonly {
    readonly path: string | null
    readonly steps: readonly Partial<Step>[]
    readonly loop: boolean
  }[]
  readonly failShare: number
}

/** A secret that made a signature: of an endpoint (null end: the current one) or of the bin. */
export type SecretOut =
  | {
      readonly of: 'endpoint'
      readonly endpointId: string
      readonly createdAt: string
      readonly expiresAt: string | null
    }
  | { readonly of: 'bin'; readonly place: number }

/** A captured request as the API shows it: the body as text where it is UTF-8, and its exact bytes. */
export interface CapturedOut {
  readonly id: string
  readonly bin: string
  readonly receivedAt: string
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Null when the bytes are not UTF-8. */
  readonly body: string | null
  readonly bodyBase64: string
  readonly bodyBytes: number
  readonly remoteAddress: string
  readonly httpVersion: string
  readonly signature: Omit<Captured['signature'], 'secrets'> & {
    readonly secrets: readonly SecretOut[]
  }
  readonly answer: {
    readonly status: number
    readonly hangUp: boolean
    readonly delayMs: number
  }
  readonly pinned: boolean
  readonly note: string
  /** Of these two; for `If-Match`. */
  readonly updatedAt: string
}

export function presentBin(bin: Bin): BinOut {
  return {
    name: bin.name,
    path: `/in/${bin.name}`,
    createdAt: new Date(bin.createdAt).toISOString(),
    lastRequestAt: bin.lastRequestAt === null ? null : new Date(bin.lastRequestAt).toISOString(),
    requestCount: bin.requestCount,
    script: formatScript(bin.script),
    scriptIsWhole: isSayable(bin.script),
    answers: presentAnswers(bin.script),
    secretCount: bin.secrets.length,
    senders: senders.filter((sender) => bin.secrets.some((one) => one.startsWith(`${sender}:`))),
    note: bin.note,
    updatedAt: new Date(bin.updatedAt).toISOString(),
  }
}

/** Without what every step has unless it is said. */
function presentAnswers({ rules, failShare }: Script): AnswersOut {
  const stated = (step: Step): Partial<Step> =>
    Object.fromEntries(
      Object.entries({ ...step, headers: isEmpty(step.headers) ? null : step.headers }).filter(
        ([name, value]) =>
          name === 'status' || (value !== null && value !== Reflect.get(okStep, name)),
      ),
    )
  return { rules: rules.map((rule) => ({ ...rule, steps: rule.steps.map(stated) })), failShare }
}

const isEmpty = (headers: Step['headers']): boolean => Object.keys(headers).length === 0

/** `hidden`: the caller may not see bodies. */
export function presentCaptured(request: Captured, hidden = false): CapturedOut {
  const { id, bin, method, path, query, headers, body, remoteAddress, httpVersion } = request
  const { status, hangUp, delayMs } = request.answer
  return {
    id,
    bin,
    receivedAt: new Date(request.receivedAt).toISOString(),
    method,
    path,
    query,
    headers,
    body: hidden ? maskedText : utf8(body),
    bodyBase64: Buffer.from(hidden ? maskedText : body).toString('base64'),
    bodyBytes: body.length,
    remoteAddress,
    httpVersion,
    signature: { ...request.signature, secrets: request.signature.secrets.map(presentSecret) },
    answer: { status, hangUp, delayMs },
    pinned: request.pinned,
    note: request.note,
    updatedAt: new Date(request.updatedAt).toISOString(),
  }
}

/** Never the secret itself. */
function presentSecret(made: MadeBy): SecretOut {
  if (made.of === 'bin') return made
  const { endpointId, createdAt, expiresAt } = made
  return {
    of: 'endpoint',
    endpointId,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  }
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
