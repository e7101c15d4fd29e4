/** Length of the number after `sentAt`; spaces before it are JSON too, and survive (I3). */
const sentAtWidth = 20
const frame = '{"sentAt":,"customer":"cus_8Xh2","lines":""}'.length + sentAtWidth

/** JSON text of about `bytes` bytes (at least its frame), ASCII only. */
export function payloadText(sentAt: number, bytes: number): string {
  const filler = 'x'.repeat(Math.max(0, bytes - frame))
  const time = sentAt.toFixed(3).padStart(sentAtWidth)
  return `{"sentAt":${time},"customer":"cus_8Xh2","lines":"${filler}"}`
}

/** The body of one `POST …/msg`. */
export function eventBody(sentAt: number, payloadBytes: number): string {
  return `{"eventType":"bench.happened","payload":${payloadText(sentAt, payloadBytes)}}`
}
