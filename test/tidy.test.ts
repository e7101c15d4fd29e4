/**
 * Code that checks code. Layers, forbidden reaches, and sizes as ratchets: a bound may only be
 * lowered. What a failure means is in its message.
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
}

function sources(...patterns: readonly string[]): readonly SourceFile[] {
  return globSync([...patterns], { cwd: root })
    .filter((path) => !path.includes('node_modules'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8')
      return { path: path.replaceAll('\\', '/'), text, lines: text.split('\n') }
    })
}

const production = sources('src/**/*.ts').filter(
  // The conformance suite of the store lies beside the port, but is test code.
  (file) => !file.path.endsWith('.test.ts') && !file.path.includes('/conformance/'),
)

/** For each layer of `src/`, the layers that it may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  i18n: [],
  runtime: ['domain'],
  contract: ['domain'],
  client: ['domain', 'contract'],
  catalog: ['domain', 'runtime', 'store'],
  profiles: ['domain'],
  snippets: ['domain'],
  store: ['domain', 'runtime'],
  intake: ['domain', 'runtime', 'store', 'profiles'],
  delivery: ['domain', 'runtime', 'store', 'intake', 'profiles', 'i18n'],
  upkeep: ['domain', 'runtime', 'store', 'intake', 'profiles'],
  api: [
    'domain',
    'runtime',
    'store',
    'intake',
    'contract',
    'catalog',
    'profiles',
    'snippets',
    'i18n',
  ],
  inspector: ['domain', 'runtime', 'store', 'contract', 'api'],
  console: ['domain', 'runtime'],
}
/** The composition root and the command line may import everything. */
const unrestricted = new Set([
  'cli',
  'posthorn',
  'config',
  'installation',
  'telemetry',
  'listening',
  'network',
  'screens',
  'stores',
  'version',
])
/** Types that every layer is handed; no logic of theirs runs in the importer. */
const sharedByAll = new Set(['src/posthorn.ts', 'src/config.ts'])

function layerOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? ''
}

