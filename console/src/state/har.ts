import type { CapturedOut } from '../api/model.ts'

/** Captured requests as an HTTP Archive 1.2, newest last. */
export function harOf(requests: readonly CapturedOut[], origin: string): unknown {
  return {
    log: {
      version: '1.2',
      creator: { name: 'posthorn', version: '1' },
      entries: requests.toReversed().map((request) => entryOf(request, origin)),
    },
  }
}

function entryOf(request: CapturedOut, origin: string): unknown {
  const query = request.query === '' ? '' : `?${request.query}`
  const pairs = (list: Iterable<readonly [string, string]>) =>
    [...list].map(([name, value]) => ({ name, value }))
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return {
    startedDateTime: request.receivedAt,
    time: request.answer.delayMs,
    request: {
      method: request.method,
      url: `${origin}/in/${request.bin}${request.path === '/' ? '' : request.path}${query}`,
      httpVersion: `HTTP/${request.httpVersion}`,
      cookies: [],
      headers: pairs(request.headers),
      queryString: pairs(new URLSearchParams(request.query)),
      headersSize: -1,
      bodySize: request.bodyBytes,
      postData: { mimeType: type, text: request.body ?? request.bodyBase64 },
    },
    response: {
      status: request.answer.hangUp ? 0 : request.answer.status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: '' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: request.answer.delayMs, receive: 0 },
  }
}
