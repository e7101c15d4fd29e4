/**
 * The settings view of a system: fields, order, words and rules come from the profile. The same
 * form creates and edits; what was typed survives every refusal.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { path } from '../api/calls.ts'
import {
  installCatalog,
  type ProfileOut,
  saveWebhook,
  suggestCode,
  type WebhookOut,
} from '../api/profile-calls.ts'
import { Button } from '../components/button.tsx'
import { CopyAs } from '../components/copy-as.tsx'
import { headersOf, rowsOf } from '../components/header-rows.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { secretOf, withoutSecret } from '../state/authentication.ts'
import { useEventTypes } from '../state/data.ts'
import { lookAtTheirs, useDraft } from '../state/draft.ts'
import { useEndpointPart } from '../state/endpoint-part.ts'
import { useFocusOnFault } from '../state/focus-on-fault.ts'
import { useCatalog } from '../state/profile.ts'
import {
  bodyOf,
  type Draft,
  draftOf,
  faultsOf,
  hasFault,
  isChosenByServer,
  isEmpty,
  isShown,
} from '../state/profile-draft.ts'
import { useScope } from '../state/scope.tsx'
import { noTls, tlsOfNew } from '../state/tls.ts'
import { secretsOf } from './endpoint-headers.tsx'
import { TlsOfNew } from './endpoint-tls.tsx'
import { ProfileField } from './profile-fields.tsx'
import { Overtaken } from './save-bar.tsx'

export interface ProfileFormProps {
  readonly profile: ProfileOut
  /** Null: it is created. */
  readonly webhook: WebhookOut | null
  /** The event that a new one begins with. */
  readonly eventType?: string
  readonly onSaved: (saved: { readonly id: string }) => void
  readonly onCancel: (() => void) | null
}

export function ProfileForm(props: ProfileFormProps) {
  const { profile, webhook } = props
  const headers = useEndpointPart(webhook, 'headers')
  const catalog = useCatalog(profile.catalog, webhook?.context ?? undefined)
  if (catalog.isLoading) return <Loading />
  const { eventType } = props
  const known = catalog.data?.events.some(({ name }) => name === eventType) === true
  if (webhook !== null && headers.data === undefined) {
    return headers.isError ? <Failure error={headers.error} /> : <Loading />
  }
  return (
    <Fields
      {...props}
      stored={{
        ...draftOf(webhook, profile, rowsOf(headers.data?.headers ?? {})),
        ...(eventType !== undefined && known ? { events: [eventType] } : {}),
      }}
      version={headers.data?.version ?? ''}
      key={webhook?.id ?? 'new'}
    />
  )
}

