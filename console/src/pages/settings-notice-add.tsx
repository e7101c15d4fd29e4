import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, request } from '../api/http.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { SelectField, TextField } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { useLocalization } from '../i18n.tsx'
import { settingsEn } from '../messages/settings-en.ts'
import { settingsEs } from '../messages/settings-es.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useWords } from '../state/words.ts'

const words = { en: settingsEn, es: settingsEs }

export const receiversPath = '/operational-webhook/endpoint'

export interface Receiver extends EndpointOut {
  readonly format?: 'json' | 'slack' | 'mail'
  readonly language?: 'en' | 'es'
}

const types = [
  'endpoint.failing',
  'endpoint.recovered',
  'endpoint.disabled',
  'message.attempt.exhausted',
  'message.attempt.failing',
  'message.attempt.recovered',
  'endpoint.created',
  'endpoint.updated',
  'endpoint.enabled',
  'endpoint.deleted',
  'background_task.finished',
] as const
export type NoticeType = (typeof types)[number]

export const isNoticeType = (name: string): name is NoticeType =>
  types.some((type) => type === name)

const scheme = 'mailto:'

/** Addresses behind `mailto:`; null: another kind of URL. */
export function mailOf(url: string): string | null {
  return url.startsWith(scheme) ? url.slice(scheme.length) : null
}

type Kind = 'mail' | 'slack' | 'webhook'
const usual: readonly NoticeType[] = ['endpoint.failing', 'endpoint.recovered', 'endpoint.disabled']

/** Who is told, how, and of what. */
export function AddReceiver(props: { readonly onClose: () => void }) {
  const { t, language: own } = useLocalization()
  const w = useWords(words)
  const client = useQueryClient()
  const [kind, setKind] = useState<Kind>('webhook')
  const [to, setTo] = useState('')
  const [language, setLanguage] = useState<'en' | 'es'>(own)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(usual))
  const [missing, setMissing] = useState<'url' | 'events' | null>(null)
  const call = {
    method: 'POST',
    body: {
      url: kind === 'mail' ? scheme + to.replaceAll(/[\s;]+/g, ',').replaceAll(/,+/g, ',') : to,
      ...(kind === 'slack' ? { format: 'slack' } : {}),
      ...(kind === 'webhook' ? {} : { language }),
      eventTypes: chosen.size === types.length ? null : types.filter((type) => chosen.has(type)),
    },
  } as const
  const add = useMutation({
    mutationFn: () => request<Receiver>(receiversPath, call),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['notices'] })
      props.onClose()
    },
  })
  const form = useFocusOnRefusal(add.error, missing)
  const issue =
    add.error instanceof ApiError
      ? add.error.issues.find(({ loc }) => loc.includes('url'))
      : undefined
  const refused =
    issue?.type === 'mail_not_set_up'
      ? w('notices.noMail')
      : issue?.type === 'mail_address'
        ? w('notices.addressesRefused')
        : issue?.msg
  function submit(event: FormEvent): void {
    event.preventDefault()
    const lacking = to.trim() === '' ? 'url' : chosen.size === 0 ? 'events' : null
    setMissing(lacking)
    if (lacking === null) add.mutate()
  }
  return (
    <Dialog
      title={w('notices.add')}
      copyAs={{ request: { path: receiversPath, ...call } }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form="add-receiver" kind="primary" busy={add.isPending}>
            {w('notices.add')}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id="add-receiver"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={submit}
      >
        {add.isError && refused === undefined && <Failure error={add.error} />}
        <SelectField<Kind>
          label={w('notices.kind')}
          value={kind}
          options={[
            { value: 'webhook', label: w('notices.webhook') },
            { value: 'slack', label: w('notices.chat') },
            { value: 'mail', label: w('notices.mail') },
          ]}
          onChange={setKind}
        />
        <TextField
          label={kind === 'mail' ? w('notices.addresses') : w('notices.url')}
          help={kind === 'webhook' ? undefined : w(`notices.${kind}Help`)}
          type={kind === 'mail' ? 'text' : 'url'}
          mono
          error={
            missing === 'url'
              ? kind === 'mail'
                ? w('notices.addressesMissing')
                : t('endpoint.urlMissing')
              : refused
          }
          value={to}
          onChange={setTo}
        />
        {kind !== 'webhook' && (
          <SelectField<'en' | 'es'>
            label={t('language.label')}
            value={language}
            options={[
              { value: 'en', label: 'English' },
              { value: 'es', label: 'Español' },
            ]}
            onChange={setLanguage}
          />
        )}
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-[550]">{w('notices.events')}</legend>
          {types.map((type) => (
            <label key={type} className="flex items-center gap-2">
              <input
                type="checkbox"
                className="checkbox"
                checked={chosen.has(type)}
                onChange={(event) => {
                  const next = new Set(chosen)
                  if (event.target.checked) next.add(type)
                  else next.delete(type)
                  setChosen(next)
                }}
              />
              {w(`notices.${type}`)}
            </label>
          ))}
          {missing === 'events' && (
            <p className="text-err text-xs" role="alert">
              {t('events.missing')}
            </p>
          )}
        </fieldset>
      </form>
    </Dialog>
  )
}
