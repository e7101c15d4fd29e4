/** Event types from a list: CSV, columns pasted from a table, or one name a line. */
import { checkEventTypeName } from './event-type-rules.ts'
import { type Description, groupOf, importMax } from './import-described.ts'
import { refuse } from './validate.ts'

const columns = ['name', 'description', 'group', 'example'] as const
type Column = (typeof columns)[number]

/** What people call the columns; a first line of these words is the heading. */
const headings: ReadonlyMap<string, Column> = new Map<string, Column>(
  Object.entries({
    ...{ name: 'name', nombre: 'name', event: 'name', evento: 'name', type: 'name', tipo: 'name' },
    ...{ description: 'description', descripción: 'description', descripcion: 'description' },
    ...{
      group: 'group',
      grupo: 'group',
      category: 'group',
      categoría: 'group',
      categoria: 'group',
    },
    ...{ example: 'example', ejemplo: 'example', payload: 'example' },
  } as const),
)

/** One type a line, each name once. Refuses by the number of the line. */
export function listedTypes(text: string): readonly Description[] {
  const lines = cellsOf(text)
  const named = lines[0]?.cells.map((cell) => headings.get(cell.trim().toLowerCase())) ?? []
  const isHeading = named.includes('name')
  const order = isHeading ? named : columns
  const found = new Map<string, Description>()
  for (const { line, cells } of isHeading ? lines.slice(1) : lines) {
    const cell = (column: Column): string => cells[order.indexOf(column)]?.trim() ?? ''
    const name = cell('name')
    if (name === '') continue
    if (found.size >= importMax) {
      throw refuse('text', {
        en: `at most ${importMax} event types`,
        es: `como máximo ${importMax} tipos de evento`,
      })
    }
    const place = ['text', `line ${line}`]
    checkEventTypeName(name, place)
    const example = cell('example')
    found.set(name, {
      name,
      description: cell('description'),
      groupName: cell('group') === '' ? null : groupOf(cell('group')),
      schemas:
        example === '' ? null : { 1: { type: 'object', examples: [exampleIn(example, place)] } },
    })
  }
  if (found.size === 0) {
    throw refuse('text', { en: 'names no event type', es: 'no nombra ningún tipo de evento' })
  }
  return [...found.values()]
}

function exampleIn(text: string, place: readonly string[]): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(place, { en: 'the example is not JSON', es: 'el ejemplo no es JSON' })
  }
}

/** The separator that the text has most of. */
function separatorOf(text: string): string {
  const count = (sign: string): number => text.split(sign).length
  return ['\t', ';', ','].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',')
}

interface Line {
  /** As editors count them, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** Cells in quotes hold separators, lines, and quotes twice (RFC 4180). */
function cellsOf(text: string): readonly Line[] {
  const separator = separatorOf(text.split('\n', 1)[0] ?? '')
  const lines: Line[] = []
  let cells: string[] = []
  let cell = ''
  let line = 1
  let began = 1
  let quoted = false
  let blank = true // nothing but space in the cell so far; to look each time would read it anew
  const endLine = (): void => {
    cells.push(cell)
    if (cells.some((one) => one.trim() !== '')) lines.push({ line: began, cells })
    line += 1
    cells = []
    cell = ''
    blank = true
    began = line
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (quoted) {
      const doubled = character === '"' && text[at + 1] === '"'
      if (doubled) at += 1
      if (character === '"' && !doubled) quoted = false
      else cell += character
      if (character === '\n') line += 1
    } else if (character === '"' && blank) {
      quoted = true
      cell = ''
      blank = false
    } else if (character === separator) {
      cells.push(cell)
      cell = ''
      blank = true
    } else if (character === '\n') endLine()
    else if (character !== '\r') {
      cell += character
      blank &&= character !== undefined && /\s/.test(character)
    }
  }
  endLine()
  return lines
}
