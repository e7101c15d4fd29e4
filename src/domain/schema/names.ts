/** Names for generated types: of their own language, each once. */

/** `invoice.line_item-paid` becomes `InvoiceLineItemPaid`; what has no letter first gets one. */
export function typeName(text: string): string {
  const words = text.normalize('NFKD').split(/[^a-zA-Z0-9]+/)
  const name = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')
  return /^[A-Z]/.test(name) ? name : `Event${name}`
}

/** Adds a number to a name that was given before. */
export class Names {
  readonly #given = new Set<string>()

  take(wanted: string): string {
    let name = wanted
    for (let number = 2; this.#given.has(name); number++) name = `${wanted}${number}`
    this.#given.add(name)
    return name
  }
}

const commentCharsMax = 300

/** One line that ends no comment, whatever it says. */
export function commentText(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim()
  const cut = line.length > commentCharsMax ? `${line.slice(0, commentCharsMax)}…` : line
  return cut.replaceAll('*/', '* /')
}

/** A text as JSON writes it, safe in every program: also where line separators end a line. */
export function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name)
}
