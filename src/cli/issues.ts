import type { IssueState } from '../domain/issue.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'
import { oneLine, table } from './text.ts'

const verbs: Readonly<Record<string, { readonly state: IssueState; en: string; es: string }>> = {
  ack: { state: 'acknowledged', en: 'say that it is known', es: 'dice que se conoce' },
  resolve: { state: 'resolved', en: 'say that it is over', es: 'dice que terminó' },
  ignore: { state: 'ignored', en: 'leave it out', es: 'la deja fuera' },
  reopen: { state: 'open', en: 'open it again', es: 'la vuelve a abrir' },
}

/** `posthorn issues`: failures grouped by endpoint and by how they end, and what people say of them. */
export const issues: CommandModule = {
  examples: [
    'posthorn issues',
    'posthorn issues ls --state open',
    'posthorn issues ack ep_1srOrx2ZWZBpBUvZwXKQmoEYga2.5xx --note "their deploy"',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command.command('ls', { isDefault: true }), context)
      .description(
        t({ en: 'list them, the most recent first', es: 'las lista, la más reciente primero' }),
      )
      .option('--state <states>', t({ en: 'in these states', es: 'en estos estados' }))
      .action(
        act(async (_, options) => {
          const client = await context.client()
          const { id } = await applicationOf(options, client, context)
          const states = String(options['state'] ?? '')
            .split(',')
            .filter((one) => one !== '')
          const { data } = await client.request('v1.issue.list', {
            path: { app_id: id },
            query: states.length === 0 ? {} : { state: states as IssueState[] }, // the server says which there are
          })
          show(data, context)
          return exitCodes.ok
        }),
      )
    for (const [name, { state, ...about }] of Object.entries(verbs)) {
      withApplication(command.command(`${name} <issue>`), context)
        .description(t(about))
        .option('--note <text>', t({ en: 'why', es: 'por qué' }))
        .action(
          act(async ([issue = ''], options) => {
            const client = await context.client()
            const { id } = await applicationOf(options, client, context)
            const note = options['note']
            const changed = await client.request('v1.issue.patch', {
              path: { app_id: id, issue_id: issue },
              body: { state, ...(typeof note === 'string' ? { note } : {}) },
            })
            show([changed], context)
            return exitCodes.ok
          }),
        )
    }
  },
}

interface Issue {
  readonly id: string
  readonly state: string
  readonly count: number
  readonly lastSeen: string
  readonly note: string
}

function show(list: readonly Issue[], context: Context): void {
  for (const issue of list) context.emit(issue)
  const rows = list.map(({ id, state, count, lastSeen, note }) => [
    id,
    state,
    String(count),
    lastSeen,
    context.paint.dim(oneLine(note, 60)),
  ])
  for (const line of table(rows)) context.print(line)
  if (list.length > 0) return
  context.note(context.t({ en: 'No issues.', es: 'No hay incidencias.' }))
}
