/**
 * Runs customers' JavaScript where it can do no harm: an engine of its own, compiled to
 * WebAssembly, in a thread of its own, with bounds on time, memory and stack, and nothing of ours
 * within reach. A thread that does not answer in time is ended and replaced.
 */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { attemptSentences } from '../domain/attempt-sentences.ts'
import type { Sentence } from '../domain/sentence.ts'
import type { Clock, Timer } from './clock.ts'

export interface SandboxRequest {
  readonly id: number
  readonly source: string
  readonly timeoutMs: number
}
export type SandboxAnswer =
  | { readonly id: number; readonly ok: true; readonly output: string }
  | { readonly id: number; readonly ok: false; readonly reason: Sentence }

export type SandboxResult =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly reason: Sentence }

export interface Sandbox {
  /** Evaluates a script; its last value must be a text. Never throws. */
  run(source: string): Promise<SandboxResult>
  close(): Promise<void>
}

const timeoutMs = 150
/** Waiting runs beyond this are refused: memory stays bounded. */
const waitingMax = 1_000
/** Beyond the code's own time: starting the engine, and the way there and back. */
const graceMs = 3_000

interface Waiting {
  readonly source: string
  readonly resolve: (result: SandboxResult) => void
}

export function sandbox(clock: Clock): Sandbox {
  const waiting: Waiting[] = []
  let worker: Worker | null = null
  let current: Waiting | null = null
  let timer: Timer | null = null
  let lastId = 0
  let closed = false

  const finish = (result: SandboxResult): void => {
    timer?.cancel()
    current?.resolve(result)
    current = null
    next()
  }
  const fail = (reason: Sentence): void => {
    const broken = worker
    worker = null
    void broken?.terminate()
    if (current !== null) finish({ ok: false, reason })
  }
  const start = (): Worker => {
    // The worker is the same file compiled or not, so its extension is this file's.
    const url = new URL(`./sandbox-worker${extname(import.meta.filename)}`, import.meta.url)
    const started = new Worker(url, { name: 'posthorn-sandbox', env: {}, stdin: false })
    started.unref()
    started.on('message', (answer: SandboxAnswer) => {
      if (answer.id === lastId && started === worker) finish(answer)
    })
    started.on('error', () => {
      if (started === worker) fail(attemptSentences.sandboxFailed)
    })
    return started
  }
  const next = (): void => {
    if (current !== null || closed) return
    const first = waiting.shift()
    if (first === undefined) return
    current = first
    worker ??= start()
    lastId += 1
    timer = clock.setTimer(timeoutMs + graceMs, () => fail(attemptSentences.codeTooSlow))
    worker.postMessage({ id: lastId, source: first.source, timeoutMs } satisfies SandboxRequest)
  }
  return {
    run(source) {
      if (closed || waiting.length >= waitingMax) {
        return Promise.resolve({ ok: false, reason: attemptSentences.sandboxBusy })
      }
      return new Promise((resolve) => {
        waiting.push({ source, resolve })
        next()
      })
    },
    async close() {
      closed = true
      for (const { resolve } of waiting.splice(0)) {
        resolve({ ok: false, reason: attemptSentences.sandboxClosed })
      }
      const last = worker
      fail(attemptSentences.sandboxClosed)
      await last?.terminate()
    },
  }
}
