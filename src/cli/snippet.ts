import type { Static } from 'typebox'
import type { EndpointSnippetsOut } from '../contract/snippet.ts'
import {
  isSnippetLanguage,
  type SnippetForm,
  type SnippetLanguage,
  snippetLanguages,
} from '../snippets/languages.ts'
import { secretVariable, snippetsFor, standardTarget } from '../snippets/snippets.ts'
import { applicationOf, withApplication } from './application.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import { nearest } from './nearest.ts'
import type { CommandModule } from './run.ts'

/** Names that people type for a language. */
const aliases: Readonly<Record<string, SnippetLanguage>> = {
  js: 'javascript',
  node: 'javascript',
  typescript: 'javascript',
  ts: 'javascript',
  py: 'python',
  golang: 'go',
  rs: 'rust',
  kt: 'kotlin',
  rb: 'ruby',
  cs: 'csharp',
  'c#': 'csharp',
  dotnet: 'csharp',
}

/**
 * `posthorn snippet <language>`: a receiver to copy. Offline; with `--endpoint` its header names
 * and path are filled in by the server. Code goes to stdout, what to install to stderr.
 */
export const snippet: CommandModule = {
  examples: [
    'posthorn snippet python > webhooks.py',
    'posthorn snippet go --library',
    'posthorn snippet node --endpoint ep_…',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<language>', snippetLanguages.join(', '))
      .option('--library', t({ en: 'with the official library', es: 'con la biblioteca oficial' }))
      .option('--endpoint <id|uid>', t({ en: 'made for this endpoint', es: 'para este endpoint' }))
      .action(
        act(async ([named = ''], options) => {
          const language = languageNamed(named)
          const form = options['library'] === true ? 'library' : 'plain'
          const shown = await found({ language, form }, options, context)
          const [first] = shown.data
          if (first === undefined) throw unsupported(shown.signature)
          context.emit(first)
          if (first.install !== null) context.note(first.install)
          context.note(
            t({
              en: `The key is read from ${shown.environment.name}.`,
              es: `La clave se lee de ${shown.environment.name}.`,
            }),
          )
          context.print(first.code.trimEnd())
          return exitCodes.ok
        }),
      )
  },
}

type Answered = Static<typeof EndpointSnippetsOut>

async function found(
  wanted: { readonly language: SnippetLanguage; readonly form: SnippetForm },
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<Answered> {
  const { endpoint } = options
  if (typeof endpoint !== 'string') {
    const data = [...(await snippetsFor(standardTarget, wanted))]
    const environment = { name: secretVariable, value: null }
    return { signature: 'standard-webhooks', environment, data }
  }
  const client = await context.client()
  const app = await applicationOf(options, client, context)
  const path = `/app/${app.id}/endpoint/${encodeURIComponent(endpoint)}/snippets`
  return client.call<Answered>('GET', path, { query: wanted })
}

function languageNamed(name: string): SnippetLanguage {
  const lower = name.toLowerCase()
  const known = aliases[lower] ?? lower
  if (isSnippetLanguage(known)) return known
  const like = nearest(lower, [...snippetLanguages, ...Object.keys(aliases)])
  const all = snippetLanguages.join(', ')
  throw usageFailure({
    en: `There is no snippet in "${name}".${like === null ? '' : ` Did you mean ${like}?`} There is ${all}.`,
    es: `No hay ejemplo en "${name}".${like === null ? '' : ` ¿Quisiste decir ${like}?`} Hay ${all}.`,
  })
}

function unsupported(signature: Answered['signature']): CliFailure {
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'no_snippet',
    title:
      signature === 'none'
        ? {
            en: 'Requests to this endpoint are not signed, so there is nothing to verify.',
            es: 'Las solicitudes a este endpoint no se firman, así que no hay nada que verificar.',
          }
        : {
            en: 'This form cannot verify the endpoint’s signature. Try with or without --library.',
            es: 'Esta forma no puede verificar la firma del endpoint. Prueba con o sin --library.',
          },
  })
}
