import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { permissionNames } from '../../../src/domain/permission.ts'
import { type ApiKeyIn, type ApiKeyRole, createApiKey } from '../api/key-calls.ts'
import { Button } from '../components/button.tsx'
import { shellQuoted } from '../components/copy-as.tsx'
import { Dialog } from '../components/dialog.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { useT } from '../i18n.tsx'
import { useApplications } from '../shell.tsx'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useSession } from '../state/session.tsx'
import { useWords } from '../state/words.ts'
import { NewKey } from './key-new.tsx'
import { keyWords, ScopeBoxes } from './key-scopes.tsx'

const roles: readonly ApiKeyRole[] = ['sender', 'reader', 'admin']
const dayMs = 86_400_000

interface Draft {
  readonly name: string
  readonly role: ApiKeyRole | 'custom'
  readonly scopes: readonly string[]
  readonly application: string
  readonly days: string
}

function bodyOf({ name, role, scopes, application, days }: Draft): ApiKeyIn {
  return {
    name: name.trim(),
    ...(role === 'custom' ? { scopes } : { role }),
    ...(application === '' ? {} : { applicationId: application }),
    ...(days === ''
      ? {}
      : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
  }
}

function cliOf({ name, role, scopes, application, days }: Draft): string {
  return [
    `posthorn keys create ${shellQuoted(name.trim())}`,
    ...(role === 'custom' ? scopes.map((scope) => `--scope ${scope}`) : [`--role ${role}`]),
    ...(application === '' ? [] : [`--app ${application}`]),
    ...(days === '' ? [] : [`--expires ${days}d`]),
  ].join(' ')
}

const empty: Draft = { name: '', role: 'sender', scopes: [], application: '', days: '' }

/** Makes a key from a role, or from permissions that are chosen one by one. */
export function CreateKey(props: { readonly onClose: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const applications = useApplications().data?.data ?? []
  const w = useWords(keyWords)
  const mine = useSession()?.permissions // nobody makes a key that may more than they do
  const offered = permissionNames.filter((name) => mine?.has(name) !== false)
  const [draft, setDraft] = useState<Draft>(empty)
  const [missing, setMissing] = useState(false)
  const { name, role, scopes } = draft
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part })
  const unnamed = missing && name.trim() === ''
  const unscoped = missing && role === 'custom' && scopes.length === 0
  const create = useMutation({
    mutationFn: () => createApiKey(bodyOf(draft)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  const form = useFocusOnRefusal(create.error, unnamed || unscoped)
  function submit(event: FormEvent): void {
    event.preventDefault()
    setMissing(true)
    if (name.trim() !== '' && (role !== 'custom' || scopes.length > 0)) create.mutate()
  }
  if (create.data !== undefined) return <NewKey created={create.data} onClose={props.onClose} />
  return (
    <Dialog
      title={t('key.create')}
      onClose={props.onClose}
      copyAs={{
        cli: cliOf(draft),
        request: { method: 'POST', path: '/api-key', body: { ...bodyOf(draft) } },
      }}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="create-key" kind="primary" busy={create.isPending}>
            {t('key.create')}
          </Button>
        </>
      }
    >
      <form ref={form} id="create-key" noValidate className="flex flex-col gap-4" onSubmit={submit}>
        {create.isError && <Failure error={create.error} />}
        <TextField
          label={t('column.name')}
          help={t('key.nameHelp')}
          error={unnamed ? t('application.nameMissing') : undefined}
          value={name}
          onChange={(value) => set({ name: value })}
        />
        <SelectField
          label={t('key.role')}
          help={role === 'custom' ? w('key.customHelp') : t(`key.${role}Help`)}
          value={role}
          options={[
            ...roles
              .filter((value) => value !== 'admin' || offered.length === permissionNames.length)
              .map((value) => ({ value, label: t(`key.${value}`) })),
            { value: 'custom', label: w('key.custom') },
          ]}
          onChange={(value) => set({ role: value })}
        />
        {role === 'custom' && (
          <ScopeBoxes
            offered={offered}
            chosen={scopes}
            error={unscoped ? w('key.customMissing') : undefined}
            onChange={(chosen) => set({ scopes: chosen })}
          />
        )}
        <SelectField
          label={t('application.switch')}
          value={draft.application}
          options={[
            { value: '', label: t('key.allApplications') },
            ...applications.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={(value) => set({ application: value })}
        />
        <SelectField
          label={t('key.expires')}
          value={draft.days}
          options={[
            { value: '', label: t('key.noEnd') },
            ...['30', '90', '365'].map((value) => ({
              value,
              label: t('key.days', { count: Number(value) }),
            })),
          ]}
          onChange={(value) => set({ days: value })}
        />
      </form>
    </Dialog>
  )
}
