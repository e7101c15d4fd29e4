import type { Client } from '../client/client.ts'
import { ApiError } from '../client/failures.ts'
import type { Both, Language } from '../i18n/translate.ts'
import { demoUid } from './application.ts'

export const demoBin = 'demo'

/** What `posthorn send order.created` needs at once on a fresh database. */
export interface Demo {
  readonly eventTypes: number
  readonly endpointUrl: string
}

/**
 * Makes the application `demo` with one endpoint to the inspector's bin `demo` and a few event
 * types, described in `language`, when the installation has no application at all. Where it exists
 * already, its endpoint is pointed at this server again (the port may have changed). Null when the
 * installation is in use for something else.
 */
export async function ensureDemo(client: Client, language: Language = 'en'): Promise<Demo | null> {
  const endpointUrl = `${client.url}/in/${demoBin}`
  const { data } = await client.applications.list({ limit: 1 })
  if (data.length > 0) return repoint(client, endpointUrl)
  for (const { name, description, example } of demoEventTypes) {
    await createUnlessThere(client, { name, description: description[language], example })
  }
  const app = await client.applications.create({ name: 'Demo', uid: demoUid }, true)
  await client.endpoints.create(app.id, {
    url: endpointUrl,
    uid: 'inspector',
    description: { en: 'The inspector of this server', es: 'El inspector de este servidor' }[
      language
    ],
  })
  return { eventTypes: demoEventTypes.length, endpointUrl }
}

async function repoint(client: Client, endpointUrl: string): Promise<Demo | null> {
  try {
    const endpoint = await client.endpoints.get(demoUid, 'inspector')
    if (!endpoint.url.endsWith(`/in/${demoBin}`)) return null
    if (endpoint.url !== endpointUrl) {
      await client.endpoints.patch(demoUid, endpoint.id, { url: endpointUrl })
    }
    return { eventTypes: demoEventTypes.length, endpointUrl }
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

async function createUnlessThere(
  client: Client,
  given: { readonly name: string; readonly description: string; readonly example: unknown },
): Promise<void> {
  try {
    await client.eventTypes.create({
      name: given.name,
      description: given.description,
      groupName: given.name.slice(0, given.name.indexOf('.')),
      schemas: { '1': { type: 'object', examples: [given.example] } },
    })
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error
  }
}

interface DemoEventType {
  readonly name: string
  readonly description: Both
  readonly example: unknown
}

const customer = { id: 'cus_7', email: 'ada@example.com' }
const order = { id: 'o_91', total: 4200, currency: 'EUR', items: [{ sku: 'tea', quantity: 2 }] }
const at = '2026-01-15T10:00:00Z'

const demoEventTypes: readonly DemoEventType[] = [
  {
    name: 'order.created',
    description: { en: 'A customer placed an order.', es: 'Un cliente hizo un pedido.' },
    example: { type: 'order.created', timestamp: at, data: { ...order, customer } },
  },
  {
    name: 'order.paid',
    description: { en: 'The payment of an order arrived.', es: 'Llegó el pago de un pedido.' },
    example: { type: 'order.paid', timestamp: at, data: { ...order, paidAt: at } },
  },
  {
    name: 'order.shipped',
    description: { en: 'An order left the warehouse.', es: 'Un pedido salió del almacén.' },
    example: { type: 'order.shipped', timestamp: at, data: { id: 'o_91', carrier: 'Post' } },
  },
  {
    name: 'order.canceled',
    description: { en: 'An order was called off.', es: 'Se canceló un pedido.' },
    example: { type: 'order.canceled', timestamp: at, data: { id: 'o_91', reason: 'customer' } },
  },
  {
    name: 'customer.created',
    description: { en: 'A customer signed up.', es: 'Se registró un cliente.' },
    example: { type: 'customer.created', timestamp: at, data: customer },
  },
  {
    name: 'invoice.failed',
    description: { en: 'A payment was declined.', es: 'Se rechazó un pago.' },
    example: { type: 'invoice.failed', timestamp: at, data: { id: 'in_3', attempt: 1 } },
  },
]
