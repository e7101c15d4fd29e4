/** Reads YAML that a stranger wrote. It may take long all the same: run it in `document-worker.ts`. */
import { parse } from 'yaml'
import type { Sentence } from '../domain/sentence.ts'

/** Characters of a text. */
const yamlCharsMax = 1_048_576
/** Nodes that aliases may stand for: a few lines can else unfold to gigabytes. */
const yamlAliasesMax = 100
/** What it may be as JSON. */
const jsonCharsMax = 4_194_304
/** Brackets that are never closed take time by their square. */
const yamlBracketsMax = 20_000
/** Keys that are written out (`? key`) in one another take time by a power of their number. */
const writtenKey = /^[ \t:?-]*\?(?:\s|$)|[[{,]\s{0,8}\?\s/m
/** Levels that open on one line: a hundred of them is no document, thousands take seconds. */
const openedAtOnce = /(?:[-:][ \t]{1,8}){100}/
/** Levels of a document; what refers to itself is cut off apart from this. */
export const documentDepthMax = 200

export type YamlRead =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly reason: Sentence }

export const tooDeep: Sentence = {
  en: `nested more than ${documentDepthMax} deep`,
  es: `más de ${documentDepthMax} niveles de anidamiento`,
}

/** The same as JSON: what YAML alone can say (shared nodes, odd keys) ends here. */
export function jsonOfYaml(text: string): YamlRead {
  const form = formFault(text)
  if (form !== null) return { ok: false, reason: form }
  try {
    const options = {
      maxAliasCount: yamlAliasesMax,
      schema: 'core',
      logLevel: 'silent',
      uniqueKeys: false, // it compares each key with each; the last of two counts, as in JSON
    } as const
    const json = JSON.stringify(parse(text, options) ?? null)
    return json.length > jsonCharsMax ? { ok: false, reason: tooMuch } : { ok: true, json }
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : '').split('\n')
    const reason = first.slice(0, 200)
    return {
      ok: false,
      reason: { en: `neither JSON nor YAML: ${reason}`, es: `no es JSON ni YAML: ${reason}` },
    }
  }
}

const tooMuch: Sentence = {
  en: 'YAML that is more than 4 MiB with its aliases written out: send JSON',
  es: 'YAML de más de 4 MiB una vez escritos sus alias: envía JSON',
}

/** Forms that take long and that no document needs: refused by looking once. */
function formFault(text: string): Sentence | null {
  if (text.length > yamlCharsMax) {
    return { en: 'YAML of more than 1 MiB: send JSON', es: 'YAML de más de 1 MiB: envía JSON' }
  }
  if (writtenKey.test(text)) {
    return {
      en: 'YAML keys after `?` are not read: send JSON',
      es: 'No se leen claves YAML después de `?`: envía JSON',
    }
  }
  if (openedAtOnce.test(text)) return tooDeep
  if ((text.match(/[[{]/g)?.length ?? 0) > yamlBracketsMax) {
    return {
      en: `YAML with more than ${yamlBracketsMax} brackets: send JSON`,
      es: `YAML con más de ${yamlBracketsMax} corchetes o llaves: envía JSON`,
    }
  }
  return null
}
