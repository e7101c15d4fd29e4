import type { Client } from '../client/client.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { pause } from './pause.ts'
import type { CommandModule } from './run.ts'
import { table } from './text.ts'

const lookMs = 500

/** `posthorn rotate-key`: seals every secret with the current encryption key, and says what may go. */
export const rotateKey: CommandModule = {
  examples: ['posthorn rotate-key --status', 'posthorn rotate-key', 'posthorn rotate-key --json'],
  define(command, context, act) {
    const { t } = context
    command
      .option(
        '--status',
        t({ en: 'only say which keys are in use', es: 'solo dice qué claves se usan' }),
      )
      .action(
        act(async (_args, { status }) => {
          const client = await context.client()
          if (status !== true) await rotate(client, context)
          const { keys } = await client.request('v1.encryption.get')
          for (const key of keys) context.emit(key)
          const headings = [
            { en: 'KEY', es: 'CLAVE' },
            { en: 'SEALS', es: 'CIFRA' },
            { en: 'ENDPOINTS', es: 'ENDPOINTS' },
            { en: '', es: '' },
          ].map((text) => context.paint.dim(t(text)))
          const rows = keys.map((key) => [
            key.id,
            key.current ? t({ en: 'yes', es: 'sí' }) : t({ en: 'no', es: 'no' }),
            String(key.endpoints),
            key.current || key.endpoints > 0
              ? ''
              : context.paint.green(t({ en: 'may be dropped', es: 'se puede quitar' })),
          ])
          for (const line of table([headings, ...rows])) context.print(line)
          return keys.some((key) => !key.current && key.endpoints > 0) && status !== true
            ? exitCodes.partlyDone
            : exitCodes.ok
        }),
      )
  },
}

async function rotate(client: Client, context: Context): Promise<void> {
  const { id } = await client.request('v1.encryption.rotate', { body: {} })
  for (;;) {
    const task = await client.request('v1.background-task.get', { path: { task_id: id } })
    if (task.status !== 'running') {
      const done = String(task.data['done'] ?? 0)
      context.note(
        context.t({
          en: `Secrets of ${done} endpoints were sealed anew.`,
          es: `Se cifraron de nuevo los secretos de ${done} endpoints.`,
        }),
      )
      return
    }
    await pause(lookMs, context.terminal)
  }
}
