/**
 * Work that the command does itself, part by part: `p` holds it between two parts and lets it go on,
 * `q` ends it there. Nothing of it goes on elsewhere.
 */
import type { Context } from './context.ts'
import { keysLine, onKeys, quittable } from './keyboard.ts'
import type { Progress } from './progress.ts'

export interface Holding {
  /** Whose `stop` the key `q` aborts too. */
  readonly context: Context
  /** Waits while it is held. False: it is to end here. */
  mayGoOn(progress: Progress): Promise<boolean>
  /** Gives the keyboard back. */
  release(): void
}

/** `keys` false: there are none, as where the answer itself goes to the terminal. */
export function holding(
  outer: Context,
  { keys = true }: { readonly keys?: boolean } = {},
): Holding {
  const { context, quit } = quittable(outer)
  const { stop } = context.terminal
  let held: PromiseWithResolvers<void> | null = null
  const toggle = (): void => {
    held?.resolve()
    held = held === null ? Promise.withResolvers() : null
  }
  stop.addEventListener('abort', () => held?.resolve(), { once: true })
  const offered = [
    { key: 'p', label: { en: 'pause or resume', es: 'pausa o reanuda' }, run: toggle },
    { key: 'q', label: { en: 'stop', es: 'detiene' }, run: quit },
  ]
  const release = keys
    ? onKeys(offered, context, () => context.note(`  ${keysLine(offered, context)}`))
    : () => {}
  return {
    context,
    async mayGoOn(progress) {
      while (held !== null && !stop.aborted) {
        progress.tell(context.t({ en: 'Paused: p goes on', es: 'En pausa: p continúa' }), null)
        await held.promise
      }
      return !stop.aborted
    },
    release,
  }
}
