import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ApiKeyOut, rollApiKey } from '../api/key-calls.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { useT } from '../i18n.tsx'
import { useAdminT } from '../state/admin-words.ts'
import { LastUse } from './key-last-use.tsx'
import { NewKey } from './key-new.tsx'

/** In hours: how long the old key still works. */
const overlaps = ['0', '1', '24', '168'] as const

/** Another key like this one, while those who use the old one change over. */
export function RollKey(props: { readonly apiKey: ApiKeyOut; readonly onClose: () => void }) {
  const t = useT()
  const w = useAdminT()
  const client = useQueryClient()
  const { apiKey } = props
  const [hours, setHours] = useState<(typeof overlaps)[number]>('24')
  const [typed, setTyped] = useState('')
  const [refused, setRefused] = useState(false)
  const roll = useMutation({
    mutationFn: () => rollApiKey(apiKey.id, Number(hours) * 3_600),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  function submit(): void {
    if (hours === '0' && typed !== apiKey.name) setRefused(true)
    else roll.mutate()
  }
  if (w === null) return null
  if (roll.data !== undefined) return <NewKey created={roll.data} onClose={props.onClose} />
  return (
    <Dialog
      title={w('key.rollTitle', { name: apiKey.name })}
      onClose={props.onClose}
      copyAs={{
        cli: `posthorn keys roll ${apiKey.id} --grace ${hours}h --yes`,
        request: {
          method: 'POST',
          path: `/api-key/${apiKey.id}/roll`,
          body: { gracePeriodSeconds: Number(hours) * 3_600 },
        },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button
            kind={hours === '0' ? 'danger-solid' : 'primary'}
            busy={roll.isPending}
            onClick={submit}
          >
            {w('key.rollVerb')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {roll.isError && <Failure error={roll.error} />}
        <p className="text-ink-2">{w('key.rollText')}</p>
        <SelectField
          label={w('key.overlap')}
          value={hours}
          options={overlaps.map((value) => ({ value, label: w(`key.overlap${value}`) }))}
          onChange={setHours}
        />
        {hours === '0' && (
          <>
            <Notice tone="warn" title={t('key.revokeEffect')}>
              <LastUse apiKey={apiKey} />
            </Notice>
            <TextField
              label={t('confirm.typeName', { name: apiKey.name })}
              error={refused ? t('confirm.nameDiffers') : undefined}
              autoComplete="off"
              value={typed}
              onChange={(value) => {
                setTyped(value)
                setRefused(false)
              }}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
