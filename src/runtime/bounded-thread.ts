/**
 * Work on what strangers wrote, in a thread of its own: one piece at a time, with bounds on its
 * time, its memory and what may wait. A thread that does not answer in time is ended and replaced,
 * so that nothing else waits for it.
 */
import { Worker } from 'node:worker_threads'
import type { Clock, Timer } from './clock.ts'

export interface ThreadLimits {
  /** Of one piece, from when the thread is handed it. */
  readonly deadlineMs: number
  /** Pieces that wait; more are refused, so that memory stays bounded. */
  readonly waitingMax: number
  /** The thread's heap; absent: what it runs bounds itself. */
  readonly heapMegabytesMax?: number
}

/** Why a piece of work has no answer. */
export type NoAnswer = 'slow' | 'large' | 'failed' | 'busy' | 'closed'

export type Answered<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly why: NoAnswer }

export interface BoundedThread<Work, Answer> {
  /** Never throws. Both are copied on the way. */
  run(work: Work): Promise<Answered<Answer>>
  /** What runs and waits is answered `closed`. */
  close(): Promise<void>
}

/** What a thread is handed, and gives back under the same number. */
export interface ThreadWork<Work> {
  readonly id: number
  readonly work: Work
}
export interface ThreadAnswer<Answer> {
  readonly id: number
  readonly answer: Answer
}

interface Waiting<Work, Answer> {
  readonly work: Work
  readonly resolve: (result: Answered<Answer>) => void
}

/** The thread is made when it is first needed, and does not keep the process alive. */
export function boundedThread<Work, Answer>(
  file: { readonly url: URL; readonly name: string },
  limits: ThreadLimits,
  clock: Clock,
): BoundedThread<Work, Answer> {
  const waiting: Waiting<Work, Answer>[] = []
  let worker: Worker | null = null
  let current: Waiting<Work, Answer> | null = null
  let timer: Timer | null = null
  let lastId = 0
  let closed = false

  const finish = (result: Answered<Answer>): void => {
    timer?.cancel()
    current?.resolve(result)
    current = null
    next()
  }
  const fail = (why: NoAnswer): void => {
    const broken = worker
    worker = null
    void broken?.terminate()
    if (current !== null) finish({ ok: false, why })
  }
  const start = (): Worker => {
    const heap = limits.heapMegabytesMax
    const started = new Worker(file.url, {
      name: file.name,
      env: {},
      stdin: false,
      ...(heap === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heap } }),
    })
    started.unref()
    started.on('message', ({ id, answer }: ThreadAnswer<Answer>) => {
      if (id === lastId && started === worker) finish({ ok: true, answer })
    })
    started.on('error', (error) => {
      const isLarge = Reflect.get(error, 'code') === 'ERR_WORKER_OUT_OF_MEMORY'
      if (started === worker) fail(isLarge ? 'large' : 'failed')
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
    timer = clock.setTimer(limits.deadlineMs, () => fail('slow'))
    worker.postMessage({ id: lastId, work: first.work } satisfies ThreadWork<Work>)
  }
  return {
    run(work) {
      if (closed) return Promise.resolve({ ok: false, why: 'closed' })
      if (waiting.length >= limits.waitingMax) return Promise.resolve({ ok: false, why: 'busy' })
      return new Promise((resolve) => {
        waiting.push({ work, resolve })
        next()
      })
    },
    async close() {
      closed = true
      for (const { resolve } of waiting.splice(0)) resolve({ ok: false, why: 'closed' })
      const last = worker
      fail('closed')
      await last?.terminate()
    },
  }
}
