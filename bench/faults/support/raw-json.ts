import type { Random } from '../../../src/runtime/random.ts'

/**
 * JSON text as other languages write it, that JavaScript would not give back: numbers past 2^53 or
 * with odd spellings, repeated and integer-like keys, escapes, spaces, deep nesting.
 */

const numbers = [
  '0',
  '-0',
  '-0.0',
  '1.0',
  '1e0',
  '1E+2',
  '1e-7',
  '9007199254740993',
  '-9223372036854775808',
  '18446744073709551615',
  '0.1000000000000000055511151231257827021181583404541015625',
  '1e400',
  '123456789012345678901234567890',
]
const strings = [
  '""',
  '"\\u0041"',
  '"\\/"',
  '"\\ud83d\\ude00"',
  '"\\b\\f\\n\\r\\t"',
  '"😀"',
  '"e\u0301 é"',
  '"\u2028\u2029"',
  '"\\u0000"',
  '"<\\/script>"',
  '"\u007f"',
  '"ñandú"',
]
const keys = [
  '"a"',
  '"2"',
  '"1"',
  '"__proto__"',
  '"constructor"',
  '""',
  '"\\u0061"',
  '"a"',
  '"ключ"',
]
const spaces = ['', '', '', ' ', '\n', '\t', '\r\n', '   ']
const depthMax = 6

/** Text of a JSON object; the same for the same chance. */
export function rawObject(random: Random, depth = 0): string {
  const pick = (choices: readonly string[]): string =>
    choices[Math.floor(random.fraction() * choices.length)] ?? ''
  const gap = (): string => pick(spaces)
  const value = (): string => {
    const kind = random.fraction()
    if (depth < depthMax && kind < 0.15) return rawObject(random, depth + 1)
    if (depth < depthMax && kind < 0.25) return list()
    if (kind < 0.6) return pick(numbers)
    if (kind < 0.9) return pick(strings)
    return pick(['true', 'false', 'null'])
  }
  const list = (): string => {
    const items = Array.from({ length: Math.floor(random.fraction() * 4) }, value)
    return `[${gap()}${items.join(`${gap()},${gap()}`)}${gap()}]`
  }
  const members = Array.from(
    { length: Math.floor(random.fraction() * 5) },
    () => `${pick(keys)}${gap()}:${gap()}${value()}`,
  )
  return `{${gap()}${members.join(`${gap()},${gap()}`)}${gap()}}`
}