function Fields(props: ProfileFormProps & { readonly stored: Draft; readonly version: string }) {
  const t = useT()
  const { language } = useLocalization()
  const scope = useScope()
  const client = useQueryClient()
  const { profile, webhook } = props
  const edit = useDraft<Draft>({
    ...{ stored: props.stored, version: props.version },
    plain: (one) => ({ ...one, headers: headersOf(one.headers) }),
  })
  const { draft, setDraft } = edit
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const form = useFocusOnFault(faults)
  const context = draft.texts['context'] ?? ''
  const catalog = useCatalog(profile.catalog, context === '' ? undefined : context)
  const types = useEventTypes()
  const shown = profile.form.filter((field) => isShown(field, draft, webhook))

  const [tls, setTls] = useState(noTls)
  const body = {
    ...bodyOf(draft, shown, { catalog: catalog.data?.catalog ?? null, webhook }),
    ...(webhook === null ? tlsOfNew(tls) : {}),
  }
  const save = useMutation({
    mutationFn: () =>
      saveWebhook(
        scope.application,
        webhook?.id ?? null,
        body,
        webhook === null ? undefined : edit.version,
      ),
    onSuccess: async (saved) => {
      toast(t('form.saved'))
      const withoutProof = (one: Draft): Draft => {
        return { ...one, authentication: withoutSecret(one.authentication) }
      }
      setDraft(withoutProof)
      edit.settle(withoutProof(draft), saved.updatedAt)
      await client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
      await client.invalidateQueries({ queryKey: ['webhooks', scope.application] })
      props.onSaved(saved)
    },
    onError: (error) => {
      setFaults(faultsOf(error))
      if (webhook === null) return undefined
      return lookAtTheirs(error, () =>
        client.invalidateQueries({ queryKey: ['endpoints', scope.application] }),
      )
    },
  })

  function submit(event: FormEvent): void {
    event.preventDefault()
    const missing = Object.fromEntries(
      shown
        .filter((field) => field.required && isEmpty(field, draft))
        .filter((field) => !isChosenByServer(field, draft, webhook))
        .map((field) => [field.name, t('form.required', { field: field.label[language] })]),
    )
    if (Object.keys(missing).length > 0) setFaults(missing)
    else {
      setFaults({})
      save.mutate()
    }
  }
  /** A context names what it is limited to in a second box: `scope.realm`. */
  const scopeError = shown.some(({ kind }) => kind === 'context')
    ? faults[Object.keys(faults).find((name) => name.startsWith('scope.')) ?? '']
    : undefined
  const told = [...shown.map(({ name }) => name), ...(webhook === null ? ['tls'] : [])]
  const elsewhere =
    save.isError && scopeError === undefined && !told.some((name) => hasFault(faults, name))
  const setText = (name: string, value: string): void =>
    setDraft((now) => ({ ...now, texts: { ...now.texts, [name]: value } }))

  return (
    <form ref={form} noValidate className="flex max-w-3xl flex-col gap-5" onSubmit={submit}>
      <Overtaken edit={edit} />
      {elsewhere && !edit.overtaken && <Failure error={save.error} />}
      <CatalogMissing
        profile={profile}
        missing={
          types.data !== undefined &&
          profile.catalog !== null &&
          !types.data.some((type) => type.attributes?.['catalog'] === profile.catalog)
        }
      />
      {shown.map((field) => (
        <ProfileField
          key={field.name}
          field={field}
          draft={draft}
          error={faults[field.name]}
          faults={faults}
          scopeError={scopeError}
          catalog={catalog.data ?? null}
          profile={profile}
          webhook={webhook}
          onText={(value) => {
            setText(field.name, value)
            if (field.name === 'context') setDraft((now) => ({ ...now, events: [] }))
          }}
          onDraft={(change) => setDraft((now) => ({ ...now, ...change }))}
          onLeave={() => {
            const wantsCode = profile.form.some(({ name }) => name === 'code')
            if (field.name !== 'name' || !wantsCode || webhook !== null) return
            if ((draft.texts['code'] ?? '') !== '' || (draft.texts['name'] ?? '') === '') return
            // One that was typed meanwhile stays; without an answer the field is for the person.
            void suggestCode(scope.application, draft.texts['name'] ?? '').then(
              ({ code }) =>
                setDraft((now) =>
                  (now.texts['code'] ?? '') === ''
                    ? { ...now, texts: { ...now.texts, code } }
                    : now,
                ),
              () => {},
            )
          }}
        />
      ))}
      {webhook === null && <TlsOfNew draft={tls} faults={faults} onChange={setTls} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={save.isPending}>
          {profile.words === null
            ? t(webhook === null ? 'form.create' : 'form.save')
            : profile.words[webhook === null ? 'create' : 'save'][language]}
        </Button>
        {props.onCancel !== null && <Button onClick={props.onCancel}>{t('action.cancel')}</Button>}
        <span className="flex-1" />
        {scope.may.manageEndpoints && (webhook === null || edit.dirty) && (
          <CopyAs
            request={{
              method: webhook === null ? 'POST' : 'PATCH',
              path: path(
                'app',
                scope.application,
                'endpoint',
                ...(webhook === null ? [] : [webhook.id]),
              ),
              body,
            }}
            secrets={[...secretOf(draft.authentication), tls.key, ...secretsOf(draft.headers)]}
            withoutUrl
          />
        )}
      </div>
    </form>
  )
}

function CatalogMissing(props: { readonly profile: ProfileOut; readonly missing: boolean }) {
  const t = useT()
  const client = useQueryClient()
  const scope = useScope()
  const catalog = props.profile.catalog
  const install = useMutation({
    mutationFn: () => installCatalog(catalog ?? ''),
    onSuccess: (done) => {
      toast(t('catalog.installed', { count: done.total }))
      return client.invalidateQueries({ queryKey: ['event-types'] })
    },
  })
  if (!props.missing || catalog === null || scope.portal) return null
  return (
    <Notice
      tone="warn"
      title={t('catalog.notInstalled')}
      actions={
        <Button busy={install.isPending} onClick={() => install.mutate()}>
          {t('catalog.install')}
        </Button>
      }
    >
      {install.isError && <Failure error={install.error} />}
    </Notice>
  )
}
