/**
 * Loaded into every test process (`--import`): notes which route of the API answered with which
 * status, whatever server of whichever test it was. `scripts/check-seen-operations.ts` adds the
 * notes of all processes up and compares them with the contract.
 */

import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

/** Where the notes are kept: one line `METHOD /path status` for each pair that was seen. */
export const seenFile = join(import.meta.dirname, '../../.artifacts/seen-operations.txt')

const seen = new Set<string>()

// Fastify announces each instance before it has routes, so that the hook is on all of them.
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance } // what Fastify documents
  fastify.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions
    if (url?.startsWith('/api/v1') === true) {
      seen.add(`${request.method} ${url} ${reply.statusCode}`)
    }
    done()
  })
})

process.on('exit', () => {
  if (seen.size === 0) return
  mkdirSync(join(seenFile, '..'), { recursive: true })
  appendFileSync(seenFile, `${[...seen].join('\n')}\n`)
})
