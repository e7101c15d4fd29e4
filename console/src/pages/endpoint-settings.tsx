import { type FormEvent, lazy, Suspense, useState } from 'react'
import type { EndpointOut } from '../api/model.ts'
import type { ProfileOut, WebhookOut } from '../api/profile-calls.ts'
import { DeliveryFields, deliveryOf, settingsOf } from '../components/delivery-fields.tsx'
import { type EventChoice, EventPicker } from '../components/event-picker.tsx'
import { TextField } from '../components/field.tsx'
import { Changeable, ReadOnlyReason } from '../components/guarded.tsx'
import { headersOf, rowsOf } from '../components/header-rows.tsx'
import { LabelRows } from '../components/label-rows.tsx'
import { Body, Facts, Section } from '../components/page.tsx'
import { filterOf, PayloadFilterField } from '../components/payload-filter.tsx'
import { Failure } from '../components/states.tsx'
import { useFormats, useLocalization, useT } from '../i18n.tsx'
import { useEventTypes } from '../state/data.ts'
import { useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { faultsOf } from '../state/profile-draft.ts'
import { useSaveEndpoint } from '../state/save-endpoint.ts'
import { useScope } from '../state/scope.tsx'
import { AuthenticationSection } from './endpoint-authentication.tsx'
import { HeadersSection } from './endpoint-headers.tsx'
import { EndpointTls } from './endpoint-tls.tsx'
import { ProfileForm } from './profile-form.tsx'
import { fault, Overtaken, SaveBar } from './save-bar.tsx'

const EndpointTransformation = lazy(async () => ({
  default: (await import('./endpoint-transformation.tsx')).EndpointTransformation,
}))

/** Settings in sections, each saved by itself; what was typed survives a refusal. */
export function EndpointSettings(props: { readonly endpoint: EndpointOut }) {
  const scope = useScope()
  const may = scope.may.manageEndpoints
  return (
    <Body>
      <Changeable when={may}>
        {!may && <ReadOnlyReason />}
        <GeneralSection endpoint={props.endpoint} />
        <DeliverySection endpoint={props.endpoint} />
        <HeadersSection endpoint={props.endpoint} />
        <AuthenticationSection endpoint={props.endpoint} />
        <EndpointTls key={props.endpoint.id} endpoint={props.endpoint} />
      </Changeable>
      <TransformationSection endpoint={props.endpoint} />
    </Body>
  )
}

/** The settings of a system's webhook: its own form, and below it what every endpoint has. */
export function SystemSettings(props: {
  readonly endpoint: EndpointOut
  readonly profile: ProfileOut
}) {
  const { language } = useLocalization()
  const { may } = useScope()
  const { endpoint, profile } = props
  return (
    <Body>
      <Changeable when={may.manageEndpoints}>
        {!may.manageEndpoints && <ReadOnlyReason />}
        <ProfileForm
          profile={profile}
          webhook={webhookOf(endpoint)}
          onSaved={() => {}}
          onCancel={null}
        />
      </Changeable>
      <TransformationSection endpoint={endpoint} saveWord={profile.words?.save[language]} />
    </Body>
  )
}

/** The endpoint as the systems' form reads it. */
function webhookOf(endpoint: EndpointOut): WebhookOut {
  return { ...endpoint, active: !endpoint.disabled, eventTypes: endpoint.eventTypes ?? null }
}

/** Last, and loaded apart; in the portal for links that may change it. */
function TransformationSection(props: {
  readonly endpoint: EndpointOut
  readonly saveWord?: string | undefined
}) {
  const { may, portal } = useScope()
  if (!may.manageTransformations && portal) return null
  return (
    <Suspense>
      <EndpointTransformation key={props.endpoint.id} {...props} />
    </Suspense>
  )
}

function GeneralSection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const types = useEventTypes()
  const { endpoint } = props
  const save = useSaveEndpoint(endpoint)
  const stored = {
    url: endpoint.url,
    description: endpoint.description,
    events: eventChoice(endpoint),
    filter: endpoint.filter == null ? '' : JSON.stringify(endpoint.filter, null, 2),
    labels: rowsOf(endpoint.metadata),
  }
  const edit = useDraft({
    ...{ stored, version: endpoint.updatedAt },
    plain: ({ labels, ...rest }) => ({ ...rest, labels: headersOf(labels) }),
  })
  const { draft, setDraft, dirty } = edit
  const [missing, setMissing] = useState(false)
  const form = useFocusOnRefusal(save.error, missing)
  function submit(event: FormEvent): void {
    event.preventDefault()
    const filter = filterOf(draft.filter)
    if (draft.events !== null && draft.events.length === 0) {
      setMissing(true)
      return
    }
    if (filter === undefined) return // the field says so
    save.mutate(
      {
        version: edit.version,
        patch: {
          url: draft.url.trim(),
          description: draft.description.trim(),
          eventTypes: draft.events,
          filter,
          metadata: headersOf(draft.labels),
        },
      },
      { onSuccess: ({ updatedAt }) => edit.settle(draft, updatedAt) },
    )
  }
  return (
    <Section title={t('settings.general')}>
      <form ref={form} noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={submit}>
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && <Failure error={save.error} />}
        <TextField
          label={t('column.url')}
          mono
          value={draft.url}
          error={fault(save.error, 'url')}
          onChange={(url) => setDraft({ ...draft, url })}
        />
        <TextField
          label={t('column.name')}
          optional
          value={draft.description}
          error={fault(save.error, 'description')}
          onChange={(description) => setDraft({ ...draft, description })}
        />
        <EventPicker
          types={types.data}
          value={draft.events}
          error={missing ? t('events.missing') : fault(save.error, 'eventTypes')}
          onChange={(events) => {
            setMissing(false)
            setDraft({ ...draft, events })
          }}
        />
        <PayloadFilterField
          events={draft.events}
          value={draft.filter}
          error={fault(save.error, 'filter')}
          onChange={(filter) => setDraft({ ...draft, filter })}
        />
        <LabelRows
          rows={draft.labels}
          error={fault(save.error, 'metadata')}
          onChange={(labels) => setDraft({ ...draft, labels })}
        />
        {draft.url !== stored.url && <Change before={stored.url} after={draft.url} />}
        <SaveBar dirty={dirty} busy={save.isPending} onDiscard={edit.discard} />
      </form>
    </Section>
  )
}

