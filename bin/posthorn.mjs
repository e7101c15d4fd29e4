#!/usr/bin/env node
// The command. It stays plain JavaScript that an old Node can parse, so that the sentence below can
// be printed instead of a syntax error. A clone runs the TypeScript as written; the published
// package runs the compiled copy, because Node strips no types below node_modules.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `posthorn needs Node.js 24 or newer (this is ${process.versions.node}): install it from your package manager, or run "npx -p node@24 -p posthorn posthorn".\n`,
  )
  process.exit(1)
}

// V8 would let short-lived objects take 100 MB of the server's main thread, for no speed that could be
// measured. It reads the bound only while a process begins, so this one begins again with it: the
// same process id, no second process. Windows has no such call and goes without.
const bound = '--max-semi-space-size=16'
const first = process.argv[2] ?? 'start'
const isServer = first === 'start' || first === 'dev' || /^--(?!help|version)/.test(first)
const given = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
if (isServer && process.platform !== 'win32' && !/semi[-_]space/.test(given)) {
  const line = [process.execPath, bound, ...process.execArgv, ...process.argv.slice(1)]
  process.execve?.(process.execPath, line, process.env)
}

// Keeps what was compiled for the next start. A tenth of a second less for every command.
nodeModule.enableCompileCache?.()

const source = new URL('../src/cli/main.ts', import.meta.url)
const compiled = new URL('../dist/cli/main.js', import.meta.url)
await import((existsSync(source) ? source : compiled).href)
