/** Jobs of the server, as the command line follows and moves them. */
import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Context } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { asFailure } from './failure.ts'
import { keysLine, onKeys, quittable } from './keyboard.ts'
import { pause } from './pause.ts'
import { type Progress, progressOn } from './progress.ts'
import type { Act } from './run.ts'
import { exitOf, factsOf, progressLine, shareOf, showResults, type Task } from './task-text.ts'

const pollMs = 500

type Options = Readonly<Record<string, unknown>>

/** Whether to follow it, and who is told. */
export function followOptions(command: Command, { t }: Context): Command {
  return command
    .option('--detach', t({ en: 'do not follow it', es: 'no lo sigue' }))
    .option('--notify <address>', t({ en: 'mail when it ends', es: 'correo al terminar' }))
}

export function notified({ notify }: Options): { readonly notify?: unknown } {
  return notify === undefined ? {} : { notify }
}

/** Follows the job, or only names it. */
export function begun(
  id: string,
  options: Options,
  { client, context }: { readonly client: Client; readonly context: Context },
): ExitCode | Promise<ExitCode> {
  if (options['detach'] !== true) return follow(id, client, context)
  context.emit({ id })
  context.print(id)
  return exitCodes.ok
}

/** `attach`, `pause`, `resume` and `cancel`, of any job. */
export function taskCommands(command: Command, context: Context, act: Act): void {
  const { t } = context
  const of = (name: string, text: string): Command =>
    command.command(`${name} <task>`).description(text)
  of('attach', t({ en: 'follow one that runs', es: 'sigue una en curso' })).action(
    act(async ([task = '']) => follow(task, await context.client(), context)),
  )
  const moves = {
    pause: t({ en: 'hold one', es: 'pone una en pausa' }),
    resume: t({ en: 'let a paused one go on', es: 'reanuda una en pausa' }),
    cancel: t({ en: 'end one; what was done stays done', es: 'termina una; lo hecho queda' }),
  }
  for (const [name, text] of Object.entries(moves)) {
    of(name, text).action(
      act(async ([task = '']) => {
        const after = await move(await context.client(), task, name)
        context.emit(after)
        context.print(progressLine(after, context))
        return exitCodes.ok
      }),
    )
  }
}

/** Tells the progress until it is over. Ctrl-C leaves: the server goes on. */
export async function follow(id: string, client: Client, outer: Context): Promise<ExitCode> {
  const { context, quit } = quittable(outer)
  const progress = progressOn(context)
  const seen = { paused: false }
  const toggle = (): void =>
    void move(client, id, seen.paused ? 'resume' : 'pause').catch((error: unknown) =>
      context.note(asFailure(error).title[context.language]),
    )
  const keys = [
    { key: 'p', label: { en: 'pause or resume', es: 'pausa o reanuda' }, run: toggle },
    { key: 'q', label: { en: 'detach', es: 'se separa' }, run: quit },
  ]
  const release = onKeys(keys, context, () => context.note(`  ${keysLine(keys, context)}`))
  try {
    return (
      (await followed({ id, client, progress, seen, context })) ??
      (outer.terminal.stop.aborted ? exitCodes.interrupted : exitCodes.ok)
    )
  } finally {
    release()
  }
}

/** Until it is over, or, null, until the command is to stop. */
async function followed(input: {
  readonly id: string
  readonly client: Client
  readonly progress: Progress
  readonly seen: { paused: boolean }
  readonly context: Context
}): Promise<ExitCode | null> {
  const { id, client, progress, seen, context } = input
  for (;;) {
    const task = await client.call<Task>('GET', `/background-task/${encodeURIComponent(id)}`)
    const line = progressLine(task, context)
    const { paused = false } = task.data
    seen.paused = paused
    if (task.status !== 'running') {
      progress.end()
      context.emit(task)
      context.print(line)
      showResults(task, context)
      return exitOf(task)
    }
    progress.tell(line, paused ? null : shareOf(task), factsOf(task))
    await pause(pollMs, context.terminal)
    if (context.terminal.stop.aborted) {
      progress.end()
      const attach = attachLine(task)
      context.note(
        context.t({
          en: `It goes on at the server: ${attach}`,
          es: `Continúa en el servidor: ${attach}`,
        }),
      )
      return null
    }
  }
}

function attachLine({ id, task }: Task): string {
  return `posthorn ${task.startsWith('delivery.') ? 'recover' : 'tasks'} attach ${id}`
}

function move(client: Client, id: string, to: string): Promise<Task> {
  return client.call<Task>('POST', `/background-task/${encodeURIComponent(id)}/${to}`)
}
