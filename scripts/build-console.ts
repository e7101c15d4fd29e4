/**
 * Builds the console and the portal to `console/dist`. With `--if-stale` it does nothing when the
 * build is newer than everything it is made of, so that `npm start` stays fast.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const built = join(root, 'console/dist/index.html')

/** The newest change of what the build is made of. */
function sourcesChangedAt(): number {
  const folders = ['console/src', 'console/public', 'src/i18n', 'src/domain']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(root, folder, name),
    ),
  )
  const single = ['console/index.html', 'console/portal.html', 'console/vite.config.ts'].map(
    (name) => join(root, name),
  )
  return Math.max(...[...files, ...single].map((path) => statSync(path).mtimeMs))
}

const onlyIfStale = process.argv.includes('--if-stale')
const fresh = existsSync(built) && statSync(built).mtimeMs >= sourcesChangedAt()
if (!(onlyIfStale && fresh)) {
  process.stderr.write('Building the console…\n')
  const { build } = await import('vite')
  await build({ configFile: join(root, 'console/vite.config.ts'), logLevel: 'warn' })
}