function eventChoice(endpoint: EndpointOut): EventChoice {
  const types = endpoint.eventTypes ?? null
  return types === null || types.length === 0 ? null : types
}

function Change(props: { readonly before: string; readonly after: string }) {
  return (
    <p className="mono break-all">
      <del className="text-err">{props.before}</del>
      <span aria-hidden> → </span>
      <ins className="text-ok no-underline">{props.after}</ins>
    </p>
  )
}

/** Retries, time, order and rate; what is not set comes from the application's profile. */
function DeliverySection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const formats = useFormats()
  const { endpoint } = props
  const save = useSaveEndpoint(endpoint)
  const edit = useDraft({ stored: deliveryOf(endpoint), version: endpoint.updatedAt })
  const form = useFocusOnRefusal(save.error)
  const { draft, setDraft, dirty } = edit
  function submit(event: FormEvent): void {
    event.preventDefault()
    const patch = settingsOf(draft, endpoint.policy)
    if (patch === null) return // the fields say so
    save.mutate(
      { version: edit.version, patch },
      { onSuccess: ({ updatedAt }) => edit.settle(draft, updatedAt) },
    )
  }
  return (
    <Section title={t('settings.delivery')} description={t('settings.deliveryHelp')}>
      <form ref={form} noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={submit}>
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && <Failure error={save.error} />}
        <DeliveryFields draft={draft} faults={faultsOf(save.error)} onChange={setDraft} />
        <SaveBar dirty={dirty} busy={save.isPending} onDiscard={edit.discard} />
      </form>
      <Facts
        facts={[
          [
            t('column.id'),
            <span key="id" className="mono">
              {endpoint.id}
            </span>,
          ],
          [t('column.created'), formats.full(Date.parse(endpoint.createdAt))],
          [t('column.updated'), formats.full(Date.parse(endpoint.updatedAt))],
        ]}
      />
    </Section>
  )
}
