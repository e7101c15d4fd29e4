import { exitCodes } from './exit-codes.ts'
import { readData } from './payload.ts'
import type { CommandModule } from './run.ts'

/** `posthorn api`: any call, with the key added; prints what the server answered. */
export const api: CommandModule = {
  examples: [
    'posthorn api GET /app',
    `posthorn api POST /app -d '{"name": "Acme"}'`,
    'posthorn api GET /api/v1/event-type',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .argument('<method>', 'GET, POST, PUT, PATCH, DELETE')
      .argument('<path>', t({ en: 'with or without /api/v1', es: 'con o sin /api/v1' }))
      .option('-d, --data <json|@file|->', t({ en: 'request body', es: 'cuerpo de la solicitud' }))
      .option('-i, --include', t({ en: 'status and headers too', es: 'también los encabezados' }))
      .action(
        act(async ([method = 'GET', path = '/'], options) => {
          const client = await context.client()
          const { data } = options
          const body = typeof data === 'string' ? await readData(data, context) : undefined
          const below = path.replace(/^\/?(api\/v1)?\/?/, '/')
          const answer = await client.open(method.toUpperCase(), below, {
            ...(body === undefined ? {} : { body }),
          })
          if (options['include'] === true) {
            context.write(`HTTP ${answer.status}\n`)
            for (const [name, value] of answer.headers) context.write(`${name}: ${value}\n`)
            context.write('\n')
          }
          context.write(pretty(await answer.text(), context.terminal.outIsTty))
          if (answer.ok) return exitCodes.ok
          if (answer.status === 401) return exitCodes.notAuthenticated
          return answer.status === 404 ? exitCodes.notFound : exitCodes.failed
        }),
      )
  },
}

/** Indented for people, untouched for programs. */
function pretty(text: string, forPeople: boolean): string {
  if (text === '') return ''
  if (!forPeople) return `${text}\n`
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`
  } catch {
    return `${text}\n`
  }
}
