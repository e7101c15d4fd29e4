/**
 * Every field that somebody else can write, filled with every hostile string, each under a name of
 * its own: so a page tells which of them it shows, and a field that no page shows is found.
 */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeAuthority } from '../support/certificates.ts'
import type { ConsoleUnderTest } from '../support/console.ts'
import { startReceiver } from '../support/receiver.ts'
import { type Markers, markers, type Named, script, shownAs } from './hostile-markers.ts'
import { offerTheRest, offerWhatIsRefused } from './hostile-offers.ts'

export interface Planted {
  readonly marked: Markers
  readonly pages: readonly string[]
  /** A list of types as somebody else wrote it. */
  readonly imported: string
}

/** `after` closes what was started for it. */
export async function plant(
  ui: ConsoleUnderTest,
  strings: readonly string[],
  after: (close: () => void) => void,
): Promise<Planted> {
  const marked = markers(ui, strings)
  const receiver = await answering(marked, strings)
  after(() => receiver.close())
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}` // listening on TCP
  const standard = await standardOf(marked, url)
  const systems = await systemsOf(marked, url)
  await othersOf(ui, marked)
  const operational = await operationalOf(marked, url)
  const types = await typesFromElsewhere(marked)
  await offerWhatIsRefused(marked, { url, ...standard })
  await offerTheRest(marked, { url, ...standard })
  const secured = await overTls(ui, marked, after)
  const imported = marked.filled('import.description', 300).replaceAll(/[,"]/g, '')
  const attempts = await attemptsOf(ui, 'fields', standard.message.id, 2)
  const issue = `${standard.endpoint.id}.5xx`
  await marked.call('PATCH', `/app/fields/issue/${issue}`, {
    note: marked.filled('issue.note', 900),
  })
  const sought = `q=${encodeURIComponent(marked.filled('view.query', 200))}`
  await marked.call('POST', '/view', {
    ...{ name: marked.filled('view.name', 60), list: 'deliveries', query: sought },
  })
  await marked.call('POST', '/note', { text: marked.filled('note.text', 200) })
  const audited = [standard.application, standard.endpoint, systems.ciam, ...operational]
  return {
    ...{ marked, imported: `field.imported, ${imported}` },
    pages: [
      ...general,
      ...types.map((name) => `/catalog/${name}`),
      ...['', '/settings', '/signing', '/history', '/checkup'].map(
        (tab) => `/app/fields/endpoints/${standard.endpoint.id}${tab}`,
      ),
      `/app/fields/endpoints/${standard.picky.id}/settings`,
      ...[standard.message, standard.raw].map(({ id }) => `/app/fields/messages/${id}`),
      ...attempts.map((id) => `/app/fields/messages/${standard.message.id}/attempts/${id}`),
      ...secured,
      `/app/fields/deliveries?${sought}`, // the button has the name of what is shown
      ...Object.entries(systems).flatMap(([system, { id }]) => [
        `/app/${system}/endpoints`,
        `/app/${system}/endpoints/${id}/settings`,
        `/app/${system}/endpoints/${id}/log`,
      ]),
      ...(await Promise.all(audited.map((one) => entriesOf(ui, one)))).flat(),
    ],
  }
}

const general = [
  ...[
    '/',
    '/applications',
    '/deliveries',
    '/messages',
    '/audit',
    '/keys',
    '/users',
    '/inspector',
    '/inspector/fields',
    '/settings',
  ],
  ...['/inspector/fields?dialog=settings', '/catalog', '/catalog/field.paid'],
  ...['/app/fields/deliveries', '/app/fields/messages', '/app/fields/endpoints'],
  ...['/app/fields/endpoints/new', '/catalog?dialog=import', '/app/fields/recovery'],
  ...[
    '/app/fields/issues',
    '/app/fields/statistics',
    '/app/fields/messages?dialog=send&event=field.paid',
  ],
]

/** Answers everything with all of the strings; on `/moved` it also leads to where scripts are. */
async function answering(marked: Markers, strings: readonly string[]): Promise<Server> {
  const headers = { 'content-type': 'text/html', 'x-evil': marked.header('answer.header') }
  const body = `${marked.filled('answer.body')}\n${strings.join('\n')}`
  const receiver = createServer((request, response) => {
    request.resume()
    if (request.url?.startsWith('/moved') === true) {
      response.writeHead(302, { ...headers, location: 'javascript:window.__pwn=1' })
    } else response.writeHead(500, script, headers)
    response.end(body)
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  return receiver
}

const once = { retryScheduleMs: [], successStatuses: [[200, 299]] }

/** The standard profile: what an endpoint, its messages and their types may hold. */
async function standardOf(marked: Markers, url: string) {
  const { filled, header, call } = marked
  await call('POST', '/event-type', {
    ...{ name: 'field.paid', description: filled('eventType.description') },
    schemas: {
      '1': {
        ...{ type: 'object', examples: [{ said: filled('eventType.example') }] },
        properties: { said: { type: 'string', description: filled('eventType.fieldDescription') } },
      },
    },
  })
  const application = await call('POST', '/app', {
    ...{ name: filled('application.name', 256), uid: 'fields' },
    metadata: { [filled('application.label', 500)]: filled('application.labelValue', 500) },
  })
  const endpoint = await call('POST', '/app/fields/endpoint', {
    ...{ url: `${url}/hooks/${marked.inUrl('endpoint.url')}`, policy: once },
    description: filled('endpoint.name', 250),
    metadata: { [filled('endpoint.label', 500)]: filled('endpoint.labelValue', 500) },
    headers: { 'x-custom': header('endpoint.header') },
  })
  await call('PATCH', `/app/fields/endpoint/${endpoint.id}/transformation`, {
    code: `function handler(webhook) { return webhook } // ${filled('transformation.code')}`,
    variables: { [filled('transformation.name', 300)]: filled('transformation.value', 500) },
    enabled: false,
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
  const raw = await call('POST', '/app/fields/msg', {
    eventType: 'field.paid',
    transformationsParams: {
      ...{ rawPayload: filled('message.raw'), headers: { 'content-type': 'text/html' } },
    },
  })
  await call('PUT', '/masking', { paths: [filled('masking.path', 60).replaceAll(' ', '')] })
  return { application, endpoint, picky, message, raw }
}

