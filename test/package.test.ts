/**
 * What is published installs and runs. No registry is asked: the tarball is unpacked where npm would
 * put it, and of the dependencies only those that the manifest declares for run time are linked in,
 * so that a missing one fails here as it would for a user.
 */
import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'posthorn-package-'))
const installed = join(folder, 'node_modules/posthorn')
const bin = join(installed, 'bin/posthorn.mjs')
const run = promisify(execFile)

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly scripts: Readonly<Record<string, string>>
}
let manifest: Manifest

before(() => {
  execFileSync(process.execPath, ['scripts/build.ts', '--without-console'], { cwd: root })
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [packed] = JSON.parse(execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }))
  mkdirSync(installed, { recursive: true })
  const tarball = join(folder, packed.filename)
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
})
after(() => rmSync(folder, { recursive: true }))

test('the installed package starts, and delivers a first event, from compiled code', async () => {
  const server = spawn(process.execPath, [bin, 'start', '--json', '--port', '0'], { cwd: folder })
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let err = ''
      server.stderr.on('data', (chunk) => {
        err += chunk
      })
      server.stdout.once('data', (chunk) => resolve(JSON.parse(String(chunk)).url))
      server.once('exit', () => reject(new Error(err)))
    })
    const { stdout } = await run(process.execPath, [bin, 'send', 'order.created', '--url', url], {
      cwd: folder,
    })
    assert.match(stdout, /signature valid/)
    if (process.platform === 'linux') {
      const line = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8')
      assert.match(line, /--max-semi-space-size=/, 'its memory is bounded, in the same process')
    }
  } finally {
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    assert.equal(await gone, 0, 'it stops in order')
  }
})

test('it can be imported as a library with its types', async () => {
  const script = `import { createPosthorn } from 'posthorn'; import { createClient } from 'posthorn/client'
    console.log(typeof createPosthorn, typeof createClient)`
  writeFileSync(join(folder, 'use.mjs'), script)
  const { stdout } = await run(process.execPath, ['use.mjs'], { cwd: folder })
  assert.equal(stdout.trim(), 'function function')
  assert(existsSync(join(installed, 'dist/posthorn.d.ts')))
})

test('an older Node gets one sentence instead of a syntax error', async () => {
  const disguise = join(folder, 'older.cjs')
  writeFileSync(
    disguise,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`,
  )
  const old = run(process.execPath, ['--require', disguise, bin, 'version'])
  await assert.rejects(old, (error: { code: number; stderr: string }) => {
    assert.equal(error.code, 1)
    assert.match(
      error.stderr,
      /^posthorn needs Node\.js 24 or newer \(this is 20\.19\.0\)[^\n]+\n$/,
    )
    return true
  })
})

test('the entry is plain enough for any Node that has modules', () => {
  const source = readFileSync(bin, 'utf8')
  assert(!/^import (?!\* as |\{)/m.test(source), 'named or namespace imports of Node itself only')
  assert(!/\bawait import\([^)]*\)[\s\S]*process\.versions/.test(source), 'the check comes first')
})

test('it holds no source, tests or maps, runs nothing on install, and ships its migrations', () => {
  const files = globSync('**/*', { cwd: installed })
  assert.deepEqual(
    files.filter((path) => /^(src|test|bench)\//.test(path) || /\.(test\.js|map)$/.test(path)),
    [],
  )
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
    assert.equal(manifest.scripts[name], undefined)
  }
  for (const source of globSync('src/**/*.sql', { cwd: root })) {
    assert(files.includes(source.replace(/^src/, 'dist')), source)
  }
  assert(files.some((path) => /^catalogs\/.+\.json$/.test(path)))
})

test('compiled code imports Node, itself and declared dependencies only', () => {
  const declared = new Set(Object.keys(manifest.dependencies))
  const wrong = globSync('dist/**/*.js', { cwd: installed }).flatMap((path) => {
    const text = readFileSync(join(installed, path), 'utf8')
    const pattern = /^(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gm
    return [...text.matchAll(pattern)].flatMap((match) => {
      const target = match[1] ?? match[2] ?? ''
      if (target.startsWith('.')) return target.endsWith('.js') ? [] : [`${path}: ${target}`]
      if (target.startsWith('node:')) return []
      const name = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')
      return declared.has(name) ? [] : [`${path}: ${target}`]
    })
  })
  assert.deepEqual(wrong, [])
})
