/**
 * The text of one member of a JSON object, exactly as it came. `JSON.parse` would turn `1.0` into
 * `1`; what a person is shown as the payload must be the bytes that were stored.
 */
export function rawMember(text: string, name: string): string | null {
  const start = memberStart(text, name)
  return start === -1 ? null : text.slice(start, valueEnd(text, start)).trimEnd()
}

/** Where the value of the object's own member begins; -1 when there is none. */
function memberStart(text: string, name: string): number {
  const key = JSON.stringify(name)
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = stringEnd(text, at)
      if (depth === 1 && text.slice(at, end) === key) {
        const colon = /^\s*:\s*/.exec(text.slice(end, end + 64))
        if (colon !== null) return end + colon[0].length
      }
      at = end - 1
    } else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
  }
  return -1
}

function valueEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = stringEnd(text, at) - 1
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') {
      if (depth === 0) return at
      depth--
    } else if (character === ',' && depth === 0) return at
  }
  return text.length
}

/** The position after the closing quote. */
function stringEnd(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}
