/**
 * API keys: `phk_` (`phk_test_` where a test environment made them) + the id's 27 characters + `_` + 64 hex digits of chance + 8 of a checksum. The
 * id finds the key, the checksum refuses typos before any query, and only a hash is stored.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type Type from 'typebox'
import * as contract from '../contract/api-key.ts'
import type { Environment } from '../domain/environment.ts'
import type { ApplicationId } from '../domain/ids.ts'
import { type ApiKeyId, idPrefixes, isId, type OrganizationId } from '../domain/ids.ts'
import { isPermission, type Permission } from '../domain/permission.ts'
import type { StoredRecord } from '../store/port/records.ts'
import type { Store } from '../store/store.ts'
import { absent } from './absent.ts'
import type { UsedFrom } from './authenticate.ts'
import {
  answer,
  type Call,
  conflict,
  noContent,
  notFound,
  type Route,
  route,
  type Services,
} from './call.ts'
import { checkText } from './fields.ts'
import { listText, pageRequest } from './pagination.ts'
import { allPermissions, type Principal, requireNoMore } from './principal.ts'
import { bodyTime, timeText } from './times.ts'
import { refuse } from './validate.ts'

const prefixes = { live: 'phk_', test: 'phk_test_' } as const satisfies Record<Environment, string>
/** Of what is shown of a key: enough to find it in a file of settings. */
const shownIdLength = 8
const randomBytes = 32
const lastUsedStepMs = 60_000
/** Of the program's name; what is longer is cut. */
const agentLengthMax = 256
const graceSecondsDefault = 86_400
/** Its use may be noted between a look and the write; that happens once a minute. */
const rollTriesMax = 5
const pattern = /^(phk_(?:test_)?)([0-9A-Za-z]{27})_([0-9a-f]{64})([0-9a-f]{8})$/

type Role = NonNullable<Type.Static<typeof contract.ApiKeyIn>['role']>

interface KeyBody {
  readonly name: string
  /** `custom`: what `scopes` say. Versions without scopes know no such role, and refuse the key. */
  readonly role: Role | 'custom'
  /** With `custom`: names of permissions; one that this version does not know grants nothing. */
  readonly scopes?: readonly string[]
  readonly applicationId: ApplicationId | null
  /** The environment that made it; absent: live, or before there were any. Both are accepted. */
  readonly environment?: Environment
  readonly hash: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
  /** Where that use came from; absent: it was not used since this is noted. */
  readonly lastUsedFrom?: UsedFrom
  /** The key that it was rolled to; absent: none. */
  readonly replacedBy?: string
}

const rolePermissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  admin: allPermissions,
  sender: new Set<Permission>(['read', 'send']),
  reader: new Set<Permission>(['read']),
}

/** What a stored key may. A role that this version does not know, a newer one's, may nothing. */
function permissionsOfKey({ role, scopes }: Pick<KeyBody, 'role' | 'scopes'>): Set<Permission> {
  if (role === 'custom') return new Set((scopes ?? []).filter(isPermission))
  return new Set(Object.hasOwn(rolePermissions, role) ? rolePermissions[role] : [])
}

/** The role that was asked for, or the scopes; 422 unless it is one of them. */
function rightsIn({
  role,
  scopes,
}: Type.Static<typeof contract.ApiKeyIn>): Pick<KeyBody, 'role' | 'scopes'> {
  if (role !== undefined && scopes === undefined) return { role }
  if (role === undefined && scopes !== undefined) return { role: 'custom', scopes }
  throw refuse(role === undefined ? 'role' : 'scopes', {
    en: 'give `role` or `scopes`, one of the two',
    es: 'indica `role` o `scopes`, uno de los dos',
  })
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
    const rights = rightsIn(body)
    requireNoMore(call.principal, permissionsOfKey(rights))
    const name = checkText(body.name, 'name')
    const like = { name, ...rights, applicationId: application }
    const { record, token } = await insertKey(services, { ...like, organizationId, expiresAt, now })
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

  route(contract.rollApiKey, async (call, services) => {
    const { now, principal } = call
    const { store } = services
    const old = await keyInPath(call, store)
    const { name, role, scopes, applicationId, createdAt, replacedBy } = bodyOf(old)
    requireNoMore(principal, permissionsOfKey({ role, ...(scopes && { scopes }) }))
    if (replacedBy !== undefined) throw conflict(alreadyRolled)
    const { record, token } = await insertKey(services, {
      ...{ name, role, applicationId, organizationId: principal.organizationId, now },
      ...(scopes === undefined ? {} : { scopes }),
      expiresAt: old.expiresAt === null ? null : now + (old.expiresAt - createdAt),
    })
    const until = now + (call.body.gracePeriodSeconds ?? graceSecondsDefault) * 1_000
    if (!(await endBy(store, { old, until, replacedBy: record.id }))) {
      // Nobody has seen it: of two that roll a key at once, one is told no.
      await store.deleteRecord({ kind: 'api-key', id: record.id })
      throw conflict(alreadyRolled)
    }
    return answer(201, { ...keyOut(record), token })
  }),

  route(contract.revokeApiKey, async (call, { store }) => {
    const { id } = await keyInPath(call, store)
    await store.deleteRecord({ kind: 'api-key', id })
    return noContent
  }),
]

const alreadyRolled = {
  en: 'The key was rolled before, or changes just now.',
  es: 'La clave ya se rotó antes, o cambia en este momento.',
}

