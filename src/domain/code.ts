/** An endpoint's `code`: a short name for programs, fixed once saved, unique in the application. */

export const codeLengthMax = 64
const pattern = /^[a-z0-9_]{1,64}$/

export function isCode(text: string): boolean {
  return pattern.test(text)
}

/** What is suggested for a name: `Órdenes de compra` gives `ordenes_de_compra`. Empty: no idea. */
export function suggestCode(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, codeLengthMax)
}
