import type { RecordStore, StoredRecord } from './port/records.ts'

/** Writers that may come between our read and our write. */
const conflictsMax = 8

/** Makes or replaces a record that is a setting: whoever writes last wins. False: others kept writing. */
export async function putRecord(
  store: Pick<RecordStore, 'findRecord' | 'insertRecord' | 'replaceRecord'>,
  { kind, id, owner, body }: Pick<StoredRecord, 'kind' | 'id' | 'owner' | 'body'>,
): Promise<boolean> {
  for (let tries = 0; tries < conflictsMax; tries++) {
    const found = await store.findRecord({ kind, id })
    const fresh: StoredRecord = {
      ...{ kind, id, owner, version: 1 },
      ...{ dueAt: null, expiresAt: null, body },
    }
    const done =
      found === null
        ? await store.insertRecord(fresh)
        : await store.replaceRecord({ record: { ...found, body }, expectedVersion: found.version })
    if (done === 'inserted' || done === 'replaced') return true
  }
  return false
}
