import { ApiError } from '../client/failures.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import type { CommandModule } from './run.ts'
import { signatureWords } from './signature.ts'
import { parseDuration } from './text.ts'

/** `posthorn expect <type>`: exit 0 when it arrived in the bin in time, 1 when it did not. */
export const expect: CommandModule = {
  examples: [
    'posthorn expect order.created',
    `posthorn expect order.created --match 'data.id=o_91 signature=valid' --timeout 20s`,
    'posthorn expect order.created --bin ci-42 --since 0s --json',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .argument('<type>', t({ en: 'event type, * for any', es: 'tipo de evento, * para todos' }))
      .option('--match <expression>', t({ en: 'further terms', es: 'más condiciones' }))
      .option('--bin <name>', t({ en: 'bin of the inspector', es: 'buzón del inspector' }), 'demo')
      .option('--timeout <duration>', t({ en: 'how long to wait', es: 'cuánto espera' }), '10s')
      .option(
        '--since <duration>',
        t({ en: 'arrived so long ago counts too', es: 'lo llegado hace este tiempo también vale' }),
        '60s',
      )
      .action(
        act(async ([type = '*'], options) => {
          const client = await context.client()
          const found = await arrival({ type, options, client, context })
          context.emit(found)
          context.print(
            `  ${context.paint.green('✓')} ${type}   ${found.id}   ${t(signatureWords(found.signature.state))}   ${context.paint.dim(found.receivedAt)}`,
          )
          return exitCodes.ok
        }),
      )
  },
}

async function arrival(input: {
  readonly type: string
  readonly options: Readonly<Record<string, unknown>>
  readonly client: Awaited<ReturnType<Context['client']>>
  readonly context: Context
}) {
  const { type, options, client, context } = input
  const { match } = options
  const terms = [...(type === '*' ? [] : [`type=${type}`]), ...(match ? [String(match)] : [])]
  const sinceMs = context.terminal.clock.now() - parseDuration(String(options['since']))
  let leftSeconds = parseDuration(String(options['timeout'])) / 1000
  for (;;) {
    const timeout = Math.min(leftSeconds, 60)
    leftSeconds -= timeout
    try {
      return await client.bins.wait(String(options['bin']), {
        match: terms.join(' '),
        timeout,
        since: new Date(sinceMs).toISOString(),
      })
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'wait_timeout') throw error
      if (leftSeconds <= 0) throw nothingCame(terms.join(' '))
    }
  }
}

function nothingCame(match: string): CliFailure {
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'wait_timeout',
    title: {
      en: `No request that matches "${match}" arrived in time.`,
      es: `No llegó a tiempo ninguna solicitud que coincida con "${match}".`,
    },
  })
}
