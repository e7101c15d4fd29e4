import type { Both } from '../i18n/translate.ts'

const words: Readonly<Record<string, Both>> = {
  valid: { en: 'signature valid', es: 'firma válida' },
  invalid: { en: 'signature invalid', es: 'firma no válida' },
  stale: { en: 'signature stale', es: 'firma muy antigua' },
  absent: { en: 'not signed', es: 'sin firma' },
  no_secret: { en: 'signature not checked', es: 'firma sin comprobar' },
}

/** What the inspector found of a signature; a state of a newer server as it is. */
export function signatureWords(state: string): Both {
  return words[state] ?? { en: `signature ${state}`, es: `firma: ${state}` }
}
