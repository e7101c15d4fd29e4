/**
 * Endpoint transformations: JavaScript of the customer that rewrites a payload before it is signed.
 * The code defines `handler(webhook)`, which gets `{eventType, payload}` and returns it changed;
 * `variables` holds the endpoint's variables. Numbers are JavaScript's in what it returns.
 */

import { attemptSentences } from '../domain/attempt-sentences.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { isPlainObject } from '../domain/json.ts'
import { joined, type Sentence } from '../domain/sentence.ts'
import type { Sandbox } from '../runtime/sandbox.ts'
import { payloadValue } from './endpoints-for.ts'

export interface Transformation {
  readonly code: string | null
  readonly enabled: boolean
  readonly variables: Readonly<Record<string, string>>
  readonly updatedAt: number | null
}

const none: Transformation = { code: null, enabled: false, variables: {}, updatedAt: null }

export function transformationOf(endpoint: Pick<Endpoint, 'attributes'>): Transformation {
  const stored = endpoint.attributes['transformation']
  return isPlainObject(stored) ? { ...none, ...(stored as Partial<Transformation>) } : none // written by the API only
}

export type Transformed =
  | { readonly ok: true; readonly payload: Uint8Array }
  | {
      readonly ok: false
      readonly reason: Sentence
      /** Of the code, from 1. */
      readonly line?: number
    }

export async function transform(
  sandbox: Sandbox,
  transformation: Pick<Transformation, 'code' | 'variables'>,
  message: { readonly eventType: string; readonly payload: Uint8Array },
): Promise<Transformed> {
  const payload = payloadValue(message.payload)
  if (payload === undefined) return refused(attemptSentences.payloadNotJson)
  const input = { eventType: message.eventType, payload }
  const code = transformation.code ?? ''
  const source =
    `const variables = ${literal(transformation.variables)};\n${code}\n;` +
    `JSON.stringify(handler(${literal(input)}))`
  const result = await sandbox.run(source)
  if (!result.ok) return { ok: false, reason: result.reason, ...lineIn(code, result.line) }
  return readOutput(result.output)
}

/** Null: it compiles and defines a handler; otherwise why not. */
export async function codeFault(sandbox: Sandbox, code: string): Promise<Sentence | null> {
  const source = `const variables = {};\n${code}\n;typeof handler`
  const result = await sandbox.run(source)
  if (!result.ok) {
    const { line } = lineIn(code, result.line)
    if (line === undefined) return result.reason
    return joined(result.reason, { en: ` (line ${line})`, es: ` (línea ${line})` })
  }
  return result.output === 'function'
    ? null
    : {
        en: 'The code must define function handler(webhook).',
        es: 'El código debe definir function handler(webhook).',
      }
}

/** The line of the code, which stands below the line of its variables; none when it is elsewhere. */
function lineIn(code: string, ofSource: number | undefined): { readonly line?: number } {
  const line = (ofSource ?? 0) - 1
  return line >= 1 && line <= code.split('\n').length ? { line } : {}
}

/** Through a text: as a literal, a member called `__proto__` would set the prototype. */
function literal(value: unknown): string {
  return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`
}

function readOutput(output: string): Transformed {
  let value: unknown
  try {
    value = JSON.parse(output)
  } catch {
    return refused(attemptSentences.handlerWithoutJson)
  }
  if (!isPlainObject(value) || !isPlainObject(value['payload'])) {
    return refused(attemptSentences.handlerWithoutPayload)
  }
  if (value['cancel'] === true) {
    return refused(attemptSentences.handlerCancels)
  }
  return { ok: true, payload: Buffer.from(JSON.stringify(value['payload'])) }
}

function refused(reason: Sentence): Transformed {
  return { ok: false, reason }
}
