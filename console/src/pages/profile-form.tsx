/**
 * The settings view of a system: fields, order, words and rules come from the profile. The same
 * form creates and edits; what was typed survives every refusal.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import type { FormField } from '../../../src/profiles/profile.ts'
import { endpointHeaders } from '../api/calls.ts'
import { ApiError } from '../api/http.ts'
import {
  type CatalogEventOut,
  type CatalogOut,
  installCatalog,
  type ProfileOut,
  saveWebhook,
  suggestCode,
  type WebhookOut,
} from '../api/profile-calls.ts'
import { type Authentication, AuthenticationFields } from '../components/authentication-fields.tsx'
import { Button, CopyButton } from '../components/button.tsx'
import { EventPicker } from '../components/event-picker.tsx'
import { Field, SelectField, TextField, Toggle } from '../components/field.tsx'
import { type HeaderRow, HeaderRows, headersOf, rowsOf } from '../components/header-rows.tsx'
import { JsonView } from '../components/json-view.tsx'
import { Failure, Loading } from '../components/states.tsx'
import { Notice } from '../components/status.tsx'
import { toast } from '../components/toast.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { useEventTypes } from '../state/data.ts'
import { useCatalog } from '../state/profile.ts'
import { useScope } from '../state/scope.tsx'

interface Draft {
  readonly texts: Readonly<Record<string, string>>
  readonly events: readonly string[]
  readonly headers: readonly HeaderRow[]
  readonly switches: Readonly<Record<string, boolean>>
  readonly authentication: Authentication
}

export interface ProfileFormProps {
  readonly profile: ProfileOut
  /** Null: it is created. */
  readonly webhook: WebhookOut | null
  readonly onSaved: (saved: { readonly id: string }) => void
  readonly onCancel: (() => void) | null
}

export function ProfileForm(props: ProfileFormProps) {
  const scope = useScope()
  const { profile, webhook } = props
  const headers = useQuery({
    queryKey: ['endpoints', scope.application, 'headers', webhook?.id],
    queryFn: () => endpointHeaders(scope.application, webhook?.id ?? ''),
    enabled: webhook !== null,
    staleTime: 60_000,
  })
  if (webhook !== null && headers.data === undefined) {
    return headers.isError ? <Failure error={headers.error} /> : <Loading />
  }
  return (
    <Fields
      {...props}
      first={draftOf(webhook, profile, rowsOf(headers.data?.headers ?? {}))}
      key={webhook?.id ?? 'new'}
    />
  )
}

function draftOf(
  webhook: WebhookOut | null,
  profile: ProfileOut,
  headers: readonly HeaderRow[],
): Draft {
  const scopes = Object.entries(webhook?.scope ?? {}).map(
    ([kind, ids]) => [`scope.${kind}`, ids.join(', ')] as const,
  )
  const given: Readonly<Record<string, string | null | undefined>> = {
    name: webhook?.name,
    code: webhook?.code,
    url: webhook?.url,
    description: webhook?.description,
    trigger: webhook?.trigger,
    context: webhook?.context,
    integration: webhook?.integration ?? 'manual',
    notificationType: webhook?.notificationType ?? 'REST',
    id: webhook?.id,
    runCount: webhook === null ? '' : String(webhook.summary?.runCount ?? 0),
    ...Object.fromEntries(scopes),
  }
  return {
    texts: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value ?? ''])),
    events: webhook?.eventTypes ?? [],
    headers,
    switches: {
      active: webhook?.active ?? profile.rules.activeByDefault,
      hidden: webhook?.hidden ?? false,
    },
    authentication: storedAuthentication(webhook),
  }
}

function storedAuthentication(webhook: WebhookOut | null): Authentication {
  const stored = webhook?.authentication
  if (stored == null) return null
  return Object.fromEntries(
    Object.entries(stored).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )
}

