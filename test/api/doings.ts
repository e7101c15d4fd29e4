/** For every audited operation a call that succeeds, over a scene of its own. */
import { operations } from '../../src/contract/operations.ts'
import type { TestApi } from '../support/api.ts'
import { recordAttempt } from '../support/attempts.ts'

export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  token?: string,
) => Promise<{
  readonly status: number
  readonly json: ReturnType<typeof JSON.parse>
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}>

/** Things that paths name, as they are for one application. */
export type Scene = Readonly<Record<string, string>>

/** An application with one of everything, by the names of path parameters. */
export async function sceneOf(call: Caller, api: TestApi): Promise<Scene> {
  const made = async (path: string, body: unknown): Promise<string> => {
    const { status, json, text } = await call('POST', path, body)
    if (status >= 300) throw new Error(`${path} answered ${status}: ${text}`)
    return json.id ?? json.name
  }
  sceneCount += 1
  const app_id = await made('/app', { name: 'Scene' })
  const event_type_name = `scene.t${sceneCount}`
  await made('/event-type', {
    name: event_type_name,
    description: 'Of the scene',
    schemas: { 1: { type: 'object', examples: [{ a: 1 }] } },
  })
  const endpoint_id = await made(`/app/${app_id}/endpoint`, { url: 'https://example.com/hook' })
  const msg_id = await made(`/app/${app_id}/msg`, { eventType: event_type_name, payload: { a: 1 } })
  const claim = api.claims.findLast(({ message }) => message.id === msg_id)
  if (claim === undefined) throw new Error('the message of the scene was not handed on')
  const attempt_id = (await recordAttempt(api, claim, { status: 500 })).id
  return {
    app_id,
    endpoint_id,
    issue_id: `${endpoint_id}.5xx`,
    msg_id,
    attempt_id,
    delivery_id: claim.delivery.id,
    event_type_name,
    consumer_id: 'consumer',
    catalog_name: 'modyo',
    since: new Date(api.world.clock.now() - 3_600_000).toISOString(),
  }
}
let sceneCount = 0

export interface Doing {
  readonly id: string
  prepare(tools: { readonly call: Caller; readonly api: TestApi }): Promise<{
    readonly method: string
    readonly path: string
    readonly body: unknown
    readonly token?: string
  }>
}

interface Way {
  readonly body?: (scene: Scene) => unknown
  /** Makes what the scene lacks. */
  readonly more?: (scene: Scene, call: Caller, api: TestApi) => Promise<Scene>
  /** In place of the bootstrap key. */
  readonly token?: (scene: Scene, call: Caller) => Promise<string>
}

