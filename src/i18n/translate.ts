/**
 * Texts that people read, in English and Spanish, for the console, the portal, the command line
 * and the server. A catalog is a plain object; the Spanish one is declared `satisfies
 * Translation<typeof en>`, so a missing or superfluous key is a compile error.
 *
 * `{name}` is replaced by a parameter. A message that depends on a count is an object with `one`
 * and `other` and takes the parameter `count`.
 */
export type Language = 'en' | 'es'
export const languages: readonly Language[] = ['en', 'es']

export type Text = string | { readonly one: string; readonly other: string }
export type Catalog = Readonly<Record<string, Text>>
export type Translation<Source extends Catalog> = { readonly [Key in keyof Source]: Text }
export type Parameters = Readonly<Record<string, string | number>>

export type Translate<Source extends Catalog> = (
  key: keyof Source & string,
  parameters?: Parameters,
) => string

export function translator<Source extends Catalog>(
  catalogs: { readonly en: Source; readonly es: Translation<Source> },
  language: Language,
): Translate<Source> {
  const catalog: Translation<Source> = catalogs[language]
  const plurals = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  return (key, parameters = {}) => {
    const text = catalog[key]
    const form = typeof text === 'string' ? text : pluralForm(text, plurals, parameters)
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = parameters[name]
      if (value === undefined) return whole
      return typeof value === 'number' ? numbers.format(value) : value
    })
  }
}

function pluralForm(
  text: Exclude<Text, string>,
  plurals: Intl.PluralRules,
  parameters: Parameters,
): string {
  return plurals.select(Number(parameters['count'])) === 'one' ? text.one : text.other
}

/** The language of a POSIX locale or an Accept-Language header; English when it is neither. */
export function languageOf(locale: string | undefined): Language {
  return /^\s*es\b/i.test(locale?.replace('_', '-') ?? '') ? 'es' : 'en'
}

/** One sentence in both languages, where a catalog would be far from its only use. */
export interface Both {
  readonly en: string
  readonly es: string
}
