import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a running server leaves in its data folder, so that commands beside it find it. */
export interface ServerFile {
  readonly url: string
  readonly pid: number
}

export const serverFileName = 'server.json'

export function readServerFile(dataDir: string): ServerFile | null {
  const text = readText(join(dataDir, serverFileName))
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const url: unknown = Reflect.get(value, 'url')
    const pid: unknown = Reflect.get(value, 'pid')
    return typeof url === 'string' && typeof pid === 'number' ? { url, pid } : null
  } catch {
    return null
  }
}

/** A small file's text without surrounding space; null when it cannot be read or is empty. */
export function readText(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return text === '' ? null : text
  } catch {
    return null
  }
}
