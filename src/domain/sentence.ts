/** What people read, in both languages. `i18n/translate.ts` says which one a caller wants. */
export interface Sentence {
  readonly en: string
  readonly es: string
}

/** A text that is not ours, or was put into the caller's language already. */
export function alike(text: string): Sentence {
  return { en: text, es: text }
}

export function joined(...parts: readonly Sentence[]): Sentence {
  const say = (language: keyof Sentence): string => parts.map((part) => part[language]).join('')
  return { en: say('en'), es: say('es') }
}
