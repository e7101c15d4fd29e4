import type { ErrorClass } from '../domain/outcome.ts'
import type { ExplainedCode } from '../i18n/explanations/explanation.ts'
import { explainedCodes, explain as explanationOf } from '../i18n/explanations.ts'
import type { StoreRefusedCode } from '../store/store.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import type { CommandModule } from './run.ts'

/** A class of failure without an explanation is a compile error on this line. */
export type Explained = ErrorClass | StoreRefusedCode extends ExplainedCode ? true : never
const everyClassIsExplained: Explained = true

/** `posthorn explain <code>`: offline, in English and Spanish. */
export const explain: CommandModule = {
  examples: [
    'posthorn explain connect_refused',
    'posthorn explain tls_name --lang es',
    'posthorn explain',
  ],
  define(command, context, act) {
    const { t, paint, language } = context
    command
      .argument('[code]', t({ en: 'error code; none: all', es: 'código de error; sin él: todos' }))
      .action(
        act(async ([code = '']) => {
          const wanted = code === '' && everyClassIsExplained ? explainedCodes : [code]
          for (const one of wanted) {
            const found = explanationOf(one, language)
            if (found === null) throw unknownCode(one)
            context.emit({ code: one, ...found })
            context.print(`${paint.bold(one)}   ${found.title}`)
            context.print(`  ${found.why}`)
            context.print(`  → ${found.fix}`)
          }
          return exitCodes.ok
        }),
      )
  },
}

function unknownCode(code: string): CliFailure {
  const like = nearest(code, explainedCodes)
  return new CliFailure({
    exit: exitCodes.notFound,
    code: 'not_found',
    title: {
      en: `There is no code "${code}".${like === null ? '' : ` Did you mean ${like}?`}`,
      es: `No existe el código "${code}".${like === null ? '' : ` ¿Quisiste decir ${like}?`}`,
    },
    why: { en: 'Codes are stable and lower case.', es: 'Los códigos son estables, en minúsculas.' },
    fix: { en: 'See all: posthorn explain', es: 'Consulta todos: posthorn explain' },
  })
}
