import { rmSync, writeFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import type { Client } from '../client/client.ts'
import { type Config, configFrom, settingNames, settings } from '../config.ts'
import type { Posthorn } from '../posthorn.ts'
import type { Context } from './context.ts'
import { serverFileName } from './data-folder.ts'
import type { Demo } from './demo.ts'
import { exitCodes } from './exit-codes.ts'
import { CliFailure } from './failure.ts'
import { quittable } from './keyboard.ts'
import type { CommandModule } from './run.ts'
import { startKeys, switchedLog } from './start-keys.ts'
import { formatDuration } from './text.ts'

/** `posthorn` or `posthorn start`: everything in one process, in the foreground, until Ctrl-C. */
export const start: CommandModule = {
  examples: ['posthorn', 'posthorn --port 9000', 'posthorn start --role worker'],
  define(command, context, act) {
    for (const { flag, name } of flags) {
      command.option(`--${flag} <value>`, context.t(settings[name].sentence))
    }
    command
      .option('--no-demo', context.t({ en: 'no demo application', es: 'sin aplicación demo' }))
      .action(
        act(async (_args, options) => {
          const began = context.terminal.clock.monotonic()
          const environment = withFlags(context.terminal.env, options)
          const { context: own, quit } = quittable(context)
          const logs = { shown: !quietAtFirst(environment, own) }
          const posthorn = await started(environment, logs, own)
          let release = (): void => {}
          try {
            const { demo, client } = await welcome({ posthorn, options, context: own, began })
            own.emit({ url: posthorn.url, demo: demo !== null })
            flushCompileCache() // a start after a crash is to be as quick as one after a clean stop
            const consoleUrl = posthorn.role === 'worker' ? null : `${reachable(posthorn.url)}/`
            release = startKeys({ client, consoleUrl, demo: demo !== null, logs }, quit, own)
            await stopAsked(own)
          } finally {
            release()
            await shutDown(posthorn, own)
          }
          return exitCodes.ok
        }),
      )
  },
}

/** Every setting is also a flag: `--port`, `--database-url`, `--role`, ... */
const flags = settingNames.map((name) => ({
  name,
  flag: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
}))

type Environment = Readonly<Record<string, string | undefined>>

function withFlags(env: Environment, options: Readonly<Record<string, unknown>>): Environment {
  const given = flags.flatMap(({ name }) => {
    const value = options[name]
    return typeof value === 'string' ? [[settings[name].variable, value] as const] : []
  })
  return { ...env, ...Object.fromEntries(given) }
}

/** A person at a terminal reads the lines of the banner; a file or a collector gets every unit of work. */
function quietAtFirst(environment: Environment, { terminal }: Context): boolean {
  return terminal.errIsTty && (environment['POSTHORN_LOG_LEVEL'] ?? '') === ''
}

async function started(
  environment: Environment,
  logs: { shown: boolean },
  context: Context,
): Promise<Posthorn> {
  const { terminal } = context
  const [{ createPosthorn }, { jsonLog }] = await Promise.all([
    import('../posthorn.ts'),
    import('../runtime/log.ts'),
  ])
  const config = configFrom(environment)
  const { clock } = terminal
  const write = (line: string): void => terminal.err(line)
  // Who asks for the log at the keyboard wants to see deliveries that go well, too.
  const level = logs.shown ? config.logLevel : 'debug'
  const full = jsonLog({ clock, level, write })
  const log = switchedLog(jsonLog({ clock, level: 'warn', write }), full, logs)
  const posthorn = createPosthorn(config, { clock: terminal.clock, random: terminal.random, log })
  try {
    await posthorn.start()
  } catch (error) {
    await posthorn.stop().catch(() => {}) // what failed to start need not stop cleanly
    throw portTaken(error, config) ?? error
  }
  return posthorn
}

function portTaken(error: unknown, { port }: Config): CliFailure | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null
  if (code !== 'EADDRINUSE') return null
  return new CliFailure({
    exit: exitCodes.failed,
    code: 'port_in_use',
    title: { en: `Port ${port} is in use.`, es: `El puerto ${port} está en uso.` },
    cause: error,
  })
}

async function welcome(input: {
  readonly posthorn: Posthorn
  readonly options: Readonly<Record<string, unknown>>
  readonly context: Context
  readonly began: number
}): Promise<{ readonly demo: Demo | null; readonly client: Client }> {
  const { posthorn, options, context, began } = input
  const { installation } = posthorn
  const url = reachable(posthorn.url)
  writeFileSync(serverFile(posthorn), `${JSON.stringify({ url, pid: process.pid })}\n`, {
    mode: 0o600,
  })
  const { createClient } = await import('../client/client.ts')
  const client = createClient({ url, key: installation.apiKey })
  const demo = await demoOf({ client, posthorn, options, context })
  const tookMs = context.terminal.clock.monotonic() - began
  for (const line of await banner({ posthorn, url, demo, tookMs, context })) context.print(line)
  return { demo, client }
}

