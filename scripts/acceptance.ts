/**
 * Writes `docs/systems/ACCEPTANCE.md`: for each row of the five systems the tests that prove it, read
 * from the test files themselves. `node scripts/acceptance.ts` writes it; a test checks that it is
 * current. A row without a test stops the script.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const folder = 'test/systems/'
export const tablePath = 'docs/systems/ACCEPTANCE.md'

interface SystemRows {
  readonly letter: string
  readonly name: string
  readonly page: string
  readonly rows: number
  /** Rows that also concern a screen: a browser test shows them there. */
  readonly screens: readonly number[]
}

export const systems: readonly SystemRows[] = [
  { letter: 'M', name: 'Modyo', page: 'modyo.md', rows: 15, screens: [1, 2, 13, 14] },
  {
    letter: 'U',
    name: 'Ultimate Multisite',
    page: 'ultimate-multisite.md',
    rows: 17,
    screens: [1, 2, 3, 6, 13, 14],
  },
  { letter: 'L', name: 'Logto', page: 'logto.md', rows: 21, screens: [8, 17, 18, 19, 20] },
  { letter: 'C', name: 'Cotalker', page: 'cotalker.md', rows: 15, screens: [8, 9, 10, 12, 13, 14] },
  { letter: 'K', name: 'Skillmine Auth (CIAM)', page: 'ciam.md', rows: 13, screens: [1, 2] },
]

interface Proof {
  readonly title: string
  readonly file: string
}

/** The tests by row id, `M1` to `K13`, in the order of the files. */
export function proofs(): ReadonlyMap<string, readonly Proof[]> {
  const found = new Map<string, Proof[]>()
  const files = readdirSync(new URL(folder, root)).filter((name) => name.endsWith('.test.ts'))
  for (const name of files.sort()) {
    const text = readFileSync(new URL(folder + name, root), 'utf8')
    for (const [, id = '', title = ''] of text.matchAll(/\bit\('([MULCK]\d+): ([^']+)'/g)) {
      found.set(id, [...(found.get(id) ?? []), { title, file: folder + name }])
    }
  }
  return found
}

/** Rows that a browser test names in its title: `(C8 to C14)`, `(M1, M2)`. */
export function screenProofs(): ReadonlySet<string> {
  const text = readFileSync(new URL('test/browser/systems.test.ts', root), 'utf8')
  const rows = new Set<string>()
  for (const [, listed = ''] of text.matchAll(/^test\('[^']+\(([^)]+)\)'/gm)) {
    for (const part of listed.split(', ')) {
      const [, letter = '', first = '', last = first] =
        /^([MULCK])(\d+)(?: to [MULCK](\d+))?$/.exec(part) ?? []
      for (let row = Number(first); row <= Number(last); row++) rows.add(`${letter}${row}`)
    }
  }
  return rows
}

export function acceptanceTable(): string {
  const byRow = proofs()
  const onScreen = screenProofs()
  const sections = systems.map(({ letter, name, page, rows, screens }) => {
    const lines = Array.from({ length: rows }, (_, index) => {
      const id = `${letter}${index + 1}`
      const tests = byRow.get(id)
      if (tests === undefined) throw new Error(`No test proves ${id}.`)
      const titles = tests.map((test) => test.title).join('<br>')
      const shown = onScreen.has(id)
      if (screens.includes(index + 1) && !shown) throw new Error(`No screen shows ${id}.`)
      const part = shown ? '[API and screen](../../test/browser/systems.test.ts)' : 'whole'
      const [first] = tests
      return `| ${id} | ${titles} | ${part} | [${first?.file}](../../${first?.file}) |`
    })
    const head = `## [${name}](${page})\n\n| row | what the test promises | part | file |\n| --- | --- | --- | --- |`
    return `${head}\n${lines.join('\n')}\n`
  })
  return `${opening}\n${sections.join('\n')}`
}

const opening = `# Acceptance of the five systems

Each row is a behaviour of one system and the test that proves it, through the public API with real
receivers and a clock that is moved. The tests run with \`npm test\`; this table is made from them by
\`node scripts/acceptance.ts\`, and a test fails when it is not current.
`

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL(tablePath, root), acceptanceTable())
}
