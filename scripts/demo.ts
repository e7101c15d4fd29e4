/** `npm run demo`: see `test/support/demo.ts`. Starts a server of its own in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configWith } from '../src/config.ts'
import { createPosthorn } from '../src/posthorn.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { silentLog } from '../src/runtime/log.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { runDemo } from '../test/support/demo.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'posthorn-demo-'))
const world = { clock: systemClock, random: systemRandom, log: silentLog }
const server = createPosthorn(configWith({ port: 0, dataDir }), world)
await server.start()
process.stderr.write(`Sending every GitHub example through the Svix client to ${server.url}\n`)
let quarters = 0
const began = performance.now()
const result = await runDemo({
  serverUrl: server.url,
  key: server.installation.apiKey,
  onProgress: showProgress,
})
await server.stop()
rmSync(dataDir, { recursive: true })

const seconds = ((performance.now() - began) / 1000).toFixed(1)
const { sent, bytes, verified, faults } = result
process.stderr.write('\n')
process.stdout.write(`${sent} messages, ${(bytes / 1e6).toFixed(1)} MB, ${seconds} s\n`)
process.stdout.write(`inspector: ${verified.inspector} deliveries verified, bytes equal\n`)
process.stdout.write(`receiver:  ${verified.receiver} deliveries verified, bytes equal\n`)
for (const fault of faults) process.stdout.write(`✗ ${fault}\n`)
process.stdout.write(faults.length === 0 ? '✓ none missing, none extra\n' : '')
process.exitCode = faults.length === 0 ? 0 : 1

/** A bar where somebody watches, a line each quarter elsewhere. */
function showProgress(arrived: number, expected: number): void {
  const share = Math.min(arrived / expected, 1)
  if (process.stderr.isTTY) {
    const filled = Math.round(share * 30)
    const bar = '█'.repeat(filled) + '░'.repeat(30 - filled)
    process.stderr.write(`\r${bar} ${arrived}/${expected} delivered`)
  } else if (Math.floor(share * 4) > quarters) {
    quarters = Math.floor(share * 4)
    process.stderr.write(`${arrived}/${expected} delivered\n`)
  }
}
