/** The flags by which lists, exports and recoveries are narrowed: the words of the console and the API. */
import type { Command } from 'commander'
import { type DeliveryWord, stateOfWord } from '../domain/sought.ts'
import type { Context } from './context.ts'
import { usageFailure } from './failure.ts'
import { momentOf } from './moment.ts'

type Options = Readonly<Record<string, unknown>>

/** All the words that people have for the states of a delivery. */
export const deliveryWords = Object.keys(stateOfWord)

export function soughtOptions(command: Command, { t }: Context): Command {
  return command
    .option('--tag <name>', t({ en: 'with this tag', es: 'con esta etiqueta' }))
    .option(
      '--text <text>',
      t({ en: 'in an id, type, tag or name', es: 'en un id, tipo, etiqueta o nombre' }),
    )
    .option(
      '--where <query>',
      t({
        en: 'by payload, such as data.total >= 100',
        es: 'por contenido, como data.total >= 100',
      }),
    )
}

export function rangeOptions(command: Command, { t }: Context): Command {
  return command
    .option('--since <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
    .option('--until <when>', t({ en: 'so long ago, or a time', es: 'hace cuánto, o una hora' }))
}

export function soughtOf({ tag, text, where }: Options) {
  return { tag: textOf(tag), q: textOf(text), where: textOf(where) }
}

/** Beyond any clock. */
const farAway = '2100-01-01T00:00:00.000Z'

/** With an end always: of a beginning alone a list gives its oldest rows first. */
export function rangeOf({ since, until }: Options, context: Context) {
  return {
    after: since === undefined ? undefined : momentOf(since, context),
    before:
      until !== undefined ? momentOf(until, context) : since === undefined ? undefined : farAway,
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

export function listOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? value.split(',').filter((item) => item !== '') : []
}

export function wordsOf(value: unknown): readonly DeliveryWord[] {
  return listOf(value).map((word) => {
    if (isWord(word)) return word
    throw usageFailure({
      en: `There is no status "${word}": ${deliveryWords.join(', ')}.`,
      es: `No existe el estado "${word}": ${deliveryWords.join(', ')}.`,
    })
  })
}

function isWord(word: string): word is DeliveryWord {
  return Object.hasOwn(stateOfWord, word)
}

const views = ['failed', 'unsubscribed', 'test'] as const

export function viewOption(command: Command, { t }: Context): Command {
  return command.option(
    '--view <name>',
    t({
      en: 'only those: failed, unsubscribed, test; or a shared view',
      es: 'solo esos: failed, unsubscribed, test; o una vista',
    }),
  )
}

export function isMessageView(name: string): boolean {
  return views.some((one) => one === name)
}

export function viewOf({ view }: Options): (typeof views)[number] | undefined {
  if (view === undefined) return undefined
  const known = views.find((name) => name === view)
  if (known !== undefined) return known
  throw usageFailure({
    en: `There is no view "${String(view)}": ${views.join(', ')}.`,
    es: `No existe la vista "${String(view)}": ${views.join(', ')}.`,
  })
}