function importsOf(
  file: SourceFile,
): readonly { readonly target: string; readonly typeOnly: boolean }[] {
  const pattern = /^(?:import|export)\s+(type\s)?[^'"`;]*?from\s+'([^']+)'|\bimport\('([^']+)'\)/gm
  return [...file.text.matchAll(pattern)].map((match) => ({
    target: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

test('imports follow the life of an event: api, intake, store, delivery, upkeep', () => {
  const wrong: string[] = []
  for (const file of production) {
    const layer = layerOf(file.path)
    if (unrestricted.has(layer)) continue
    const allowed = mayImport[layer]
    assert.ok(allowed, `src/${layer} has no entry in mayImport: say what it may import`)
    for (const { target, typeOnly } of importsOf(file)) {
      if (!target.startsWith('.')) continue
      const path = normalize(join(dirname(file.path), target)).replaceAll('\\', '/')
      if (typeOnly && sharedByAll.has(path)) continue
      const to = layerOf(path)
      if (to !== layer && !allowed.includes(to)) wrong.push(`${file.path} imports ${path}`)
    }
  }
  assert.deepEqual(wrong, [])
})

test('each reach to the outside has one place', () => {
  const reaches: readonly {
    readonly what: RegExp
    readonly only: (path: string) => boolean
    readonly why: string
  }[] = [
    {
      what: /from 'node:sqlite'/,
      only: (path) => path.startsWith('src/store/sqlite/'),
      why: 'only src/store/sqlite speaks SQLite',
    },
    {
      what: /from 'pg'/,
      only: (path) => path.startsWith('src/store/postgres/'),
      why: 'only src/store/postgres speaks PostgreSQL',
    },
    {
      what: /from '(undici|node:https?|node:net|node:tls|node:http2)'/,
      only: (path) => /^src\/(delivery|cli|client|api|inspector|console)\//.test(path),
      why: 'only delivery opens outbound connections; api, inspector and console only listen',
    },
    {
      what: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/,
      only: (path) => path.startsWith('src/runtime/'),
      why: 'only src/runtime reads the clock and chance',
    },
    {
      what: /\bset(Timeout|Interval)\(/,
      only: (path) => /^src\/(runtime|cli|client)\//.test(path),
      why: 'timers come through Clock',
    },
    {
      what: /\bprocess\.env\b/,
      only: (path) => path.startsWith('src/cli/'),
      why: 'the environment is read once, by the command line, into Config',
    },
    {
      what: /\bfetch\(/,
      only: (path) => /^src\/(client|cli)\//.test(path),
      why: 'fetch inflates and follows redirects: never on the server',
    },
  ]
  const wrong: string[] = []
  for (const file of production) {
    for (const { what, only, why } of reaches) {
      if (only(file.path)) continue
      file.lines.forEach((line, index) => {
        const code = line.replace(/\/\/.*$/, '').replace(/^\s*\/?\*.*$/, '')
        if (what.test(code)) wrong.push(`${file.path}:${index + 1}: ${why}`)
      })
    }
  }
  assert.deepEqual(wrong, [])
})

test('names that say nothing are not used for files', () => {
  const empty = /(^|\/)(utils?|helpers?|common|manager|service|misc|shared)(\/|\.ts$)/
  const wrong = production.map((file) => file.path).filter((path) => empty.test(path))
  assert.deepEqual(
    wrong.filter((path) => path !== 'src/runtime/service.ts'),
    [],
    'a file is named after its idea',
  )
})

/** Ratchets: start at what was measured, only lower them. */
const ratchets = {
  fileLinesP90: 350,
  fileLinesMax: 520,
  functionLinesP90: 40,
  functionsOver70Share: 0.01,
  anyPerThousandLines: 0.2,
}

test('files stay small', () => {
  const sizes = production
    .filter((file) => !/\/(messages\/(en|es)|conformance[^/]*)\.ts$/.test(file.path))
    .map((file) => ({ path: file.path, lines: file.lines.length }))
  const p90 = percentile(
    sizes.map((file) => file.lines),
    0.9,
  )
  assert.ok(p90 <= ratchets.fileLinesP90, `file p90 is ${p90} lines`)
  assert.deepEqual(
    sizes.filter((file) => file.lines > ratchets.fileLinesMax),
    [],
    `files over ${ratchets.fileLinesMax} lines: look for the second idea`,
  )
})

test('functions fit a screen', () => {
  const functions = production.flatMap(functionsOf)
  const p90 = percentile(
    functions.map((found) => found.lines),
    0.9,
  )
  const long = functions.filter((found) => found.lines > 70)
  assert.ok(
    functions.length > 30,
    `only ${functions.length} functions were found: the reader broke`,
  )
  assert.ok(p90 <= ratchets.functionLinesP90, `function p90 is ${p90} lines`)
  assert.ok(
    long.length / functions.length <= ratchets.functionsOver70Share,
    `over 70 lines: ${long.map((found) => `${found.path}:${found.line} (${found.lines})`).join(', ')}`,
  )
})

test('types are kept', () => {
  const pattern = /:\s*any\b|\bas any\b|<any>|@ts-(ignore|expect-error)/g
  const lines = production.reduce((sum, file) => sum + file.lines.length, 0)
  const found = production.reduce((sum, file) => sum + [...file.text.matchAll(pattern)].length, 0)
  assert.ok(
    (found / lines) * 1000 <= ratchets.anyPerThousandLines,
    `${found} any in ${lines} lines`,
  )
})

test('no test is skipped, exclusive or left to do', () => {
  const pattern = /\b(it|test|describe)\.(skip|only|todo)\b|\b(skip|todo|only):\s*true\b/
  const wrong = sources('src/**/*.test.ts', 'test/**/*.ts', 'console/**/*.test.ts')
    .filter((file) => !file.path.endsWith('tidy.test.ts'))
    .flatMap((file) =>
      file.lines.flatMap((line, index) =>
        pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [],
      ),
    )
  assert.deepEqual(wrong, [])
})

/** Dialogs that ask nothing of the server, each in its component: there is nothing to copy. */
const askNothing: Readonly<Record<string, string>> = {
  FilterSheet: 'the filters are in the address of the page',
  InviteDialog: 'shows a link that was made already',
  NewKey: 'shows a key that was made already, with a command',
  BinQr: 'shows an address',
  ShortcutsHelp: 'shows the keys',
}

test('every dialog and every list says what it is as a command', () => {
  const pages = sources('console/src/**/*.tsx')
  const silent = pages.flatMap(({ path, text }) =>
    // A component ends where the formatter puts a brace alone.
    text
      .split(/^\}$/m)
      .filter((component) => /copyAs=\{([^}]*[?:] )?null\b/.test(component))
      .map((component) => ({
        name: /^(?:export )?(?:default )?function (\w+)/m.exec(component)?.[1] ?? path,
        asks: /\buse(Mutation|Query)\b|\brequest\b|\bfetch\(/.test(component),
      })),
  )
  // Without `copyAs` a dialog does not compile; without anything to copy it must have a reason.
  assert.deepEqual(silent.map(({ name }) => name).sort(), Object.keys(askNothing).sort())
  assert.deepEqual(
    silent.filter(({ asks }) => asks),
    [],
  )
  // A password is changed by who has a session: neither the command line nor a key does.
  const forms = pages.filter(
    ({ path, text }) =>
      /<form\b/.test(text) &&
      /\buse(Mutation|Save\w+)\b/.test(text) &&
      !/\bCopyAs\b|\bcopyAs\b|<SaveBar\b/.test(text) &&
      !/pages\/profile\.tsx$|sign-in/.test(path),
  )
  assert.deepEqual(
    forms.map(({ path }) => path),
    [],
    'a form copies what it would ask for too',
  )
  const own = (element: RegExp) => pages.filter(({ text }) => element.test(text))
  assert.deepEqual(
    own(/<dialog\b/).map(({ path }) => path),
    // Beside it the palette, the navigation of a phone, and signing in, whose words are secrets.
    ['components/dialog', 'components/palette', 'shell', 'sign-in-forms'].map(
      (name) => `console/src/${name}.tsx`,
    ),
    'every other dialog is `Dialog`',
  )
  assert.deepEqual(
    own(/<Grid$|<Grid /m).filter(({ text }) => !text.includes('<CopyAs')),
    [],
    'a list without “Copy as”',
  )
})

/**
 * The formatter puts a function's last brace alone at the indentation of its first line, so length
 * can be read off the text. Expression-bodied arrows do not count.
 */
function functionsOf(
  file: SourceFile,
): readonly { readonly path: string; readonly line: number; readonly lines: number }[] {
  const opening =
    /^(\s*)(export )?(default )?(async )?(function\b|(static |override |private |get |set )*(async )?[#\w]+(<.*>)?\(|(const|let) \w+.*=> \{$)/
  const control = /^\s*(if|for|while|switch|return|await|throw|else|do|try|catch|test|it)\b/
  return file.lines.flatMap((line, start) => {
    const match = opening.exec(line)
    if (match === null || control.test(line)) return []
    const indent = match[1] ?? ''
    const open = bodyStart(file.lines, start, indent)
    if (open === null) return []
    const end = file.lines.findIndex(
      (text, index) =>
        index > open &&
        text.startsWith(`${indent}}`) &&
        /^\}[),;]*$/.test(text.slice(indent.length)),
    )
    return end === -1 ? [] : [{ path: file.path, line: start + 1, lines: end - start + 1 }]
  })
}

/** The line on which the body opens: this one, or the `): Type {` that ends a long signature. */
function bodyStart(lines: readonly string[], start: number, indent: string): number | null {
  const first = lines[start] ?? ''
  if (/\{$/.test(first) && /\)(: .*)? \{$|=> \{$/.test(first)) return start
  for (let index = start + 1; index < Math.min(start + 30, lines.length); index++) {
    const line = lines[index] ?? ''
    if (!line.startsWith(indent) || /^\s/.test(line.slice(indent.length))) continue
    return /^[)}\]].*\{$/.test(line.slice(indent.length)) ? index : null
  }
  return null
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

test('the lock file is whole and names no registry', () => {
  const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const packages: Record<string, { optionalDependencies?: Record<string, string> }> =
    JSON.parse(text).packages
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) =>
          !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      )
      .map((name) => `${path} wants ${name}`),
  )
  // A registry that lacks one platform's build makes a lock file that `npm ci` refuses elsewhere.
  assert.deepEqual(missing, [], 'pin the version that has a build for every platform')
  assert.ok(!/"resolved": "https?:/.test(text), 'the lock file names a registry')
})
