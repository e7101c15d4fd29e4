import { type FormEvent, lazy, Suspense, useState } from 'react'
import { type EndpointBody, path } from '../api/calls.ts'
import type { EndpointOut } from '../api/model.ts'
import type { ProfileOut, WebhookOut } from '../api/profile-calls.ts'
import { Changes } from '../components/changes.tsx'
import type { CopyAsProps } from '../components/copy-as.tsx'
import {
  type DeliveryDraft,
  DeliveryFields,
  deliveryOf,
  noDelivery,
  settingsOf,
} from '../components/delivery-fields.tsx'
import { type EventChoice, EventPicker } from '../components/event-picker.tsx'
import { TextField } from '../components/field.tsx'
import { Folded } from '../components/folded.tsx'
import { Changeable, ReadOnlyReason } from '../components/guarded.tsx'
import { headersOf, rowsOf } from '../components/header-rows.tsx'
import { LabelRows } from '../components/label-rows.tsx'
import { Body, Facts, Section } from '../components/page.tsx'
import { filterOf, PayloadFilterField } from '../components/payload-filter.tsx'
import { Failure } from '../components/states.tsx'
import { useFormats, useLocalization, useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { useEventTypes } from '../state/data.ts'
import { useDeliveryValue } from '../state/delivery-value.ts'
import { useDraft } from '../state/draft.ts'
import { useFocusOnRefusal } from '../state/focus-on-fault.ts'
import { faultsOf } from '../state/profile-draft.ts'
import { useSaveEndpoint } from '../state/save-endpoint.ts'
import { useScope } from '../state/scope.tsx'
import { useWords } from '../state/words.ts'
import { AuthenticationSection } from './endpoint-authentication.tsx'
import { HeadersSection } from './endpoint-headers.tsx'
import { EndpointTls } from './endpoint-tls.tsx'
import { ProfileForm } from './profile-form.tsx'
import { fault, Overtaken, SaveBar } from './save-bar.tsx'

const words = { en: createEn, es: createEs }

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
  const saveWord = profile.words?.save[language]
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
        <EndpointTls key={endpoint.id} endpoint={endpoint} saveWord={saveWord} />
      </Changeable>
      <TransformationSection endpoint={endpoint} saveWord={saveWord} />
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
  const w = useWords(words)
  const formats = useFormats()
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
  const filter = filterOf(draft.filter)
  const patch: EndpointBody | null =
    filter === undefined
      ? null
      : {
          url: draft.url.trim(),
          description: draft.description.trim(),
          eventTypes: draft.events,
          filter,
          metadata: headersOf(draft.labels),
        }
  const copied = useCopied(endpoint, t('settings.general'))
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (draft.events !== null && draft.events.length === 0) {
      setMissing(true)
      return
    }
    if (patch === null) return // the field says so
    save.mutate(
      { version: edit.version, patch },
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
        <Changes
          changes={[
            { label: t('column.url'), before: stored.url, after: draft.url },
            { label: t('column.name'), before: stored.description, after: draft.description },
            { label: t('events.label'), ...both(stored.events, draft.events, eventsText) },
            { label: t('payloadFilter.label'), ...both(stored.filter, draft.filter, oneLine) },
            { label: w('labels.title'), ...both(stored.labels, draft.labels, labelsText) },
          ]}
        />
        <SaveBar
          dirty={dirty}
          busy={save.isPending}
          onDiscard={edit.discard}
          copyAs={copied(patch)}
        />
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

/** A save of that section, elsewhere; of what cannot be saved: nothing. */
function useCopied(endpoint: EndpointOut, section: string) {
  const { application } = useScope()
  const where = path('app', application, 'endpoint', endpoint.id)
  return (body: EndpointBody | null): CopyAsProps | null =>
    body === null ? null : { of: section, request: { method: 'PATCH', path: where, body } }
}

function both<Value>(before: Value, after: Value, text: (value: Value) => string) {
  return { before: text(before), after: text(after) }
}

const eventsText = (events: EventChoice): string => (events === null ? '*' : events.join(', '))
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()
const labelsText = (rows: Parameters<typeof headersOf>[0]): string =>
  Object.entries(headersOf(rows))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')

function eventChoice(endpoint: EndpointOut): EventChoice {
  const types = endpoint.eventTypes ?? null
  return types === null || types.length === 0 ? null : types
}

/** Retries, time, order and rate; what is not set comes from the application's profile. */
function DeliverySection(props: { readonly endpoint: EndpointOut }) {
  const t = useT()
  const { endpoint } = props
  const save = useSaveEndpoint(endpoint)
  const stored = deliveryOf(endpoint)
  const edit = useDraft({ stored, version: endpoint.updatedAt })
  const form = useFocusOnRefusal(save.error)
  const { draft, setDraft, dirty } = edit
  const w = useWords(words)
  const value = useDeliveryValue()
  const patch = settingsOf(draft, endpoint.policy)
  const copied = useCopied(endpoint, t('settings.delivery'))
  const isPlain = JSON.stringify(stored) === JSON.stringify(noDelivery)
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (patch === null) return // the fields say so
    save.mutate(
      { version: edit.version, patch },
      { onSuccess: ({ updatedAt }) => edit.settle(draft, updatedAt) },
    )
  }
  return (
    <Folded
      title={t('settings.delivery')}
      description={t('settings.deliveryHelp')}
      value={value(endpoint.policy ?? {}, endpoint.throttleRate ?? null)}
      open={!isPlain}
    >
      <form ref={form} noValidate className="flex max-w-2xl flex-col gap-4" onSubmit={submit}>
        <Overtaken edit={edit} />
        {save.isError && !edit.overtaken && <Failure error={save.error} />}
        <DeliveryFields draft={draft} faults={faultsOf(save.error)} onChange={setDraft} />
        <Changes
          changes={[
            { label: w('schedule.label'), before: stored.schedule, after: draft.schedule },
            { label: t('settings.timeout'), before: stored.timeout, after: draft.timeout },
            { label: t('settings.rate'), before: stored.rate, after: draft.rate },
            { label: t('endpoint.ordered'), ...both(stored, draft, orderText) },
          ]}
        />
        <SaveBar
          dirty={dirty}
          busy={save.isPending}
          onDiscard={edit.discard}
          copyAs={copied(patch)}
        />
      </form>
    </Folded>
  )
}

function orderText({ ordered, whenExhausted }: DeliveryDraft): string {
  return ordered ? `FIFO (${whenExhausted})` : ''
}
