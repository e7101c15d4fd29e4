import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { clientError } from './http-edge.ts'

/** What a client reads when the server gives up on a connection after `sent` came in. */
async function answerTo(sent: string): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1') // listens on TCP
  const [socket] = (await once(server, 'connection')) as [Socket] // what a server is given
  if (sent !== '') {
    client.write(sent)
    await once(socket, 'data')
  }
  let read = ''
  client.on('data', (chunk) => {
    read += String(chunk)
  })
  clientError(Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
  await once(client, 'close')
  server.close()
  return read
}

test('a connection that was never used is closed without an answer', async () => {
  assert.equal(await answerTo(''), '')
})

test('a request that was begun and not finished in time is told so, in both languages', async () => {
  const told = await answerTo('GET / HTTP/1.1\r\n')
  assert.match(told, /^HTTP\/1\.1 408 .*"code":"request_timeout"/s)
  assert.match(told, /"The request took too long\. \/ La solicitud tardó demasiado\."/)
})
