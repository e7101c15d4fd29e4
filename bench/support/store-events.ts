/** Applications and events as the store gets them, for benchmarks without a node. */
import type { Application } from '../../src/domain/application.ts'
import type { Attempt } from '../../src/domain/attempt.ts'
import { type Endpoint, plainEndpoint } from '../../src/domain/endpoint.ts'
import type { ApplicationId, DeliveryId, EndpointId, OrganizationId } from '../../src/domain/ids.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { idSource } from '../../src/runtime/id-source.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import type { AcceptInput } from '../../src/store/port/accept.ts'
import type { RecordInput } from '../../src/store/port/deliveries.ts'
import type { Store } from '../../src/store/store.ts'

export const token = 'node-0123456789abcdef'
const ids = idSource(systemClock, systemRandom)

export interface Tenant {
  readonly applicationId: ApplicationId
  readonly endpointIds: readonly EndpointId[]
  readonly configVersion: number
}

/** Applications with so many endpoints each. */
export async function tenantsOf(to: Store, count: number, endpointsEach = 1): Promise<Tenant[]> {
  const tenants: Tenant[] = []
  for (let n = 0; n < count; n++) {
    const application = anApplication()
    await to.createApplication(application)
    const endpoints = Array.from({ length: endpointsEach }, () => anEndpoint(application.id))
    await Promise.all(endpoints.map((endpoint) => to.createEndpoint(endpoint)))
    const view = await to.loadApplicationView(application.id)
    tenants.push({
      applicationId: application.id,
      endpointIds: endpoints.map((endpoint) => endpoint.id),
      configVersion: view?.application.configVersion ?? 0,
    })
  }
  return tenants
}

export function anAccept(tenant: Tenant, payload: Uint8Array): AcceptInput {
  const now = Date.now()
  const id = ids.next('message')
  return {
    message: {
      id,
      applicationId: tenant.applicationId,
      eventType: 'invoice.paid',
      eventId: null,
      channels: null,
      tags: null,
      payload,
      contentType: 'application/json',
      createdAt: now,
      deliverAt: null,
      payloadExpiresAt: now + 90 * 86_400_000,
      attributes: {},
    },
    deliveries: tenant.endpointIds.map((endpointId) => ({
      id: ids.next('delivery'),
      endpointId,
      ordered: false,
    })),
    configVersion: tenant.configVersion,
    lease: { token, until: now + 60_000 },
    idempotency: { key: `auto_${id}`, requestHash: id, expiresAt: now + 43_200_000 },
    now,
  }
}

/** One try of a delivery and what became of it; a failed one is due again at once. */
export function aRecord(
  input: Pick<AcceptInput, 'message' | 'now'>,
  attempted: {
    readonly delivery: { readonly id: DeliveryId; readonly endpointId: EndpointId }
    readonly fails: boolean
    readonly number: number
    readonly token: string
  },
): RecordInput {
  const { message, now } = input
  const { applicationId, id: messageId, eventType } = message
  const { fails, number } = attempted
  const { id: deliveryId, endpointId } = attempted.delivery
  const attempt: Attempt = {
    id: ids.next('attempt'),
    applicationId,
    endpointId,
    messageId,
    deliveryId,
    eventType,
    channels: null,
    tags: null,
    trigger: 'scheduled',
    number,
    succeeded: !fails,
    url: 'https://receiver.example/webhooks/posthorn',
    responseStatus: fails ? 500 : 200,
    responseBody: '{"ok":true}',
    responseTruncated: false,
    responseBytes: null,
    errorClass: null,
    durationMs: 12,
    method: 'POST',
    rewriting: null,
    requestHeaders: {
      'content-type': 'application/json',
      'user-agent': 'Posthorn/0.1',
      'webhook-id': messageId,
      'webhook-timestamp': '1790000000',
      'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    },
    responseHeaders: { 'content-type': 'application/json', 'content-length': '11' },
    timings: {
      queueMs: 1,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      firstByteMs: 10,
      totalMs: 12,
    },
    remoteAddress: '203.0.113.7:443',
    connection: { kept: true, tls: null },
    nextAttemptAt: fails ? now : null,
    createdAt: now,
  }
  return {
    applicationId,
    endpointId,
    messageId,
    deliveryId,
    token: attempted.token,
    attempt,
    verdict: fails ? { kind: 'retry', at: now } : { kind: 'succeeded' },
    effect: {},
    stream: null,
    now,
  }
}

function anApplication(): Application {
  const now = Date.now()
  return {
    id: ids.next('application'),
    organizationId: 'org_bench' as OrganizationId, // any text will do here
    uid: null,
    name: 'bench',
    metadata: {},
    throttleRate: null,
    profile: 'standard',
    enabled: true,
    configVersion: 1,
    createdAt: now,
    updatedAt: now,
  }
}

function anEndpoint(applicationId: ApplicationId): Endpoint {
  const now = Date.now()
  const url = 'https://receiver.example/webhooks/posthorn'
  const endpoint = plainEndpoint({ id: ids.next('endpoint'), applicationId, url, now })
  return { ...endpoint, secrets: [{ key: 'whsec_bench', createdAt: now, expiresAt: null }] }
}
