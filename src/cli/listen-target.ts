/** The place on this machine that `posthorn listen` hands deliveries to. */
import { connect } from 'node:net'
import { exitCodes } from './exit-codes.ts'
import { CliFailure, usageFailure } from './failure.ts'
import type { LocalAnswer, Pushed } from './listen-output.ts'
import { pause } from './pause.ts'
import type { Terminal } from './terminal.ts'

const answerBytesMax = 256 * 1024
const askEveryMs = 300
const askTimeoutMs = 2_000

export function targetOf(given: string, external: boolean): string {
  const url = /^\d+(\/|$)/.test(given) ? `http://localhost:${given}` : given
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw usageFailure({
      en: `"${given}" is neither a port nor a URL.`,
      es: `"${given}" no es un puerto ni una URL.`,
    })
  }
  const { hostname, href } = new URL(url)
  if (!external && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) {
    throw new CliFailure({
      exit: exitCodes.usage,
      code: 'external_target',
      title: {
        en: `${hostname} is not this machine.`,
        es: `${hostname} no es esta máquina.`,
      },
    })
  }
  return href
}

export type Fetch = typeof fetch

/** What makes the requests: with `--insecure` certificates are taken as they come. */
export async function localFetch(insecure: boolean): Promise<Fetch> {
  if (!insecure) return fetch
  const undici = await import('undici')
  const dispatcher = new undici.Agent({ connect: { rejectUnauthorized: false } })
  const trusting: unknown = (url: string, init: object) =>
    undici.fetch(url, { ...init, dispatcher })
  return trusting as Fetch // undici's own fetch is the one Node has
}

/** Set by fetch itself. */
const notForwarded = /^(host|content-length|connection|transfer-encoding|accept-encoding)$/i
const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/

export async function makeRequest(
  target: string,
  request: Pushed,
  send: Fetch,
): Promise<LocalAnswer> {
  try {
    const response = await send(target, {
      method: request.method ?? 'POST',
      headers: request.headers.filter(([name]) => !notForwarded.test(name)).map(([n, v]) => [n, v]),
      body: Buffer.from(request.bodyBase64, 'base64'),
      redirect: 'manual',
      signal: AbortSignal.timeout(request.timeoutMs),
    })
    const body = Buffer.from(await response.arrayBuffer()).subarray(0, answerBytesMax)
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      bodyBase64: body.toString('base64'),
    }
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : null
    const code = String(cause instanceof Error ? Reflect.get(cause, 'code') : '')
    if (code === 'ECONNREFUSED') return { error: 'connect_refused' }
    return { error: 'connect_failed', untrusted: untrusted.test(code) }
  }
}

/** Waits until somebody listens on the target, or the command is to stop. */
export async function untilOpen(target: string, terminal: Terminal): Promise<void> {
  while (!terminal.stop.aborted && !(await isOpen(target))) await pause(askEveryMs, terminal)
}

function isOpen(target: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(target)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    timeout: askTimeoutMs,
  })
  const end = (open: boolean): void => {
    socket.destroy()
    resolve(open)
  }
  socket.once('connect', () => end(true))
  socket.once('error', () => end(false))
  socket.once('timeout', () => end(false))
  return promise
}
