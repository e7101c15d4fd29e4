/** The thread that reads strangers' documents and schemas; see `document-reader.ts`. */
import { parentPort } from 'node:worker_threads'
import { Problem } from '../domain/errors.ts'
import { diagnose } from '../domain/signature-doctor.ts'
import type { ThreadAnswer, ThreadWork } from '../runtime/bounded-thread.ts'
import type { DocumentAnswer, DocumentWork, SchemaVerdict, TypesRead } from './document-reader.ts'
import { schemaFault } from './event-schemas.ts'
import { compiledTypesMax, schemasIn } from './event-type-rules.ts'
import { checkText } from './fields.ts'
import { describedIn } from './import-documents.ts'

function done(work: DocumentWork): DocumentAnswer {
  switch (work.kind) {
    case 'types':
      return typesIn(work)
    case 'schemas':
      return firstFault(work)
    case 'diagnosis': {
      const { headers, ...pasted } = work.pasted
      return diagnose({ ...pasted, header: (name) => headers.get(name) ?? null })
    }
    default:
      return work satisfies never
  }
}

function typesIn({ text, ...where }: DocumentWork & { kind: 'types' }): TypesRead {
  try {
    const { format, types } = describedIn(text, where)
    for (const { description } of types) checkText(description, 'description')
    const schemas = types.flatMap(schemasIn)
    const compile = types.length <= compiledTypesMax
    const verdict = firstFault({
      kind: 'schemas',
      schemas: schemas.map(({ schema }) => schema),
      compile,
    })
    if (!verdict.ok) {
      const loc = schemas[verdict.at]?.loc ?? []
      return { ok: false, loc, reason: verdict.reason }
    }
    return {
      ok: true,
      format,
      types: types.map((type) => ({ name: type.name, json: JSON.stringify(type) })),
    }
  } catch (fault) {
    const [issue] = (fault instanceof Problem ? fault.issues : null) ?? []
    if (issue === undefined) throw fault
    return { ok: false, loc: issue.loc.slice(1), reason: issue.msg } // `refuse` puts the body before
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
