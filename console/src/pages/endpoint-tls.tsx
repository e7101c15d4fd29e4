import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, request } from '../api/http.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'

interface TlsOut {
  readonly ca: string | null
  readonly certificate: string | null
  readonly hasKey: boolean
  readonly certificateExpiresAt: string | null
}

/** A private authority and a client certificate for one receiver; closed unless one is set. */
export function EndpointTls(props: { readonly endpoint: string }) {
  const t = useT()
  const scope = useScope()
  const path = `/app/${encodeURIComponent(scope.application)}/endpoint/${props.endpoint}/tls`
  const stored = useQuery({
    queryKey: ['endpoints', scope.application, 'tls', props.endpoint],
    queryFn: () => request<TlsOut>(path),
    staleTime: 60_000,
  })
  if (stored.data === undefined) return stored.isError ? <Failure error={stored.error} /> : null
  const set = stored.data.ca !== null || stored.data.certificate !== null
  return (
    <details open={set} className="max-w-2xl">
      <summary className="w-fit rounded-sm font-semibold text-base">{t('tls.title')}</summary>
      <p className="mt-1 mb-3 text-ink-3">{t('tls.text')}</p>
      <TlsForm key={JSON.stringify(stored.data)} path={path} stored={stored.data} />
    </details>
  )
}

function TlsForm(props: { readonly path: string; readonly stored: TlsOut }) {
  const t = useT()
  const formats = useFormats()
  const client = useQueryClient()
  const may = useScope().may.manageEndpoints
  const { path, stored } = props
  const [draft, setDraft] = useState({
    ca: stored.ca ?? '',
    certificate: stored.certificate ?? '',
    key: '',
  })
  const save = useMutation({
    mutationFn: (body: object) => request<void>(path, { method: 'PUT', body }),
    onSuccess: () => {
      toast(t('form.saved'))
      return client.invalidateQueries({ queryKey: ['endpoints'] })
    },
  })
  const fault = (name: string): string | undefined =>
    save.error instanceof ApiError
      ? save.error.issues.find(({ loc }) => loc.includes(name))?.msg
      : undefined
  const fields = ['ca', 'certificate', 'key'] as const
  const unnamed = save.isError && !fields.some((name) => fault(name) !== undefined)
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate({
      ca: draft.ca.trim() === '' ? null : draft.ca,
      certificate: draft.certificate.trim() === '' ? null : draft.certificate,
      ...(draft.key.trim() === '' ? {} : { key: draft.key }),
    })
  }
  const help = {
    ca: t('tls.caHelp'),
    certificate: t('tls.certificateHelp'),
    key: stored.hasKey ? `${t('tls.keyHelp')} ${t('tls.keyKept')}` : t('tls.keyHelp'),
  }
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={submit}>
      {unnamed && <Failure error={save.error} />}
      {fields.map((name) => (
        <Field key={name} label={t(`tls.${name}`)} help={help[name]} error={fault(name)} optional>
          {(control) => (
            <textarea
              {...control}
              className="input mono min-h-20"
              spellCheck={false}
              autoComplete="off"
              placeholder={
                name === 'key' ? '-----BEGIN PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----'
              }
              value={draft[name]}
              onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      {stored.certificateExpiresAt !== null && (
        <p className="text-ink-2">
          {t('tls.expires')} {formats.full(Date.parse(stored.certificateExpiresAt))}
        </p>
      )}
      <div className={may ? 'flex flex-wrap gap-2' : 'hidden'}>
        <Button type="submit" kind="primary" busy={save.isPending}>
          {t('form.save')}
        </Button>
        {(stored.ca !== null || stored.certificate !== null) && (
          <Button kind="danger" onClick={() => save.mutate({})}>
            {t('tls.remove')}
          </Button>
        )}
      </div>
    </form>
  )
}