const ways: Readonly<Record<string, Way>> = {
  'v1.application.create': { body: () => ({ name: 'New' }) },
  'v1.application.update': { body: () => ({ name: 'Replaced' }) },
  'v1.application.patch': { body: () => ({ name: 'Patched' }) },
  'v1.application.delete': {},
  'v1.application.patch-settings': { body: () => ({ enabled: false }) },
  'v1.endpoint.create': { body: () => ({ url: 'https://example.com/new' }) },
  'v1.endpoint.update': { body: () => ({ url: 'https://example.com/replaced' }) },
  'v1.endpoint.patch': { body: () => ({ description: 'patched' }) },
  'v1.endpoint.change-several': {
    body: ({ endpoint_id }) => ({ action: 'pause', ids: [endpoint_id] }),
  },
  'v1.endpoint.change-all': { body: () => ({ action: 'pause', filter: {} }) },
  'v1.endpoint.test-all': { body: () => ({ filter: {} }) },
  'v1.endpoint.delete': {},
  'v1.endpoint.update-headers': { body: () => ({ headers: { 'X-A': 'b' } }) },
  'v1.endpoint.patch-headers': { body: () => ({ headers: { 'X-A': 'c' } }) },
  'v1.endpoint.get-secret': {},
  'v1.endpoint.rotate-secret': {},
  'v1.endpoint.update-tls': {},
  'v1.endpoint.checkup': {},
  'v1.endpoint.revert': {
    more: async (scene, call) => {
      const path = `/app/${scene['app_id']}/endpoint/${scene['endpoint_id']}`
      await call('PATCH', path, { description: 'to be taken back' })
      const history = (await call('GET', `${path}/history`)).json.data
      return { ...scene, entry: history[0].id }
    },
    body: ({ entry }) => ({ entry }),
  },
  'v1.event-type.create': {
    body: (scene) => ({ name: `${scene['event_type_name']}.b`, description: '' }),
  },
  'v1.event-type.update': { body: () => ({ description: 'replaced' }) },
  'v1.event-type.patch': { body: () => ({ description: 'patched' }) },
  'v1.event-type.delete': {},
  'v1.event-type.import-openapi': {
    body: () => ({ spec: { openapi: '3.1.0', webhooks: { 'scene.imported': { post: {} } } } }),
  },
  'v1.event-type.import': { body: () => ({ text: 'listed.one, A first' }) },
  'v1.public-catalog.set': { body: () => ({ enabled: true }) },
  'v1.masking.set': { body: () => ({ paths: ['a'] }) },
  'v1.environment.export': {},
  'v1.environment.import': {
    body: () => ({ eventTypes: [{ name: 'scene.environment', description: '' }] }),
  },
  'v1.message.expunge-content': {},
  'v1.message-attempt.resend': {},
  'v1.message-attempt.sign-again': {},
  'v1.endpoint.send-example': { body: ({ event_type_name }) => ({ eventType: event_type_name }) },
  'v1.message.bulk-expunge-content': { body: ({ msg_id }) => ({ messageIds: [msg_id] }) },
  'v1.message.cancel': {},
  'v1.message-attempt.expunge-content': {},
  'v1.delivery.cancel': {
    more: async (scene, call) => {
      const path = `/app/${scene['app_id']}/msg`
      // One for later is not handed on: it is pending.
      const deliverAt = new Date(Date.parse(scene['since'] ?? '') + 7_200_000).toISOString()
      const body = { eventType: scene['event_type_name'], payload: {}, deliverAt }
      const msg_id = (await call('POST', path, body)).json.id
      const listed = await call('GET', `/app/${scene['app_id']}/delivery?limit=50`)
      const found = listed.json.data.find((each: { msgId?: string; messageId?: string }) =>
        [each.msgId, each.messageId].includes(msg_id),
      )
      return { ...scene, delivery_id: found.id }
    },
  },
  'v1.delivery.retry-now': {
    more: async (scene, call, api) => {
      const body = { eventType: scene['event_type_name'], payload: {} }
      await call('POST', `/app/${scene['app_id']}/msg`, body)
      const claim = api.claims.at(-1)
      if (claim === undefined) throw new Error('the message was not handed on')
      await recordAttempt(api, claim, {
        ...{ status: 500, retryAt: api.world.clock.now() + 3_600_000 },
      })
      return { ...scene, delivery_id: claim.delivery.id }
    },
  },
  'v1.endpoint.retry-now': {},
  'v1.delivery.recover': { body: ({ since }) => ({ since }) },
  'v1.delivery.cancel-many': { body: ({ since }) => ({ since }) },
  'v1.authentication.app-portal-access': { body: () => ({ readOnly: true }) },
  'v1.authentication.dashboard-access': {},
  'v1.authentication.portal-session': {
    token: async (scene, call) => {
      const { url } = (await call('POST', `/auth/app-portal-access/${scene['app_id']}`)).json
      return String(url).split('#key=')[1] ?? ''
    },
  },
  'v1.authentication.expire-all': {},
  'v1.authentication.logout': {
    token: async (scene, call) =>
      (await call('POST', `/auth/app-portal-access/${scene['app_id']}`)).json.token,
  },
  'v1.api-key.create': { body: () => ({ name: 'New', role: 'reader' }) },
  'v1.api-key.roll': { more: withKey, body: () => ({ gracePeriodSeconds: 0 }) },
  'v1.api-key.revoke': { more: withKey },
  'v1.view.create': {
    body: () => ({ name: `View ${sceneCount}`, list: 'deliveries', query: 'status=failed' }),
  },
  'v1.view.patch': { more: withView, body: () => ({ query: 'status=retrying' }) },
  'v1.view.delete': { more: withView },
  'v1.note.create': { body: ({ app_id }) => ({ text: 'Deployed', applicationId: app_id }) },
  'v1.note.delete': { more: withNote },
  'v1.user.create': { body: () => ({ email: `new-${sceneCount}@example.com`, role: 'reader' }) },
  'v1.user.patch': { more: withUser, body: () => ({ role: 'support' }) },
  'v1.user.delete': { more: withUser },
  'v1.user.invite': { more: withUser },
  'v1.user.end-session': { more: withUser },
  'v1.session.delete': { more: withUser, token: async ({ token }) => token ?? '' },
  'v1.session.end': { more: withUser, token: async ({ token }) => token ?? '' },
  'v1.session.change-password': {
    more: withUser,
    token: async ({ token }) => token ?? '',
    body: () => ({ current: password, password: `${password} again` }),
  },
  'v1.encryption.rotate': {},
  'v1.issue.patch': { body: () => ({ state: 'acknowledged', note: 'known' }) },
  'v1.installation.patch-settings': { body: () => ({ retentionDays: 30 + sceneCount }) },
  'v1.audit.export': {},
  'v1.delivery.export': {},
  'v1.delivery.export-all': {},
  'v1.message.export': {},
  'v1.endpoint.export': {},
  'v1.endpoint.recover': { body: ({ since }) => ({ since }) },
  'v1.endpoint.replay-missing': { body: ({ since }) => ({ since }) },
  'v1.endpoint.bulk-replay': { body: ({ since }) => ({ since }) },
  'v1.message.expunge-all-contents': {},
  'v1.background-task.cancel': { more: withTask },
  'v1.background-task.pause': { more: withTask },
  'v1.background-task.resume': {
    more: async (scene, call) => {
      const started = await withTask(scene, call)
      await call('POST', `/background-task/${started['task_id']}/pause`)
      return started
    },
  },
  'v1.endpoint.transformation-partial-update': { body: () => ({ enabled: false }) },
  'v1.message.poller.consumer-seek': { body: ({ since }) => ({ after: since }) },
  'v1.operational-webhook.endpoint.create': { body: () => ({ url: 'https://example.com/ops' }) },
  'v1.operational-webhook.endpoint.update': {
    more: withOperational,
    body: () => ({ url: 'https://example.com/other' }),
  },
  'v1.operational-webhook.endpoint.delete': { more: withOperational },
  'v1.operational-webhook.endpoint.get-secret': { more: withOperational },
  'v1.operational-webhook.endpoint.rotate-secret': { more: withOperational },
  'v1.operational-webhook.endpoint.update-headers': {
    more: withOperational,
    body: () => ({ headers: { 'X-A': 'b' } }),
  },
  'v1.catalog.install': {},
  'v1.webhook.change-several': {
    body: ({ endpoint_id }) => ({ action: 'deactivate', ids: [endpoint_id] }),
  },
  'v1.webhook.test': { body: ({ event_type_name }) => ({ eventTypes: [event_type_name] }) },
  'v1.webhook.test-unsaved': {
    body: ({ event_type_name }) => ({
      url: 'https://example.com/try',
      eventTypes: [event_type_name],
    }),
  },
  'v1.rest-hook.subscribe': {
    body: ({ event_type_name }) => ({
      targetUrl: 'https://example.com/hook-of-a-service',
      event: event_type_name,
    }),
  },
  'v1.rest-hook.unsubscribe': {},
}

