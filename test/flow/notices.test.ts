/** Operational webhooks in sentences: a chat and a real mail server are told what a person would say. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import { configWith } from '../../src/config.ts'
import { createPosthorn, type Posthorn } from '../../src/posthorn.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { silentLog } from '../../src/runtime/log.ts'
import { systemRandom } from '../../src/runtime/random.ts'

interface Mail {
  readonly to: readonly string[]
  readonly text: string
}

/** What arrives, one after the other. */
class Arrivals<Item> {
  readonly #waiting: ((item: Item) => void)[] = []
  readonly #items: Item[] = []
  add(item: Item): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#items.push(item)
    else waiting(item)
  }
  next(): Promise<Item> {
    const item = this.#items.shift()
    if (item !== undefined) return Promise.resolve(item)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

const folder = mkdtempSync(join(tmpdir(), 'posthorn-notices-'))
const mails = new Arrivals<Mail>()
const chats = new Arrivals<string>()
let refusal: { code: number; text: string } | null = null

const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, session, done) {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const failed = refusal
      if (failed !== null)
        return done(Object.assign(new Error(failed.text), { responseCode: failed.code }))
      const to = session.envelope.rcptTo.map(({ address }) => address)
      mails.add({ to, text: Buffer.concat(chunks).toString() })
      done()
    })
  },
})
const chat = createServer(async (request, response) => {
  chats.add(await new Response(request as unknown as ReadableStream).text())
  response.end('ok')
})
let server: Posthorn
before(async () => {
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve))
  const { port } = mailServer.server.address() as AddressInfo // it listens
  const config = configWith({
    ...{ port: 0, dataDir: join(folder, 'data'), publicUrl: 'https://hooks.example' },
    ...{ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'posthorn@hooks.example' },
  })
  server = createPosthorn(config, { clock: systemClock, random: systemRandom, log: silentLog })
  await server.start()
})
after(async () => {
  await server.stop()
  chat.close()
  await new Promise<void>((resolve) => mailServer.close(() => resolve()))
  rmSync(folder, { recursive: true })
})

async function call(method: string, path: string, body: object, language = 'en') {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.installation.apiKey}`,
      'accept-language': language,
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: the test reads fields of documented answers
  return { status: response.status, json: (text === '' ? null : JSON.parse(text)) as any }
}
const path = '/operational-webhook/endpoint'
const chatUrl = () => `http://127.0.0.1:${(chat.address() as AddressInfo).port}/services/T0/B0/key` // it listens

/** The parts of a mail that a person reads. */
function read({ text }: Mail): { readonly subject: string; readonly body: string } {
  const end = text.indexOf('\r\n\r\n')
  const [head, body] = [text.slice(0, end), text.slice(end + 4)]
  const unfolded = head.replace(/\r\n /g, ' ')
  const plain = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, '%$1')
  return { subject: /^Subject: (.*)$/m.exec(unfolded)?.[1] ?? '', body: decodeURIComponent(plain) }
}

test('a chat and two mail addresses are told that an endpoint was disabled, each in its language', async () => {
  const { json: slack } = await call('POST', path, {
    ...{ url: chatUrl(), format: 'slack', eventTypes: ['endpoint.disabled'] },
  })
  assert.deepEqual([slack.format, slack.language], ['slack', 'en'])
  const to = 'mailto:ops@hooks.example, dev@hooks.example'
  const { json: mail } = await call('POST', path, {
    ...{ url: to, language: 'es', eventTypes: ['endpoint.disabled'] },
  })
  assert.deepEqual([mail.url, mail.format], ['mailto:ops@hooks.example,dev@hooks.example', 'mail'])

  const { json: app } = await call('POST', '/app', {
    name: 'Tienda <!channel>\n@everyone [aquí](https://evil.example)',
  })
  const { json: endpoint } = await call('POST', `/app/${app.id}/endpoint`, {
    ...{ url: 'https://shop.example/hooks', description: 'Pedidos & envíos' },
  })
  await call('PATCH', `/app/${app.id}/endpoint/${endpoint.id}`, { disabled: true })
  const link = `https://hooks.example/app/${app.id}/endpoints/${endpoint.id}`
  assert.deepEqual(JSON.parse(await chats.next()), {
    text: `Pedidos &amp; envíos of Tienda &lt;!channel&gt; @\u200beveryone [aquí]\u200b(https://evil.example) was disabled: somebody did so.\n${link}`,
  })
  const arrived = await mails.next()
  assert.deepEqual(arrived.to, ['ops@hooks.example', 'dev@hooks.example'])
  const { subject, body } = read(arrived)
  assert.match(subject, /^=\?UTF-8\?|^Posthorn: /)
  assert.match(arrived.text, /^From: posthorn@hooks\.example\r$/m)
  assert.match(arrived.text, /^Auto-Submitted: auto-generated\r$/im)
  assert.match(
    body,
    /^Pedidos & envíos, de Tienda <!channel> @everyone \[aquí\]\(https:\/\/evil\.example\), quedó deshabilitado: alguien lo hizo\./,
  )
  assert.ok(body.includes(link), body)
  for (const { id } of [slack, mail]) await call('DELETE', `${path}/${id}`, {})
})

