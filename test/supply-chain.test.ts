/** What we ship and from what: the lock file, the bill of materials, and how it is run. */
import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type BillOfMaterials, billOfMaterials } from '../scripts/sbom.ts'
import { backupDatabase } from '../src/store/sqlite/backup.ts'
import { openDatabase } from '../src/store/sqlite/open.ts'

const root = join(import.meta.dirname, '..')
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly integrity?: string
  readonly hasInstallScript?: boolean
  /** What its authors said when they gave it up. */
  readonly deprecated?: string
}
const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  textOf('package-lock.json'),
)
const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(
  textOf('package.json'),
)
const shipped = Object.entries(lock.packages).filter(
  ([path, { dev }]) => path !== '' && dev !== true,
)
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '')

test('no package of the run-time tree runs anything when it is installed', () => {
  assert.ok(shipped.length > 10)
  for (const [path, locked] of shipped) {
    assert.notEqual(locked.hasInstallScript, true, path)
    const { scripts = {} } = JSON.parse(textOf(`${path}/package.json`))
    for (const name of ['preinstall', 'install', 'postinstall']) {
      assert.equal(scripts[name], undefined, `${path} has ${name}`)
    }
    assert.deepEqual(globSync(`${path}/{binding.gyp,*.node}`, { cwd: root }), [], path)
  }
})

test('every package of the run-time tree is pinned by its content, and none was given up by then', () => {
  for (const [path, { integrity, deprecated }] of shipped) {
    assert.match(integrity ?? '', /^sha512-/, path)
    assert.equal(deprecated, undefined, path)
  }
})

test('the run-time tree fits a screen, and each of its roots is used', () => {
  assert.ok(shipped.length <= 84, `${shipped.length} packages`)
  const code = globSync('src/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('.test.ts'))
    .map(textOf)
    .join('\n')
  const unused = Object.keys(manifest.dependencies).filter(
    (name) => !new RegExp(`from '${name}(/[^']*)?'|import\\('${name}(/[^']*)?'\\)`).test(code),
  )
  assert.deepEqual(unused, [])
})

test('the bill of materials lists the run-time tree, with hashes, the same at each run', () => {
  const text = billOfMaterials()
  assert.equal(billOfMaterials(), text)
  const { components, dependencies }: BillOfMaterials = JSON.parse(text)
  const listed = components.map(({ name, version }) => `${name}@${version}`)
  const expected = shipped.map(([path, { version }]) => `${nameOf(path)}@${version}`)
  assert.deepEqual([...new Set(listed)].sort(), [...new Set(expected)].sort())
  for (const { name, hashes, purl } of components) {
    assert.equal(hashes?.[0]?.alg, 'SHA-512', name)
    assert.match(purl, /^pkg:npm\//)
  }
  const wanted = dependencies.find(({ ref }) => ref.startsWith('posthorn@'))?.dependsOn
  assert.equal(wanted?.length, Object.keys(manifest.dependencies).length)
  assert.doesNotMatch(text, /https?:/, 'it names a registry')
})

test('the image runs as an unprivileged user, and its root needs no writing', () => {
  const last =
    textOf('Dockerfile')
      .split(/^FROM /m)
      .at(-1) ?? ''
  assert.deepEqual(last.match(/^USER .*/gm), ['USER node'])
  assert.ok(last.indexOf('USER node') > last.lastIndexOf('RUN '), 'something runs after USER')
  assert.match(last, /^VOLUME \/data$/m)
  const compose = textOf('deploy/compose.yaml')
  for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true']) {
    assert.ok(compose.includes(line), `compose.yaml lacks ${line}`)
  }
  const kubernetes = textOf('deploy/kubernetes.yaml')
  for (const line of [
    'runAsNonRoot: true',
    'readOnlyRootFilesystem: true',
    'allowPrivilegeEscalation: false',
    'drop: [ALL]',
    'seccompProfile: { type: RuntimeDefault }',
  ]) {
    assert.ok(kubernetes.includes(line), `kubernetes.yaml lacks ${line}`)
  }
})

test('the database, its log and its backups are for their owner alone', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-modes-'))
  context.after(() => rm(folder, { recursive: true }))
  const before = process.umask(0o000)
  context.after(() => process.umask(before))
  const path = join(folder, 'inner', 'posthorn.db')
  const db = openDatabase(path)
  backupDatabase(db, join(folder, 'copy.db'))
  for (const file of [path, `${path}-wal`, `${path}-shm`, join(folder, 'copy.db')]) {
    assert.equal(statSync(file).mode & 0o777, 0o600, file)
  }
  assert.equal(statSync(join(folder, 'inner')).mode & 0o777, 0o700)
  db.close()
})
