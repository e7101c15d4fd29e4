/** Stands in for the server where only the harness is tried: answers every request at once. */
import { createServer } from 'node:net'
import { parentOf } from '../support/child.ts'
import { LeanReader } from '../support/lean-http.ts'

const { say } = parentOf()
const answer =
  'HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'

const server = createServer({ noDelay: true }, (socket) => {
  const reader = new LeanReader(() => socket.write(answer))
  socket.on('data', (chunk) => reader.push(chunk))
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  say({ kind: 'ready' })
  say({ kind: 'port', port: typeof address === 'object' ? address?.port : 0 })
})
