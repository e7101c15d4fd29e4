import { Strips } from '../charts/strips.tsx'
import { NoteOffer } from '../components/note-offer.tsx'
import { useT } from '../i18n.tsx'
import { useEndpointMarks } from '../state/config-marks.ts'
import { useLiveQueries } from '../state/live.ts'
import { useNotes } from '../state/notes.ts'
import { useScope } from '../state/scope.tsx'
import { usePickedRange, useSlices, useUsage } from '../state/strips.ts'
import { useUrlState } from '../state/url.ts'

/** How one endpoint did over the time that its list shows, with its changes of settings. */
export function EndpointStrips(props: { readonly endpointId: string }) {
  const t = useT()
  const { application, base } = useScope()
  const [search] = useUrlState()
  const pick = usePickedRange()
  const { endpointId } = props
  const usage = useUsage(application, search, { endpointId })
  const slices = useSlices(application, usage.data, { search, endpointId })
  const marks = useEndpointMarks({ application, endpointId, base })
  const notes = useNotes(application, search)
  useLiveQueries({
    application,
    keys: [
      ['usage', application, 'strips', endpointId],
      ['deliveries', application, 'backlog', endpointId],
    ],
    everyMs: 2_000,
  })
  const ranged = search['since'] !== undefined || search['from'] !== undefined
  // Room for it before it is there: it moves nothing below.
  if (usage.data === undefined) {
    return usage.isError ? null : <div className="h-40 flex-none max-sm:hidden" />
  }
  const nothing = slices.every(({ ok, failed, waiting }) => ok + failed + waiting === 0)
  if (nothing && !ranged) return null
  return (
    <div className="px-5 pb-2 max-sm:hidden">
      <Strips
        low
        slices={slices}
        to={Date.parse(usage.data.until)}
        marks={[...marks, ...notes]}
        action={<NoteOffer application={application} />}
        onRange={pick}
        {...(ranged ? {} : { note: t('range.24h') })}
      />
    </div>
  )
}
