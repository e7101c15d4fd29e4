/**
 * JSON that keeps numbers as they were written: `1.0`, `9007199254740993` and `1e3` come out as
 * they came in, although a body is taken apart and put together (I3). Duplicate members and the
 * order of integer-like keys are not kept; see `docs/adr/profile-bodies.md`.
 */
import { isPlainObject, type JsonObject, json } from '../domain/json.ts'

/** Numbers that a plain parse may change: many digits, an exponent, `-0`, zeros at the end. */
const delicateNumber = /\d{16}|\d[eE][+-]?\d|-0|\.\d*0(?!\d)/

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The object that the bytes hold; null when they hold anything else. */
export function parseExact(bytes: Uint8Array): JsonObject | null {
  const text = decoder.decode(bytes)
  try {
    const value: unknown = delicateNumber.test(text)
      ? JSON.parse(text, keepNumber)
      : JSON.parse(text)
    return isPlainObject(value) ? value : null
  } catch {
    return null
  }
}

function keepNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  return json.rawJSON(source)
}

export function stringifyExact(value: JsonObject): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}
