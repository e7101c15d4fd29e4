/** Runs in a thread of its own: `vacuum into` blocks until the copy is written. */
import { linkSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { syncFolder } from './open.ts'

const { from, to } = workerData as { readonly from: string; readonly to: string } // set by copy.ts
const partial = `${to}.partial`

rmSync(partial, { force: true })
try {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
  source.prepare('vacuum into ?').run(partial)
  source.close()
  const copy = new DatabaseSync(partial, { readOnly: true })
  const verdict = copy.prepare('pragma quick_check').get()?.['quick_check']
  copy.close()
  if (verdict !== 'ok') throw new Error(`The copy is not sound: ${String(verdict)}`)
  // Unlike a rename, a link refuses to replace a file that appeared in the meantime.
  linkSync(partial, to)
  syncFolder(dirname(to))
} finally {
  rmSync(partial, { force: true })
}
