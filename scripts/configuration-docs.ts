/** Writes `docs/reference/configuration.md` from the list of settings; a test compares the two. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, settings } from '../src/config.ts'

export const configurationPage = join(import.meta.dirname, '../docs/reference/configuration.md')

/** The page's whole text. */
export function configurationText(): string {
  const names = Object.keys(settings) as readonly (keyof Config)[] // keys of a literal
  return [
    '# Configuration',
    '',
    'Every setting is an environment variable and a flag of `posthorn start`; the flag wins.',
    '`posthorn config explain` shows where each value comes from. Times are in milliseconds unless',
    'the name says otherwise. A value that is not valid stops the start with a sentence about it.',
    '',
    '| Variable | Flag | Default | Meaning |',
    '| --- | --- | --- | --- |',
    ...names.map(rowOf),
    '',
    '*Written by `npm run docs:configuration` from `src/config.ts`. Do not edit by hand.*',
    '',
  ].join('\n')
}

function rowOf(name: keyof Config): string {
  const { variable, fallback, sentence } = settings[name]
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const value = Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? '')
  const shown = value === '' ? '' : `\`${value}\``
  return `| \`${variable}\` | \`${flag}\` | ${shown} | ${sentence.en.replaceAll('|', '\\|')} |`
}

if (import.meta.main) writeFileSync(configurationPage, configurationText())
