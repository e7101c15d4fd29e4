import { useQuery } from '@tanstack/react-query'
import type { AuditEntry } from '../api/model.ts'
import { endpointHistory, listEndpointChanges } from '../api/usage-calls.ts'
import type { Mark } from '../charts/marks.tsx'
import { useLocalization } from '../i18n.tsx'
import { useMay } from './session.tsx'

/** The words come with the first mark: they are in no first load. */
async function marksOf(
  entries: readonly AuditEntry[],
  language: 'en' | 'es',
  historyOf: (entry: AuditEntry) => string | undefined,
): Promise<readonly Mark[]> {
  const { changeText } = await import('./change-text.ts')
  return entries.flatMap((entry) => {
    const text = changeText(entry, language)
    const to = historyOf(entry)
    const mark = { at: Date.parse(entry.at), ...(to === undefined ? {} : { to }) }
    return text === null ? [] : [{ ...mark, text }]
  })
}

const none: readonly Mark[] = []

/** When endpoints of the application were changed since, and by whom: for charts. */
export function useConfigMarks(input: {
  /** Its id, which the log has; empty: not known yet. */
  readonly applicationId: string
  readonly base: string
  readonly since: string
}): readonly Mark[] {
  const { applicationId, base, since } = input
  const { language } = useLocalization()
  const changes = useQuery({
    // A relative range moves with every look: by the minute is near enough.
    queryKey: ['endpoints', applicationId, 'marks', language, since.slice(0, 16)],
    queryFn: async () =>
      marksOf((await listEndpointChanges(applicationId, since)).data, language, ({ resource }) =>
        resource === null ? undefined : `${base}/endpoints/${resource.id}/history`,
      ),
    refetchInterval: 60_000,
    // A role without the audit log sees no marks.
    enabled: useMay('read-audit') && applicationId !== '',
    retry: false,
  })
  return changes.data ?? none
}

/** The last changes of one endpoint, newest first; a portal is told of what kind who made them was. */
export function useEndpointMarks(input: {
  readonly application: string
  readonly endpointId: string
  readonly base: string
}): readonly Mark[] {
  const { application, endpointId, base } = input
  const { language } = useLocalization()
  const changes = useQuery({
    queryKey: ['endpoints', application, 'history', endpointId, 'marks', language],
    queryFn: async () =>
      marksOf(
        (await endpointHistory(application, endpointId)).data,
        language,
        () => `${base}/endpoints/${endpointId}/history`,
      ),
    refetchInterval: 60_000,
    retry: false, // what it marks is there without it
  })
  return changes.data ?? none
}
