/** What single keys do while `posthorn listen` runs: always with the delivery that came last. */
import type { Context } from './context.ts'
import { asFailure } from './failure.ts'
import { copyByTerminal, hasKeys, type Key, keysLine, onKeys } from './keyboard.ts'
import type { Session } from './listen.ts'
import { type Arrived, listenLabels, messageIdOf, showWhole } from './listen-output.ts'
import { explainMessage } from './why.ts'

/** Listens to the keyboard, where there is one, until the returned function is called. */
export function listenKeys(session: Session, quit: () => void): () => void {
  const { context } = session.shown
  const onLast = (act: (last: Arrived) => unknown) => (): void => {
    const { last } = session
    if (last === null) {
      context.note(context.t({ en: 'Nothing has come yet.', es: 'Todavía no ha llegado nada.' }))
      return
    }
    Promise.resolve(act(last)).catch((error: unknown) =>
      context.note(asFailure(error).title[context.language]),
    )
  }
  const runs: Readonly<Record<keyof typeof listenLabels, () => void>> = {
    r: onLast((last) => retry(last, session)),
    w: onLast((last) => why(last, session)),
    enter: onLast((last) => showWhole(last, context)),
    c: onLast((last) => {
      copyByTerminal(messageIdOf(last.request), context)
      context.note(context.t({ en: 'Copied.', es: 'Copiado.' }))
    }),
    q: quit,
  }
  return onKeys(
    keys.map((key) => ({ ...key, run: runs[key.key] })),
    context,
  )
}

const keys = (Object.keys(listenLabels) as readonly (keyof typeof listenLabels)[]) // keys of a literal
  .map((key) => ({ key, label: listenLabels[key] }))

/** The keys, where there are any. */
export function tellKeys(context: Context): void {
  const shown: readonly Key[] = keys.map((key) => ({ ...key, run: () => {} }))
  if (hasKeys(context)) context.note(`  ${keysLine(shown, context)}`)
}

/** What waits for its schedule comes now; what does not wait is sent once more. */
async function retry({ request }: Arrived, session: Session): Promise<void> {
  const { client, app, connected } = session
  if (connected === null) return
  const { moved } = await client.endpoints.retryNow(app, connected.endpoint)
  if (moved === 0) await client.messages.resend(app, messageIdOf(request), connected.endpoint)
}

async function why({ request }: Arrived, session: Session): Promise<void> {
  const { client, app, connected, shown } = session
  const only = connected?.endpoint ?? ''
  await explainMessage({ client, app, id: messageIdOf(request), only, context: shown.context })
}