/** Each system's own fields. */
async function systemsOf(marked: Markers, url: string) {
  const { filled, header, call } = marked
  for (const system of ['modyo', 'ultimate-multisite', 'logto', 'cotalker', 'ciam']) {
    await call('POST', `/catalog/${system}/install`, {})
    await call('POST', '/app', { name: system, uid: system, profile: system })
  }
  /** Ids of a scope are separated by commas and spaces. */
  const scopeId = (field: string): string => filled(field, 120).replaceAll(/[,\s]+/g, ' ')
  const modyo = await call('POST', '/app/modyo/endpoint', {
    ...{ name: filled('modyo.name', 256), url: `${url}/modyo`, context: 'site' },
    ...{ eventTypes: ['layout_page_created_log'], headers: { 'x-banco': header('modyo.header') } },
    scope: { site: [scopeId('modyo.site')] },
  })
  const multisite = await call('POST', '/app/ultimate-multisite/endpoint', {
    ...{ name: filled('multisite.name', 256), url: `${url}/multisite` },
    ...{ eventTypes: ['payment_received'], integration: filled('multisite.integration', 256) },
  })
  const logto = await call('POST', '/app/logto/endpoint', {
    ...{ name: filled('logto.name', 256), url: `${url}/logto`, eventTypes: ['PostRegister'] },
  })
  const workflow = scopeId('cotalker.workflow')
  const cotalker = await call('POST', '/app/cotalker/endpoint', {
    ...{ name: filled('cotalker.name', 256), code: 'code', url: `${url}/cotalker` },
    ...{ description: filled('cotalker.description'), trigger: 'create-edit-delete-task' },
    scope: { workflow: [workflow] },
  })
  await call('POST', '/app/cotalker/msg', {
    ...{ eventType: 'COTTask.edit', payload: { _id: '1', name: 'now' }, scope: { workflow } },
    previous: { name: filled('cotalker.previous', 300) },
  })
  const ciam = await call('POST', '/app/ciam/endpoint', {
    ...{ name: filled('ciam.name', 256), url: `${url}/ciam`, eventTypes: ['USER_LOGIN'] },
    authentication: {
      ...{ kind: 'oauth2', tokenUrl: `${url}/token/${marked.inUrl('ciam.tokenUrl')}` },
      ...{ clientId: filled('ciam.clientId', 250), scope: filled('ciam.scope', 1_000) },
      secret: marked.secret('ciam.secret'),
    },
  })
  await call('POST', '/app/ciam/msg', { eventType: 'USER_LOGIN', payload: {} })
  return { modyo, 'ultimate-multisite': multisite, logto, cotalker, ciam }
}

/** People, keys, bins and what they caught. */
async function othersOf(ui: ConsoleUnderTest, marked: Markers): Promise<void> {
  const { filled, header, call } = marked
  await call('POST', '/user', {
    ...{ email: `${script}@fields.example`, name: filled('user.name', 256), role: 'reader' },
  })
  const key = (await call('POST', '/api-key', {
    ...{ name: filled('key.name', 250), role: 'reader' },
  })) as Named & { readonly token: string } // the contract's type
  await fetch(`${ui.url}/api/v1/app`, {
    headers: { authorization: `Bearer ${key.token}`, 'user-agent': header('key.userAgent') },
  })
  const step = { headers: { 'x-evil': header('bin.header') }, body: filled('bin.body') }
  await call('PUT', '/inspector/bin/fields', {
    ...{ note: filled('bin.note', 500), secrets: [marked.secret('bin.secret')] },
    script: { rules: [{ path: `/${filled('bin.path', 200)}`, steps: [step] }] },
  })
  await fetch(`${ui.url}/in/fields/${encodeURIComponent(filled('captured.path', 300))}`, {
    method: 'POST',
    headers: { 'content-type': 'text/html', 'user-agent': header('captured.userAgent') },
    body: filled('captured.body'),
  })
  const { data } = (await ui.call('GET', '/inspector/bin/fields/request')) as {
    readonly data: readonly Named[]
  } // the contract's type
  await call('PATCH', `/inspector/bin/fields/request/${data[0]?.id}`, {
    note: filled('captured.note', 500),
  })
}

