import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { taskCommands } from './follow.ts'
import { limitOf, take } from './pages.ts'
import type { CommandModule } from './run.ts'
import { progressLine, type Task } from './task-text.ts'

/** `posthorn tasks`: jobs of the server, whoever started them. */
export const tasks: CommandModule = {
  examples: [
    'posthorn tasks',
    'posthorn tasks ls --kind endpoint.change',
    'posthorn tasks attach qtask_…',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .command('ls', { isDefault: true })
      .description(t({ en: 'list, newest first', es: 'las lista, primero las últimas' }))
      .option('--kind <kind>', 'delivery.recover, endpoint.change, endpoint.test')
      .option('--limit <count>', t({ en: 'how many', es: 'cuántas' }), '20')
      .action(
        act(async (_args, options) => {
          const client = await context.client()
          const { kind } = options
          const query = typeof kind === 'string' ? { task: kind } : {}
          const found = await take(limitOf(options), (page) =>
            client.call<{ data: readonly Task[]; iterator: string | null; done: boolean }>(
              'GET',
              '/background-task',
              { query: { ...page, ...query } },
            ),
          )
          for (const task of found) show(task, context)
          return exitCodes.ok
        }),
      )
    taskCommands(command, context, act)
  },
}

function show(task: Task, context: Context): void {
  context.emit(task)
  const state = task.status === 'running' ? context.paint.yellow(task.status) : task.status
  context.print(
    `${task.data.createdAt ?? ''}  ${task.task}  ${state}  ${progressLine(task, context)}`,
  )
}
