/**
 * Loaded into a node before it starts: at SIGUSR2 its event loop is busy for so many milliseconds, with
 * what keeps one busy in real life.
 */
const busyMs = Number(process.env['BUSY_MS'])
const elements = 5_000_000

process.on('SIGUSR2', () => {
  const until = performance.now() + busyMs
  const text = `[${'1234567,'.repeat(elements)}0]` // 40 MB
  while (performance.now() < until) JSON.parse(text)
})
