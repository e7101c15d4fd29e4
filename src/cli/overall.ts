/** `--all-apps`: lists of all applications together, or with `--app` of those that it names. */
import type { Command } from 'commander'
import type { Static } from 'typebox'
import type { OverallDeliveryOut, OverallMessageOut } from '../contract/overall.ts'
import type { Context } from './context.ts'
import { usageFailure } from './failure.ts'
import { textOf } from './sought.ts'

export type OverallDelivery = Static<typeof OverallDeliveryOut>
export type OverallMessage = Static<typeof OverallMessageOut>

type Options = Readonly<Record<string, unknown>>

export function allApplicationsOption(command: Command, { t }: Context): Command {
  return command.option(
    '--all-apps',
    t({
      en: 'of all applications, or of those of --app: acme,globex',
      es: 'de todas las aplicaciones, o de las de --app: acme,globex',
    }),
  )
}

/** The applications as the API takes them; null: the list is of one application. */
export function allApplicationsOf(
  options: Options,
): { readonly app_id: string | undefined } | null {
  if (options['allApps'] !== true) return null
  if (options['endpoint'] !== undefined) {
    throw usageFailure({
      en: '--endpoint is of one application: leave --all-apps out.',
      es: '--endpoint es de una aplicación: deja fuera --all-apps.',
    })
  }
  return { app_id: textOf(options['app']) }
}

/** What people call it, beside each row. */
export function applicationText({ application }: OverallDelivery | OverallMessage): string {
  return application.uid ?? application.name
}
