/**
 * `node bench/faults/run.ts <name>… [--small]`: plays fault experiments in their large form and
 * prints one JSON line each. Without a name it lists them. Exits 1 when a promise was broken.
 */
import { parseArgs } from 'node:util'
import { loadNow } from '../support/machine.ts'
import { experiments } from './experiments.ts'

const { values, positionals } = parseArgs({
  options: { small: { type: 'boolean', default: false } },
  allowPositionals: true,
})

if (positionals.length === 0) {
  for (const { name, sentence } of experiments) process.stdout.write(`${name}: ${sentence}\n`)
}
for (const name of positionals) {
  const experiment = experiments.find((each) => each.name === name)
  if (experiment === undefined) throw new Error(`there is no experiment ${name}`)
  const load = loadNow()
  const startedAt = performance.now()
  const report = await experiment.run(values.small ? 'small' : 'large')
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  process.stdout.write(`${JSON.stringify({ ...report, seconds, load })}\n`)
  if (report.violations.length > 0) process.exitCode = 1
}
