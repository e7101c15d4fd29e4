/** Runs in a process of its own: writing the copy blocks until it is done, or until it is killed. */
import { DatabaseSync } from 'node:sqlite'
import { writeCopy } from './backup.ts'

const [from = '', to = ''] = process.argv.slice(2) // set by copy.ts
// Ctrl-C reaches the whole group: who started it says when to end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

try {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
  try {
    writeCopy(source, to)
  } finally {
    source.close()
  }
} catch (error) {
  process.send?.(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
