/**
 * The small language that `wait` and `posthorn expect` use to say which request is meant. Terms
 * are separated by spaces and must all hold; quotes keep spaces in a value; `*` stands for anything.
 *
 *     type=order.created              the body's `type`
 *     data.order.id=o_91              any field of the JSON body, by its path
 *     header.x-tenant=acme            a request header
 *     id=msg_…                        the `webhook-id`
 *     method=POST path=/hooks/* signature=valid
 *     refund                          plain text: the body contains it
 */
import { matchLengthMax } from '../domain/bin.ts'
import type { Captured } from './bins.ts'

export type Matcher = (request: Captured) => boolean

export function parseMatch(text: string): Matcher {
  const terms = text.slice(0, matchLengthMax).match(/(?:[^\s"]|"[^"]*")+/g) ?? []
  const tests = terms.map(term)
  return (request) => tests.every((test) => test(request))
}

function term(text: string): Matcher {
  const [, name, raw] = /^([\w.-]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || raw === undefined) {
    const wanted = text.replaceAll('"', '')
    return (request) => Buffer.from(request.body).includes(wanted)
  }
  const parts = raw.replaceAll('"', '').split('*')
  return (request) => {
    const value = valueAt(request, name)
    return value !== null && fits(value, parts)
  }
}

/**
 * Whether a text is the parts in their order, with anything between them. Taking the first place of
 * each is enough, so the work is that of one search: a regular expression would try all places, which
 * for many `*` over a long body takes hours.
 */
function fits(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - at >= last.length && text.endsWith(last)
}

function valueAt(request: Captured, name: string): string | null {
  if (name === 'method') return request.method
  if (name === 'path') return request.path
  if (name === 'signature') return request.signature.state
  if (name === 'id') return request.signature.messageId
  if (name.startsWith('header.')) return headerOf(request, name.slice('header.'.length))
  return fieldOf(jsonBody(request), name.replace(/^body\./, ''))
}

export function headerOf(request: Captured, name: string): string | null {
  return request.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? null
}

function jsonBody(request: Captured): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'))
  } catch {
    return null
  }
}

function fieldOf(value: unknown, path: string): string | null {
  let at = value
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null
    at = Reflect.get(at, key)
  }
  return typeof at === 'object' ? JSON.stringify(at) : String(at)
}
