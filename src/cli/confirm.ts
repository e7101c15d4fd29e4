import { createInterface } from 'node:readline/promises'
import type { Both } from '../i18n/translate.ts'
import type { Context } from './context.ts'
import { usageFailure } from './failure.ts'

/** Asks before something is destroyed. Without a terminal to ask at, `--yes` is needed. */
export async function confirmed(
  question: Both,
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<boolean> {
  if (options['yes'] === true) return true
  const { terminal, t } = context
  if (!terminal.errIsTty || context.globals.json) {
    throw usageFailure(
      { en: 'This destroys something: add --yes.', es: 'Esto destruye algo: agrega --yes.' },
      { en: 'The same command with --yes', es: 'El mismo comando con --yes' },
    )
  }
  const lines = createInterface({ input: terminal.stdin })
  terminal.err(`${t(question)} [${t({ en: 'y/N', es: 's/N' })}] `)
  const { value } = await lines[Symbol.asyncIterator]().next()
  lines.close()
  return /^(y|yes|s|si|sí)$/i.test(String(value ?? '').trim())
}

/** The question that `--yes` answers. */
export const yesOption = {
  flags: '-y, --yes',
  text: { en: 'do not ask', es: 'no pregunta' },
} as const