async function keyInPath(
  { path, principal }: Pick<Call<unknown, unknown>, 'path' | 'principal'>,
  store: Store,
): Promise<StoredRecord> {
  const found = await store.findRecord({ kind: 'api-key', id: path['key_id'] ?? '' })
  if (found === null || found.owner !== principal.organizationId) throw notFound(absent.key)
  return found
}

async function insertKey(
  services: Pick<Services, 'config' | 'ids' | 'store' | 'world'>,
  given: Pick<KeyBody, 'name' | 'role' | 'scopes' | 'applicationId'> & {
    readonly organizationId: OrganizationId
    readonly expiresAt: number | null
    readonly now: number
  },
): Promise<{ readonly record: StoredRecord; readonly token: string }> {
  const { organizationId, expiresAt, now, ...like } = given
  const id = services.ids.next('apiKey')
  const { environment } = services.config
  const token = tokenOf(id, environment, services.world.random.bytes(randomBytes))
  const hash = hashOf(token).toString('hex')
  const key: KeyBody = { ...like, environment, hash, createdAt: now, lastUsedAt: null }
  const record = recordOf(key, { id, organizationId, expiresAt })
  await services.store.insertRecord(record)
  return { record, token }
}

/** The key works until then, or until it would have expired. False: it is gone, or was rolled. */
async function endBy(
  store: Store,
  input: { readonly old: StoredRecord; readonly until: number; readonly replacedBy: string },
): Promise<boolean> {
  const { until, replacedBy } = input
  let current: StoredRecord | null = input.old
  for (let tries = 0; tries < rollTriesMax; tries++) {
    if (current === null || bodyOf(current).replacedBy !== undefined) return false
    const { expiresAt, body, version } = current
    const record: StoredRecord = {
      ...current,
      expiresAt: Math.min(expiresAt ?? until, until),
      body: { ...body, replacedBy },
    }
    const saved = await store.replaceRecord({ record, expectedVersion: version })
    if (saved === 'replaced') return true
    current = await store.findRecord({ kind: 'api-key', id: record.id }) // its use was noted meanwhile
  }
  return false
}

async function applicationIdOf(
  idOrUid: string | null | undefined,
  organizationId: OrganizationId,
  services: Services,
): Promise<ApplicationId | null> {
  if (idOrUid === null || idOrUid === undefined) return null
  const found = await services.store.findApplication({ organizationId, idOrUid })
  if (found === null) throw notFound(absent.application)
  return found.id
}

function tokenOf(id: ApiKeyId, environment: Environment, random: Uint8Array): string {
  const text = `${prefixes[environment]}${id.slice(idPrefixes.apiKey.length)}_${Buffer.from(random).toString('hex')}`
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
  const key = bodyOf(record)
  const { name, role, applicationId, lastUsedAt, lastUsedFrom, createdAt } = key
  return {
    id: record.id,
    name,
    role,
    scopes: [...permissionsOfKey(key)],
    prefix: prefixes[key.environment ?? 'live'] + shownIdOf(record.id),
    applicationId,
    expiresAt: record.expiresAt === null ? null : timeText(record.expiresAt),
    lastUsedAt: lastUsedAt === null ? null : timeText(lastUsedAt),
    lastUsedFrom: lastUsedFrom ?? null,
    createdAt: timeText(createdAt),
  }
}

function shownIdOf(id: string): string {
  return id.slice(idPrefixes.apiKey.length, idPrefixes.apiKey.length + shownIdLength)
}

/** Who a key is; null when it is none, revoked or expired. */
export async function principalOfKey(
  store: Store,
  token: string,
  used: { readonly now: number; readonly from: UsedFrom },
): Promise<Principal | null> {
  const { now } = used
  const [, prefix = '', idBody = '', random, sum] = pattern.exec(token) ?? []
  if (random === undefined || checksum(`${prefix}${idBody}_${random}`) !== sum) return null
  const id = `${idPrefixes.apiKey}${idBody}`
  const record = await store.findRecord({ kind: 'api-key', id })
  if (record === null || (record.expiresAt !== null && record.expiresAt <= now)) return null
  const key = bodyOf(record)
  if (!timingSafeEqual(hashOf(token), Buffer.from(key.hash, 'hex'))) return null
  if (!isId('organization', record.owner)) return null
  await noteUse(store, record, used)
  return {
    kind: 'organization',
    organizationId: record.owner,
    applicationId: key.applicationId,
    permissions: permissionsOfKey(key),
    featureFlags: null,
    expiresAt: record.expiresAt,
    sessionId: null,
    actor: { kind: 'key', id: record.id, name: key.name },
  }
}

/** At most once a minute; somebody else's note is as good, and a full disk locks nobody out. */
async function noteUse(
  store: Store,
  record: StoredRecord,
  { now, from }: { readonly now: number; readonly from: UsedFrom },
): Promise<void> {
  const key = bodyOf(record)
  if (key.lastUsedAt !== null && now - key.lastUsedAt < lastUsedStepMs) return
  const userAgent = from.userAgent?.slice(0, agentLengthMax) ?? null
  const used: KeyBody = { ...key, lastUsedAt: now, lastUsedFrom: { ...from, userAgent } }
  await store
    .replaceRecord({ record: { ...record, body: { ...used } }, expectedVersion: record.version })
    .catch(() => 'conflict')
}
