/** Hostile strings under names of their own, and which of the contract's fields were given one. */
import assert from 'node:assert/strict'
import type { ConsoleUnderTest } from '../support/console.ts'
import { fieldName, isIn, operationOf, pathsOf, textFields } from './hostile-contract.ts'

export const script = '<script>window.__pwn=1</script>'

/** How a page shows that field as the text that it is. */
export const shownAs = (field: string): string => `«${field}» ${script}`

export interface Named {
  readonly id: string
}

export interface Markers {
  /** What pages must show somewhere. */
  readonly fields: readonly string[]
  /** What no page may show. */
  readonly secrets: readonly string[]
  /** A text for that field, which some page shows. */
  filled(field: string, lengthMax?: number): string
  /** The same as far as a header can carry it. */
  header(field: string): string
  /** As part of an address. */
  inUrl(field: string): string
  /** A text that nobody is ever shown. */
  secret(field: string): string
  call(method: string, path: string, body?: unknown): Promise<Named>
  /** Somebody tries it: taken or refused with a reason, never a fault. The answer's status. */
  offer(method: string, path: string, body: unknown): Promise<number>
  /** Fields of the contract that no call so far has put a string into. */
  forgotten(): readonly string[]
}

const isMarked = (text: string): boolean =>
  text.includes(script) || text.includes(encodeURIComponent(script))

/** What headers can carry. */
const ascii = (text: string): string =>
  text
    .replaceAll('«', '(')
    .replaceAll('»', ')')
    .replaceAll(/[^\x20-\x7e]/g, '')

export function markers(ui: ConsoleUnderTest, strings: readonly string[]): Markers {
  const fields: string[] = []
  const secrets: string[] = []
  const given = new Set<string>()
  /** One line of them all: text fields have no line breaks. */
  const line = strings.map((text) => text.replaceAll(/\p{Cc}/gu, '').toWellFormed()).join(' ')
  const filled = (field: string, lengthMax = 2_000): string => {
    fields.push(field)
    return `${shownAs(field)} ${line}`.slice(0, lengthMax)
  }
  const note = (method: string, path: string, body: unknown): void => {
    const operation = operationOf(method, path)
    for (const place of pathsOf(body, isMarked)) given.add(fieldName(operation, place))
  }
  return {
    ...{ fields, secrets, filled },
    header: (field) => ascii(filled(field, 4_000)),
    inUrl: (field) => encodeURIComponent(filled(field, shownAs(field).length)),
    secret(field) {
      secrets.push(field)
      return ascii(shownAs(field))
    },
    async call(method, path, body) {
      note(method, path, body)
      return (await ui.call(method, path, body)) as Named // the contract's type
    },
    async offer(method, path, body) {
      note(method, path, body)
      const response = await fetch(`${ui.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${ui.posthorn.installation.apiKey}` },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      assert.ok(response.status < 500, `${method} ${path}: ${response.status} ${text}`)
      if (response.status >= 400) assert.match(text, /"(detail|msg)":"\S/, `${method} ${path}`)
      return response.status
    },
    forgotten: () =>
      textFields.filter((field) => ![...given].some((marked) => isIn(field, marked))),
  }
}
