import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pin, PinOff } from 'lucide-react'
import type { FormEvent } from 'react'
import { markCaptured, path } from '../api/calls.ts'
import type { CapturedOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { toastFailure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { download } from '../state/download.ts'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useMay } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { Overtaken } from './save-bar.tsx'

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
  const edit = useDraft({ stored: request.note ?? '', version: request.updatedAt ?? '' })
  const refresh = () => client.invalidateQueries({ queryKey: ['bins', request.bin] })
  const pin = useMutation({
    mutationFn: () => markCaptured(request.bin, request.id, { pinned: !pinned }),
    onSuccess: refresh,
    onError: (error) => toastFailure(error, t),
  })
  const write = useMutation({
    mutationFn: (note: string) =>
      markCaptured(
        request.bin,
        request.id,
        { note },
        edit.version === '' ? undefined : edit.version,
      ),
    onSuccess: ({ updatedAt = '' }, note) => {
      toast(w('bin.noteSaved'))
      edit.setDraft(note)
      edit.settle(note, updatedAt)
      return refresh()
    },
    onError: async (error) => {
      await lookAtTheirs(error, refresh)
      toastFailure(error, t)
    },
  })
  const Icon = pinned ? PinOff : Pin
  return (
    <>
      {may && (
        <Button
          aria-pressed={pinned}
          title={w('bin.pinnedHelp')}
          busy={pin.isPending}
          onClick={() => pin.mutate()}
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
          className="flex w-full flex-wrap gap-1"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            write.mutate(edit.draft.trim())
          }}
        >
          <div className="w-full empty:hidden">
            <Overtaken edit={edit} />
          </div>
          <input
            className="input min-w-0 flex-1"
            aria-label={w('bin.note')}
            placeholder={w('bin.noteEmpty')}
            maxLength={noteMax}
            value={edit.draft}
            onChange={(event) => edit.setDraft(event.target.value)}
          />
          {edit.draft.trim() !== (request.note ?? '') && (
            <>
              <Button type="submit" kind="primary" busy={write.isPending}>
                {w('bin.noteSave')}
              </Button>
              <CopyAs
                of={w('bin.note')}
                request={{
                  method: 'PATCH',
                  path: path('inspector', 'bin', request.bin, 'request', request.id),
                  body: { note: edit.draft.trim() },
                }}
                withoutUrl
              />
            </>
          )}
        </form>
      ) : (
        request.note !== undefined &&
        request.note !== '' && <p className="w-full">{request.note}</p>
      )}
    </>
  )
}
