/** Bytes of one event kept while it is incomplete; beyond it the stream is not one of ours. */
const eventCharsMax = 16 * 1024 * 1024

/** Reads server-sent events; `data` is parsed as JSON. Comments are skipped. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<{
  readonly event: string
  readonly data: unknown
  /** The event's id; absent where it has none. */
  readonly id: string | undefined
}> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > eventCharsMax) throw new Error('An event of the stream is too large.')
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const field = (name: string): string | undefined =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
      const data = field('data')
      if (data === undefined) continue
      yield { event: field('event') ?? 'message', data: JSON.parse(data), id: field('id') }
    }
  }
}
