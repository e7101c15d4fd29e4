/**
 * API keys: `phk_` + the id's 27 characters + `_` + 64 hex digits of chance + 8 of a checksum. The
 * id finds the key, the checksum refuses typos before any query, and only a hash is stored.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type Type from 'typebox'
import * as contract from '../contract/api-key.ts'
import type { Permission } from '../contract/operation.ts'
import type { ApplicationId } from '../domain/ids.ts'
import { type ApiKeyId, idPrefixes, isId, type OrganizationId } from '../domain/ids.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import { answer, noContent, notFound, type Route, route, type Services } from './call.ts'
import { checkText } from './fields.ts'
import { listText, pageRequest } from './pagination.ts'
import { allPermissions, type Principal, requirePermission } from './principal.ts'
import { bodyTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

const prefix = 'phk_'
const randomBytes = 32
const lastUsedStepMs = 60_000
const pattern = /^phk_([0-9A-Za-z]{27})_([0-9a-f]{64})([0-9a-f]{8})$/

interface KeyBody {
  readonly name: string
  readonly role: 'admin' | 'sender' | 'reader'
  readonly applicationId: ApplicationId | null
  readonly hash: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

const permissions: Readonly<Record<KeyBody['role'], ReadonlySet<Permission>>> = {
  admin: allPermissions,
  sender: new Set<Permission>(['read', 'send']),
  reader: new Set<Permission>(['read']),
}

export const apiKeyRoutes: readonly Route[] = [
  route(contract.createApiKey, async (call, services) => {
    const { organizationId } = call.principal
    const { body, now } = call
    const application = await applicationIdOf(body.applicationId, organizationId, services)
    const expiresAt =
      typeof body.expiresAt === 'string' ? bodyTime(body.expiresAt, 'expiresAt') : null
    if (expiresAt !== null && expiresAt <= now)
      throw refuse('expiresAt', { en: 'in the past', es: 'en el pasado' })
    // Nobody makes a key that may more than themselves.
    for (const permission of permissions[body.role]) requirePermission(call.principal, permission)
    const id = services.ids.next('apiKey')
    const token = tokenOf(id, services.world.random.bytes(randomBytes))
    const key: KeyBody = {
      name: checkText(body.name, 'name'),
      role: body.role,
      applicationId: application,
      hash: hashOf(token).toString('hex'),
      createdAt: now,
      lastUsedAt: null,
    }
    const record = recordOf(key, { id, organizationId, expiresAt })
    await services.store.insertRecord(record)
    return answer(201, { ...keyOut(record), token })
  }),

  route(contract.listApiKeys, async (call, services) => {
    const page = await services.store.listRecords({
      kind: 'api-key',
      owner: call.principal.organizationId,
      page: pageRequest(call.query, { kind: 'apiKey', order: 'ascending' }),
    })
    const render = (item: StoredRecord) => JSON.stringify(keyOut(item))
    return { status: 200, body: listText(page, { idOf: (item) => item.id, render }) }
  }),

  route(contract.revokeApiKey, async (call, services) => {
    const id = call.path['key_id'] ?? ''
    const found = await services.store.findRecord({ kind: 'api-key', id })
    if (found === null || found.owner !== call.principal.organizationId) throw notFound()
    await services.store.deleteRecord({ kind: 'api-key', id })
    return noContent
  }),
]

async function applicationIdOf(
  idOrUid: string | null | undefined,
  organizationId: OrganizationId,
  services: Services,
): Promise<ApplicationId | null> {
  if (idOrUid === null || idOrUid === undefined) return null
  const found = await services.store.findApplication({ organizationId, idOrUid })
  if (found === null) throw notFound({ en: 'Application not found', es: 'No existe la aplicación' })
  return found.id
}

function tokenOf(id: ApiKeyId, random: Uint8Array): string {
  const text = `${prefix}${id.slice(idPrefixes.apiKey.length)}_${Buffer.from(random).toString('hex')}`
  return text + checksum(text)
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function recordOf(
  key: KeyBody,
  place: {
    readonly id: ApiKeyId
    readonly organizationId: OrganizationId
    readonly expiresAt: number | null
  },
): StoredRecord {
  return {
    kind: 'api-key',
    id: place.id,
    owner: place.organizationId,
    version: 1,
    dueAt: null,
    expiresAt: place.expiresAt,
    body: { ...key },
  }
}

function bodyOf(record: StoredRecord): KeyBody {
  return record.body as unknown as KeyBody // written by this file only
}

function keyOut(record: StoredRecord): Type.Static<typeof contract.ApiKeyOut> {
  const { name, role, applicationId, lastUsedAt, createdAt } = bodyOf(record)
  return {
    id: record.id,
    name,
    role,
    applicationId,
    expiresAt: record.expiresAt === null ? null : timeText(record.expiresAt),
    lastUsedAt: lastUsedAt === null ? null : timeText(lastUsedAt),
    createdAt: timeText(createdAt),
  }
}

/** Who a key is; null when it is none, revoked or expired. */
export async function principalOfKey(
  store: Store,
  token: string,
  now: number,
): Promise<Principal | null> {
  const [, idBody = '', random, sum] = pattern.exec(token) ?? []
  if (random === undefined || checksum(`${prefix}${idBody}_${random}`) !== sum) return null
  const id = `${idPrefixes.apiKey}${idBody}`
  const record = await store.findRecord({ kind: 'api-key', id })
  if (record === null || (record.expiresAt !== null && record.expiresAt <= now)) return null
  const key = bodyOf(record)
  if (!timingSafeEqual(hashOf(token), Buffer.from(key.hash, 'hex'))) return null
  if (!isId('organization', record.owner)) return null
  await noteUse(store, record, now)
  return {
    kind: 'organization',
    organizationId: record.owner,
    applicationId: key.applicationId,
    permissions: permissions[key.role],
    featureFlags: null,
    expiresAt: record.expiresAt,
    sessionId: null,
    actor: { kind: 'key', id: record.id, name: key.name },
  }
}

/** At most once a minute; somebody else's note is as good, and a full disk locks nobody out. */
async function noteUse(store: Store, record: StoredRecord, now: number): Promise<void> {
  const key = bodyOf(record)
  if (key.lastUsedAt !== null && now - key.lastUsedAt < lastUsedStepMs) return
  const changed = { ...record, body: { ...key, lastUsedAt: now } }
  await store
    .replaceRecord({ record: changed, expectedVersion: record.version })
    .catch(() => 'conflict')
}
