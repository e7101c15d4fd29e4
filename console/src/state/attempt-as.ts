/** An attempt as other tools take it: same URL, same headers, same signature, same bytes. */
import type { AttemptOut } from '../api/model.ts'
import { shellQuoted } from '../components/copy-as.tsx'

/** What every client sets by itself. */
const ownHeaders = /^(host|content-length|connection)$/i

function headersOf(attempt: AttemptOut): readonly (readonly [string, string])[] {
  return Object.entries(attempt.requestHeaders ?? {}).filter(([name]) => !ownHeaders.test(name))
}

/** `POST` unless a transformation chose another. */
export const methodOf = ({ method }: AttemptOut): string => method ?? 'POST'

/** The attempt with headers that were made anew: each in the place of that of the same name. */
export function signedNow(
  attempt: AttemptOut,
  headers: Readonly<Record<string, string>>,
): AttemptOut {
  const fresh = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
  )
  const sent = Object.entries(attempt.requestHeaders ?? {})
  return {
    ...attempt,
    requestHeaders: Object.fromEntries(
      sent.map(([name, value]) => [name, fresh.get(name.toLowerCase()) ?? value]),
    ),
  }
}

export function curlOf(attempt: AttemptOut, payload: string): string {
  return [
    `curl -X ${methodOf(attempt)}`,
    shellQuoted(attempt.url),
    ...headersOf(attempt).map(([name, value]) => `-H ${shellQuoted(`${name}: ${value}`)}`),
    '--data-raw',
    shellQuoted(payload),
  ].join(' \\\n  ')
}

/**
 * HTTPie 3, in a script too, where it would else read the body from its input; with a space before
 * each value, so that none of it is read as an operator.
 */
export function httpieOf(attempt: AttemptOut, payload: string): string {
  return [
    `http --ignore-stdin ${methodOf(attempt)}`,
    shellQuoted(attempt.url),
    ...headersOf(attempt).map(([name, value]) => shellQuoted(`${name}: ${value}`)),
    '--raw',
    shellQuoted(payload),
  ].join(' \\\n  ')
}

/** JavaScript; the body stays the text that was signed. */
export function fetchOf(attempt: AttemptOut, payload: string): string {
  const headers = JSON.stringify(Object.fromEntries(headersOf(attempt)), null, 2)
  return `await fetch(${JSON.stringify(attempt.url)}, {
  method: '${methodOf(attempt)}',
  headers: ${headers.replaceAll('\n', '\n  ')},
  body: ${JSON.stringify(payload)},
})`
}

export function rawOf(attempt: AttemptOut, payload: string): string {
  const { host, pathname, search } = new URL(attempt.url)
  const length = new TextEncoder().encode(payload).length
  return [
    `${methodOf(attempt)} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...headersOf(attempt).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${length}`,
    '',
    payload,
  ].join('\r\n')
}

/** HTTP Archive 1.2 of this one request and its answer. */
export function attemptHar(attempt: AttemptOut, payload: string): string {
  const pairs = (headers: Readonly<Record<string, string>> | undefined) =>
    Object.entries(headers ?? {}).map(([name, value]) => ({ name, value }))
  const time = attempt.responseDurationMs
  const entry = {
    startedDateTime: attempt.timestamp,
    time,
    request: {
      method: methodOf(attempt),
      url: attempt.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairs(attempt.requestHeaders),
      queryString: [...new URL(attempt.url).searchParams].map(([name, value]) => ({ name, value })),
      headersSize: -1,
      bodySize: new TextEncoder().encode(payload).length,
      postData: { mimeType: attempt.requestHeaders?.['content-type'] ?? '', text: payload },
    },
    response: {
      status: attempt.responseStatusCode,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairs(attempt.responseHeaders),
      content: {
        size: attempt.response.length,
        mimeType: attempt.responseHeaders?.['content-type'] ?? '',
        text: attempt.response,
      },
      redirectURL: attempt.responseHeaders?.['location'] ?? '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
  }
  const creator = { name: 'posthorn', version: '1' }
  return JSON.stringify({ log: { version: '1.2', creator, entries: [entry] } }, null, 2)
}
