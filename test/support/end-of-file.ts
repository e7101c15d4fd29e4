/**
 * Loaded into every test process (`--import`): a file whose tests are over but which leaves servers,
 * sockets or timers behind is ended and fails, rather than hold the whole suite for ever.
 */
import { after } from 'node:test'

const cleanUpMs = 180_000

if (process.env['NODE_TEST_CONTEXT'] !== undefined) {
  after(() => {
    setTimeout(() => {
      process.stderr.write(`left open: ${process.getActiveResourcesInfo().join(', ')}\n`)
      process.exit(1)
    }, cleanUpMs).unref()
  })
}
