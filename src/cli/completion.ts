import { snippetLanguages } from '../snippets/languages.ts'
import { commands } from './commands.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import type { CommandModule } from './run.ts'

const dynamicTimeoutMs = 300

const scripts: Readonly<Record<string, string>> = {
  bash: `_posthorn() {
  COMPREPLY=($(compgen -W "$(posthorn completion --words "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _posthorn posthorn
`,
  zsh: `#compdef posthorn
_posthorn() {
  compadd -- \${(f)"$(posthorn completion --words "\${words[@]:1:$((CURRENT - 2))}" 2>/dev/null)"}
}
compdef _posthorn posthorn
`,
  fish: `complete -c posthorn -f -a '(posthorn completion --words (commandline -opc)[2..-1] 2>/dev/null)'
`,
}

/** `posthorn completion <shell>` prints a script; it asks `--words` for what may come next. */
export const completion: CommandModule = {
  examples: [
    'source <(posthorn completion bash)',
    'posthorn completion zsh > ~/.zfunc/_posthorn',
    'posthorn completion fish > ~/.config/fish/completions/posthorn.fish',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .argument('[shell]', 'bash, zsh, fish')
      .option('--words', t({ en: 'what may come next', es: 'qué puede seguir' }))
      .argument('[words...]', t({ en: 'the words so far', es: 'las palabras hasta aquí' }))
      .action(
        act(async ([shell = '', rest = ''], options) => {
          if (options['words'] === true) {
            const words = [shell, ...rest.split(' ')].filter((word) => word !== '')
            for (const word of await nextWords(words, context)) context.terminal.out(`${word}\n`)
            return exitCodes.ok
          }
          const script = scripts[shell]
          if (script === undefined) {
            throw usageFailure({
              en: `There is no completion for "${shell}": bash, zsh or fish.`,
              es: `No hay autocompletado para "${shell}": bash, zsh o fish.`,
            })
          }
          context.terminal.out(script)
          return exitCodes.ok
        }),
      )
  },
}

const takesEventType = new Set(['send', 'trigger', 'expect'])
const subcommands: Readonly<Record<string, readonly string[]>> = {
  apps: ['ls', 'get', 'create', 'rm'],
  endpoints: ['ls', 'get', 'create', 'update', 'secret', 'roll', 'rm'],
  messages: ['ls', 'get', 'resend'],
  deliveries: ['ls', 'get', 'cancel'],
  portal: ['open', 'link'],
  keys: ['ls', 'create', 'rm'],
  config: ['ls', 'explain', 'set', 'unset', 'use', 'profiles'],
  snippet: snippetLanguages,
  events: ['ls', 'get', 'create', 'rm'],
  bins: ['ls', 'get', 'set', 'requests', 'rm'],
  completion: ['bash', 'zsh', 'fish'],
}

/** Silent when the server is down or slow: a shell must not wait. */
async function nextWords(words: readonly string[], context: Context): Promise<readonly string[]> {
  const [command, ...rest] = words
  if (command === undefined) return commands.filter(({ hidden }) => !hidden).map(({ name }) => name)
  if (rest.length > 0) return []
  if (command === 'explain') return (await import('../i18n/explanations.ts')).explainedCodes
  if (!takesEventType.has(command)) return subcommands[command] ?? []
  try {
    const client = await context.client()
    const page = await client.call<{ readonly data: readonly { readonly name: string }[] }>(
      'GET',
      '/event-type',
      { query: { limit: 250 }, timeoutMs: dynamicTimeoutMs },
    )
    return page.data.map(({ name }) => name)
  } catch {
    return []
  }
}
