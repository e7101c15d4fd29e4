import { binNamePattern } from '../domain/bin.ts'
import type { Sentence } from '../domain/sentence.ts'

export interface PathParameter {
  readonly pattern: string
  /** What a value of another form is told. */
  readonly refusal: Sentence
}

const idOrUid: PathParameter = {
  pattern: '^[a-zA-Z0-9\\-_.]{1,256}$',
  refusal: {
    en: 'not an id or uid: 1 to 256 of a-z, A-Z, 0-9, -, _ and .',
    es: 'no es un id ni un uid: de 1 a 256 de a-z, A-Z, 0-9, -, _ y .',
  },
}

/** Those that are no id or uid. */
const others: Readonly<Record<string, PathParameter>> = {
  bin: {
    pattern: binNamePattern,
    refusal: {
      en: 'not the name of a bin: 1 to 64 of a-z, A-Z, 0-9, - and _, the first a letter or digit',
      es: 'no es el nombre de un buzón: de 1 a 64 de a-z, A-Z, 0-9, - y _, con letra o dígito al principio',
    },
  },
}

/** The form of a path parameter, by its name. */
export function pathParameter(name: string): PathParameter {
  return others[name] ?? idOrUid
}
