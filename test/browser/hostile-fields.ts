/**
 * Every field that somebody else can write, filled with every hostile string, each under a name of
 * its own: so a page tells which of them it shows, and a field that no page shows is found.
 */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConsoleUnderTest } from '../support/console.ts'

export const script = '<script>window.__pwn=1</script>'

/** How a page shows that field as the text that it is. */
export const shownAs = (field: string): string => `«${field}» ${script}`

export interface Planted {
  /** What pages must show somewhere. */
  readonly fields: readonly string[]
  readonly pages: readonly string[]
  /** Answers everything with all of the strings; on `/moved` it also leads to where scripts are. */
  readonly receiver: Server
  /** A list of types as somebody else wrote it. */
  readonly imported: string
}

interface Named {
  readonly id: string
}

export async function plant(ui: ConsoleUnderTest, strings: readonly string[]): Promise<Planted> {
  const fields: string[] = []
  /** One line of them all: text fields have no line breaks. */
  const line = strings.map((text) => text.replaceAll(/\p{Cc}/gu, '').toWellFormed()).join(' ')
  const filled = (field: string, lengthMax = 2_000): string => {
    fields.push(field)
    return `${shownAs(field)} ${line}`.slice(0, lengthMax)
  }
  /** What a header can carry. */
  const header = (field: string): string =>
    filled(field, 4_000)
      .replaceAll('«', '(')
      .replaceAll('»', ')')
      .replaceAll(/[^\x20-\x7e]/g, '')
  const call = async (method: string, path: string, body?: unknown): Promise<Named> =>
    (await ui.call(method, path, body)) as Named // the contract's type

  const answer = {
    header: header('answer.header'),
    body: `${filled('answer.body')}\n${strings.join('\n')}`,
  }
  const receiver = createServer((request, response) => {
    request.resume()
    const moved = request.url === '/moved'
    response.writeHead(moved ? 302 : 500, {
      ...{ 'content-type': 'text/html', 'x-evil': answer.header },
      ...(moved ? { location: 'javascript:window.__pwn=1' } : {}),
    })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const once = { retryScheduleMs: [], successStatuses: [[200, 299]] }

  // The standard profile: what an endpoint, its messages and their types may hold.
  await call('POST', '/event-type', {
    ...{ name: 'field.paid', description: filled('eventType.description') },
    schemas: {
      '1': {
        ...{ type: 'object', examples: [{ said: filled('eventType.example') }] },
        properties: { said: { type: 'string', description: filled('eventType.fieldDescription') } },
      },
    },
  })
  await call('POST', '/app', { name: filled('application.name', 256), uid: 'fields' })
  const endpoint = await call('POST', '/app/fields/endpoint', {
    ...{ url: `${url}/hooks`, description: filled('endpoint.name', 250), policy: once },
    metadata: { label: filled('endpoint.label', 500) },
    headers: { 'x-custom': header('endpoint.header') },
  })
  await call('POST', '/app/fields/endpoint', {
    ...{ url: `${url}/moved`, description: 'Moved', policy: once },
  })
  const picky = await call('POST', '/app/fields/endpoint', {
    ...{ url: `${url}/picky`, description: 'Picky' },
    filter: { 'data.who': filled('endpoint.filter', 200) },
  })
  const message = await call('POST', '/app/fields/msg', {
    eventType: 'field.paid',
    payload: { data: { who: filled('message.payload', 300) }, [filled('message.key', 300)]: 1 },
  })

  // Each system's own fields.
  for (const system of ['modyo', 'ultimate-multisite', 'logto', 'cotalker', 'ciam']) {
    await call('POST', `/catalog/${system}/install`, {})
    await call('POST', '/app', { name: system, uid: system, profile: system })
  }
  const modyo = await call('POST', '/app/modyo/endpoint', {
    ...{ name: filled('modyo.name', 256), url: `${url}/modyo`, context: 'site' },
    ...{ eventTypes: ['layout_page_created_log'], headers: { 'x-banco': header('modyo.header') } },
    scope: { site: [filled('modyo.site', 120).replaceAll(/[,\s]+/g, ' ')] },
  })
  const multisite = await call('POST', '/app/ultimate-multisite/endpoint', {
    ...{ name: filled('multisite.name', 256), url: `${url}/multisite` },
    ...{ eventTypes: ['payment_received'], integration: filled('multisite.integration', 256) },
  })
  const logto = await call('POST', '/app/logto/endpoint', {
    ...{ name: filled('logto.name', 256), url: `${url}/logto`, eventTypes: ['PostRegister'] },
  })
  const cotalker = await call('POST', '/app/cotalker/endpoint', {
    ...{ name: filled('cotalker.name', 256), code: 'code', url: `${url}/cotalker` },
    ...{ description: filled('cotalker.description'), trigger: 'create-edit-delete-task' },
    scope: { workflow: [filled('cotalker.workflow', 120).replaceAll(/[,\s]+/g, ' ')] },
  })
  const ciam = await call('POST', '/app/ciam/endpoint', {
    ...{ name: filled('ciam.name', 256), url: `${url}/ciam`, eventTypes: ['USER_LOGIN'] },
    authentication: {
      ...{ kind: 'oauth2', tokenUrl: `${url}/token`, clientId: filled('ciam.clientId', 250) },
      secret: 's',
    },
  })

  // People, keys, bins, notices, and what is masked.
  const key = (await ui.call('POST', '/api-key', {
    ...{ name: filled('key.name', 250), role: 'reader' },
  })) as { readonly token: string } // the contract's type
  await fetch(`${ui.url}/api/v1/app`, {
    headers: { authorization: `Bearer ${key.token}`, 'user-agent': header('key.userAgent') },
  })
  await ui.call('PUT', '/inspector/bin/fields', {
    note: filled('bin.note', 500),
  })
  await fetch(`${ui.url}/in/fields/${encodeURIComponent(filled('captured.path', 300))}`, {
    method: 'POST',
    headers: { 'content-type': 'text/html', 'user-agent': header('captured.userAgent') },
    body: filled('captured.body'),
  })
  const { data } = (await ui.call('GET', '/inspector/bin/fields/request')) as {
    readonly data: readonly Named[]
  } // the contract's type
  await ui.call('PATCH', `/inspector/bin/fields/request/${data[0]?.id}`, {
    note: filled('captured.note', 500),
  })
  await call('POST', '/operational-webhook/endpoint', { url: `${url}/notices` })
  const imported = filled('import.description', 300).replaceAll(/[,"]/g, '')

  const attempts = await attemptsOf(ui, message.id, 2)
  const endpoints = { modyo, 'ultimate-multisite': multisite, logto, cotalker, ciam }
  return {
    ...{ fields, receiver, imported: `field.imported, ${imported}` },
    pages: [
      ...[
        '/',
        '/applications',
        '/audit',
        '/keys',
        '/inspector',
        '/inspector/fields',
        '/settings',
        '/inspector/fields?dialog=settings',
      ],
      ...['/catalog', '/catalog/field.paid', '/app/fields/deliveries', '/app/fields/messages'],
      ...['/app/fields/endpoints', `/app/fields/messages/${message.id}`],
      ...['', '/settings', '/signing', '/history', '/checkup'].map(
        (tab) => `/app/fields/endpoints/${endpoint.id}${tab}`,
      ),
      ...attempts.map((id) => `/app/fields/messages/${message.id}/attempts/${id}`),
      `/app/fields/endpoints/${picky.id}/settings`,
      '/app/fields/endpoints/new',
      '/catalog?dialog=import',
      '/app/fields/recovery',
      '/app/fields/statistics',
      '/app/fields/messages?dialog=send&event=field.paid',
      ...Object.entries(endpoints).flatMap(([system, { id }]) => [
        `/app/${system}/endpoints`,
        `/app/${system}/endpoints/${id}/settings`,
        `/app/${system}/endpoints/${id}/log`,
      ]),
    ],
  }
}

/** Once there are that many. */
async function attemptsOf(
  ui: ConsoleUnderTest,
  message: string,
  count: number,
): Promise<readonly string[]> {
  const until = performance.now() + 60_000
  for (;;) {
    const { data } = (await ui.call('GET', `/app/fields/attempt/msg/${message}`)) as {
      readonly data: readonly Named[]
    } // the contract's type
    if (data.length >= count) return data.map(({ id }) => id)
    assert.ok(performance.now() < until, `${data.length} attempts of ${message}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
