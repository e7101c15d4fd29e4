/**
 * Single keys, where a person sits at the keyboard. Ctrl-C is a key then, and does what `q` does; what
 * is pasted or typed by special keys does nothing.
 */
import type { Both } from '../i18n/translate.ts'
import { type Context, createContext } from './context.ts'

export interface Key {
  /** A letter, or `enter`. */
  readonly key: string
  readonly label: Both
  readonly run: () => void
}

interface RawInput {
  setRawMode(on: boolean): void
}

/** Keys are asked for at a terminal only, never of a script. */
export function hasKeys({ terminal, globals }: Context): boolean {
  const { stdin } = terminal
  const isTty = Reflect.get(stdin, 'isTTY') === true && 'setRawMode' in stdin
  return isTty && (terminal.outIsTty || terminal.errIsTty) && !globals.json && !globals.quiet
}

/**
 * Runs what a key stands for until the returned function is called. Without a keyboard it does nothing;
 * with one it calls `tell` first.
 */
export function onKeys(
  keys: readonly Key[],
  context: Context,
  tell: () => void = () => {},
): () => void {
  if (!hasKeys(context)) return () => {}
  tell()
  const { stdin } = context.terminal
  const input = stdin as typeof stdin & RawInput // looked at above
  const read = (chunk: Buffer | string): void => {
    const text = String(chunk)
    if (text.startsWith('\u001b')) return // an arrow or another key of several characters
    for (const character of text) {
      const name = names[character] ?? character
      keys.find(({ key }) => key === name)?.run()
    }
  }
  input.setRawMode(true)
  stdin.on('data', read)
  stdin.resume()
  return () => {
    stdin.off('data', read)
    input.setRawMode(false)
    stdin.pause()
  }
}

const names: Readonly<Record<string, string>> = { '\r': 'enter', '\n': 'enter', '\u0003': 'q' }

/** `r retry now   q quit` */
export function keysLine(keys: readonly Key[], { t, paint }: Context): string {
  return keys.map(({ key, label }) => `${paint.bold(key)} ${paint.dim(t(label))}`).join('   ')
}

/** The same context, for a command that `quit` ends as Ctrl-C would. */
export function quittable(context: Context): {
  readonly context: Context
  readonly quit: () => void
} {
  const quit = new AbortController()
  const stop = AbortSignal.any([context.terminal.stop, quit.signal])
  return {
    context: createContext({ ...context.terminal, stop }, context.globals),
    quit: () => quit.abort(),
  }
}

/** Puts text on the clipboard of the person's own machine, also over SSH (OSC 52). */
export function copyByTerminal(text: string, { terminal }: Context): void {
  const sequence = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`
  if (terminal.outIsTty) terminal.out(sequence)
  else terminal.err(sequence)
}
