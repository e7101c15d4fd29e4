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

// Keeps what was compiled for the next start. A tenth of a second less for every command.
nodeModule.enableCompileCache?.()

const source = new URL('../src/cli/main.ts', import.meta.url)
const compiled = new URL('../dist/cli/main.js', import.meta.url)
await import((existsSync(source) ? source : compiled).href)
