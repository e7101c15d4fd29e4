/**
 * Examples of the documents, run as they stand against a real server. A fenced block is run when the
 * line above it is `<!-- runs -->`; blocks of one page share a folder and go in order.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ensureDemo } from '../../src/cli/demo.ts'
import { createClient } from '../../src/client/client.ts'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { patienceMs } from '../support/eventually.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'posthorn-examples-'))
/** The server's address where a document says one. */
const written = 'http://127.0.0.1:8071'
let server: Posthorn
let env: NodeJS.ProcessEnv

before(async () => {
  server = createPosthorn(configWith({ port: 0, dataDir: join(folder, 'data') }), {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  })
  await server.start()
  const key = server.installation.apiKey
  const client = createClient({ url: server.url, key })
  await ensureDemo(client)
  await client.applications.create({ name: 'Acme', uid: 'acme' })
  env = {
    ...{ PATH: `${shims()}:${process.env['PATH']}`, HOME: folder, LANG: 'C.UTF-8' },
    ...{ POSTHORN_URL: server.url, POSTHORN_API_KEY: key, POSTHORN_APP: 'demo' },
  }
})
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

/** `npx posthorn` and `posthorn` are this clone's; a refusal makes `curl` fail. */
function shims(): string {
  const path = join(folder, 'bin')
  mkdirSync(path)
  const shim = (name: string, script: string): void => {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(path, name), 0o755)
  }
  const command = `"${process.execPath}" "${join(root, 'bin/posthorn.mjs')}"`
  shim('posthorn', `exec ${command} "$@"`)
  shim('npx', `shift\nexec ${command} "$@"`)
  shim('curl', `PATH=\${PATH#*:} exec curl --fail-with-body -sS "$@"`)
  return path
}

interface Example {
  readonly where: string
  readonly language: string
  readonly code: string
}

function examplesOf(path: string): readonly Example[] {
  const text = readFileSync(join(root, path), 'utf8')
  return [...text.matchAll(/^<!-- runs -->\n```(\w+)\n(.*?)^```$/gms)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split('\n').length}`,
    language: match[1] ?? '',
    code: (match[2] ?? '').replaceAll(written, server.url),
  }))
}

function run({ language, code }: Example): Promise<{ readonly exit: number | null; out: string }> {
  const [program, args] =
    language === 'sh'
      ? ['bash', ['-euo', 'pipefail', '-c', code]]
      : [process.execPath, ['--input-type=module', '-e', code]]
  const child = spawn(String(program), args as string[], {
    cwd: root,
    env,
    timeout: 3 * patienceMs,
  })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    out += chunk
  })
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, out })))
}

test('every example that is marked to run does', async () => {
  // A page in Spanish has the same code as its twin, which docs.test.ts holds.
  const english = globSync('docs/**/*.md', { cwd: root }).filter((path) => !/\.es\.md$/.test(path))
  const pages = ['README.md', ...english].sort()
  const found = pages.flatMap(examplesOf)
  assert.ok(found.length >= 6, `${found.length} examples`)
  for (const example of found) {
    assert.match(example.language, /^(sh|js)$/, `${example.where} cannot be run`)
    const { exit, out } = await run(example)
    assert.equal(exit, 0, `${example.where}\n${example.code}\n${out}`)
  }
})
