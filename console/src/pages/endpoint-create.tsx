import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Inbox } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { createEndpoint, putBin } from '../api/calls.ts'
import type { Authentication, EndpointOut } from '../api/model.ts'
import { Button } from '../components/button.tsx'
import {
  type DeliveryDraft,
  DeliveryFields,
  noDelivery,
  settingsOf,
} from '../components/delivery-fields.tsx'
import { type EventChoice, EventPicker } from '../components/event-picker.tsx'
import { TextField } from '../components/field.tsx'
import { type HeaderRow, HeaderRows, headersOf } from '../components/header-rows.tsx'
import { LabelRows } from '../components/label-rows.tsx'
import { Body, Page } from '../components/page.tsx'
import { filterOf, PayloadFilterField } from '../components/payload-filter.tsx'
import { Empty, Failure, Loaded } from '../components/states.tsx'
import { useLocalization, useT } from '../i18n.tsx'
import { createEn } from '../messages/create-en.ts'
import { createEs } from '../messages/create-es.ts'
import { placeOf, useEventTypes } from '../state/data.ts'
import { useFocusOnFault } from '../state/focus-on-fault.ts'
import { useProfile } from '../state/profile.ts'
import { faultsOf, hasFault, refusedRow } from '../state/profile-draft.ts'
import { useScope } from '../state/scope.tsx'
import { useSeesAll } from '../state/session.tsx'
import { noTls, type TlsDraft, tlsOfNew } from '../state/tls.ts'
import { useUrlState } from '../state/url.ts'
import { useWords } from '../state/words.ts'
import { AuthenticationOfNew } from './endpoint-authentication.tsx'
import { Created } from './endpoint-created.tsx'
import { Preview, Probe } from './endpoint-preview.tsx'
import { TlsOfNew } from './endpoint-tls.tsx'
import { ProfileEvents } from './profile-events.tsx'
import { ProfileForm } from './profile-form.tsx'

const words = { en: createEn, es: createEs }

const Laptop = lazy(async () => ({ default: (await import('./endpoint-laptop.tsx')).Laptop }))

interface Draft {
  readonly url: string
  readonly description: string
  readonly events: EventChoice
  readonly headers: readonly HeaderRow[]
  readonly authentication: Authentication
  readonly tls: TlsDraft
  readonly labels: readonly HeaderRow[]
  readonly delivery: DeliveryDraft
  readonly filter: string
}

/** Fields that tell their own. */
const named = [
  'url',
  'eventTypes',
  'description',
  'headers',
  'authentication',
  'tls',
  'filter',
  'policy.retryScheduleMs',
  'policy.attemptTimeoutMs',
  'throttleRate',
  'metadata',
]

const empty: Draft = {
  url: '',
  description: '',
  events: [],
  headers: [],
  authentication: null,
  tls: noTls,
  labels: [],
  delivery: noDelivery,
  filter: '',
}

/** Where, what, name; the right column shows what the receiver will get. */
export function EndpointCreatePage() {
  const t = useT()
  const scope = useScope()
  const navigate = useNavigate()
  const profile = useProfile(scope.application)
  const { language } = useLocalization()
  const words = profile.data?.words
  const [created, setCreated] = useState<EndpointOut | null>(null)
  if (!scope.may.manageEndpoints) {
    return (
      <Page title={t('endpoint.createTitle')}>
        <Empty title={t('error.forbidden')}>{t('may.notThisPage')}</Empty>
      </Page>
    )
  }
  return (
    <Page
      title={
        created === null
          ? (words?.add[language] ?? t('endpoint.createTitle'))
          : t('endpoint.created')
      }
      back={{
        to: `${scope.base}/endpoints`,
        label: words?.title[language] ?? t('nav.endpoints'),
      }}
    >
      {created === null ? (
        <Loaded query={profile}>
          {(data) =>
            data.name === 'standard' ? (
              <CreateForm authentications={data.authentications} onCreated={setCreated} />
            ) : (
              <Body>
                <ProfileForm
                  profile={data}
                  webhook={null}
                  onSaved={({ id }) => void navigate({ to: `${scope.base}/endpoints/${id}` })}
                  onCancel={() => void navigate({ to: `${scope.base}/endpoints` })}
                />
                {data.list.eventsBelow === true && <ProfileEvents profile={data} />}
              </Body>
            )
          }
        </Loaded>
      ) : (
        <Created endpoint={created} />
      )}
    </Page>
  )
}

