/** A node whose program knows the schema of `BENCH_RELEASE`; otherwise `posthorn start`. */
import { configFrom } from '../../../src/config.ts'
import { createPosthorn } from '../../../src/posthorn.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { jsonLog } from '../../../src/runtime/log.ts'
import { systemRandom } from '../../../src/runtime/random.ts'
import { sealer } from '../../../src/runtime/sealing.ts'
import { postgresStore } from '../../../src/store/postgres/index.ts'
import { keyRing, nodeName } from '../../../src/stores.ts'
import { migrationsOf, type Release } from './releases.ts'

const config = configFrom(process.env)
const [clock, random] = [systemClock, systemRandom]
const log = jsonLog({ clock, level: config.logLevel, write: (line) => process.stderr.write(line) })
const store = postgresStore({
  url: config.databaseUrl ?? '',
  ...{ clock, log, node: nodeName(random) },
  sealer: sealer({ keys: keyRing(config.encryptionKey ?? ''), random }),
  migrations: migrationsOf(process.env['BENCH_RELEASE'] as Release), // set by the experiment
})
const node = createPosthorn(config, { clock, random, log }, { store })
process.once('SIGTERM', () => void node.stop().then(() => process.exit(0)))
await node.start()
