/** Documents name files, flags, settings and commands that exist. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { commandsPages, commandsText } from '../scripts/commands-docs.ts'
import { configurationPages, configurationText } from '../scripts/configuration-docs.ts'
import { refusalsPages, refusalsText } from '../scripts/refusals-docs.ts'
import { edgeLimits } from '../src/api/http-edge.ts'
import { commands } from '../src/cli/commands.ts'
import { settings } from '../src/config.ts'
import { exportPartMax } from '../src/contract/export.ts'
import { limits } from '../src/domain/limits.ts'
import { languages } from '../src/i18n/translate.ts'
import { posthorn } from './support/terminal.ts'

const root = join(import.meta.dirname, '..')
// The pages of bench/ speak of results that its own runs write, so they are checked there.
const pages = ['*.md', 'docs/**/*.md', 'deploy/**/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

test('there are documents to check', () => {
  for (const path of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'ARCHITECTURE.md']) {
    assert(
      pages.some((page) => page.path === path),
      path,
    )
  }
})

test('links between documents lead somewhere', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(root, dirname(path), target)))
      .map((target) => `${path}: ${target}`),
  )
  assert.deepEqual(broken, [])
})

// Written for those who change Posthorn, or made of the names of tests: English alone.
const englishAlone = /^(?!README|docs\/)|^docs\/(adr\/|systems\/ACCEPTANCE)/

test('every page is there in English and in Spanish, and each leads to the other', () => {
  const wrong = pages
    .filter(({ path }) => !path.endsWith('.es.md') && !englishAlone.test(path))
    .flatMap(({ path, text }) => {
      const twin = pages.find((page) => page.path === path.replace('.md', '.es.md'))
      const [name, twinName] = [basename(path), basename(path, '.md').concat('.es.md')]
      return [
        ...(text.includes(`\n[En español](${twinName})\n`) ? [] : [`${path}: no link to Spanish`]),
        ...(twin?.text.includes(`\n[In English](${name})\n`) ? [] : [`${path}: no twin`]),
      ]
    })
  assert.deepEqual(wrong, [])
})

test('a page in Spanish has the sections, code, numbers, tables and links of the English one', () => {
  const spanish = pages.filter(({ path }) => path.endsWith('.es.md'))
  const different = spanish.flatMap(({ path, text }) => {
    const english = pages.find((page) => page.path === path.replace('.es.md', '.md'))
    const [here, there] = [skeleton(text), skeleton(english?.text ?? '')]
    return [
      ...[...here].filter((part) => !there.has(part)).map((part) => `${path} alone has ${part}`),
      ...[...there].filter((part) => !here.has(part)).map((part) => `${path} lacks ${part}`),
    ]
  })
  assert.deepEqual(different, [])
})

/** What a translation must not change: headings by depth, code, numbers, widths of tables, addresses. */
function skeleton(text: string): ReadonlySet<string> {
  const fenced = /^```[^`]*^```$/gms
  const prose = text.replace(fenced, '')
  const words = prose.replace(/`[^`]+`/g, '').replace(/\]\([^)]+\)/g, ']')
  const found = {
    heading: [...prose.matchAll(/^#+(?= )/gm)].map(([marks], at) => `${at} ${marks}`),
    // A block of `text` is what a command prints, in the language of the page.
    block: [...text.matchAll(fenced)].map(
      ([block], at) => `${at} ${block.replace(/^(```text$)[^`]*/m, '$1')}`,
    ),
    row: [...words.matchAll(/^\|.*$/gm)].map(([row], at) => `${at} of ${row.split('|').length}`),
    link: [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to.replace('.es.md', '.md')),
    // A line break inside of code reads as a space.
    code: [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' ')),
    number: [...words.matchAll(/\d[\d.,]*(?<=\d)/g)].map(([number]) => number),
  }
  return new Set(
    Object.entries(found).flatMap(([kind, each]) => {
      const times = new Map<string, number>()
      return each.map((one) => {
        times.set(one, (times.get(one) ?? 0) + 1)
        return `${kind} ${one}${times.get(one) === 1 ? '' : `, time ${times.get(one)}`}`
      })
    }),
  )
}

test('a page in Spanish leads on to Spanish pages where there are some', () => {
  const wrong = pages
    .filter(({ path }) => path.endsWith('.es.md'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/(?<!^\[In English)\]\(([^):#]+)(?<!\.es)\.md/gm)]
        .map(([, target]) => join(root, dirname(path), `${target}.es.md`))
        .filter((twin) => existsSync(twin))
        .map((twin) => `${path}: ${twin}`),
    )
  assert.deepEqual(wrong, [])
})

test('files that documents name exist', () => {
  const pattern = /`((?:src|test|docs|bench|scripts|catalogs|console|deploy|bin|\.ci)\/[\w./-]+)`/g
  // What a build makes is named too, and is not in a fresh clone.
  const built = /^console\/dist/
  const missing = pages.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)]
      .map((match) => match[1] ?? '')
      .filter((target) => !built.test(target) && !existsSync(join(root, target)))
      .map((target) => `${path}: ${target}`),
  )
  assert.deepEqual(missing, [])
})

