/**
 * Switches of an application that its producer may turn, kept as a small record: most applications
 * have none, and an application without one has the defaults.
 */
import type { ApplicationId } from '../domain/ids.ts'
import type { RecordStore, StoredRecord } from '../store/port/records.ts'

export interface ApplicationSettings {
  /** A message create answers once every endpoint was tried, up to the profile's limit. */
  readonly waitForResponse: boolean
  /** The REST hook routes exist. */
  readonly restHooks: boolean
}

export const defaultSettings: ApplicationSettings = { waitForResponse: false, restHooks: true }

const kind = 'application-settings'
/** Writers that may come between our read and our write. */
const conflictsMax = 8

export async function findSettings(
  store: Pick<RecordStore, 'findRecord'>,
  applicationId: ApplicationId,
): Promise<ApplicationSettings> {
  return settingsOf(await store.findRecord({ kind, id: applicationId }))
}

/** Changes those that are given. Returns what is stored now; null: too many others write it too. */
export async function changeSettings(
  store: RecordStore,
  applicationId: ApplicationId,
  change: Partial<ApplicationSettings>,
): Promise<ApplicationSettings | null> {
  for (let conflict = 0; conflict < conflictsMax; conflict++) {
    const found = await store.findRecord({ kind, id: applicationId })
    const settings = { ...settingsOf(found), ...change }
    if (found === null) {
      const inserted = await store.insertRecord({
        kind,
        id: applicationId,
        owner: applicationId,
        version: 1,
        dueAt: null,
        expiresAt: null,
        body: { ...settings },
      })
      if (inserted === 'inserted') return settings
    } else {
      const replaced = await store.replaceRecord({
        record: { ...found, body: { ...settings } },
        expectedVersion: found.version,
      })
      if (replaced === 'replaced') return settings
    }
  }
  return null
}

export async function forgetSettings(
  store: Pick<RecordStore, 'deleteRecord'>,
  applicationId: ApplicationId,
): Promise<void> {
  await store.deleteRecord({ kind, id: applicationId })
}

function settingsOf(record: StoredRecord | null): ApplicationSettings {
  const { waitForResponse, restHooks } = record?.body ?? {}
  return {
    waitForResponse:
      typeof waitForResponse === 'boolean' ? waitForResponse : defaultSettings.waitForResponse,
    restHooks: typeof restHooks === 'boolean' ? restHooks : defaultSettings.restHooks,
  }
}
