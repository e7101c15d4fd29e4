import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Both } from '../i18n/translate.ts'
import { snippetLanguages } from '../snippets/languages.ts'
import { commands } from './commands.ts'
import { valuesOf } from './completion-values.ts'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import type { CommandModule } from './run.ts'
import { noHome } from './user-file.ts'

const scripts: Readonly<Record<string, string>> = {
  bash: `_posthorn() {
  COMPREPLY=($(compgen -W "$(posthorn completion --words -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _posthorn posthorn
`,
  zsh: `#compdef posthorn
_posthorn() {
  compadd -- \${(f)"$(posthorn completion --words -- "\${words[@]:1:$((CURRENT - 2))}" 2>/dev/null)"}
}
compdef _posthorn posthorn
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName posthorn -ScriptBlock {
  param($word, $ast)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -ne '' -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
  posthorn completion --words -- @words 2>$null |
    Where-Object { $_ -like "$word*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
  fish: `complete -c posthorn -f -a '(posthorn completion --words -- (commandline -opc)[2..-1] 2>/dev/null)'
`,
}

/** `posthorn completion <shell>` prints a script; it asks `--words` for what may come next. */
export const completion: CommandModule = {
  examples: [
    'source <(posthorn completion bash)',
    'posthorn completion fish --install',
    'posthorn completion zsh > ~/.zfunc/_posthorn',
  ],
  define(command, context, act) {
    const { t } = context
    command
      .argument('[shell]', 'bash, zsh, fish, powershell')
      .option('--words', t({ en: 'what may come next', es: 'qué puede seguir' }))
      .option(
        '--install',
        t({ en: 'put it where the shell looks', es: 'lo pone donde lo busca el shell' }),
      )
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
              en: `There is no completion for "${shell}": bash, zsh, fish or powershell.`,
              es: `No hay autocompletado para "${shell}": bash, zsh, fish o powershell.`,
            })
          }
          if (options['install'] === true) install(shell, script, context)
          else context.terminal.out(script)
          return exitCodes.ok
        }),
      )
  },
}

interface Place {
  /** Below the home folder. */
  readonly path: string
  /** What is left to do; null: nothing but a new shell. */
  readonly rest: Both | null
}

/** Where shells look by themselves. Nothing that a person wrote is changed. */
const places: Readonly<Record<string, Place>> = {
  bash: {
    path: '.local/share/bash-completion/completions/posthorn',
    rest: {
      en: 'It is read where the package bash-completion is installed.',
      es: 'Se lee donde está instalado el paquete bash-completion.',
    },
  },
  zsh: {
    path: '.zfunc/_posthorn',
    rest: {
      en: 'Once in ~/.zshrc, before compinit:  fpath+=~/.zfunc',
      es: 'Una vez en ~/.zshrc, antes de compinit:  fpath+=~/.zfunc',
    },
  },
  fish: { path: '.config/fish/completions/posthorn.fish', rest: null },
}

function install(shell: string, script: string, context: Context): void {
  const { t, terminal } = context
  const place = places[shell]
  const home = terminal.env['HOME'] || terminal.env['USERPROFILE']
  if (place === undefined) {
    throw usageFailure({
      en: `There is no place for ${shell}: add the script to its profile by hand.`,
      es: `No hay un lugar para ${shell}: agrega el script a su perfil a mano.`,
    })
  }
  if (!home) throw noHome()
  const path = join(home, place.path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, script)
  context.emit({ shell, path })
  context.print(
    t({ en: `Written to ${path}. Open a new shell.`, es: `Escrito en ${path}. Abre otro shell.` }),
  )
  if (place.rest !== null) context.note(t(place.rest))
}

/** Silent when the server is down or slow: a shell must not wait. */
async function nextWords(words: readonly string[], context: Context): Promise<readonly string[]> {
  const [name, ...rest] = words
  const shown = commands.filter(({ hidden }) => !hidden)
  if (name === undefined) return shown.map((entry) => entry.name)
  const entry = commands.find((each) => each.name === name || each.aliases?.includes(name))
  if (entry === undefined) return []
  if (name === 'explain') return (await import('../i18n/explanations.ts')).explainedCodes
  if (name === 'snippet') return rest.length === 0 ? snippetLanguages : []
  const [{ Command }, { examples: _, define }] = await Promise.all([
    import('commander'),
    entry.load(),
  ])
  const root = new Command(name)
  define(root, context, () => async () => {})
  const below = root.commands.find((each) => each.name() === rest[0])
  const byDefault: unknown = Reflect.get(root, '_defaultCommandName') // commander tells nobody
  const command = below ?? root.commands.find((each) => each.name() === byDefault) ?? root
  const given = below === undefined ? rest : rest.slice(1)
  const last = given.at(-1) ?? ''
  const flag = command.options.find(({ long, short }) => last === long || last === short)
  if (flag !== undefined && (flag.required || flag.optional)) {
    return valuesOf(flag.attributeName(), flag.description, given, context)
  }
  const place = given.filter((word) => !word.startsWith('-')).length
  const argument = command.registeredArguments[place]
  return [
    ...(below === undefined && given.length === 0 ? root.commands.map((each) => each.name()) : []),
    ...(await valuesOf(argument?.name() ?? '', '', given, context)),
    ...command.options.flatMap(({ long }) => long ?? []),
  ]
}
