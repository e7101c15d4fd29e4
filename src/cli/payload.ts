import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import type { EventType } from '../client/types.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import { take } from './pages.ts'

/** Names that a mistyped one is compared with. */
const typesMax = 1_000

/** What `-d` names: the text itself, `@file`, or `-` for the standard input. */
export async function readData(given: string, context: Context): Promise<string> {
  if (given === '-') return readAll(context)
  if (given.startsWith('@')) return readNamed(given.slice(1), context).toString('utf8')
  return given
}

/** A file's bytes, or a failure that names it. */
export function readNamed(path: string, context: Context): Buffer {
  try {
    return readFileSync(resolve(context.terminal.cwd, path))
  } catch (cause) {
    throw new CliFailure({
      exit: exitCodes.usage,
      code: 'no_such_file',
      title: { en: `${path} cannot be read.`, es: `No se puede leer ${path}.` },
      cause,
    })
  }
}

async function readAll(context: Context): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of context.terminal.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** The text when it is a JSON object: kept as written, because its bytes are what is delivered. */
export function objectText(text: string): string {
  const trimmed = text.trim()
  try {
    const value: unknown = JSON.parse(trimmed)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return trimmed
  } catch (cause) {
    throw badJson(cause instanceof Error ? cause.message : '')
  }
  throw badJson('it is not an object')
}

function badJson(reason: string): CliFailure {
  return new CliFailure({
    exit: exitCodes.invalid,
    code: 'bad_json',
    title: {
      en: `The payload is not a JSON object: ${reason}.`,
      es: `El payload no es un objeto JSON: ${reason}.`,
    },
  })
}

/** The type's example as JSON text, or a plain Standard Webhooks payload when it has none. */
export async function examplePayload(
  client: Client,
  eventType: string,
  context: Context,
  variant = 1,
): Promise<string> {
  const known = await findEventType(client, eventType)
  if (known === null) await tellUnknown(client, eventType, context)
  const examples = known === null ? [] : examplesOf(known)
  if (variant > Math.max(1, examples.length)) {
    throw usageFailure({
      en: `${eventType} has ${examples.length} examples: there is no number ${variant}.`,
      es: `${eventType} tiene ${examples.length} ejemplos: no hay un número ${variant}.`,
    })
  }
  const example = examples[variant - 1]
  if (example !== undefined) return JSON.stringify(example)
  const timestamp = new Date(context.terminal.clock.now()).toISOString()
  return JSON.stringify({ type: eventType, timestamp, data: {} })
}

/** It is sent all the same, as the API takes it: only a name that looks mistyped is worth a word. */
async function tellUnknown(client: Client, name: string, context: Context): Promise<void> {
  const known = await take(typesMax, client.eventTypes.list)
  const like = nearest(
    name,
    known.map((eventType) => eventType.name),
  )
  if (like === null) return
  context.note(
    context.t({
      en: `There is no event type "${name}". Did you mean ${like}?`,
      es: `No existe el tipo de evento "${name}". ¿Quisiste decir ${like}?`,
    }),
  )
}

async function findEventType(client: Client, name: string): Promise<EventType | null> {
  try {
    return await client.eventTypes.get(name)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

/** From the newest schema's `examples`, else from what a catalog adds. */
export function examplesOf(eventType: EventType): readonly unknown[] {
  for (const schema of Object.values(eventType.schemas ?? {}).reverse()) {
    const examples: unknown = schema['examples']
    if (Array.isArray(examples) && examples.length > 0) return examples
    if (schema['example'] !== undefined) return [schema['example']]
  }
  const { examples, example } = eventType.attributes
  return Array.isArray(examples) ? examples : [example]
}
