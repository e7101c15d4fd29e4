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
import type { Captured } from './bins.ts'

export type Matcher = (request: Captured) => boolean

export const matchLengthMax = 2_000

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
  const wanted = pattern(raw.replaceAll('"', ''))
  return (request) => {
    const value = valueAt(request, name)
    return value !== null && wanted.test(value)
  }
}

function pattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`)
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
