import type { Client } from '../client/client.ts'
import { applicationOf, withApplication } from './application.ts'
import { chaosOf, rehearse } from './chaos.ts'
import type { Context } from './context.ts'
import { edited } from './edit.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { usageFailure } from './failure.ts'
import { pause } from './pause.ts'
import { examplePayload, objectText, readData } from './payload.ts'
import type { CommandModule } from './run.ts'
import { sendOne } from './send.ts'

const repeatMax = 100_000

/** `posthorn trigger <type>`: the type's example, changed by `--set`, repeated at a rate. */
export const trigger: CommandModule = {
  examples: [
    'posthorn trigger order.created --set data.total=42 --unset data.note',
    'posthorn trigger order.created --repeat 100 --rate 20/s',
    'posthorn trigger order.created --chaos duplicate,reorder,stale,badsig',
  ],
  define(command, context, act) {
    const { t } = context
    withApplication(command, context)
      .argument('<type>')
      .option('--set <path=v...>', t({ en: 'change a field', es: 'cambia un campo' }))
      .option('--unset <path...>', t({ en: 'remove a field', es: 'quita un campo' }))
      .option('--variant <n>', t({ en: 'its n-th example', es: 'su n-ésimo ejemplo' }), '1')
      .option('--from <file>', t({ en: 'begin with this payload', es: 'parte de este payload' }))
      .option('--edit', t({ en: 'change it in your editor', es: 'lo cambia en tu editor' }))
      .option(
        '--chaos <faults>',
        t({
          en: 'rehearse: duplicate, reorder, stale, badsig (not recorded)',
          es: 'ensaya: duplicate, reorder, stale, badsig (no queda registro)',
        }),
      )
      .option('--repeat <count>', t({ en: 'how often', es: 'cuántas veces' }), '1')
      .option('--rate <n/s>', t({ en: 'at most so many a second', es: 'máximo por segundo' }))
      .option('--no-wait', t({ en: 'do not wait for the outcome', es: 'no espera el resultado' }))
      .option('--timeout <time>', t({ en: 'how long to wait', es: 'cuánto espera' }), '10s')
      .action(
        act(async ([eventType = ''], options) => {
          const client = await context.client()
          const app = await applicationOf(options, client, context)
          const { chaos } = options
          if (typeof chaos === 'string') {
            const checks = chaosOf(chaos)
            if (options['repeat'] !== '1') throw chaosOnce()
            const payload = isOwn(options)
              ? await payloadOf(eventType, options, client, context)
              : null
            return rehearse({ client, app, eventType, payload, checks, context })
          }
          const payload = await payloadOf(eventType, options, client, context)
          const repeat = countOf(options['repeat'], repeatMax)
          const rate =
            options['rate'] === undefined
              ? null
              : countOf(String(options['rate']).replace(/\/s$/, ''), 10_000)
          const sent = { client, app, eventType, payload, options, source: 'test' } as const
          if (repeat === 1) {
            return sendOne({ ...sent, context })
          }
          const quiet = { ...context, print: () => {}, note: () => {} }
          const once = () => sendOne({ ...sent, context: quiet })
          return repeated(once, { repeat, rate, context })
        }),
      )
  },
}

/** What is sent: the type's example or a file, changed by the options. */
async function payloadOf(
  eventType: string,
  options: Readonly<Record<string, unknown>>,
  client: Client,
  context: Context,
): Promise<string> {
  const { from } = options
  const base =
    typeof from === 'string'
      ? objectText(await readData(`@${from}`, context))
      : await examplePayload(client, eventType, context, countOf(options['variant'], 1_000))
  const set = changed(base, options)
  return options['edit'] === true ? edited(set, context) : set
}

/** Whether the payload is another than the type's first example. */
function isOwn({ from, set, unset, edit, variant }: Readonly<Record<string, unknown>>): boolean {
  return [from, set, unset, edit].some((option) => option !== undefined) || variant !== '1'
}

function chaosOnce(): Error {
  return usageFailure({
    en: '--chaos rehearses once: it does not go with --repeat.',
    es: '--chaos ensaya una vez: no va con --repeat.',
  })
}

/** Sends one after another, telling how far it is; Ctrl-C ends it between two. */
async function repeated(
  once: () => Promise<ExitCode>,
  input: { readonly repeat: number; readonly rate: number | null; readonly context: Context },
): Promise<ExitCode> {
  const { repeat, rate, context } = input
  const { terminal } = context
  let [sent, failed] = [0, 0]
  while (sent < repeat && !terminal.stop.aborted) {
    if (sent > 0 && rate !== null) await pause(1000 / rate, terminal)
    if (terminal.stop.aborted) break
    if ((await once()) === exitCodes.deliveryFailed) failed += 1
    sent += 1
    showProgress({ sent, failed, repeat, context })
  }
  if (terminal.stop.aborted) return exitCodes.interrupted
  return failed === 0 ? exitCodes.ok : exitCodes.deliveryFailed
}

/** One line that is written over on a terminal; elsewhere a line for each tenth. */
function showProgress(input: {
  readonly sent: number
  readonly failed: number
  readonly repeat: number
  readonly context: Context
}): void {
  const { sent, failed, repeat, context } = input
  const { t, terminal, globals } = context
  const line = t({
    en: `${sent}/${repeat} sent · ${failed} not delivered`,
    es: `${sent}/${repeat} enviados · ${failed} sin entregar`,
  })
  if (!terminal.errIsTty) {
    const tenth = Math.max(1, Math.floor(repeat / 10))
    if (sent % tenth === 0 || sent === repeat) context.note(line)
  } else if (!globals.json && !globals.quiet) {
    terminal.err(`\r${line}${sent === repeat ? '\n' : ''}`)
  }
}

function countOf(value: unknown, max: number): number {
  const count = Number(value)
  if (Number.isInteger(count) && count >= 1 && count <= max) return count
  throw usageFailure({
    en: `"${value}" is not a whole number from 1 to ${max}.`,
    es: `"${value}" no es un número entero de 1 a ${max}.`,
  })
}

/** Without changes the text stays as it is, byte for byte. */
function changed(text: string, options: Readonly<Record<string, unknown>>): string {
  const sets = stringsOf(options['set'])
  const unsets = stringsOf(options['unset'])
  if (sets.length === 0 && unsets.length === 0) return text
  const payload: unknown = JSON.parse(text)
  for (const item of sets) {
    const equals = item.indexOf('=')
    if (equals < 1) {
      throw usageFailure({
        en: `"${item}" is not path=value.`,
        es: `"${item}" no es ruta=valor.`,
      })
    }
    assign(payload, item.slice(0, equals), valueOfText(item.slice(equals + 1)))
  }
  for (const path of unsets) assign(payload, path, undefined)
  return JSON.stringify(payload)
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** JSON where it is JSON, text otherwise. */
function valueOfText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Sets or (undefined) removes a field by its dotted path; missing objects on the way are made. */
function assign(root: unknown, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let at = root
  for (const key of keys) {
    if (!isObject(at)) return
    if (!isObject(at[key])) own(at, key, {})
    at = at[key]
  }
  if (!isObject(at)) return
  if (value === undefined) delete at[last]
  else own(at, last, value)
}

/** `__proto__` is a field like any other here. */
function own(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
