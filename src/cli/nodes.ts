import type { ClusterNode } from '../client/types.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'
import { formatDuration, table } from './text.ts'

/** `posthorn nodes`: the processes that work on the server's database. */
export const nodes: CommandModule = {
  examples: [
    'posthorn nodes',
    'posthorn nodes --json',
    'posthorn nodes --url https://hooks.example.com --key "$POSTHORN_API_KEY"',
  ],
  define(command, context, act) {
    command.action(
      act(async () => {
        const { data } = await (await context.client()).nodes.list()
        for (const node of data) context.emit(node)
        const rows = [headings(context), ...data.map((node) => rowOf(node, context))]
        for (const line of table(rows)) context.print(line)
        return exitCodes.ok
      }),
    )
  },
}

function headings({ t, paint }: Context): readonly string[] {
  const texts = [
    { en: 'NODE', es: 'NODO' },
    { en: 'ROLE', es: 'ROL' },
    { en: 'STATE', es: 'ESTADO' },
    { en: 'VERSION', es: 'VERSIÓN' },
    { en: 'SCHEMA', es: 'ESQUEMA' },
    { en: 'UP', es: 'ACTIVO' },
    { en: 'SEEN', es: 'VISTO' },
    { en: 'IN FLIGHT', es: 'EN CURSO' },
  ]
  return texts.map((text) => paint.dim(t(text)))
}

function rowOf(node: ClusterNode, { t, paint, terminal }: Context): readonly string[] {
  const alive = node.state === 'alive'
  const upMs = Date.parse(node.lastSeenAt) - Date.parse(node.startedAt)
  const seenMs = Math.max(0, terminal.clock.now() - Date.parse(node.lastSeenAt))
  const ago = formatDuration(seenMs)
  return [
    node.answering ? paint.bold(node.id) : node.id,
    node.role,
    alive
      ? paint.green(t({ en: 'alive', es: 'vivo' }))
      : paint.red(t({ en: 'gone', es: 'perdido' })),
    node.version,
    // The embedded database has no schema of its own to compare between nodes.
    node.schema === 0 ? '-' : String(node.schema),
    formatDuration(upMs),
    t({ en: `${ago} ago`, es: `hace ${ago}` }),
    String(node.inFlight),
  ]
}
