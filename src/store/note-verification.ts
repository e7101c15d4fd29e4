import type { ApplicationId } from '../domain/ids.ts'
import type { RecordStore } from './port/records.ts'

/** Who found a signature of the application's valid: a bin that its endpoint sends to, or the doctor. */
export type Verifier = 'inspector' | 'doctor'

const kind = 'verification'

/** Notes the first valid signature of an application; later ones change nothing. */
export async function noteVerification(
  store: Pick<RecordStore, 'findRecord' | 'insertRecord'>,
  input: { readonly applicationId: ApplicationId; readonly by: Verifier; readonly now: number },
): Promise<void> {
  const { applicationId: id, by, now } = input
  if ((await store.findRecord({ kind, id })) !== null) return
  await store.insertRecord({
    ...{ kind, id, owner: id, version: 1, dueAt: null, expiresAt: null },
    body: { by, at: now },
  })
}

export async function firstVerification(
  store: Pick<RecordStore, 'findRecord'>,
  id: ApplicationId,
): Promise<{ readonly by: Verifier; readonly at: number } | null> {
  const found = await store.findRecord({ kind, id })
  return found === null ? null : (found.body as { by: Verifier; at: number }) // written above only
}
