/**
 * The fields of the API that `hostile-fields.ts` leaves out: what is refused unless it is an id, a
 * number or of a form of its own, what is looked up and never kept, and what is kept and never shown.
 */
import assert from 'node:assert/strict'
import { type Markers, type Named, script } from './hostile-markers.ts'

export interface Known {
  /** A URL that answers. */
  readonly url: string
  readonly endpoint: Named
  readonly message: Named
}

type Try = readonly [method: string, path: string, body: object]

/** What takes only ids, names, keys or forms of its own: refused, with a reason and nothing kept. */
export async function offerWhatIsRefused(marked: Markers, known: Known): Promise<void> {
  const { url, endpoint } = known
  const one = `/app/fields/endpoint/${endpoint.id}`
  const refused: Try[] = [
    ...certificates.map((tls) => ['PUT', `${one}/tls`, tls] satisfies Try),
    ['POST', `${one}/secret/rotate`, { key: script }],
    ['POST', `${one}/revert`, { entry: script }],
    ['POST', `${one}/replay-missing`, { since: '2026-01-01T00:00:00Z', notify: script }],
    ['POST', '/app/fields/endpoint/change-all', { action: 'pause', ids: [], notify: script }],
    ['POST', '/app/fields/endpoint/test-all', { ids: [], notify: script }],
    ['POST', '/app/fields/delivery/recover', { notify: script, status: 'failed' }],
    ['POST', '/app/fields/webhook/change', { action: 'activate', ids: [script] }],
    ['POST', '/app/fields/msg', { ...event, transformationsParams: typed(script) }],
    ['POST', '/app/fields/msg', { ...event, transformationsParams: otherHeader }],
    ['POST', '/app/fields/endpoint-test', { url, headers: { [script]: script } }],
    ['POST', `${one}/test`, { headers: { [script]: script } }],
    ['POST', '/environment/import', { settings: { [script]: script }, connectors: [script] }],
    ['POST', '/api-key', { name: 'Of nobody', role: 'reader', applicationId: script }],
    ['POST', '/view', { name: 'None', list: 'messages', query: 'q=x', applicationId: script }],
    ['POST', '/note', { text: 'None', applicationId: script }],
    ['POST', '/session', { email: `${script}@evil.example`, password: script }],
    ['POST', '/session/accept-invite', { token: script, password: script }],
    ['POST', '/session/password', { current: script, password: script }],
    ['POST', '/session/openid/finish', { returned: script }],
    ['PUT', '/inspector/bin/fields', { script }],
    ['PUT', '/inspector/bin/fields', { script: answers({ headers: { [script]: script } }) }],
  ]
  for (const field of ['defaultProfile', 'signatureHeaders', ...looks]) {
    refused.push(['PATCH', '/installation/settings', { [field]: script }])
  }
  for (const field of ['allowNetworks', 'allowHosts', 'denyNetworks', ...shownToPortals]) {
    refused.push(['PATCH', '/installation/settings', { [field]: [script] }])
  }
  for (const field of ['eventTypes', 'filterTypes']) {
    refused.push(['POST', '/app/fields/endpoint', { url, [field]: [script] }])
    refused.push(['POST', '/operational-webhook/endpoint', { url, [field]: [script] }])
  }
  for (const field of ['secret', 'code', 'notificationType', 'trigger', 'context']) {
    refused.push(['POST', '/app/fields/endpoint', { url, [field]: script }])
    refused.push(['POST', '/operational-webhook/endpoint', { url, [field]: script }])
  }
  for (const tls of certificates) {
    refused.push(['POST', '/app/fields/endpoint-test', { url, tls }])
    refused.push(['POST', '/app/fields/endpoint', { url, tls }])
    refused.push(['POST', '/operational-webhook/endpoint', { url, tls }])
  }
  const headers = { [script]: script }
  refused.push(['POST', '/app/fields/endpoint', { url, headers }])
  refused.push(['POST', '/operational-webhook/endpoint', { url, headers }])
  refused.push(['POST', '/operational-webhook/endpoint/none/secret/rotate', { key: script }])
  for (const [method, path, body] of refused) {
    const status = await marked.offer(method, path, body)
    assert.ok(status >= 400, `${method} ${path} took ${JSON.stringify(body)}: ${status}`)
  }
}

