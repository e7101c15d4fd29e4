import { useQuery } from '@tanstack/react-query'
import { listEndpointChanges } from '../api/usage-calls.ts'
import { useMay } from './session.tsx'

const dayMs = 86_400_000

/** When endpoints of the application were changed in the last day, and by whom: for charts. */
export function useConfigMarks(
  applicationId: string,
): readonly { readonly at: number; readonly text: string }[] {
  const changes = useQuery({
    queryKey: ['endpoints', applicationId, 'marks'],
    queryFn: () => listEndpointChanges(applicationId, new Date(Date.now() - dayMs).toISOString()),
    refetchInterval: 60_000,
    enabled: useMay('read-audit'), // a role without the audit log sees no marks
    retry: false,
  })
  return (changes.data?.data ?? [])
    .filter(({ changed }) => changed.length > 0)
    .map(({ at, actor, changed }) => ({
      at: Date.parse(at),
      text: `${actor.name ?? actor.kind}: ${changed.join(', ')}`,
    }))
}
