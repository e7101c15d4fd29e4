import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
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
import { eventually } from '../support/eventually.ts'

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

test('at a terminal single keys send a sample, show the log and quit; the terminal is left as it was', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-keys-'))
  const bin = join(import.meta.dirname, '../../bin/posthorn.mjs')
  // `script` gives the command a terminal of its own, whose settings `stty` tells afterwards.
  const line = `'${process.execPath}' '${bin}' start --port 0 && stty -a`
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { PATH: process.env['PATH'], POSTHORN_DATA_DIR: dataDir, LANG: 'es_MX.UTF-8' },
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  const told = (text: RegExp) =>
    eventually(`${text} in ${out}`, async () => (text.test(out) ? true : null))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  try {
    await told(/envía un ejemplo.*registro.*termina/)
    child.stdin.write('s')
    await told(/200 en .*firma válida/)
    child.stdin.write('l')
    await told(/Se muestra el registro/)
    child.stdin.write('s')
    await told(/"event":"attempt.finished"/)
    child.stdin.write('q')
    assert.equal(await ended, 0, out)
    assert.match(out, /[^-]icanon/)
  } finally {
    child.kill()
    rmSync(dataDir, { recursive: true })
  }
})
