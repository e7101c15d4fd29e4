/**
 * What a bin answers: a sequence of steps, each used once (or `times`), the last one for ever or
 * the whole sequence again. Written as text or as JSON:
 *
 *     500, 500, 200                      two failures, then success for ever
 *     3x 503; 200                        the same step three times
 *     delay 20s                          200 after twenty seconds
 *     429 retry-after 30, 200            with the header
 *     hang up, 200 delay 2s              closes the connection, then a slow 200
 *     /paid: 500, 200                    a line of its own for requests under that path
 *     loop                               begin again instead of staying at the last step
 *     fail 10%                           a tenth of the answers is 500 instead, by chance
 */
import { isDeepStrictEqual } from 'node:util'
import { scriptLimits } from '../domain/bin.ts'
import type { Sentence } from '../domain/sentence.ts'
import { refusedAnswerHeader } from './answer-headers.ts'

export interface Step {
  /** 200 to 599. */
  readonly status: number
  /** Close the connection without an answer instead. */
  readonly hangUp: boolean
  readonly delayMs: number
  readonly headers: Readonly<Record<string, string>>
  /** Response body; null: the inspector's own sentence in JSON. */
  readonly body: string | null
  /** How many requests in a row get this step. */
  readonly times: number
}

export interface Rule {
  /** Requests at or under this path; null: all that no other rule takes. */
  readonly path: string | null
  readonly steps: readonly Step[]
  readonly loop: boolean
}

export interface Script {
  readonly rules: readonly Rule[]
  /** 0 to 1: share of answers that become 500, whatever their step says. */
  readonly failShare: number
}

export const okStep: Step = {
  status: 200,
  hangUp: false,
  delayMs: 0,
  headers: {},
  body: null,
  times: 1,
}
export const emptyScript: Script = { rules: [], failShare: 0 }

/** Why a script was refused: the part that was not understood, and what would be. */
export class ScriptFault {
  readonly part: string
  readonly expected: Sentence
  constructor(part: string, expected: Sentence) {
    this.part = part
    this.expected = expected
  }
}

/** Lines (or `;`) hold rules, commas separate steps. */
export function parseScript(text: string): Script | ScriptFault {
  if (text.length > scriptLimits.textLengthMax) {
    return new ScriptFault('script', {
      en: `at most ${scriptLimits.textLengthMax} characters`,
      es: `${scriptLimits.textLengthMax} caracteres como máximo`,
    })
  }
  const rules = new Map<string | null, { steps: Step[]; loop: boolean }>()
  let failShare = 0
  for (const line of text.split(/[\n;]/)) {
    const [, path = null, rest = ''] = /^\s*(?:(\/\S*?)\s*:\s*)?(.*)$/.exec(line) ?? []
    for (const part of rest.split(',').map((item) => item.trim().toLowerCase())) {
      if (part === '' || part === 'then') continue
      const rule = rules.get(path) ?? { steps: [], loop: false }
      const share = failShareOf(part)
      if (share !== null) failShare = share
      else if (part === 'loop') rules.set(path, { ...rule, loop: true })
      else {
        const step = parseStep(part.replace(/^then /, ''))
        if (step instanceof ScriptFault) return step
        rules.set(path, { ...rule, steps: [...rule.steps, step] })
      }
    }
  }
  return bounded({ rules: [...rules].map(([path, rule]) => ({ path, ...rule })), failShare })
}

function failShareOf(part: string): number | null {
  const [, percent] = /^(?:fail )?(\d{1,3}(?:\.\d+)?) ?%(?: fail)?$/.exec(part) ?? []
  return percent === undefined ? null : Math.min(Number(percent) / 100, 1)
}

