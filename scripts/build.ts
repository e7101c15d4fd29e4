/**
 * Makes what is published: `dist/` from `src/` with import paths rewritten, the migrations beside
 * the code that reads them, the bill of materials, and the console. Node strips no types below `node_modules`, so the
 * package cannot run the TypeScript that a clone runs.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const run = (...args: readonly string[]): void => {
  execFileSync(process.execPath, [...args], { cwd: root, stdio: ['ignore', 2, 2] })
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json')
for (const file of globSync('src/**/*.sql', { cwd: root })) {
  cpSync(join(root, file), join(root, file.replace(/^src/, 'dist')))
}
run('scripts/sbom.ts')
if (!process.argv.includes('--without-console')) run('scripts/build-console.ts', '--if-stale')
