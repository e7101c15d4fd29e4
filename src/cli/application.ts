import type { Command } from 'commander'
import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import type { Application } from '../client/types.ts'
import { type Context, profileInUse } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { nearest } from './nearest.ts'

export const demoUid = 'demo'

/** `--app`, for every command that works on one application. */
export function withApplication(command: Command, { t }: Context): Command {
  return command.option(
    '-a, --app <id|uid>',
    t({
      en: 'application (POSTHORN_APP; default demo, or the only one)',
      es: 'aplicación (POSTHORN_APP; por defecto demo, o la única)',
    }),
  )
}

/** The application that was named, else `demo`, else the only one there is. */
export async function applicationOf(
  options: Readonly<Record<string, unknown>>,
  client: Client,
  context: Context,
): Promise<Application> {
  const { terminal, globals } = context
  const { profile } = profileInUse(terminal, globals)
  const named = options['app'] ?? terminal.env['POSTHORN_APP'] ?? profile.app
  const wanted = typeof named === 'string' && named !== '' ? named : demoUid
  try {
    return await client.applications.get(wanted)
  } catch (error) {
    // A name with spaces is no id at all.
    if (!(error instanceof ApiError) || ![404, 422].includes(error.status)) throw error
  }
  const { data } = await client.applications.list({ limit: 250 })
  const [only] = data
  const [called, another] = data.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  if (called !== undefined && another === undefined) return called
  if (wanted === demoUid && named === undefined && data.length === 1 && only) return only
  throw unknownApplication(wanted, data)
}

function unknownApplication(wanted: string, known: readonly Application[]): CliFailure {
  const names = known.map(({ uid, id }) => uid ?? id)
  const like = nearest(wanted, names)
  return new CliFailure({
    exit: exitCodes.notFound,
    code: 'unknown_application',
    title: {
      en: `There is no application "${wanted}".${like === null ? '' : ` Did you mean ${like}?`}`,
      es: `No existe la aplicación "${wanted}".${like === null ? '' : ` ¿Quisiste decir ${like}?`}`,
    },
  })
}