/**
 * Only on a developer's machine: an embedded database, and a server that may reach itself. It is a
 * courtesy: what goes wrong with it stops nothing.
 */
async function demoOf(input: {
  readonly client: Client
  readonly posthorn: Posthorn
  readonly options: Readonly<Record<string, unknown>>
  readonly context: Context
}): Promise<Demo | null> {
  const { client, posthorn, options, context } = input
  const local = posthorn.allowedNetworks.some((network) => network.startsWith('127.'))
  const embedded = posthorn.installation.databaseUrl.startsWith('sqlite:')
  if (options['demo'] === false || !local || !embedded) return null
  const { ensureDemo } = await import('./demo.ts')
  return ensureDemo(client, context.language).catch(() => null) // the banner then says nothing of a demo
}

/** An address to call: nobody can call 0.0.0.0. */
function reachable(url: string): string {
  return url.replace(/\/\/(0\.0\.0\.0|\[::\])/, '//127.0.0.1')
}

async function banner(input: {
  readonly posthorn: Posthorn
  readonly url: string
  readonly demo: Demo | null
  readonly tookMs: number
  readonly context: Context
}): Promise<readonly string[]> {
  const { posthorn, url, demo, tookMs, context } = input
  const { t, paint } = context
  const { installation } = posthorn
  const { version } = await import('../version.ts')
  const ok = paint.green('✓')
  const line = (label: string, value: string, more = ''): string =>
    `  ${ok} ${label.padEnd(11)}${value}${more === '' ? '' : `   ${paint.dim(more)}`}`
  const database = installation.databaseUrl.startsWith('sqlite:')
    ? t({ en: 'embedded database', es: 'base de datos integrada' })
    : 'PostgreSQL'
  const key =
    installation.apiKeyFile === null
      ? t({ en: 'as given', es: 'la indicada' })
      : `${installation.apiKey.slice(0, 5)}…   (${installation.apiKeyFile}, ${t({ en: 'mode 600', es: 'modo 600' })})`
  return [
    `  ${paint.bold(`posthorn ${version}`)}   ${t({ en: 'data', es: 'datos' })} ${
      installation.dataDir
    }   ${database}   ${paint.dim(formatDuration(tookMs))}`,
    ...(posthorn.role === 'worker'
      ? [
          line(t({ en: 'Worker', es: 'Worker' }), `${url}/api/v1/health`),
          line(t({ en: 'Metrics', es: 'Métricas' }), `${url}/metrics`),
        ]
      : [
          line(t({ en: 'Console', es: 'Consola' }), `${url}/`),
          line('API', `${url}/api/v1`, t({ en: 'reference at /docs', es: 'referencia en /docs' })),
          line('Inspector', `${url}/in/demo`, t({ en: 'catches anything', es: 'recibe todo' })),
        ]),
    ...(demo === null ? [] : [line('Demo', demoText(demo, context))]),
    ...environmentLine(posthorn, context),
    ...networkLine(posthorn, context),
    `    ${t({ en: 'Key', es: 'Clave' }).padEnd(11)}${key}`,
    ...(demo === null ? [] : ['', `  ${next(context)}`]),
  ]
}

function demoText(demo: Demo, { t }: Context): string {
  return t({
    en: `application demo · ${demo.eventTypes} event types · 1 endpoint → inspector`,
    es: `aplicación demo · ${demo.eventTypes} tipos de evento · 1 endpoint → inspector`,
  })
}

function environmentLine({ environment }: Posthorn, { t, paint }: Context): readonly string[] {
  if (environment === 'live') return []
  const name = paint.bold(t({ en: 'test', es: 'prueba (test)' }))
  return [`    ${t({ en: 'Env', es: 'Entorno' }).padEnd(11)}${name}`]
}

function networkLine(posthorn: Posthorn, { t, paint }: Context): readonly string[] {
  if (posthorn.allowedNetworks.length === 0) return []
  const networks = posthorn.allowedNetworks.join(', ')
  const text = t({
    en: `deliveries may reach ${networks}`,
    es: `las entregas pueden llegar a ${networks}`,
  })
  return [`    ${t({ en: 'Network', es: 'Red' }).padEnd(11)}${paint.dim(text)}`]
}

function next({ t, paint }: Context): string {
  const command = paint.bold('npx posthorn send order.created')
  return t({
    en: `Next, in another terminal:   ${command}`,
    es: `Ahora, en otra terminal:   ${command}`,
  })
}

function serverFile(posthorn: Posthorn): string {
  return join(posthorn.installation.dataDir, serverFileName)
}

function stopAsked({ terminal }: Context): Promise<void> {
  return new Promise((resolve) => {
    if (terminal.stop.aborted) resolve()
    terminal.stop.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function shutDown(posthorn: Posthorn, context: Context): Promise<void> {
  context.note(`  ${context.t({ en: 'Stopping…', es: 'Deteniendo…' })}`)
  rmSync(serverFile(posthorn), { force: true })
  await posthorn.stop()
}
