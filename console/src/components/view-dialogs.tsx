import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { createView, deleteView, patchView, type SharedView } from '../api/view-calls.ts'
import { useT } from '../i18n.tsx'
import { viewsEn } from '../messages/views-en.ts'
import { viewsEs } from '../messages/views-es.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { type Search, stringifySearch } from '../state/search.ts'
import type { ViewsOf } from '../state/views.ts'
import { useWords } from '../state/words.ts'
import { Button } from './button.tsx'
import { shellQuoted } from './copy-as.tsx'
import { Confirm, Dialog } from './dialog.tsx'
import { TextField, Toggle } from './field.tsx'
import { Failure } from './states.tsx'
import { toast } from './toast.tsx'

const words = { en: viewsEn, es: viewsEs }
const nameMax = 60

interface Asked {
  readonly of: ViewsOf
  readonly search: Search
  readonly mayShare: boolean
  /** The shared one that is shown. */
  readonly view: SharedView | undefined
  readonly onClose: () => void
  /** It is kept in this browser alone. */
  readonly onName: (name: string) => void
  /** What is shared was changed. */
  readonly onDone: () => void
}

export default function ViewDialog({
  kind,
  ...asked
}: Asked & { readonly kind: 'save' | 'rename' | 'delete' }) {
  const { view } = asked
  if (kind === 'save') return <SaveView {...asked} />
  if (view === undefined) return null
  return kind === 'rename' ? (
    <RenameView {...asked} view={view} />
  ) : (
    <DeleteView {...asked} view={view} />
  )
}

/** Names what the list shows: for this browser alone, or for everybody. */
function SaveView(props: Asked) {
  const t = useT()
  const w = useWords(words)
  const { of, search } = props
  const [name, setName] = useState('')
  const [everybody, setEverybody] = useState(false)
  const [missing, setMissing] = useState(false)
  const given = name.trim().slice(0, nameMax)
  const query = stringifySearch(search).slice(1)
  // An endpoint is of one application: elsewhere the view would show nothing.
  const bound = search['endpoint'] !== undefined
  const body = {
    ...{ name: given, list: of.list, query },
    ...(bound ? { applicationId: of.application } : {}),
  }
  const share = useMutation({
    mutationFn: () => createView(body),
    onSuccess: () => {
      toast(w('views.saved', { name: given }))
      props.onDone()
    },
  })
  const form = useFocusOnRefusal(share.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    setMissing(given === '')
    if (given === '') return
    if (everybody) share.mutate()
    else props.onName(given)
  }
  const cli = `posthorn views save ${shellQuoted(given)} --list ${of.list} --query ${shellQuoted(query)}${bound ? ` --app ${of.application}` : ''}`
  return (
    <Dialog
      title={w('views.saveTitle')}
      copyAs={everybody ? { cli, request: { method: 'POST', path: '/view', body } } : null}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" form="name-view" busy={share.isPending}>
            {w('views.saveTitle')}
          </Button>
        </>
      }
    >
      <form ref={form} id="name-view" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {share.isError && <Failure error={share.error} />}
        <TextField
          label={w('views.name')}
          help={everybody ? w('views.helpShared') : w('views.help')}
          error={missing ? w('views.nameMissing') : undefined}
          maxLength={nameMax}
          value={name}
          onChange={setName}
        />
        {props.mayShare && (
          <Toggle label={w('views.everybody')} checked={everybody} onChange={setEverybody} />
        )}
      </form>
    </Dialog>
  )
}

type OfShared = Pick<Asked, 'onClose' | 'onDone'> & { readonly view: SharedView }

function RenameView({ view, onClose, onDone }: OfShared) {
  const t = useT()
  const w = useWords(words)
  const [name, setName] = useState(view.name)
  const [missing, setMissing] = useState(false)
  const given = name.trim()
  const rename = useMutation({
    mutationFn: () => patchView(view, { name: given }),
    onSuccess: () => {
      toast(w('views.saved', { name: given }))
      onDone()
    },
  })
  const form = useFocusOnRefusal(rename.error, missing)
  return (
    <Dialog
      title={w('views.rename', { name: view.name })}
      copyAs={{
        cli: `posthorn views rename ${view.id} ${shellQuoted(given)}`,
        request: { method: 'PATCH', path: `/view/${view.id}`, body: { name: given } },
      }}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button kind="primary" type="submit" form="rename-view" busy={rename.isPending}>
            {w('views.renameVerb')}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id="rename-view"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          setMissing(given === '')
          if (given !== '') rename.mutate()
        }}
      >
        {rename.isError && <Failure error={rename.error} />}
        <TextField
          label={w('views.name')}
          error={missing ? w('views.nameMissing') : undefined}
          maxLength={nameMax}
          value={name}
          onChange={setName}
        />
      </form>
    </Dialog>
  )
}

function DeleteView({ view, onClose, onDone }: OfShared) {
  const w = useWords(words)
  const remove = useMutation({
    mutationFn: () => deleteView(view.id),
    onSuccess: () => {
      toast(w('views.deleted', { name: view.name }))
      onDone()
    },
  })
  return (
    <Confirm
      title={w('views.deleteTitle', { name: view.name })}
      effect={w('views.deleteEffect')}
      verb={w('views.deleteVerb')}
      copyAs={{
        cli: `posthorn views rm ${view.id} --yes`,
        request: { method: 'DELETE', path: `/view/${view.id}` },
      }}
      danger
      busy={remove.isPending}
      error={remove.isError && <Failure error={remove.error} />}
      onClose={onClose}
      onConfirm={() => remove.mutate()}
    />
  )
}
