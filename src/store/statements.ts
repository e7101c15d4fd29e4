/**
 * Cuts a migration into its statements, so that each can be shown, and a crash between any two be
 * played. Knows line comments, quotes, `$$` bodies and the `begin … end` of SQLite's triggers.
 */
const token = /--[^\n]*|'(?:[^']|'')*'|"[^"]*"|\$\$[\s\S]*?\$\$|\bbegin\b|\bend\b|\bcase\b|;/gi

export function statementsOf(sql: string): readonly string[] {
  const statements: string[] = []
  let from = 0
  let depth = 0
  for (const match of sql.matchAll(token)) {
    const word = match[0].toLowerCase()
    if (word === 'begin' || word === 'case') depth++
    else if (word === 'end') depth--
    else if (word === ';' && depth === 0) {
      statements.push(sql.slice(from, match.index))
      from = match.index + 1
    }
  }
  return [...statements, sql.slice(from)]
    .map((text) => text.replace(/^(\s*--[^\n]*\n|\s+)*/, '').trim())
    .filter((text) => text !== '' && !/^--[^\n]*$/.test(text))
}
