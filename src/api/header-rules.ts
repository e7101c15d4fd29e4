import { type HeadersFault, headerRefusalReasons, headersFault } from '../domain/header-rule.ts'
import { refuse } from './validate.ts'

interface HeaderOptions {
  /** Names (lower case) that may be set although they are ours: where a profile lets an endpoint. */
  readonly allowed?: readonly string[]
  /** The field that a refusal names, where the header is not one of `headers`. */
  readonly at?: readonly string[]
}

const shownMax = 128

/** The headers as given, or a 422 that names the first bad one by a stable code. */
export function checkHeaders(
  headers: Readonly<Record<string, string>>,
  { allowed = [], at }: HeaderOptions = {},
): Readonly<Record<string, string>> {
  const fault = headersFault(headers, allowed)
  if (fault !== null) throw refusal(fault, at)
  return headers
}

function refusal({ code, name }: HeadersFault, at: readonly string[] | undefined): Error {
  const field = at ?? ['headers', ...(name === null ? [] : [name.slice(0, shownMax)])]
  const { en, es } = headerRefusalReasons
  return refuse(field, { en: en[code], es: es[code] }, code)
}
