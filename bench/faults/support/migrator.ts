/** `node migrator.ts URL RELEASE [MIGRATION INDEX]`: migrates, and kills itself with -9 at that statement. */
import { systemClock } from '../../../src/runtime/clock.ts'
import { silentLog } from '../../../src/runtime/log.ts'
import { openDatabase } from '../../../src/store/postgres/database.ts'
import { migrate } from '../../../src/store/postgres/migrate.ts'
import { migrationsOf, type Release } from './releases.ts'

const [url = '', release = 'this', migration, index] = process.argv.slice(2)
const database = openDatabase({ url, clock: systemClock, log: silentLog, node: 'migrator' })
await migrate(database, {
  list: migrationsOf(release as Release), // one of them, as the experiment calls it
  onStatement(at) {
    if (at.migration !== migration || at.index !== Number(index)) return undefined
    process.kill(process.pid, 'SIGKILL')
    return new Promise<void>(() => {}) // not a statement more
  },
})
await database.close()
