import type { ApplicationId, EndpointId } from '../domain/ids.ts'
import type { RecordStore, StoredRecord } from './port/records.ts'

/** Who found a signature valid: a bin that the endpoint sends to, or the doctor. */
export type Verifier = 'inspector' | 'doctor'

/** When a signature was found valid, and by whom. */
export interface Verification {
  readonly at: number
  readonly by: Verifier
}

/** The current signing secret of an endpoint, known by when it was made. */
export interface CurrentSecret {
  readonly endpointId: EndpointId
  readonly createdAt: number
}

interface LastVerification extends Verification {
  readonly secretCreatedAt: number
}

const kind = 'verification'
/** A bin may take thousands of requests in a second: of an endpoint one is noted in so long. */
export const notedEveryMs = 60_000
/** What was found last is known so long. */
const keptMs = 365 * 86_400_000

/** Notes the first valid signature of an application, and the last by the current secret of an endpoint. */
export async function noteVerification(
  store: Pick<RecordStore, 'findRecord' | 'insertRecord' | 'replaceRecord'>,
  input: {
    readonly applicationId: ApplicationId
    /** Null: an earlier secret of its endpoint made the signature. */
    readonly secret: CurrentSecret | null
    readonly by: Verifier
    readonly now: number
  },
): Promise<void> {
  const { applicationId: id, secret, by, now } = input
  if ((await store.findRecord({ kind, id })) === null) {
    await store.insertRecord({
      ...{ kind, id, owner: id, version: 1, dueAt: null, expiresAt: null },
      body: { by, at: now },
    })
  }
  if (secret === null) return
  const known = await store.findRecord({ kind, id: secret.endpointId })
  const record: StoredRecord = {
    ...{ kind, id: secret.endpointId, owner: id, version: 1, dueAt: null },
    expiresAt: now + keptMs,
    body: { by, at: now, secretCreatedAt: secret.createdAt } satisfies LastVerification,
  }
  if (known === null) {
    await store.insertRecord(record)
    return
  }
  const last = known.body as unknown as LastVerification // written here only
  const isNews =
    last.secretCreatedAt < secret.createdAt ||
    (last.secretCreatedAt === secret.createdAt && last.at + notedEveryMs <= now)
  // Whoever was quicker noted the same moment, or a later secret.
  if (isNews) await store.replaceRecord({ record, expectedVersion: known.version })
}

export async function firstVerification(
  store: Pick<RecordStore, 'findRecord'>,
  id: ApplicationId,
): Promise<Verification | null> {
  const found = await store.findRecord({ kind, id })
  return found === null ? null : (found.body as unknown as Verification) // written above only
}

/** To the minute; null: none by this very secret. */
export async function lastVerification(
  store: Pick<RecordStore, 'findRecord'>,
  secret: CurrentSecret,
): Promise<Verification | null> {
  const found = await store.findRecord({ kind, id: secret.endpointId })
  if (found === null) return null
  const last = found.body as unknown as LastVerification // written above only
  return last.secretCreatedAt === secret.createdAt ? last : null
}
