/**
 * Runs customers' JavaScript where it can do no harm: an engine of its own, compiled to
 * WebAssembly, in a thread of its own, with bounds on time, memory and stack, and nothing of ours
 * within reach.
 */
import { extname } from 'node:path'
import { attemptSentences } from '../domain/attempt-sentences.ts'
import type { Sentence } from '../domain/sentence.ts'
import { boundedThread, type NoAnswer } from './bounded-thread.ts'
import type { Clock } from './clock.ts'

export interface SandboxWork {
  readonly source: string
  /** Of processor time. */
  readonly timeoutMs: number
}

export type SandboxResult =
  | { readonly ok: true; readonly output: string }
  | {
      readonly ok: false
      readonly reason: Sentence
      /** Of the script, from 1: where it threw or could not be read, if that is known. */
      readonly line?: number
    }

export interface Sandbox {
  /** Evaluates a script; its last value must be a text. Never throws. */
  run(source: string): Promise<SandboxResult>
  close(): Promise<void>
}

const timeoutMs = 150
/** Waiting runs beyond this are refused: memory stays bounded. */
const waitingMax = 1_000
/** Of the clock, beyond the code's own time: starting the engine, the way there and back, a busy machine. */
const graceMs = 3_000

const sentences: Readonly<Record<NoAnswer, Sentence>> = {
  slow: attemptSentences.codeTooSlow,
  large: attemptSentences.codeTooLarge,
  failed: attemptSentences.sandboxFailed,
  busy: attemptSentences.sandboxBusy,
  closed: attemptSentences.sandboxClosed,
}

export function sandbox(clock: Clock): Sandbox {
  // The worker is the same file compiled or not, so its extension is this file's.
  const url = new URL(`./sandbox-worker${extname(import.meta.filename)}`, import.meta.url)
  const thread = boundedThread<SandboxWork, SandboxResult>(
    { url, name: 'posthorn-sandbox' },
    { deadlineMs: timeoutMs + graceMs, waitingMax },
    clock,
  )
  return {
    async run(source) {
      const result = await thread.run({ source, timeoutMs })
      return result.ok ? result.answer : { ok: false, reason: sentences[result.why] }
    },
    close: () => thread.close(),
  }
}
