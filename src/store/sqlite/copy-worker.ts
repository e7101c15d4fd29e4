/** Runs in a thread of its own: writing the copy blocks until it is done. */
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { writeCopy } from './backup.ts'

const { from, to } = workerData as { readonly from: string; readonly to: string } // set by copy.ts

const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 })
try {
  writeCopy(source, to)
} finally {
  source.close()
}
