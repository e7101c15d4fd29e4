import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { configWith } from '../../src/config.ts'
import { createPosthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { demoPayloads, runDemo } from '../support/demo.ts'

test('every GitHub example arrives once at both endpoints, verified by both libraries, byte for byte', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-demo-'))
  const world = { clock: systemClock, random: systemRandom, log: silentLog }
  const server = createPosthorn(configWith({ port: 0, dataDir }), world)
  await server.start()
  const result = await runDemo({
    serverUrl: server.url,
    key: server.installation.apiKey,
    onProgress() {},
  })
  await server.stop()
  rmSync(dataDir, { recursive: true })
  assert(demoPayloads.length > 200, `only ${demoPayloads.length} examples`)
  assert.deepEqual(result.faults, [])
  assert.deepEqual(result.verified, {
    inspector: demoPayloads.length,
    receiver: demoPayloads.length,
  })
})