test('a receiver is tried out at once, and what it says is the answer', async () => {
  const { json: mail } = await call('POST', path, { url: 'mailto:ops@hooks.example' })
  const sent = await call('POST', `${path}/${mail.id}/test`, {})
  assert.equal(sent.json.succeeded, true, JSON.stringify(sent.json))
  assert.equal(sent.json.status, 250)
  assert.match(read(await mails.next()).body, /^Test of Example has been failing since \d{4}-/)
  refusal = { code: 550, text: 'no such box' }
  try {
    const refused = await call('POST', `${path}/${mail.id}/test`, {})
    assert.deepEqual([refused.json.succeeded, refused.json.status], [false, 550])
    assert.match(refused.json.detail, /no such box/)
  } finally {
    refusal = null
  }
  const { json: slack } = await call('PUT', `${path}/${mail.id}`, {
    url: chatUrl(),
    format: 'slack',
  })
  assert.equal(slack.format, 'slack')
  assert.equal((await call('POST', `${path}/${mail.id}/test`, {})).json.status, 200)
  assert.match(JSON.parse(await chats.next()).text, /^Test of Example has been failing/)
  await call('DELETE', `${path}/${mail.id}`, {})
})

test('who starts a job is told by mail when it ends, at an address of their own', async () => {
  const { json: app } = await call('POST', '/app', { name: 'Jobs' })
  const { json: endpoint } = await call('POST', `/app/${app.id}/endpoint`, { url: chatUrl() })
  const since = new Date(Date.now() - 60_000).toISOString()
  const missing = `/app/${app.id}/endpoint/${endpoint.id}/replay-missing`
  for (const [notify, type] of [
    ['me', 'mail_address'],
    ['nobody', 'mail_address'],
    ['a@b.example,c@d.example', 'mail_address'],
  ]) {
    const { status, json } = await call('POST', missing, { since, notify })
    assert.deepEqual(
      [status, json.detail[0].loc, json.detail[0].type],
      [422, ['body', 'notify'], type],
    )
  }
  const ana = { since, notify: 'ana@hooks.example' }
  const started = await call('POST', missing, ana, 'es')
  assert.equal(started.status, 202)
  const mail = await mails.next()
  assert.deepEqual(mail.to, ['ana@hooks.example'])
  const { body } = read(mail)
  assert.match(body, /^Terminó la tarea endpoint\.replay, de Jobs: completa\. Hecho: 0\./)
  const link = `https://hooks.example/app/${app.id}/recovery/${started.json.id}`
  assert.ok(body.includes(link), body)
  // One that nobody asked about tells her nothing; the next of her own does.
  await call('POST', missing, { since })
  await call('POST', `/app/${app.id}/delivery/recover`, ana)
  const next = await mails.next()
  assert.deepEqual(next.to, ['ana@hooks.example'])
  assert.match(read(next).body, /tarea delivery\.recover, de Jobs/)
  const { json: receivers } = await call('GET', path, {})
  assert.equal(receivers.data.length, 1, 'one receiver, listed among the others')
  // Replaced by a body that can name neither: it stays on the channel of her jobs, and is found.
  const [{ id, url }] = receivers.data
  const { json: put } = await call('PUT', `${path}/${id}`, { url, description: 'Ana' })
  assert.deepEqual([put.description, put.format, put.language], ['Ana', 'mail', 'es'])
  await call('POST', `/app/${app.id}/endpoint`, { url: chatUrl() })
  await call('POST', `/app/${app.id}/delivery/recover`, { since })
  await call('POST', missing, ana)
  assert.match(read(await mails.next()).body, /tarea endpoint\.replay/, 'of her own jobs only')
  assert.equal((await call('GET', path, {})).json.data.length, 1)
  await call('DELETE', `${path}/${id}`, {})
})

test('addresses that are none are refused, and mail is for our own events only', async () => {
  const wrong = [
    'mailto:',
    'mailto:nobody',
    'mailto:a@b',
    'mailto:a@b.example,',
    'mailto:a@b.example?bcc=c@d.example',
    'mailto:a@b.example%0Abcc:c@d.example',
    `mailto:${'a'.repeat(65)}@b.example`,
    `mailto:${Array.from({ length: 11 }, (_, at) => `a${at}@b.example`).join(',')}`,
  ]
  for (const url of wrong) {
    const { status, json } = await call('POST', path, { url })
    assert.equal(status, 422, url)
    assert.deepEqual(
      [json.detail[0].loc, json.detail[0].type],
      [['body', 'url'], 'mail_address'],
      url,
    )
  }
  for (const inside of [
    'https://10.0.0.1/hook',
    'https://[::ffff:10.0.0.1]/',
    'http://db.internal',
  ]) {
    const { status, json } = await call('POST', path, { url: inside, format: 'slack' })
    assert.deepEqual([status, json.detail[0].loc], [422, ['body', 'url']], inside)
  }
  const { json: app } = await call('POST', '/app', { name: 'Plain' })
  const url = 'mailto:ops@hooks.example'
  assert.equal((await call('POST', `/app/${app.id}/endpoint`, { url })).status, 422)
  const format = await call('POST', `/app/${app.id}/endpoint`, { url: chatUrl(), format: 'slack' })
  assert.equal(format.json.format, undefined)
})
