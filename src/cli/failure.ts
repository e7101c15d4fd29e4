import { ApiError, Unreachable } from '../client/failures.ts'
import { ConfigError } from '../config.ts'
import { explain } from '../i18n/explanations.ts'
import type { Both, Language } from '../i18n/translate.ts'
import { InstallationFault } from '../installation.ts'
import { StoreRefused } from '../store/store.ts'
import type { Colors } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** A failure that is told to a person in four parts: what, why, what to do, and its code. */
export class CliFailure extends Error {
  readonly exit: ExitCode
  readonly code: string
  readonly title: Both
  readonly why: Both | null
  readonly fix: Both | null
  /** Of the request that the server refused, as its log has it. */
  readonly requestId: string | null

  constructor(input: {
    readonly exit: ExitCode
    readonly code: string
    readonly title: Both
    readonly why?: Both
    readonly fix?: Both
    readonly requestId?: string | null
    readonly cause?: unknown
  }) {
    super(input.title.en, { cause: input.cause })
    this.name = 'CliFailure'
    this.exit = input.exit
    this.code = input.code
    this.title = input.title
    this.why = input.why ?? null
    this.fix = input.fix ?? null
    this.requestId = input.requestId ?? null
  }
}

/** Wrong use of the command: exit 2, no stack, a hint to the help. */
export function usageFailure(title: Both, fix?: Both): CliFailure {
  return new CliFailure({
    exit: exitCodes.usage,
    code: 'usage',
    title,
    ...(fix === undefined ? {} : { fix }),
  })
}

/** Everything that may come out of a command, as a failure. Unknown errors keep their message, redacted. */
export function asFailure(
  error: unknown,
  redact: (text: string) => string = (text) => text,
): CliFailure {
  if (error instanceof CliFailure) return error
  if (error instanceof Unreachable) return unreachable(error)
  if (error instanceof ApiError) return refusedByServer(error)
  if (error instanceof ConfigError) {
    return failureOf(error, { exit: exitCodes.usage, code: 'bad_setting' })
  }
  if (error instanceof InstallationFault) {
    return failureOf(error, { exit: exitCodes.failed, code: 'data_folder' })
  }
  if (error instanceof StoreRefused) {
    return failureOf(error, { exit: exitCodes.failed, code: error.code })
  }
  const message = redact(error instanceof Error ? error.message : String(error))
  return failureOf(new Error(message, { cause: error }), {
    exit: exitCodes.failed,
    code: 'internal',
  })
}

function failureOf(
  error: Error & { readonly said?: Both },
  input: { readonly exit: ExitCode; readonly code: string },
): CliFailure {
  const title = error.said ?? { en: error.message, es: error.message }
  return new CliFailure({ ...input, title, cause: error.cause ?? error })
}

function unreachable(error: Unreachable): CliFailure {
  return new CliFailure({
    exit: exitCodes.unreachable,
    code: 'server_unreachable',
    title: {
      en: `No answer from ${error.url} (${error.reason}).`,
      es: `Sin respuesta de ${error.url} (${error.reason}).`,
    },
    cause: error,
  })
}

function refusedByServer(error: ApiError): CliFailure {
  // The contract's `__all__` and its empty names say no more than the place before them.
  const issues = error.issues.map(({ loc, msg }) => {
    return `${loc.filter((name) => name !== '' && name !== '__all__').join('.')}: ${msg}`
  })
  const text = issues.length > 0 ? issues.join('; ') : error.detail
  return new CliFailure({
    exit: exitOf(error.status),
    code: error.code,
    title: {
      en: `${error.method} ${error.path} was refused (${error.status}): ${text}`,
      es: `${error.method} ${error.path} fue rechazado (${error.status}): ${text}`,
    },
    requestId: error.requestId,
    cause: error,
  })
}

function exitOf(status: number): ExitCode {
  if (status === 401 || status === 403) return exitCodes.notAuthenticated
  if (status === 404) return exitCodes.notFound
  return status === 400 || status === 409 || status === 413 || status === 422
    ? exitCodes.invalid
    : exitCodes.failed
}

/** The four parts as text. Why and fix come from the catalog unless the failure brings them. */
export function renderFailure(
  failure: CliFailure,
  input: { readonly language: Language; readonly paint: Colors },
): string {
  const { language, paint } = input
  const known = explain(failure.code, language)
  const why = failure.why?.[language] ?? known?.why
  const fix = failure.fix?.[language] ?? known?.fix
  const label = (pair: Both): string => paint.dim(pair[language].padEnd(9))
  const lines = [`${paint.red('✗')} ${failure.title[language]}`]
  if (why !== undefined) lines.push(`  ${label({ en: 'Why', es: 'Por qué' })}${why}`)
  if (fix !== undefined) lines.push(`  ${label({ en: 'Fix', es: 'Solución' })}${fix}`)
  const { requestId } = failure
  const request = { en: 'request', es: 'solicitud' }[language]
  const asked = requestId === null ? '' : `   ${request} ${requestId}`
  const docs = known === null ? '' : `   docs: posthorn explain ${failure.code}`
  lines.push(`  ${label({ en: 'Code', es: 'Código' })}${failure.code}${paint.dim(asked + docs)}`)
  return `${lines.join('\n')}\n`
}
