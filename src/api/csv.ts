/** Tables as text that spreadsheets open and do not run. */

/** What spreadsheets take for the beginning of a formula, full-width signs included. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** One line. Texts are quoted, and kept from being formulas by an apostrophe; null is nothing. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = formula.test(value) ? `'${value}` : value
  return `"${text.replaceAll('"', '""')}"`
}
