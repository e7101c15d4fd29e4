/**
 * Writes `docs/reference/configuration.md` and its Spanish twin from the list of settings; a test
 * compares them.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Settings, settingNames, settings } from '../src/config.ts'
import { type Language, languages } from '../src/i18n/translate.ts'

export const configurationPages: Readonly<Record<Language, string>> = {
  en: join(import.meta.dirname, '../docs/reference/configuration.md'),
  es: join(import.meta.dirname, '../docs/reference/configuration.es.md'),
}

const opening: Readonly<Record<Language, string>> = {
  en: `# Configuration

[En español](configuration.es.md)

Every setting is an environment variable and a flag of \`posthorn start\`; the flag wins.
\`posthorn config explain\` shows where each value comes from. Times are in milliseconds unless
the name says otherwise. A value that is not valid stops the start with a sentence about it.

Some are also changed while the server runs, by owners in the console ([Settings](../operate/settings.md)); a variable
that is set here wins over what is stored there.

| Variable | Flag | Default | Meaning |`,
  es: `# Configuración

[In English](configuration.md)

Cada ajuste es una variable de entorno y una opción de \`posthorn start\`; gana la opción.
\`posthorn config explain\` muestra de dónde viene cada valor. Los tiempos van en milisegundos, salvo que
el nombre diga otra cosa. Un valor que no es válido impide el arranque, con una frase que lo explica.

Algunos se cambian también con el servidor en marcha, por propietarios en la consola ([Ajustes](../operate/settings.es.md));
una variable que está aquí gana sobre lo que se guardó allá.

| Variable | Opción | Si no se indica | Significado |`,
}

const closing: Readonly<Record<Language, string>> = {
  en: '*Written by `npm run docs:configuration` from `src/config.ts`. Do not edit by hand.*',
  es: '*Escrito por `npm run docs:configuration` a partir de `src/config.ts`. No se edita a mano.*',
}

/** The page's whole text in a language. */
export function configurationText(language: Language): string {
  const rows = settingNames.map((name) => rowOf(name, language))
  return [opening[language], '| --- | --- | --- | --- |', ...rows, '', closing[language], ''].join(
    '\n',
  )
}

function rowOf(name: keyof Settings, language: Language): string {
  const { variable, fallback, sentence } = settings[name]
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const value = Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? '')
  const shown = value === '' ? '' : `\`${value}\``
  return `| \`${variable}\` | \`${flag}\` | ${shown} | ${sentence[language].replaceAll('|', '\\|')} |`
}

if (import.meta.main) {
  for (const language of languages) {
    writeFileSync(configurationPages[language], configurationText(language))
  }
}