/** Receivers of our own events: endpoints with all that an endpoint may have. */
async function operationalOf(marked: Markers, url: string): Promise<readonly Named[]> {
  const { filled, call, inUrl } = marked
  const path = '/operational-webhook/endpoint'
  const secret = marked.secret('notices.secret')
  const many = await call('POST', path, {
    ...{ url: `${url}/notices/${inUrl('notices.url')}`, description: filled('notices.name', 250) },
    metadata: { [filled('notices.label', 500)]: filled('notices.labelValue', 500) },
    ...{
      headers: { 'x-custom': marked.secret('notices.header') },
      name: filled('notices.ownName', 250),
    },
    ...{ filter: { 'data.who': filled('notices.filter', 200) } },
    ...{
      integration: filled('notices.integration', 250),
      scope: { site: [filled('notices.site', 200)] },
    },
    authentication: { kind: 'basic', username: filled('notices.username', 60), secret },
  })
  const oauth2 = await call('POST', path, {
    url: `${url}/notices`,
    authentication: {
      ...{ kind: 'oauth2', tokenUrl: `${url}/token/${inUrl('notices.tokenUrl')}`, secret },
      ...{ clientId: filled('notices.clientId', 250), scope: filled('notices.scope', 1_000) },
    },
  })
  return [many, oauth2]
}

/** Documents of somebody else, and versions with names of their own. */
async function typesFromElsewhere({ filled, call }: Markers): Promise<readonly string[]> {
  const spec = (name: string, description: string): object => ({
    ...{ openapi: '3.1.0', info: { title: script, version: '1' } },
    webhooks: { [name]: { post: { description, requestBody: { content: {} } } } },
  })
  await call('POST', '/event-type/import/openapi', {
    spec: spec('field.spec', filled('import.spec', 300)),
  })
  await call('POST', '/event-type/import/openapi', {
    specRaw: JSON.stringify(spec('field.raw', filled('import.specRaw', 300))),
  })
  await call('POST', '/event-type/import', {
    text: `field.list, ${filled('import.text', 300).replaceAll(/[,"]/g, '')}`,
  })
  await call('POST', '/event-type', {
    ...{ name: 'field.versions', description: '' },
    schemas: { [filled('eventType.version', 200)]: { type: 'object' }, 1: { type: 'object' } },
  })
  return ['field.spec', 'field.raw', 'field.list', 'field.versions']
}

/** Certificates say who they are for in words of their own: the receiver's, and ours for it. */
async function overTls(
  ui: ConsoleUnderTest,
  marked: Markers,
  after: (close: () => void) => void,
): Promise<readonly string[]> {
  const name = (field: string): string => marked.filled(field, shownAs(field).length)
  const authority = makeAuthority(name('tls.issuer'))
  const issued = authority.issue({ commonName: name('tls.subject'), names: ['127.0.0.1'] })
  const client = authority.issue({ commonName: script })
  const receiver = await startReceiver({ tls: issued, script: [{ status: 500 }] })
  after(() => void receiver.close())
  const { call, filled } = marked
  await call('POST', '/app', { name: 'Over TLS', uid: 'tls' })
  const url = receiver.url
  const { id } = await call('POST', '/app/tls/endpoint', {
    ...{ url, policy: once },
    authentication: {
      ...{ kind: 'basic', username: name('endpoint.username') },
      secret: marked.secret('endpoint.password'),
    },
    tls: {
      ca: `${filled('tls.ca', 300)}\n${authority.cert}`,
      certificate: `${filled('tls.certificate', 300)}\n${client.cert}`,
      key: `${marked.secret('tls.key')}\n${client.key}`,
    },
  })
  const message = await call('POST', '/app/tls/msg', { eventType: 'field.paid', payload: {} })
  const [attempt] = await attemptsOf(ui, 'tls', message.id, 1)
  return [
    `/app/tls/endpoints/${id}/settings`,
    `/app/tls/messages/${message.id}/attempts/${attempt}`,
    ...(await entriesOf(ui, { id })),
  ]
}

/** The pages of what the audit log says of it. */
async function entriesOf(ui: ConsoleUnderTest, { id }: Named): Promise<readonly string[]> {
  const { data } = (await ui.call('GET', `/audit?resource=${id}`)) as {
    readonly data: readonly Named[]
  } // the contract's type
  return data.map((entry) => `/audit?q=${id}&sel=${entry.id}`)
}

/** Once there are that many. */
async function attemptsOf(
  ui: ConsoleUnderTest,
  application: string,
  message: string,
  count: number,
): Promise<readonly string[]> {
  const until = performance.now() + 60_000
  for (;;) {
    const { data } = (await ui.call('GET', `/app/${application}/attempt/msg/${message}`)) as {
      readonly data: readonly Named[]
    } // the contract's type
    if (data.length >= count) return data.map(({ id }) => id)
    assert.ok(performance.now() < until, `${data.length} attempts of ${message}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
