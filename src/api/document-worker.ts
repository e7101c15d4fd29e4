/** The thread that reads strangers' documents and schemas; see `document-reader.ts`. */
import { parentPort } from 'node:worker_threads'
import type { ThreadAnswer, ThreadWork } from '../runtime/bounded-thread.ts'
import type { DocumentAnswer, DocumentWork, SchemaVerdict } from './document-reader.ts'
import { schemaFault } from './event-schemas.ts'
import { jsonOfYaml } from './yaml-text.ts'

function done(work: DocumentWork): DocumentAnswer {
  switch (work.kind) {
    case 'yaml':
      return jsonOfYaml(work.text)
    case 'schemas':
      return firstFault(work)
    default:
      return work satisfies never
  }
}

function firstFault({ schemas, compile }: DocumentWork & { kind: 'schemas' }): SchemaVerdict {
  for (const [at, schema] of schemas.entries()) {
    const reason = schemaFault(schema, compile)
    if (reason !== null) return { ok: false, at, reason }
  }
  return { ok: true }
}

parentPort?.on('message', ({ id, work }: ThreadWork<DocumentWork>) => {
  const answer = done(work)
  parentPort?.postMessage({ id, answer } satisfies ThreadAnswer<DocumentAnswer>)
})