function CreateForm(props: {
  readonly authentications: readonly string[]
  readonly onCreated: (endpoint: EndpointOut) => void
}) {
  const t = useT()
  const scope = useScope()
  const seesAll = useSeesAll()
  const client = useQueryClient()
  const types = useEventTypes()
  const w = useWords(words)
  const [draft, setDraft] = useState<Draft>(empty)
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({})
  const form = useFocusOnFault(faults)
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change })

  const create = useMutation({
    mutationFn: () =>
      createEndpoint(scope.application, {
        url: draft.url.trim(),
        description: draft.description.trim(),
        ...(draft.events === null ? {} : { eventTypes: draft.events }),
        ...(draft.headers.length === 0 ? {} : { headers: headersOf(draft.headers) }),
        authentication: draft.authentication,
        ...tlsOfNew(draft.tls),
        ...(filterOf(draft.filter) == null ? {} : { filter: filterOf(draft.filter) ?? null }),
        ...(draft.labels.length === 0 ? {} : { metadata: headersOf(draft.labels) }),
        ...settingsOf(draft.delivery),
      }),
    onSuccess: (endpoint) => {
      void client.invalidateQueries({ queryKey: ['endpoints', scope.application] })
      props.onCreated(endpoint)
    },
    onError: (error) => setFaults(faultsOf(error)),
  })
  const useInspector = useMutation({
    mutationFn: async () => {
      const name = `try-${Math.random().toString(36).slice(2, 8)}`
      return putBin(name, {})
    },
    onSuccess: (bin) => set({ url: `${location.origin}${bin.path}` }),
  })
  const [search, change] = useUrlState()
  const asked = useRef(false)
  const wantsInspector = search['with'] === 'inspector' && seesAll
  useEffect(() => {
    if (!wantsInspector || asked.current) return
    asked.current = true
    useInspector.mutate()
    change({ with: undefined }, { replace: true }) // a reload makes no second one
  }, [wantsInspector, useInspector.mutate, change])

  function submit(event: FormEvent): void {
    event.preventDefault()
    const missing = {
      ...(draft.url.trim() === '' ? { url: t('endpoint.urlMissing') } : {}),
      ...(filterOf(draft.filter) === undefined ? { filter: t('payloadFilter.notJson') } : {}),
      ...(draft.events !== null && draft.events.length === 0
        ? { eventTypes: t('events.missing') }
        : {}),
    }
    if (settingsOf(draft.delivery) === null) setFaults({ delivery: '' })
    else if (Object.keys(missing).length > 0) setFaults(missing)
    else {
      setFaults({})
      create.mutate()
    }
  }
  const elsewhere = create.isError && !named.some((field) => hasFault(faults, field))
  return (
    <Body wide>
      <div className="@container">
        <div className="grid items-start gap-8 @min-[44rem]:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
          <form ref={form} noValidate className="flex flex-col gap-5" onSubmit={submit}>
            {elsewhere && <Failure error={create.error} />}
            <div className="flex flex-col gap-2">
              <TextField
                label={t('column.url')}
                mono
                type="url"
                inputMode="url"
                autoComplete="off"
                placeholder="https://api.example.com/hooks"
                value={draft.url}
                error={faults['url']}
                help={urlHint(draft.url, t)}
                onChange={(url) => set({ url })}
              />
              {seesAll && (
                <div className="flex flex-wrap gap-2">
                  <Button busy={useInspector.isPending} onClick={() => useInspector.mutate()}>
                    <Inbox size={14} aria-hidden /> {t('endpoint.useInspector')}
                  </Button>
                  <Suspense>
                    <Laptop application={scope.application} />
                  </Suspense>
                </div>
              )}
            </div>
            <EventPicker
              types={types.data}
              value={draft.events}
              error={faults['eventTypes']}
              onChange={(events) => set({ events })}
            />
            <TextField
              label={t('column.name')}
              optional
              placeholder={draft.url === '' ? '' : placeOf(draft.url)}
              value={draft.description}
              error={faults['description']}
              onChange={(description) => set({ description })}
            />
            <details className="rounded-md border border-line px-3 py-2">
              <summary className="font-[550]">{t('endpoint.advanced')}</summary>
              <div className="flex flex-col gap-4 pt-3">
                <HeaderRows
                  rows={draft.headers}
                  error={faults['headers']}
                  refused={refusedRow(faults, 'headers')}
                  onChange={(headers) => set({ headers })}
                />
                <AuthenticationOfNew
                  kinds={props.authentications}
                  value={draft.authentication}
                  faults={faults}
                  onChange={(authentication) => set({ authentication })}
                />
                <TlsOfNew draft={draft.tls} faults={faults} onChange={(tls) => set({ tls })} />
                <PayloadFilterField
                  events={draft.events}
                  value={draft.filter}
                  error={faults['filter']}
                  onChange={(filter) => set({ filter })}
                />
                <DeliveryFields
                  draft={draft.delivery}
                  faults={faults}
                  onChange={(delivery) => set({ delivery })}
                />
                <LabelRows
                  rows={draft.labels}
                  error={faults['metadata']}
                  onChange={(labels) => set({ labels })}
                />
                {(scope.may.manageTransformations || !scope.portal) && (
                  <p className="text-ink-3 text-xs">{w('advanced.later')}</p>
                )}
              </div>
            </details>
            <div className="flex flex-wrap gap-2">
              <Button type="submit" kind="primary" busy={create.isPending}>
                {t('endpoint.create')}
              </Button>
              <Link to={`${scope.base}/endpoints`} className="btn">
                {t('action.cancel')}
              </Link>
            </div>
          </form>
          <div className="flex flex-col gap-6">
            <Probe draft={draft} />
            <Preview draft={draft} />
          </div>
        </div>
      </div>
    </Body>
  )
}

function urlHint(url: string, t: ReturnType<typeof useT>): string | undefined {
  const text = url.trim()
  if (text === '') return t('endpoint.urlHelp')
  if (/^http:\/\/(localhost|127\.|\[::1\])/i.test(text)) return t('endpoint.urlLocal')
  if (/^http:/i.test(text)) return t('endpoint.urlPlain')
  if (!/^https:\/\//i.test(text)) return t('endpoint.urlScheme')
  return undefined
}