test('refusals.md is what the rules say, and no code of it is unknown', () => {
  for (const language of languages) {
    assert.equal(readFileSync(refusalsPages[language], 'utf8'), refusalsText(language))
    assert.doesNotMatch(refusalsText(language), /undefined/)
  }
})

test('each promise of docs/security names a test that is there', () => {
  const missing: string[] = []
  let checked = 0
  for (const { path, text } of pages.filter((page) =>
    /^docs\/security\/(README|threat-model)/.test(page.path),
  )) {
    for (const [, file = '', name = ''] of text.matchAll(
      /\| `([\w/.-]+\.test\.ts)`: ([^|;]+) \|$/gm,
    )) {
      checked += 1
      if (name.startsWith('every case of the corpus') || name.startsWith('every experiment'))
        continue
      const titles = readFileSync(join(root, file), 'utf8').toLowerCase()
      if (!titles.includes(name.toLowerCase())) missing.push(`${path}: ${file}: ${name}`)
    }
  }
  assert.deepEqual(missing, [])
  assert.ok(checked > 40, `${checked} promises`)
})

test('settings that documents name exist', () => {
  // Read by commands and tests only, so they are not in the list of the server's settings.
  const others = ['POSTHORN_URL', 'POSTHORN_APP', 'POSTHORN_PROFILE']
  const known = new Set([...Object.values(settings).map(({ variable }) => variable), ...others])
  const wrong = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bPOSTHORN_[A-Z_]+/g)]
      .map(([name]) => name)
      .filter((name) => !known.has(name) && !/^POSTHORN_(TEST|BENCH)_/.test(name))
      .map((name) => `${path}: ${name}`),
  )
  assert.deepEqual(wrong, [])
})

test('npm scripts that documents name exist', () => {
  const wrong = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run )?(start|test|[a-z]+(?::[a-z]+)+|(?<=run )[a-z:]+)/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => manifest.scripts[name] === undefined)
      .map((name) => `${path}: npm run ${name}`),
  )
  assert.deepEqual(wrong, [])
})

test('commands and flags that documents name exist', async () => {
  const wrong: string[] = []
  for (const { path, text } of pages) {
    for (const [, rest = ''] of text.matchAll(/(?:npx posthorn|`posthorn) ([^\n`]+)/g)) {
      const [name = ''] = rest.split(' ')
      if (name.startsWith('-')) continue
      if (!commands.some((command) => command.name === name)) {
        wrong.push(`${path}: posthorn ${name}`)
        continue
      }
      const help = await fullHelp(name, rest)
      for (const [flag] of rest.matchAll(/(?<=\s)--[a-z-]+/g)) {
        if (!help.includes(flag)) wrong.push(`${path}: posthorn ${rest}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
})

/** Of the command, and of the subcommand that the line names. */
async function fullHelp(name: string, line: string): Promise<string> {
  const sub = line.split(' ')[1] ?? ''
  const own = await posthorn([name, '--help'])
  const below = /^[a-z]+$/.test(sub) ? await posthorn([name, sub, '--help']) : null
  return own.out + (below?.out ?? '')
}

test('configuration.md is what the settings say', () => {
  for (const language of languages) {
    assert.equal(
      readFileSync(configurationPages[language], 'utf8'),
      configurationText(language),
      'run npm run docs:configuration',
    )
  }
})

test('limits.md has the numbers of the code', () => {
  const page = pages.find(({ path }) => path === 'docs/reference/limits.md')?.text ?? ''
  const numbers = [
    ...[limits.jsonMembersMax, limits.jsonContainersMax, limits.jsonDepthMax],
    ...[limits.jsonNamesMax, limits.schemaVersionsMax, limits.pageSchemaBytesMax / 2 ** 20],
    limits.batchMessagesMax,
    ...[limits.metadataBytesMax, limits.headersBytesMax, limits.headerValueBytesMax],
    ...[limits.headersPerEndpointMax, limits.urlLengthMax, limits.pageMax, limits.responseBytesMax],
    ...[limits.liveSecretsMax, limits.channelsPerMessageMax, edgeLimits.headerBytesMax],
    limits.pagePayloadBytesMax / 2 ** 20,
    ...[exportPartMax.rows, exportPartMax.bytes / 2 ** 20],
    edgeLimits.stalledTimeoutMs / 60_000,
    edgeLimits.requestTimeoutMs / 1000,
  ]
  const missing = numbers.filter((number) => !page.includes(number.toLocaleString('en')))
  assert.deepEqual(missing, [])
})

test('commands.md is what the commands say', async () => {
  for (const language of languages) {
    assert.equal(
      readFileSync(commandsPages[language], 'utf8'),
      await commandsText(language),
      'run npm run docs:commands',
    )
  }
})

test('each dependency has its line of reason, and no other has one', () => {
  const page = readFileSync(join(root, 'docs/adr/dependencies.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `([^`]+)` \| .{10,}\|$/gm)].map((match) => match[1])
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]
  assert.deepEqual([...listed].sort(), [...declared].sort())
})

test('the two commands that everybody needs are in the README, literally', () => {
  const readme = pages.find(({ path }) => path === 'README.md')?.text ?? ''
  for (const command of ['npm ci && npm start', 'npm ci && npm test']) {
    assert(readme.includes(`\n${command}\n`), command)
  }
})
