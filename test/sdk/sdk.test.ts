/**
 * The official Python and Go SDKs against a whole server, with only their URL changed. They run where
 * the runtime is on the machine and the package can be fetched; a registry that does not answer fails
 * nothing and is told. What an SDK does not get to do fails.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-sdk-'))
/** Packages are fetched and built once for all runs on this machine. */
const cache = join(tmpdir(), 'posthorn-sdk-packages')
const pythonPackages = join(cache, 'python-svix-2.9.1')
const goPackages = join(cache, 'go-svix-1.99.1')
const fetchTimeoutMs = 90_000
const runTimeoutMs = 60_000

let server: Posthorn
before(async () => {
  const config = configWith({ port: 0, dataDir: join(folder, 'data') })
  server = createPosthorn(config, { clock: systemClock, random: systemRandom, log: silentLog })
  await server.start()
})
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

interface Ran {
  readonly ok: boolean
  readonly text: string
}

function execute(
  command: string,
  args: readonly string[],
  input: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly timeoutMs: number },
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = {
      cwd: input.cwd ?? folder,
      env: { ...process.env, ...input.env },
      timeout: input.timeoutMs,
    }
    execFile(command, [...args], options, (error, stdout, stderr) =>
      resolve({
        ok: error === null,
        text: `${stdout}${stderr}${error === null ? '' : error.message}`,
      }),
    )
  })
}

const arguments_ = () => [server.url, server.installation.apiKey]

test('the Python SDK makes its round', async (t) => {
  if (!(await execute('python3', ['--version'], { timeoutMs: 10_000 })).ok) {
    return t.diagnostic('not run: there is no python3')
  }
  if (!existsSync(pythonPackages)) {
    const install = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--retries',
      '1',
      '--timeout',
      '15',
      '--target',
      pythonPackages,
      'svix==2.9.1',
    ]
    const installed = await execute('python3', install, { timeoutMs: fetchTimeoutMs })
    if (!installed.ok) {
      rmSync(pythonPackages, { recursive: true, force: true })
      return t.diagnostic(`not run: svix could not be fetched: ${installed.text.slice(-200)}`)
    }
  }
  const script = join(import.meta.dirname, 'smoke.py')
  const env = { PYTHONPATH: pythonPackages, PYTHONDONTWRITEBYTECODE: '1' }
  const ran = await execute('python3', [script, ...arguments_()], { env, timeoutMs: runTimeoutMs })
  assert.ok(ran.ok, ran.text)
  t.diagnostic('ran svix 2.9.1')
})

test('the Go SDK makes its round', async (t) => {
  if (!(await execute('go', ['version'], { timeoutMs: 10_000 })).ok) {
    return t.diagnostic('not run: there is no go')
  }
  mkdirSync(goPackages, { recursive: true })
  const env = { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' }
  const go = (timeoutMs: number, ...args: readonly string[]) =>
    execute('go', args, { cwd: goPackages, env, timeoutMs })
  writeFileSync(
    join(goPackages, 'go.mod'),
    'module smoke\n\ngo 1.21\n\nrequire github.com/svix/svix-webhooks v1.99.1\n',
  )
  copyFileSync(join(import.meta.dirname, 'smoke.go'), join(goPackages, 'main.go'))
  const fetched = await go(fetchTimeoutMs, 'list', '-deps', '.')
  if (!fetched.ok) {
    return t.diagnostic(`not run: svix-webhooks could not be fetched: ${fetched.text.slice(-200)}`)
  }
  const built = await go(fetchTimeoutMs * 2, 'build', '-o', 'smoke', '.')
  assert.ok(built.ok, built.text)
  const ran = await execute(join(goPackages, 'smoke'), arguments_(), { timeoutMs: runTimeoutMs })
  assert.ok(ran.ok, ran.text)
  t.diagnostic('ran svix-webhooks 1.99.1')
})
