import type Type from 'typebox'
import type * as contract from '../contract/inspector.ts'
import { maskedText } from '../domain/masking.ts'
import { senders } from '../domain/senders.ts'
import type { Bin, Captured, MadeBy } from './bins.ts'
import { formatScript, isSayable, okStep, type Script, type Step } from './script.ts'

export type BinOut = Type.Static<typeof contract.BinOut>
export type CapturedOut = Type.Static<typeof contract.CapturedOut>
type AnswersOut = BinOut['answers']
type StepOut = AnswersOut['rules'][number]['steps'][number]
type SecretOut = CapturedOut['signature']['secrets'][number]

/** Secrets are counted, never returned. */
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
  const stated = (step: Step): StepOut =>
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
    headers: [...headers],
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
