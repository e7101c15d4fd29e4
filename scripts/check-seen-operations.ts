/**
 * After the whole suite: every operation was called, every status that the contract documents was
 * seen, and none was seen that it does not document. Reads what `test/support/seen-operations.ts`
 * noted. Says nothing when all is well, so that `npm test` ends with its summary.
 */
import { readFileSync } from 'node:fs'
import { operations } from '../src/contract/operations.ts'
import { statusesOf } from '../src/contract/statuses.ts'
import { seenFile } from '../test/support/seen-operations.ts'

/** Answered before any operation is reached; see `statusesOf`. */
const ofTheEdge = new Set([400, 415, 508])

/** What is wrong, one line for each operation; empty when nothing is. */
export function unseen(text: string): readonly string[] {
  const seen = new Map<string, Set<number>>()
  for (const line of text.split('\n')) {
    const [method = '', url = '', status = ''] = line.split(' ')
    const route = `${method} ${url.replaceAll(/:\w+/g, '{}')}`
    seen.set(route, (seen.get(route) ?? new Set()).add(Number(status)))
  }
  return operations.flatMap((operation) => {
    const path = `/api/v1${operation.path}`.replaceAll(/\{\w+\}/g, '{}')
    const statuses = seen.get(`${operation.method} ${path}`) ?? new Set()
    const documented = statusesOf(operation)
    const missing = documented.filter((status) => !statuses.has(status))
    const surprising = [...statuses].filter(
      (status) => !documented.includes(status) && !ofTheEdge.has(status),
    )
    return [
      ...(missing.length === 0 ? [] : [`${operation.id}: never seen ${missing.join(', ')}`]),
      ...(surprising.length === 0
        ? []
        : [`${operation.id}: undocumented ${surprising.join(', ')}`]),
    ]
  })
}

if (process.argv[1] === import.meta.filename) {
  const wrong = unseen(readFileSync(seenFile, 'utf8'))
  for (const line of wrong) console.error(line)
  process.exitCode = wrong.length === 0 ? 0 : 1
}