function Fields(props: ProfileFormProps & { readonly first: Draft }) {
  const t = useT()
  const { language } = useLocalization()
  const scope = useScope()
  const client = useQueryClient()
  const { profile, webhook } = props
  const [draft, setDraft] = useState<Draft>(props.first)
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const form = useRef<HTMLFormElement>(null)
  const context = draft.texts['context'] ?? ''
  const catalog = useCatalog(profile.catalog, context === '' ? undefined : context)
  const types = useEventTypes()
  const shown = profile.form.filter((field) => isShown(field, draft, webhook))

  const save = useMutation({
    mutationFn: () =>
      saveWebhook(
        scope.application,
        webhook?.id ?? null,
        bodyOf(draft, shown, { catalog: catalog.data?.catalog ?? null, webhook }),
      ),
    onSuccess: async (saved) => {
      toast(t('form.saved'))
      await client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
      await client.invalidateQueries({ queryKey: ['webhooks', scope.application] })
      props.onSaved(saved)
    },
    onError: (error) => refuse(faultsOf(error)),
  })

  function refuse(next: Readonly<Record<string, string>>): void {
    setFaults(next)
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(),
    )
  }
  function submit(event: FormEvent): void {
    event.preventDefault()
    const missing = Object.fromEntries(
      shown
        .filter((field) => field.required && isEmpty(field, draft))
        .map((field) => [field.name, t('form.required', { field: field.label[language] })]),
    )
    if (Object.keys(missing).length > 0) refuse(missing)
    else {
      setFaults({})
      save.mutate()
    }
  }
  const elsewhere = save.isError && !shown.some(({ name }) => faults[name] !== undefined)
  const setText = (name: string, value: string): void =>
    setDraft((now) => ({ ...now, texts: { ...now.texts, [name]: value } }))

  return (
    <form ref={form} noValidate className="flex max-w-3xl flex-col gap-5" onSubmit={submit}>
      {elsewhere && <Failure error={save.error} />}
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
            void suggestCode(scope.application, draft.texts['name'] ?? '').then(({ code }) =>
              setText('code', code),
            )
          }}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" kind="primary" busy={save.isPending}>
          {webhook === null ? t('form.create') : t('form.save')}
        </Button>
        {props.onCancel !== null && <Button onClick={props.onCancel}>{t('action.cancel')}</Button>}
      </div>
    </form>
  )
}

function isShown(field: FormField, draft: Draft, webhook: WebhookOut | null): boolean {
  if (field.kind === 'secret') return false // on its own tab, once there is one
  if (field.kind === 'read-only') return webhook !== null
  if (field.visibleFor === undefined) return true
  return field.visibleFor.includes(draft.texts['trigger'] ?? '')
}

function isEmpty(field: FormField, draft: Draft): boolean {
  if (field.kind === 'events' || field.kind === 'event') return draft.events.length === 0
  if (['switch', 'headers', 'authentication', 'read-only'].includes(field.kind)) return false
  return (draft.texts[field.name] ?? '').trim() === ''
}

/** The request body: what the form shows, in the API's words. */
function bodyOf(
  draft: Draft,
  shown: readonly FormField[],
  saved: { readonly catalog: CatalogOut | null; readonly webhook: WebhookOut | null },
): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  const scope: Record<string, readonly string[]> = {}
  for (const field of shown) {
    if (saved.webhook !== null && field.fixedAfterSaving === true) continue
    const text = (draft.texts[field.name] ?? '').trim()
    switch (field.kind) {
      case 'event':
      case 'events':
        body['eventTypes'] = draft.events
        break
      case 'headers':
        body['headers'] = headersOf(draft.headers)
        break
      case 'switch':
        if (field.name === 'active') body['disabled'] = draft.switches['active'] !== true
        else body[field.name] = draft.switches[field.name] === true
        break
      case 'authentication':
        body['authentication'] = draft.authentication
        break
      case 'scope':
        scope[field.name.replace(/^scope\./, '')] = idsIn(text)
        break
      case 'context': {
        body['context'] = text
        const kind = saved.catalog?.contexts.find(({ name }) => name === text)?.scope
        if (kind !== undefined) scope[kind] = idsIn(draft.texts[`scope.${kind}`] ?? '')
        break
      }
      case 'number':
        if (text !== '') body[field.name] = Number(text)
        break
      case 'read-only':
      case 'secret':
        break
      default:
        body[field.name] = text
    }
  }
  if (Object.keys(scope).length > 0) body['scope'] = scope
  return body
}

const idsIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((id) => id !== '')

