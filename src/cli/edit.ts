import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { objectText } from './payload.ts'

/**
 * The payload as somebody leaves it in their editor (`VISUAL`, else `EDITOR`). Kept byte for byte but
 * for space around it; left empty, nothing is sent.
 */
export async function edited(payload: string, context: Context): Promise<string> {
  const { env } = context.terminal
  const editor = env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi')
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-edit-'))
  const file = join(folder, 'payload.json')
  try {
    writeFileSync(file, `${JSON.stringify(JSON.parse(payload), null, 2)}\n`, { mode: 0o600 })
    // By the shell: an editor is a command line, such as `code --wait`.
    const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' })
    const [status] = await once(child, 'exit')
    if (status !== 0) throw editorFailed(editor)
    const text = readFileSync(file, 'utf8')
    if (text.trim() === '') throw leftEmpty()
    return objectText(text)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function editorFailed(editor: string): CliFailure {
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'editor_failed',
    title: {
      en: `The editor (${editor}) ended with an error: nothing was sent.`,
      es: `El editor (${editor}) terminó con un error: no se envió nada.`,
    },
    fix: {
      en: 'Name another in VISUAL or EDITOR, or give the payload with --from.',
      es: 'Indica otro en VISUAL o EDITOR, o da el payload con --from.',
    },
  })
}

function leftEmpty(): CliFailure {
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'edit_left_empty',
    title: {
      en: 'The payload was left empty: nothing was sent.',
      es: 'El payload quedó vacío: no se envió nada.',
    },
  })
}