function parseStep(part: string): Step | ScriptFault {
  let step = okStep
  let rest = part
  const take = (pattern: RegExp): readonly string[] | null => {
    const match = pattern.exec(rest)
    if (match === null) return null
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`.trim()
    return match.slice(1)
  }
  const times = take(/^(\d+) ?x\b/) ?? take(/\bx ?(\d+)$/)
  if (times) step = { ...step, times: Number(times[0]) }
  const retryAfter = take(/\b(?:with )?retry-after:? (\d+)\b/)
  if (retryAfter) step = { ...step, headers: { 'retry-after': retryAfter[0] ?? '' } }
  const delay = take(/\b(?:delay|after) (\d+(?:\.\d+)?) ?(ms|s|m)?\b/)
  if (delay) step = { ...step, delayMs: Number(delay[0]) * unitMs(delay[1]) }
  if (take(/\bhang ?up\b|\bclose\b/)) step = { ...step, hangUp: true }
  const status = take(/\b([2-5]\d\d)\b/)
  if (status) step = { ...step, status: Number(status[0]) }
  if (rest !== '' || step === okStep) {
    return new ScriptFault(part, {
      en: 'a status from 200 to 599, "delay 20s", "hang up" or "fail 10%"',
      es: 'un estado de 200 a 599, "delay 20s", "hang up" o "fail 10%"',
    })
  }
  return step
}

function unitMs(unit: string | undefined): number {
  if (unit === 'ms') return 1
  return unit === 'm' ? 60_000 : 1_000
}

/** The same limits for scripts that came as text and as JSON. */
export function bounded(script: Script): Script | ScriptFault {
  if (script.rules.length > scriptLimits.rulesMax) {
    return new ScriptFault('script', {
      en: `at most ${scriptLimits.rulesMax} paths`,
      es: `${scriptLimits.rulesMax} rutas como máximo`,
    })
  }
  for (const { steps } of script.rules) {
    if (steps.length > scriptLimits.stepsMax) {
      return new ScriptFault('script', {
        en: `at most ${scriptLimits.stepsMax} steps for a path`,
        es: `${scriptLimits.stepsMax} pasos por ruta como máximo`,
      })
    }
    for (const step of steps) {
      if (step.delayMs > scriptLimits.delayMaxMs) {
        return new ScriptFault('delay', {
          en: `at most ${scriptLimits.delayMaxMs / 1000} seconds`,
          es: `${scriptLimits.delayMaxMs / 1000} segundos como máximo`,
        })
      }
      const header = refusedAnswerHeader(step.headers)
      if (header !== null) {
        return new ScriptFault(header.slice(0, 128), {
          en: 'a header of printable ASCII that is no cookie, policy, framing or script',
          es: 'un encabezado en ASCII imprimible que no sea cookie, política, delimitación ni script',
        })
      }
      if (step.times < 1 || step.times > scriptLimits.timesMax) {
        return new ScriptFault('times', {
          en: `1 to ${scriptLimits.timesMax} times`,
          es: `de 1 a ${scriptLimits.timesMax} veces`,
        })
      }
    }
  }
  return script
}

/** Says what a script was understood as; `parseScript` reads it back. */
export function formatScript(script: Script): string {
  const lines = script.rules.map(({ path, steps, loop }) => {
    const parts = [...steps.map(formatStep), ...(loop ? ['loop'] : [])]
    return `${path === null ? '' : `${path}: `}${parts.join(', ')}`
  })
  if (script.failShare > 0) lines.push(`fail ${Number((script.failShare * 100).toPrecision(12))}%`)
  return lines.join('\n')
}

/** Whether its text says all of it: bodies, headers and some paths have no words there. */
export function isSayable(script: Script): boolean {
  return isDeepStrictEqual(parseScript(formatScript(script)), script)
}

function formatStep(step: Step): string {
  const parts = [
    step.times > 1 ? `${step.times}x` : '',
    step.hangUp ? 'hang up' : String(step.status),
    step.delayMs > 0 ? `delay ${step.delayMs} ms` : '',
    step.headers['retry-after'] === undefined ? '' : `retry-after ${step.headers['retry-after']}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** Which rule answers a path: the longest path that it lies under, else the general rule. */
export function ruleFor(script: Script, path: string): Rule | null {
  let best: Rule | null = null
  for (const rule of script.rules) {
    if (!covers(rule.path, path)) continue
    if (best === null || (rule.path ?? '').length >= (best.path ?? '').length) best = rule
  }
  return best
}

function covers(rulePath: string | null, path: string): boolean {
  if (rulePath === null) return true
  const bare = rulePath.replace(/\/$/, '')
  return path === bare || path.startsWith(`${bare}/`)
}

/** The step for the `count`-th request (from 0) of a rule. */
export function stepAt(rule: Rule | null, count: number): Step {
  if (rule === null || rule.steps.length === 0) return okStep
  const total = rule.steps.reduce((sum, step) => sum + step.times, 0)
  let at = rule.loop ? count % total : count
  for (const step of rule.steps) {
    if (at < step.times) return step
    at -= step.times
  }
  return rule.steps.at(-1) ?? okStep
}
