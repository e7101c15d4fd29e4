import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FastForward } from 'lucide-react'
import { listDeliveries, retryNow } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { useEndpoints } from '../state/data.ts'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'

const words = { en: binEn, es: binEs }

/** The application's endpoints that are this bin. */
function useEndpointsOf(application: string, bin: string): readonly EndpointOut[] {
  const endpoints = useEndpoints(application)
  return (endpoints.data ?? []).filter(({ url }) => {
    const parsed = URL.parse(url)
    return parsed !== null && parsed.pathname.split('/').slice(1, 3).join('/') === `in/${bin}`
  })
}

/** What waits for a retry to this bin, and trying it now: a schedule of a day is seen in seconds. */
export function BinRetries(props: { readonly application: string; readonly bin: string }) {
  const t = useT()
  const w = useWords(words)
  const formats = useFormats()
  const client = useQueryClient()
  const may = useMay('replay')
  const { application } = props
  const endpoints = useEndpointsOf(application, props.bin)
  const waiting = useQuery({
    queryKey: ['bins', props.bin, 'retries', application, endpoints.map(({ id }) => id)],
    enabled: endpoints.length > 0,
    refetchInterval: 1_500,
    queryFn: async () => {
      const lists = await Promise.all(
        endpoints.map(({ id }) =>
          listDeliveries(application, { state: ['pending'], endpoint_id: id, limit: 250 }),
        ),
      )
      return lists.flatMap(({ data }) => data).filter(({ attemptCount }) => attemptCount > 0)
    },
  })
  const forward = useMutation({
    mutationFn: async () => {
      const moved = await Promise.all(endpoints.map(({ id }) => retryNow(application, id)))
      return moved.reduce((sum, one) => sum + one.moved, 0)
    },
    onSuccess: (count) => {
      toast(w('bin.retryNowDone', { count }))
      return client.invalidateQueries({ queryKey: ['bins', props.bin] })
    },
    onError: (error) => toastFailure(error, t),
  })
  if (endpoints.length === 0) return null
  const rows = waiting.data ?? []
  const next = Math.min(
    ...rows.flatMap(({ nextAttempt }) => (nextAttempt ? [Date.parse(nextAttempt)] : [])),
  )
  return (
    <div className="flex flex-wrap items-center gap-3 border-line border-t bg-surface px-5 py-2 max-sm:px-3">
      <p className="text-ink-2" aria-live="polite">
        {rows.length === 0
          ? w('bin.retriesNone')
          : w('bin.retriesWait', {
              count: rows.length,
              when: Number.isFinite(next) ? formats.relative(next, Date.now()) : '…',
            })}
      </p>
      {may && rows.length > 0 && (
        <Button busy={forward.isPending} onClick={() => forward.mutate()}>
          <FastForward size={14} aria-hidden /> {w('bin.retryNow')}
        </Button>
      )}
    </div>
  )
}
