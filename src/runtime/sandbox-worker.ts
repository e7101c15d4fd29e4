/** The thread that runs customers' code: QuickJS in WebAssembly, without any host object. */
import { parentPort } from 'node:worker_threads'
import { getQuickJS, type QuickJSWASMModule } from 'quickjs-emscripten'
import { attemptSentences } from '../domain/attempt-sentences.ts'
import { alike, type Sentence } from '../domain/sentence.ts'
import type { ThreadAnswer, ThreadWork } from './bounded-thread.ts'
import type { SandboxResult, SandboxWork } from './sandbox.ts'

const memoryBytesMax = 16 * 1024 * 1024
const stackBytesMax = 256 * 1024
const reasonLengthMax = 300

function run(engine: QuickJSWASMModule, request: SandboxWork): SandboxResult {
  const runtime = engine.newRuntime()
  runtime.setMemoryLimit(memoryBytesMax)
  runtime.setMaxStackSize(stackBytesMax)
  const endsAt = ranMs() + request.timeoutMs
  runtime.setInterruptHandler(() => ranMs() > endsAt)
  const context = runtime.newContext()
  try {
    const result = context.evalCode(request.source)
    if (result.error !== undefined) {
      const error: unknown = context.dump(result.error)
      result.error.dispose()
      return { ok: false, reason: describe(error), ...lineOf(error) }
    }
    const value: unknown = context.dump(result.value)
    result.value.dispose()
    return typeof value === 'string'
      ? { ok: true, output: value }
      : { ok: false, reason: attemptSentences.codeWithoutResult }
  } finally {
    context.dispose()
    runtime.dispose()
  }
}

/** What this thread has run so far: code is not charged for a machine that others keep busy. */
function ranMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** What the customer's own code says of itself is theirs, in their words. */
function describe(error: unknown): Sentence {
  if (typeof error !== 'object' || error === null) return attemptSentences.codeThrewOddly
  const name = String(Reflect.get(error, 'name'))
  const message = String(Reflect.get(error, 'message'))
  if (message === 'interrupted') return attemptSentences.codeTooSlow
  return alike(`${name}: ${message}`.slice(0, reasonLengthMax))
}

/** By the first call of its stack that is in the script. */
function lineOf(error: unknown): { readonly line?: number } {
  const stack: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'stack') : undefined
  const line = typeof stack === 'string' ? /\beval\.js:(\d{1,6})\b/.exec(stack)?.[1] : undefined
  return line === undefined ? {} : { line: Number(line) }
}

const engine = await getQuickJS()
parentPort?.on('message', ({ id, work }: ThreadWork<SandboxWork>) => {
  let answer: SandboxResult
  try {
    answer = run(engine, work)
  } catch {
    // Out of memory can surface as a fault of the engine itself.
    answer = { ok: false, reason: attemptSentences.codeTooLarge }
  }
  parentPort?.postMessage({ id, answer } satisfies ThreadAnswer<SandboxResult>)
})
