import { spawn } from 'node:child_process'
import { platform } from 'node:os'

const openers: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Where there is no browser, the link that was printed is enough. */
export function openInBrowser(url: string): void {
  const [command, ...args] = openers[platform()] ?? ['xdg-open']
  const opened = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  opened.on('error', () => {})
  opened.unref()
}
