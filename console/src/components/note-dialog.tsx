import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { createNote, deleteNote } from '../api/note-calls.ts'
import { useT } from '../i18n.tsx'
import { notesEn } from '../messages/notes-en.ts'
import { notesEs } from '../messages/notes-es.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useWords } from '../state/words.ts'
import { Button } from './button.tsx'
import { shellQuoted } from './copy-as.tsx'
import { Dialog } from './dialog.tsx'
import { TextField, Toggle } from './field.tsx'
import { Failure } from './states.tsx'
import { toast } from './toast.tsx'

const words = { en: notesEn, es: notesEs }
const textMax = 200

/** Leaves a note on the time axis, of this application or of every one; it may be taken back. */
export default function NoteDialog(props: {
  readonly application: string
  readonly onClose: () => void
}) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const { application } = props
  const [text, setText] = useState('')
  const [when, setWhen] = useState('')
  const [everywhere, setEverywhere] = useState(false)
  const [missing, setMissing] = useState(false)
  const given = text.trim()
  const ms = Date.parse(when)
  const body = {
    text: given,
    ...(Number.isNaN(ms) ? {} : { at: new Date(ms).toISOString() }),
    ...(everywhere ? {} : { applicationId: application }),
  }
  // The charts end when they were counted: a note of now lies beyond.
  const changed = (): void => {
    for (const name of ['notes', 'usage']) void client.invalidateQueries({ queryKey: [name] })
  }
  const leave = useMutation({
    mutationFn: () => createNote(body),
    onSuccess: ({ id }) => {
      toast(w('note.left'), {
        undo: () =>
          void deleteNote(id).then(changed, () => toast(w('note.stays'), { tone: 'err' })),
      })
      changed()
      props.onClose()
    },
  })
  const form = useFocusOnRefusal(leave.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    setMissing(given === '')
    if (given !== '') leave.mutate()
  }
  const ofOne = everywhere ? '' : ` --app ${application}`
  const then = body.at === undefined ? '' : ` --at ${body.at}`
  return (
    <Dialog
      title={w('note.title')}
      copyAs={{
        cli: `posthorn notes add ${shellQuoted(given)}${ofOne}${then}`,
        request: { method: 'POST', path: '/note', body },
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" form="leave-note" busy={leave.isPending}>
            {w('note.title')}
          </Button>
        </>
      }
    >
      <form ref={form} id="leave-note" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {leave.isError && <Failure error={leave.error} />}
        <TextField
          label={w('note.text')}
          help={w('note.help')}
          error={missing ? w('note.missing') : undefined}
          maxLength={textMax}
          value={text}
          onChange={setText}
        />
        <TextField
          label={w('note.when')}
          help={w('note.whenHelp')}
          optional
          type="datetime-local"
          value={when}
          onChange={setWhen}
        />
        <Toggle label={w('note.everywhere')} checked={everywhere} onChange={setEverywhere} />
      </form>
    </Dialog>
  )
}
