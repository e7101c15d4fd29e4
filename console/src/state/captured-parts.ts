/** The parts of a captured request that are not lines of their own: cookies, fields of a form, what is searched. */
import type { CapturedOut } from '../api/model.ts'

type Pair = readonly [name: string, value: string]

const fieldsMax = 200

function headerOf({ headers }: CapturedOut, wanted: string): string {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
}

export function cookiesOf(request: CapturedOut): readonly Pair[] {
  return headerOf(request, 'cookie')
    .split(';')
    .flatMap((one): Pair[] => {
      const at = one.indexOf('=')
      return at < 1 ? [] : [[one.slice(0, at).trim(), one.slice(at + 1).trim()]]
    })
}

/** Fields of a form, and of its files the name and the size. */
export function fieldsOf(
  request: CapturedOut,
  bytesText: (count: number) => string,
): readonly Pair[] {
  const type = headerOf(request, 'content-type')
  if (/^application\/x-www-form-urlencoded/i.test(type)) {
    return [...new URLSearchParams(request.body ?? '')].slice(0, fieldsMax)
  }
  const boundary = /^multipart\/form-data;.*?boundary="?([^";]+)/i.exec(type)?.[1]
  if (boundary === undefined) return []
  // One character a byte, so that sizes are right whatever the files hold.
  return atob(request.bodyBase64)
    .split(`--${boundary}`)
    .slice(1, -1)
    .slice(0, fieldsMax)
    .flatMap((part): Pair[] => {
      const at = part.indexOf('\r\n\r\n')
      const head = part.slice(0, at)
      const value = part.slice(at + 4).replace(/\r\n$/, '')
      const name = /\bname="([^"]*)"/i.exec(head)?.[1]
      const file = /\bfilename="([^"]*)"/i.exec(head)?.[1]
      if (at === -1 || name === undefined) return []
      return [
        [
          utf8(name),
          file === undefined ? utf8(value) : `${utf8(file)}, ${bytesText(value.length)}`,
        ],
      ]
    })
}

function utf8(binary: string): string {
  return new TextDecoder().decode(Uint8Array.from(binary, (one) => one.charCodeAt(0)))
}

/** All that the search looks through, in lower case. */
export function textOf(row: CapturedOut): string {
  const headers = row.headers.map((pair) => pair.join(': ')).join('\n')
  return `${row.method} ${row.path}?${row.query}\n${row.note ?? ''}\n${headers}\n${row.body ?? ''}`.toLowerCase()
}
