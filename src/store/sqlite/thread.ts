/**
 * A thread with one connection: the writer, whose commits then never stop the event loop, or a
 * reader, whose lists never delay a commit. WAL lets it see every commit that was answered.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { backupDatabase } from './backup.ts'
import { follow, runBatch } from './batch.ts'
import type { Database } from './database.ts'
import { closed } from './failures.ts'
import { openDatabase, openReader } from './open.ts'
import { runRead } from './operations.ts'
import type { Answer, Request, Role } from './threads.ts'
import { packError, packReplies, unpackBatch } from './wire.ts'

const { path, role } = workerData as { readonly path: string; readonly role: Role } // from threads.ts
const port = parentPort
if (port === null) throw new Error('thread.ts runs in a worker thread')

let database: Database | null = null

port.on('message', (request: Request) => {
  let answer: Answer
  try {
    answer = { id: request.id, value: serve(request) }
  } catch (error) {
    answer = { id: request.id, error: packError(error) }
  }
  port.postMessage(answer)
  if (request.kind === 'write' && database !== null) follow(database)
})

function serve(request: Request): unknown {
  switch (request.kind) {
    case 'open':
      database = role === 'writer' ? openDatabase(path) : openReader(path)
      return null
    case 'write':
      return packReplies(runBatch(opened(), unpackBatch(request.batch)))
    case 'read':
      return runRead(opened(), request.name, request.input)
    case 'backup':
      return backupDatabase(opened(), request.toPath)
    case 'close':
      database?.close()
      database = null
      return null
    default:
      return request satisfies never
  }
}

function opened(): Database {
  if (database === null) throw closed()
  return database
}
