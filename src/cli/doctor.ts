import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import type { Client } from '../client/client.ts'
import { configFrom } from '../config.ts'
import type { Both } from '../i18n/translate.ts'
import { version } from '../version.ts'
import { type Context, dataDirOf } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { asFailure, renderFailure } from './failure.ts'
import type { CommandModule } from './run.ts'

interface Finding {
  readonly check:
    | 'settings'
    | 'data_folder'
    | 'disk_space'
    | 'server'
    | 'environment'
    | 'key'
    | 'nodes'
    | 'clock'
  readonly state: 'pass' | 'warn' | 'fail'
  readonly text: Both
}

/** Below the first a person should look; below the second the database keeps its reserve only. */
const freeWarnBytes = 2 * 2 ** 30
const freeFailBytes = 200 * 2 ** 20
/** Receivers refuse signatures that are five minutes old. */
const clockWarnMs = 60_000

/** `posthorn doctor`: is this installation well; each finding with what to do. Exit 1 when one failed. */
export const doctor: CommandModule = {
  examples: [
    'posthorn doctor',
    'posthorn doctor --url https://hooks.example.com --key "$POSTHORN_API_KEY"',
    'posthorn doctor --json --lang es',
  ],
  define(command, context, act) {
    command.action(
      act(async () => {
        let failed = false
        for await (const finding of findings(context)) {
          failed ||= finding.state === 'fail'
          show(finding, context)
        }
        return failed ? exitCodes.failed : exitCodes.ok
      }),
    )
  },
}

async function* findings(context: Context): AsyncGenerator<Finding> {
  yield* beside(context)
  yield* ofServer(context)
}

/** What can be seen on this machine, where the data folder is here. */
function* beside(context: Context): Generator<Finding> {
  yield found('settings', context, () => {
    configFrom(context.terminal.env)
    return pass({ en: 'every setting can be used', es: 'todos los ajustes sirven' })
  })
  const folder = dataDirOf(context.terminal)
  if (!existsSync(folder)) return
  yield found('data_folder', context, () => {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return pass({ en: `${folder} can be written to`, es: `se puede escribir en ${folder}` })
  })
  yield found('disk_space', context, () => {
    const { bavail, bsize } = statfsSync(folder)
    const free = bavail * bsize
    const megabytes = Math.round(free / 2 ** 20).toLocaleString(context.language)
    const state = free < freeFailBytes ? 'fail' : free < freeWarnBytes ? 'warn' : 'pass'
    const text = {
      en: `${megabytes} MB are free beside the database`,
      es: `quedan ${megabytes} MB libres junto a la base de datos`,
    }
    return { state, text }
  })
}

async function* ofServer(context: Context): AsyncGenerator<Finding> {
  const { terminal, serverUrl } = context
  let client: Client
  try {
    client = await context.client()
    const began = terminal.clock.monotonic()
    await client.call('GET', '/health')
    const ms = Math.round(terminal.clock.monotonic() - began)
    const text = {
      en: `${serverUrl} and its database answer (${ms} ms)`,
      es: `${serverUrl} y su base de datos responden (${ms} ms)`,
    }
    yield { check: 'server', ...pass(text) }
  } catch (error) {
    yield { check: 'server', ...failure(error, context) }
    return
  }
  try {
    const { data } = await client.nodes.list()
    yield { check: 'key', ...pass({ en: 'the key is accepted', es: 'la clave sirve' }) }
    yield* environmentOf(client)
    yield { check: 'nodes', ...nodesOf(data) }
    const answering = data.find((node) => node.answering)
    if (answering !== undefined) {
      const apartMs = Math.abs(terminal.clock.now() - Date.parse(answering.lastSeenAt))
      yield { check: 'clock', ...clockOf(apartMs) }
    }
  } catch (error) {
    yield { check: 'key', ...failure(error, context) }
  }
}

/** Nothing of a server that is older than environments. */
async function* environmentOf(client: Client): AsyncGenerator<Finding> {
  const told = await client.request('v1.environment.get').catch(() => null)
  if (told === null) return
  const other = told.otherUrl === null ? '' : ` · ${told.otherUrl}`
  const text =
    told.environment === 'test'
      ? { en: `this is the test environment${other}`, es: `es el entorno de prueba${other}` }
      : { en: `this is the live environment${other}`, es: `es el entorno real${other}` }
  yield { check: 'environment', ...pass(text) }
}

type Judged = Pick<Finding, 'state' | 'text'>

function nodesOf(nodes: Awaited<ReturnType<Client['nodes']['list']>>['data']): Judged {
  const alive = nodes.filter(({ state }) => state === 'alive')
  const gone = nodes.filter(({ state }) => state !== 'alive').map(({ id }) => id)
  const versions = [...new Set([...alive.map((node) => node.version), version])]
  if (!alive.some(({ role }) => role !== 'api')) {
    const text = {
      en: 'no node delivers: start one with --role worker or all',
      es: 'ningún nodo entrega: inicia uno con --role worker o all',
    }
    return { state: 'fail', text }
  }
  if (gone.length > 0) {
    const text = {
      en: `not heard from: ${gone.join(', ')} (posthorn nodes)`,
      es: `sin noticias de: ${gone.join(', ')} (posthorn nodes)`,
    }
    return { state: 'warn', text }
  }
  if (versions.length > 1) {
    const text = {
      en: `several versions work together: ${versions.join(', ')}; finish the upgrade`,
      es: `trabajan juntas varias versiones: ${versions.join(', ')}; termina la actualización`,
    }
    return { state: 'warn', text }
  }
  return pass({
    en: `nodes alive: ${alive.length}, version ${version}`,
    es: `nodos vivos: ${alive.length}, versión ${version}`,
  })
}

function clockOf(apartMs: number): Judged {
  const seconds = Math.round(apartMs / 1000)
  if (apartMs <= clockWarnMs) {
    return pass({ en: 'the clocks agree', es: 'los relojes coinciden' })
  }
  const text = {
    en: `the clocks are ${seconds} s apart: receivers refuse signatures older than 5 minutes; set them by NTP`,
    es: `los relojes difieren ${seconds} s: los receptores rechazan firmas de más de 5 minutos; ajústalos por NTP`,
  }
  return { state: 'warn', text }
}

function pass(text: Both): Judged {
  return { state: 'pass', text }
}

function found(check: Finding['check'], context: Context, look: () => Judged): Finding {
  try {
    return { check, ...look() }
  } catch (error) {
    return { check, ...failure(error, context) }
  }
}

/** In the same four parts as a command that fails. */
function failure(error: unknown, { paint }: Context): Judged {
  const told = asFailure(error)
  const text = (language: 'en' | 'es'): string => {
    const [title = '', ...rest] = renderFailure(told, { language, paint }).trimEnd().split('\n')
    return [title.slice(title.indexOf(' ') + 1), ...rest].join('\n  ')
  }
  return { state: 'fail', text: { en: text('en'), es: text('es') } }
}

function show({ check, state, text }: Finding, context: Context): void {
  const { paint, t } = context
  const mark = { pass: paint.green('✓'), warn: paint.yellow('!'), fail: paint.red('✗') }
  context.emit({ check, state, text: t(text) })
  context.print(`${mark[state]} ${t(text)}`)
}