const looks = [
  'environment',
  'otherEnvironmentUrl',
  'portalAccent',
  'portalRadius',
  'portalFont',
  'portalDensity',
]
const shownToPortals = ['egressAddresses', 'portalOrigins', 'portalHide']
const certificates = [{ ca: script }, { certificate: script, key: script }]
const event = { eventType: 'field.paid', payload: {} }
const typed = (type: string) => ({ rawPayload: '{}', headers: { 'content-type': type } })
const otherHeader = { rawPayload: '{}', headers: { [script]: 'text/plain' } }
const answers = (step: object) => ({ rules: [{ steps: [{ status: 200, ...step }] }] })

/** What is looked up, tried or kept where nobody sees it: whatever is answered, nothing breaks. */
export async function offerTheRest(marked: Markers, known: Known): Promise<void> {
  const { url, endpoint, message } = known
  const one = `/app/fields/endpoint/${endpoint.id}`
  const eventType = 'field.paid'
  const variables = { [script]: script }
  const where = { endpointIds: [script], deliveryIds: [script] }
  const nobody = `${script} nobody`
  const sought = { q: nobody, where: `data.none = "${script}"` }
  const change = '/app/fields/endpoint/change'
  const since = '2026-01-01T00:00:00Z'
  const tries: Try[] = [
    ['POST', change, { action: 'pause', ids: [script] }],
    ['POST', change, { action: 'pause', filter: { q: nobody }, iterator: script }],
    ['POST', change, { action: 'pause', filter: { label: [nobody] } }],
    ['POST', `${change}-all`, { action: 'pause', ids: [script] }],
    ['POST', `${change}-all`, { action: 'pause', filter: { q: nobody, label: [nobody] } }],
    ['POST', '/app/fields/endpoint/test-all', { filter: { q: nobody, label: [nobody] } }],
    ['POST', '/app/fields/endpoint/test-all', { ids: [script] }],
    ['POST', '/app/fields/delivery/preview', sought],
    ['POST', '/app/fields/delivery/recover', { ...sought, since }],
    ['POST', '/app/fields/delivery/cancel', sought],
    ['POST', '/app/fields/msg/expunge-all-contents', sought],
    ['PATCH', `${one}/headers`, { headers: {}, deleteHeaders: [script] }],
    ['POST', `${one}/checkup`, { eventType, payload: { [script]: script } }],
    ['POST', `${one}/send-example`, { eventType, payload: { [script]: script } }],
    ['POST', `${one}/signature-doctor`, doctor],
    ['POST', `${one}/signature-doctor`, { headers: {}, bodyBase64: script }],
    ['POST', `${one}/transformation/test`, { eventType, payload: { said: script }, variables }],
    ['POST', `${one}/transformation/test`, { ...{ eventType, payload: {} }, code: thrown }],
    ['POST', '/app/fields/msg', { eventType, data: { [script]: script } }],
    ['POST', '/app/fields/msg', { ...event, scope: { site: script } }],
    ['POST', '/app/fields/msg', { ...event, scope: { site: [script] } }],
    ['POST', '/app/fields/msg/bulk-expunge', { ids: [script] }],
    ['POST', `/app/fields/msg/${message.id}/masked`, { paths: [`data.${script}`] }],
    ['POST', '/app/fields/delivery/preview', where],
    ['POST', '/app/fields/delivery/recover', where],
    ['POST', '/app/fields/delivery/cancel', where],
    ['POST', '/stats/usage/app', { appIds: [script] }],
    ['POST', '/app/fields/endpoint-test', { url: `${url}/${encodeURIComponent(script)}` }],
    ['POST', '/app/fields/endpoint-test', { url, headers: { 'x-tried': script } }],
    ['POST', '/app/fields/endpoint-test', { url, authentication: user }],
    ['POST', '/app/fields/endpoint-test', { url, authentication: client }],
    ['POST', `${one}/test`, { url: `${url}/${encodeURIComponent(script)}` }],
    ['POST', `${one}/test`, { headers: { 'x-tried': script } }],
  ]
  for (const [method, path, body] of tries) await marked.offer(method, path, body)
}

const user = { kind: 'basic', username: script, secret: script }
const client = {
  ...{ kind: 'oauth2', tokenUrl: script, clientId: script, scope: script, secret: script },
}
const doctor = { headers: { [script]: script }, body: script, secret: script, computed: script }
const thrown = `function handler() { throw new Error(${JSON.stringify(script)}) }`
