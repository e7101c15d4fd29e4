/** Event types from a document or a list: first what would change, then the change. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../api/http.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Field } from '../components/field.tsx'
import { FileField } from '../components/file-field.tsx'
import { Failure } from '../components/states.tsx'
import { Pill } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useT } from '../i18n.tsx'
import { type AdminT, useAdminT } from '../state/admin-words.ts'

interface Imported {
  readonly format: 'openapi' | 'asyncapi' | 'list'
  readonly data: readonly {
    readonly name: string
    readonly change: 'created' | 'changed' | 'same'
    readonly description: string
    readonly version: string | null
  }[]
}

const path = '/event-type/import'
/** As many bytes as the server takes of one text. */
const fileBytesMax = 10 * 1024 * 1024
const shownMax = 100

export function ImportDialog(props: { readonly onClose: () => void }) {
  const t = useT()
  const w = useAdminT()
  const client = useQueryClient()
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  const send = (dryRun: boolean) =>
    request<Imported>(path, { method: 'POST', body: { text, dryRun } })
  const preview = useMutation({ mutationFn: () => send(true) })
  const apply = useMutation({
    mutationFn: () => send(false),
    onSuccess: async ({ data }) => {
      await client.invalidateQueries({ queryKey: ['event-types'] })
      toast(w?.('import.done', { count: changesIn(data) }) ?? '')
      props.onClose()
    },
  })
  if (w === null) return null

  function changeText(next: string): void {
    setText(next)
    setFault(undefined)
    preview.reset()
    apply.reset()
  }
  async function readFile(file: File | undefined): Promise<void> {
    if (file === undefined) return
    if (file.size > fileBytesMax) setFault(w?.('import.tooLarge'))
    else changeText(await file.text())
  }
  function look(): void {
    if (text.trim() === '') setFault(w?.('import.nothing'))
    else preview.mutate()
  }
  const found = preview.data
  return (
    <Dialog
      wide
      title={w('import.title')}
      onClose={props.onClose}
      copyAs={{
        request: { method: 'POST', path, body: { text, dryRun: preview.data === undefined } },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          {found === undefined ? (
            <Button kind="primary" busy={preview.isPending} onClick={look}>
              {w('import.look')}
            </Button>
          ) : (
            <Button kind="primary" busy={apply.isPending} onClick={() => apply.mutate()}>
              {w('import.apply', { count: changesIn(found.data) })}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {preview.isError && <Failure error={preview.error} />}
        {apply.isError && <Failure error={apply.error} />}
        <Field label={w('import.text')} help={w('import.help')} error={fault}>
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-40"
              spellCheck={false}
              placeholder={'order.paid, An order was paid, Orders'}
              value={text}
              onChange={(event) => changeText(event.target.value)}
            />
          )}
        </Field>
        <FileField
          label={w('import.file')}
          button={w('import.choose')}
          none={w('import.noFile')}
          accept=".json,.yaml,.yml,.csv,.tsv,.txt"
          onChange={(file) => void readFile(file)}
        />
        {found !== undefined && <Preview found={found} w={w} />}
      </div>
    </Dialog>
  )
}

function changesIn(data: Imported['data']): number {
  return data.filter(({ change }) => change !== 'same').length
}

const tones = { created: 'ok', changed: 'warn', same: 'mute' } as const

function Preview(props: { readonly found: Imported; readonly w: AdminT }) {
  const { found, w } = props
  return (
    <section aria-label={w('import.preview')} className="flex flex-col gap-2">
      <p role="status">
        {w(`import.${found.format}`)} · {w('import.found', { count: found.data.length })}
      </p>
      <ul className="flex max-h-80 flex-col divide-y divide-line overflow-auto border-line border-y">
        {found.data.slice(0, shownMax).map(({ name, change, description, version }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-2 py-1">
            <Pill tone={tones[change]}>{w(`import.${change}`)}</Pill>
            <span className="mono break-all">{name}</span>
            <span className="min-w-0 truncate text-ink-3">{description}</span>
            {change === 'changed' && version !== null && (
              <span className="text-ink-3 text-xs">{w('import.version', { version })}</span>
            )}
          </li>
        ))}
        {found.data.length > shownMax && (
          <li className="py-1 text-ink-3">+{found.data.length - shownMax}</li>
        )}
      </ul>
    </section>
  )
}