/** Server errors on their fields: `["body", "scope", "workflow"]` belongs to `scope.workflow`. */
function faultsOf(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.issues.map(({ loc, msg }) => [
      loc[1] === 'scope' && loc[2] !== undefined ? `scope.${loc[2]}` : (loc[1] ?? 'body'),
      msg,
    ]),
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

interface ProfileFieldProps {
  readonly field: FormField
  readonly draft: Draft
  readonly error: string | undefined
  readonly catalog: {
    readonly catalog: CatalogOut
    readonly events: readonly CatalogEventOut[]
  } | null
  readonly profile: ProfileOut
  readonly webhook: WebhookOut | null
  readonly onText: (value: string) => void
  readonly onDraft: (change: Partial<Draft>) => void
  readonly onLeave: () => void
}

function ProfileField(props: ProfileFieldProps) {
  const t = useT()
  const { language } = useLocalization()
  const { field, draft, error } = props
  const label = field.label[language]
  const help = field.help?.[language]
  const value = draft.texts[field.name] ?? ''
  const fixed = field.fixedAfterSaving === true && props.webhook !== null
  switch (field.kind) {
    case 'event':
      return <OneEvent {...props} label={label} />
    case 'events':
      return <ManyEvents {...props} label={label} />
    case 'trigger':
      return (
        <SelectField
          label={label}
          help={help}
          error={error}
          value={value}
          options={[
            { value: '', label: t('form.choose') },
            ...(props.catalog?.catalog.triggers ?? []).map((one) => ({
              value: one.name,
              label: one.label[language],
            })),
          ]}
          onChange={props.onText}
        />
      )
    case 'context':
      return <ContextField {...props} label={label} help={help} value={value} />
    case 'headers':
      return (
        <HeaderRows
          label={label}
          rows={draft.headers}
          error={error}
          onChange={(headers) => props.onDraft({ headers })}
        />
      )
    case 'switch':
      return (
        <Toggle
          label={label}
          help={help}
          checked={draft.switches[field.name] === true}
          onChange={(on) => props.onDraft({ switches: { ...draft.switches, [field.name]: on } })}
        />
      )
    case 'choice':
      return (
        <SelectField
          label={label}
          help={help}
          error={error}
          value={value}
          options={(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))}
          onChange={props.onText}
        />
      )
    case 'authentication':
      return (
        <AuthenticationFields
          label={label}
          help={help}
          error={error}
          kinds={props.profile.authentications}
          value={draft.authentication}
          hasSecret={props.webhook?.authentication?.['hasSecret'] === true}
          onChange={(authentication) => props.onDraft({ authentication })}
        />
      )
    case 'multiline':
      return (
        <Field label={label} help={help} error={error} optional={!field.required}>
          {(control) => (
            <textarea
              {...control}
              className="input min-h-16"
              value={value}
              onChange={(event) => props.onText(event.target.value)}
            />
          )}
        </Field>
      )
    case 'read-only':
      return (
        <div className="flex items-end gap-1">
          <div className="flex-1">
            <TextField label={label} mono readOnly value={value} onChange={() => {}} />
          </div>
          <CopyButton text={value} label={t('copy.id')} />
        </div>
      )
    default:
      return (
        <TextField
          label={label}
          help={help}
          error={error}
          optional={!field.required}
          readOnly={fixed}
          mono={field.kind === 'url' || field.name === 'code' || field.kind === 'scope'}
          inputMode={field.kind === 'number' ? 'numeric' : field.kind === 'url' ? 'url' : 'text'}
          value={value}
          onBlur={props.onLeave}
          onChange={props.onText}
        />
      )
  }
}

/** One event by a select, with what it would send below it. */
function OneEvent(props: ProfileFieldProps & { readonly label: string }) {
  const t = useT()
  const { language } = useLocalization()
  const [chosen = ''] = props.draft.events
  const event = props.catalog?.events.find(({ name }) => name === chosen)
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        label={props.label}
        error={props.error}
        help={event?.description[language]}
        value={chosen}
        options={[
          { value: '', label: t('form.choose') },
          ...(props.catalog?.events ?? []).map(({ name, label }) => ({
            value: name,
            label: label[language],
          })),
        ]}
        onChange={(name) => props.onDraft({ events: name === '' ? [] : [name] })}
      />
      {event !== undefined && <Example event={event} title={t('profile.preview')} />}
    </div>
  )
}

function Example(props: { readonly event: CatalogEventOut; readonly title: string }) {
  return (
    <div className="flex flex-col gap-1">
      <p className="text-ink-3 text-xs">{props.title}</p>
      <JsonView text={JSON.stringify(props.event.example, null, 2)} label={props.title} />
    </div>
  )
}

/** Several events of the catalog, grouped, with the words of the catalog. */
function ManyEvents(props: ProfileFieldProps & { readonly label: string }) {
  const types = useEventTypes().data ?? []
  const offered =
    props.catalog === null
      ? types
      : props.catalog.events.map((event) => ({
          name: event.name,
          description: event.description.en,
          groupName: event.group,
          deprecated: event.deprecated,
          attributes: { label: event.label, description: event.description },
          createdAt: '',
          updatedAt: '',
        }))
  return (
    <EventPicker
      types={offered}
      value={props.draft.events}
      error={props.error}
      label={props.label}
      withoutAll
      onChange={(events) => props.onDraft({ events: events ?? [] })}
    />
  )
}

/** Where the webhook is made, and to which sites, spaces or realms it is limited. */
function ContextField(
  props: ProfileFieldProps & {
    readonly label: string
    readonly help: string | undefined
    readonly value: string
  },
) {
  const t = useT()
  const { language } = useLocalization()
  const contexts = props.catalog?.catalog.contexts ?? []
  const kind = contexts.find(({ name }) => name === props.value)?.scope
  const scope = props.catalog?.catalog.scopes.find(({ name }) => name === kind)
  const name = `scope.${kind ?? ''}`
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={props.label}
        help={props.help}
        error={props.error}
        value={props.value}
        options={[
          { value: '', label: t('form.choose') },
          ...contexts.map((one) => ({ value: one.name, label: one.label[language] })),
        ]}
        onChange={props.onText}
      />
      {kind !== undefined && (
        <TextField
          label={t('profile.only', { what: scope?.label[language] ?? kind })}
          help={t('profile.onlyHelp')}
          mono
          optional
          value={props.draft.texts[name] ?? ''}
          onChange={(value) => props.onDraft({ texts: { ...props.draft.texts, [name]: value } })}
        />
      )}
    </div>
  )
}
