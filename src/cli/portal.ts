import { applicationOf, withApplication } from './application.ts'
import { openInBrowser } from './browser.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandModule } from './run.ts'
import { parseDuration } from './text.ts'

/** `posthorn portal open`: a link into an application's portal; opened when a person is there. */
export const portal: CommandModule = {
  examples: [
    'posthorn portal open acme',
    'posthorn portal open acme --read-only --expires 2h',
    'posthorn portal link acme --json',
  ],
  define(command, context, act) {
    const { t } = context
    for (const name of ['open', 'link'] as const) {
      const about =
        name === 'open'
          ? t({ en: 'make a link and open it', es: 'crea un enlace y lo abre' })
          : t({ en: 'make a link', es: 'crea un enlace' })
      withApplication(command.command(`${name} [app]`), context)
        .description(about)
        .option('--read-only', t({ en: 'it may only look', es: 'solo puede mirar' }))
        .option('--no-payloads', t({ en: 'payloads are masked', es: 'los payloads van ocultos' }))
        .option('--expires <duration>', t({ en: '1h to 7d', es: 'de 1h a 7d' }), '7d')
        .action(
          act(async ([app = ''], options) => {
            const client = await context.client()
            const named = app === '' ? options : { ...options, app }
            const { id } = await applicationOf(named, client, context)
            const path = `/auth/app-portal-access/${encodeURIComponent(id)}`
            const { url } = await client.call<{ readonly url: string }>('POST', path, {
              body: {
                readOnly: options['readOnly'] === true,
                ...(options['payloads'] === false ? { viewPayloads: false } : {}),
                expiry: Math.round(parseDuration(String(options['expires'])) / 1000),
              },
            })
            context.emit({ url })
            context.print(url)
            if (name === 'open' && context.terminal.outIsTty) openInBrowser(url)
            return exitCodes.ok
          }),
        )
    }
  },
}
