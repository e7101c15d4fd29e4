import { lazy, Suspense, useState } from 'react'
import { withWords } from '../i18n.tsx'
import { notesEn } from '../messages/notes-en.ts'
import { notesEs } from '../messages/notes-es.ts'
import { useWords } from '../state/words.ts'

const NoteDialog = lazy(withWords(() => import('./note-dialog.tsx')))

const words = { en: notesEn, es: notesEs }

/** Opens the dialog that leaves one. */
export default function LeaveNote(props: { readonly application: string }) {
  const w = useWords(words)
  const [open, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="min-h-6 rounded-sm px-1 hover:underline"
        onClick={() => setOpen(true)}
      >
        {w('note.leave')}
      </button>
      <Suspense>
        {open && <NoteDialog application={props.application} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  )
}
