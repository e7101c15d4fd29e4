import type { Context } from './context.ts'
import { harmless } from './text.ts'

export interface Progress {
  /**
   * Where it is. `share`, from 0 to 1, says when it is worth a line of its own; null: it is not known.
   * `facts` are the same for programs.
   */
  tell(line: string, share: number | null, facts?: Readonly<Record<string, unknown>>): void
  /** After the last of it: what is told next begins on a line of its own. */
  end(): void
}

/**
 * One line that changes, at a terminal; elsewhere a line for each tenth, or where the text is another.
 * Under `--json` that line is an object, `{"progress":{"share":0.3,…}}`, on stderr: the answer alone is on stdout.
 */
export function progressOn(context: Context): Progress {
  const { terminal, globals } = context
  if (!terminal.errIsTty || globals.json || globals.quiet) return lineByLine(context)
  let open = false
  return {
    tell(line) {
      open = true
      terminal.err(`\r\u001b[2K${harmless(line)}`)
    },
    end() {
      if (open) terminal.err('\n')
      open = false
    },
  }
}

function lineByLine({ note, terminal, globals }: Context): Progress {
  let [told, tenth] = ['', -1]
  return {
    tell(line, share, facts = {}) {
      const reached = share === null ? tenth : Math.floor(share * 10)
      if (line === told || (share !== null && reached === tenth)) return
      told = line
      tenth = reached
      if (!globals.json) note(line)
      else if (!globals.quiet)
        terminal.err(`${JSON.stringify({ progress: { share, ...facts } })}\n`)
    },
    end() {},
  }
}

/** `███████░░░ 68 %` */
export function bar(share: number): string {
  const part = Math.max(0, Math.min(1, share))
  const tenths = Math.floor(part * 10)
  return `${'█'.repeat(tenths)}${'░'.repeat(10 - tenths)} ${Math.floor(part * 100)} %`
}
