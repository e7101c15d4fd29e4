/**
 * Endpoint transformations: JavaScript of the customer that rewrites a request before it is signed.
 * The code defines `handler(webhook)`, which gets `{eventType, payload, method, url, headers}` and
 * returns it changed, or with `cancel: true` where it is not to be sent; `variables` holds the endpoint's variables. Numbers are JavaScript's in what it
 * returns.
 *
 * `headers` begins empty: those of the endpoint are sent, but their values may be keys that whoever
 * writes the code may not see. What the code sets is laid over them. The URL keeps its origin, since
 * what signs and authenticates belongs to the receiver there.
 */

import {
  attemptSentences,
  faultSentences,
  handlerHeaderSentence,
  handlerUrlSentences,
} from '../domain/attempt-sentences.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { headersFault, headersSizeFault } from '../domain/header-rule.ts'
import { isPlainObject } from '../domain/json.ts'
import { type OutboundMethod, outboundMethods } from '../domain/outbound-method.ts'
import { joined, type Sentence } from '../domain/sentence.ts'
import { parseUrlText } from '../domain/url-text.ts'
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

/** What the code made of a request. */
export interface Rewritten {
  readonly payload: Uint8Array
  readonly method: OutboundMethod
  readonly url: string
  /** Those that the code set. */
  readonly headers: Readonly<Record<string, string>>
}

interface Refused {
  readonly ok: false
  readonly reason: Sentence
  /** Of the code, from 1. */
  readonly line?: number
  /** The code says that the message is not to be sent to this endpoint. */
  readonly canceled?: true
}

export type Transformed = ({ readonly ok: true } & Rewritten) | Refused

/** What a request is before its code runs. */
export interface BeforeCode {
  readonly eventType: string
  readonly payload: Uint8Array
  readonly endpoint: Pick<Endpoint, 'url' | 'headers'>
  /** Names (lower case) of ours that the profile lets custom headers replace. */
  readonly replaceable: readonly string[]
}

export async function transform(
  sandbox: Sandbox,
  transformation: Pick<Transformation, 'code' | 'variables'>,
  before: BeforeCode,
): Promise<Transformed> {
  const payload = payloadValue(before.payload)
  if (payload === undefined) return refused(attemptSentences.payloadNotJson)
  const { eventType, endpoint } = before
  const input = { eventType, payload, method: 'POST', url: endpoint.url, headers: {} }
  const code = transformation.code ?? ''
  const source =
    `const variables = ${literal(transformation.variables)};\n${code}\n;` +
    `JSON.stringify(handler(${literal(input)}))`
  const result = await sandbox.run(source)
  if (!result.ok) return { ok: false, reason: result.reason, ...lineIn(code, result.line) }
  return readOutput(result.output, before)
}

/** The endpoint's own headers under those that the code set, whatever their spelling. */
export function laidOver(
  own: Endpoint['headers'],
  set: Rewritten['headers'],
): Readonly<Record<string, string>> {
  const names = new Set(Object.keys(set).map((name) => name.toLowerCase()))
  if (names.size === 0) return own
  const kept = Object.entries(own).filter(([name]) => !names.has(name.toLowerCase()))
  return Object.fromEntries([...kept, ...Object.entries(set)])
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

/** The output is read from one text: whatever its getters and proxies would say a second time. */
function readOutput(output: string, before: BeforeCode): Transformed {
  let value: unknown
  try {
    value = JSON.parse(output)
  } catch {
    return refused(attemptSentences.handlerWithoutJson)
  }
  if (isPlainObject(value) && value['cancel'] === true) {
    return { ...refused(faultSentences.transform_canceled), canceled: true }
  }
  if (!isPlainObject(value) || !isPlainObject(value['payload'])) {
    return refused(attemptSentences.handlerWithoutPayload)
  }
  const method = methodOf(value['method'])
  if (method === null) return refused(attemptSentences.handlerMethod)
  const url = urlOf(value['url'], before.endpoint.url)
  if (typeof url !== 'string') return refused(url)
  const headers = headersOf(value['headers'])
  if (headers === null) return refused(attemptSentences.handlerHeaders)
  const fault = headersSentence(headers, before)
  if (fault !== null) return refused(fault)
  const payload = Buffer.from(JSON.stringify(value['payload']))
  return { ok: true, payload, method, url, headers }
}

function methodOf(given: unknown): OutboundMethod | null {
  return given === undefined ? 'POST' : (outboundMethods.find((one) => one === given) ?? null)
}

/** As it is called, or why it may not be. */
function urlOf(given: unknown, own: string): string | Sentence {
  if (given === undefined || given === own) return own
  const parsed = typeof given === 'string' ? parseUrlText(given) : 'url_malformed'
  if (typeof parsed === 'string') return handlerUrlSentences[parsed]
  if (parsed.url.origin !== URL.parse(own)?.origin) return attemptSentences.handlerOrigin
  parsed.url.hash = ''
  return parsed.url.href
}

function headersOf(given: unknown): Readonly<Record<string, string>> | null {
  if (given === undefined) return {}
  if (!isPlainObject(given)) return null
  const texts = Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  return texts.length === Object.keys(given).length ? Object.fromEntries(texts) : null
}

function headersSentence(
  headers: Rewritten['headers'],
  { endpoint, replaceable }: BeforeCode,
): Sentence | null {
  // The endpoint's own were judged when they were saved; how many there are together is new.
  const fault =
    headersFault(headers, replaceable) ?? headersSizeFault(laidOver(endpoint.headers, headers))
  return fault === null ? null : handlerHeaderSentence(fault)
}

function refused(reason: Sentence): Refused {
  return { ok: false, reason }
}
