import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pin, PinOff } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { markCaptured } from '../api/calls.ts'
import type { CapturedOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { errorSentence } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { download } from '../state/download.ts'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'

const words = { en: binEn, es: binEs }

const noteMax = 500

/** What somebody does with a captured request: pins it, notes something, keeps its body as a file. */
export function CapturedMarks(props: { readonly request: CapturedOut }) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const may = useMay('manage-endpoints')
  const { request } = props
  const pinned = request.pinned === true
  const [note, setNote] = useState(request.note ?? '')
  const mark = useMutation({
    mutationFn: (change: { readonly pinned?: boolean; readonly note?: string }) =>
      markCaptured(request.bin, request.id, change),
    onSuccess: (_marked, change) => {
      if (change.note !== undefined) toast(w('bin.noteSaved'))
      return client.invalidateQueries({ queryKey: ['bins', request.bin] })
    },
    onError: (error) => toast(errorSentence(error, t), { tone: 'err' }),
  })
  const Icon = pinned ? PinOff : Pin
  return (
    <>
      {may && (
        <Button
          aria-pressed={pinned}
          title={w('bin.pinnedHelp')}
          busy={mark.isPending}
          onClick={() => mark.mutate({ pinned: !pinned })}
        >
          <Icon size={14} aria-hidden /> {w(pinned ? 'bin.pinned' : 'bin.pin')}
        </Button>
      )}
      {request.body !== null && request.body !== '' && (
        <Button
          onClick={() =>
            download(`${request.bin}-${request.id}.json`, 'application/json', request.body ?? '')
          }
        >
          {w('bin.fixture')}
        </Button>
      )}
      {may ? (
        <form
          className="flex w-full gap-1"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            mark.mutate({ note: note.trim() })
          }}
        >
          <input
            className="input"
            aria-label={t('bin.note')}
            placeholder={w('bin.noteEmpty')}
            maxLength={noteMax}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          {note.trim() !== (request.note ?? '') && (
            <Button type="submit" kind="primary" busy={mark.isPending}>
              {w('bin.noteSave')}
            </Button>
          )}
        </form>
      ) : (
        request.note !== undefined &&
        request.note !== '' && <p className="w-full">{request.note}</p>
      )}
    </>
  )
}
