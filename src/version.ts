import { readFileSync } from 'node:fs'

/** Version of the package; its manifest lies one folder up, in a clone as in the published package. */
export const version: string = String(
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version,
)
