import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { deleteBin, path, putBin } from '../api/calls.ts'
import type { BinOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Confirm, Dialog } from '../components/dialog.tsx'
import { TextField } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { binEn } from '../messages/bin-en.ts'
import { binEs } from '../messages/bin-es.ts'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useWords } from '../state/words.ts'
import { BinSecrets, bareSecret, noSecrets, secretsOf } from './bin-secrets.tsx'
import { Overtaken } from './save-bar.tsx'

const words = { en: binEn, es: binEs }

/** A bin's note, the secrets of other senders, and its end. */
export function BinSettings(props: { readonly bin: BinOut; readonly onClose: () => void }) {
  const t = useT()
  const w = useWords(words)
  const client = useQueryClient()
  const navigate = useNavigate()
  const { bin } = props
  const edit = useDraft({ stored: bin.note, version: bin.updatedAt })
  const [draft, setDraft] = useState(noSecrets)
  const [deleting, setDeleting] = useState(false)
  const refresh = () => client.invalidateQueries({ queryKey: ['bins'] })
  const secrets = secretsOf(draft)
  const body = { note: edit.draft, ...(secrets.length === 0 ? {} : { secrets }) }
  const url = path('inspector', 'bin', bin.name)
  const save = useMutation({
    mutationFn: () => putBin(bin.name, body, edit.version),
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: async () => {
      await refresh()
      props.onClose()
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteBin(bin.name),
    onSuccess: async () => {
      await navigate({ to: '/inspector' })
      return refresh()
    },
  })
  if (deleting) {
    return (
      <Confirm
        title={w('bin.deleteTitle', { name: bin.name })}
        effect={w('bin.deleteEffect')}
        verb={w('bin.deleteVerb')}
        copyAs={{
          cli: `posthorn bins rm ${shellQuoted(bin.name)} --yes`,
          request: { method: 'DELETE', path: url },
        }}
        danger
        busy={remove.isPending}
        error={remove.isError && <Failure error={remove.error} />}
        onClose={() => setDeleting(false)}
        onConfirm={() => remove.mutate()}
      />
    )
  }
  return (
    <Dialog
      title={w('bin.settingsTitle', { name: bin.name })}
      copyAs={{ request: { method: 'PUT', path: url, body }, secrets: secrets.map(bareSecret) }}
      onClose={props.onClose}
      footer={
        <>
          <Button kind="danger" onClick={() => setDeleting(true)}>
            {w('bin.delete')}
          </Button>
          <span className="flex-1" />
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="bin-settings" kind="primary" busy={save.isPending}>
            {t('form.save')}
          </Button>
        </>
      }
    >
      <form
        id="bin-settings"
        className="flex flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && <Failure error={save.error} />}
        <TextField
          label={w('bin.note')}
          help={w('bin.noteHelp')}
          value={edit.draft}
          maxLength={500}
          onChange={edit.setDraft}
        />
        <BinSecrets bin={bin} draft={draft} onChange={setDraft} />
        <p className="text-ink-3">{w('bin.onlyHere')}</p>
      </form>
    </Dialog>
  )
}
