import { lazy, Suspense } from 'react'
import { useMay, useSeesAll } from '../state/session.tsx'

const LeaveNote = lazy(() => import('./leave-note.tsx'))

/** The way to leave a note on the time axis of that application, for who may. */
export function NoteOffer(props: { readonly application: string }) {
  const [all, may] = [useSeesAll(), useMay('share-views')]
  if (!all || !may) return null
  return (
    <Suspense>
      <LeaveNote {...props} />
    </Suspense>
  )
}
