import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { getEndpoint } from '../api/calls.ts'
import { ApiError, request } from '../api/http.ts'
import type { EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Failure } from '../components/states.tsx'
import { toast } from '../components/toast.tsx'
import { useFormats, useT } from '../i18n.tsx'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { useScope } from '../state/scope.tsx'
import { Overtaken } from './save-bar.tsx'

interface TlsOut {
  readonly ca: string | null
  readonly certificate: string | null
  readonly hasKey: boolean
  readonly certificateExpiresAt: string | null
}

/** A private authority and a client certificate for one receiver; closed unless one is set. */
export function EndpointTls(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const scope = useScope()
  const { id, updatedAt: version } = props.endpoint
  const path = `/app/${encodeURIComponent(scope.application)}/endpoint/${id}/tls`
  const stored = useQuery({
    queryKey: ['endpoints', scope.application, 'tls', id, version],
    queryFn: async () => ({ ...(await request<TlsOut>(path)), version }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  if (stored.data === undefined) return stored.isError ? <Failure error={stored.error} /> : null
  const set = stored.data.ca !== null || stored.data.certificate !== null
  return (
    <details open={set} className="max-w-2xl">
      <summary className="w-fit rounded-sm font-semibold text-base">{t('tls.title')}</summary>
      <p className="mt-1 mb-3 text-ink-3">{t('tls.text')}</p>
      <TlsForm key={id} endpoint={id} path={path} stored={stored.data} />
    </details>
  )
}

type Draft = Readonly<Record<'ca' | 'certificate' | 'key', string>>

/** The request: what is empty is removed, but for the key, which then stays. */
function stated({ ca = '', certificate = '', key = '' }: Partial<Draft>): object {
  return {
    ca: ca.trim() === '' ? null : ca,
    certificate: certificate.trim() === '' ? null : certificate,
    ...(key.trim() === '' ? {} : { key }),
  }
}

function TlsForm(props: {
  readonly endpoint: string
  readonly path: string
  readonly stored: TlsOut & { readonly version: string }
}) {
  const t = useT()
  const formats = useFormats()
  const client = useQueryClient()
  const scope = useScope()
  const may = scope.may.manageEndpoints
  const { path, stored } = props
  const edit = useDraft<Draft>({
    stored: { ca: stored.ca ?? '', certificate: stored.certificate ?? '', key: '' },
    version: stored.version,
  })
  const { draft, setDraft } = edit
  const refresh = () => client.invalidateQueries({ queryKey: ['endpoints'] })
  const save = useMutation({
    async mutationFn(body: Partial<Draft>) {
      await request<void>(path, { method: 'PUT', body: stated(body), ifMatch: edit.version })
      return getEndpoint(scope.application, props.endpoint)
    },
    onError: (error) => lookAtTheirs(error, refresh),
    onSuccess: ({ updatedAt }, { ca = '', certificate = '' }) => {
      toast(t('form.saved'))
      // The key is kept, and never shown again.
      setDraft({ ca, certificate, key: '' })
      edit.settle({ ca, certificate, key: '' }, updatedAt)
      return refresh()
    },
  })
  const form = useFocusOnRefusal(save.error)
  const fault = (name: string): string | undefined =>
    save.error instanceof ApiError
      ? save.error.issues.find(({ loc }) => loc.includes(name))?.msg
      : undefined
  const fields = ['ca', 'certificate', 'key'] as const
  const unnamed = save.isError && !fields.some((name) => fault(name) !== undefined)
  function submit(event: FormEvent): void {
    event.preventDefault()
    save.mutate(draft)
  }
  const help = {
    ca: t('tls.caHelp'),
    certificate: t('tls.certificateHelp'),
    key: stored.hasKey ? `${t('tls.keyHelp')} ${t('tls.keyKept')}` : t('tls.keyHelp'),
  }
  return (
    <form ref={form} noValidate className="flex flex-col gap-4" onSubmit={submit}>
      <Overtaken edit={edit} />
      {unnamed && !edit.overtaken && <Failure error={save.error} />}
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
