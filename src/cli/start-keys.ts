/** Single keys while `posthorn start` runs at a terminal. */
import type { Client } from '../client/client.ts'
import type { Log } from '../runtime/log.ts'
import { demoUid } from './application.ts'
import type { Context } from './context.ts'
import { asFailure } from './failure.ts'
import { type Key, keysLine, onKeys } from './keyboard.ts'

const sampleType = 'order.created'

export interface Started {
  readonly client: Client
  /** Of the console; null: this process shows none. */
  readonly consoleUrl: string | null
  /** There is a demo application to send to. */
  readonly demo: boolean
  /** Whether every unit of work is told, not only what is wrong. */
  readonly logs: { shown: boolean }
}

/** Tells the keys and listens to them, where there is a keyboard, until the returned function is called. */
export function startKeys(started: Started, quit: () => void, context: Context): () => void {
  const { consoleUrl, logs } = started
  const keys: readonly Key[] = [
    ...(consoleUrl === null
      ? []
      : [
          {
            key: 'o',
            label: { en: 'open console', es: 'abre la consola' },
            run: () => void import('./browser.ts').then((it) => it.openInBrowser(consoleUrl)),
          },
        ]),
    ...(started.demo
      ? [
          {
            key: 's',
            label: { en: 'send a sample', es: 'envía un ejemplo' },
            run: () =>
              void sample(started.client, context).catch((error: unknown) =>
                context.note(asFailure(error).title[context.language]),
              ),
          },
        ]
      : []),
    {
      key: 'l',
      label: { en: 'logs', es: 'registro' },
      run: () => {
        logs.shown = !logs.shown
        context.note(
          context.t(
            logs.shown
              ? { en: 'Logs are shown.', es: 'Se muestra el registro.' }
              : { en: 'Logs are hidden.', es: 'Se oculta el registro.' },
          ),
        )
      },
    },
    { key: 'q', label: { en: 'quit', es: 'termina' }, run: quit },
  ]
  return onKeys(keys, context, () => context.print(`  ${keysLine(keys, context)}`))
}

async function sample(client: Client, context: Context): Promise<void> {
  const [{ examplePayload }, { sendOne }] = await Promise.all([
    import('./payload.ts'),
    import('./send.ts'),
  ])
  const app = await client.applications.get(demoUid)
  const payload = await examplePayload(client, sampleType, context)
  await sendOne({ client, app, eventType: sampleType, payload, options: {}, context })
}

/** Two logs in one: the second while `logs` are shown. */
export function switchedLog(quiet: Log, full: Log, logs: Started['logs']): Log {
  const now = (): Log => (logs.shown ? full : quiet)
  return {
    debug: (event, fields) => now().debug(event, fields),
    info: (event, fields) => now().info(event, fields),
    warn: (event, fields) => now().warn(event, fields),
    error: (event, fields, cause) => now().error(event, fields, cause),
  }
}