async function withTask(scene: Scene, call: Caller): Promise<Scene> {
  const path = `/app/${scene['app_id']}/endpoint/${scene['endpoint_id']}/bulk-replay`
  const { json } = await call('POST', path, { since: scene['since'] })
  return { ...scene, task_id: json.id }
}

async function withOperational(scene: Scene, call: Caller): Promise<Scene> {
  const { json } = await call('POST', '/operational-webhook/endpoint', {
    url: 'https://example.com/o',
  })
  return { ...scene, endpoint_id: json.id }
}

export const doings: readonly Doing[] = operations.flatMap((operation) => {
  const way = ways[operation.id]
  if (way === undefined) return []
  const doing: Doing = {
    id: operation.id,
    async prepare({ call, api }) {
      const plain = await sceneOf(call, api)
      const scene = (await way.more?.(plain, call, api)) ?? plain
      const token = await way.token?.(scene, call)
      return {
        method: operation.method,
        path: operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => scene[name] ?? 'unknown'),
        body: way.body?.(scene) ?? {},
        ...(token === undefined ? {} : { token }),
      }
    },
  }
  return [doing]
})

export const password = 'correct horse battery staple'

async function withKey(scene: Scene, call: Caller): Promise<Scene> {
  const { id } = (await call('POST', '/api-key', { name: 'Old', role: 'reader' })).json
  return { ...scene, key_id: id }
}

async function withView(scene: Scene, call: Caller): Promise<Scene> {
  sceneCount += 1
  const view = { name: `Shared ${sceneCount}`, list: 'messages', query: 'type=order.*' }
  return { ...scene, view_id: (await call('POST', '/view', view)).json.id }
}

async function withNote(scene: Scene, call: Caller): Promise<Scene> {
  return { ...scene, note_id: (await call('POST', '/note', { text: 'Deployed' })).json.id }
}

/** A user who signed in, with the session's token. */
async function withUser(scene: Scene, call: Caller): Promise<Scene> {
  sceneCount += 1
  const email = `user-${sceneCount}@example.com`
  const { user, invite } = (await call('POST', '/user', { email, role: 'developer' })).json
  const accepted = await call('POST', '/session/accept-invite', { token: invite.token, password })
  const token = /=(phs_\w+)/.exec(String(accepted.headers['set-cookie']))?.[1] ?? ''
  return { ...scene, user_id: user.id, session_id: accepted.json.session.id, token }
}
